import type { App } from 'electron';
import type { PreferencesStore } from './preferences.ts';
import type { Quit } from './quit.ts';
import type { WindowPort } from './window.ts';

export interface CloseParts {
  window: Pick<WindowPort, 'on' | 'hide' | 'minimize'>;
  app: Pick<App, 'quit'>;
  quit: Pick<Quit, 'done' | 'now'>;
  preferences: PreferencesStore;
  trayWorks: boolean;
  platform: NodeJS.Platform;
  /** Says, once, that the console goes on and where it is. */
  hint(): void;
}

/**
 * What closing the window does. By default it quits (and that is asked about); where the operator chose so, the
 * console goes on without its window. Linux trays come and go with desktops and extensions, so there the window is
 * minimised, never hidden: it can always be found again.
 */
export function watchClose(parts: CloseParts): void {
  const { window, app, quit, preferences, platform } = parts;
  window.on('close', (event) => {
    if (quit.done) return;
    event.preventDefault();
    if (platform !== 'darwin' && !(preferences.get().closeToTray && parts.trayWorks)) return app.quit();
    if (platform === 'linux') window.minimize();
    else window.hide();
    // On macOS a closed window that leaves its program running is what everybody expects.
    if (platform === 'darwin' || preferences.get().hintShown) return;
    preferences.set({ hintShown: true });
    parts.hint();
  });
  // Windows ends the operator's session: the window is asked last, and there is no time for questions.
  window.on('session-end', () => quit.now());
}
