import { EventEmitter } from 'node:events';
import type { NativeImage } from 'electron';
import type { Log, LogFields } from '#core/logging';
import type { TotalsView } from '#shared/contract';
import type { PreferencesStore } from '../../../src/main/desktop/preferences.ts';
import type { WindowPort } from '../../../src/main/desktop/window.ts';

/** A log that can be read back. */
export function memoryLog(): Log & { lines: { level: string; message: string; fields?: LogFields | undefined }[] } {
  const lines: { level: string; message: string; fields?: LogFields | undefined }[] = [];
  const write = (level: string) => (message: string, fields?: LogFields) => void lines.push({ level, message, fields });
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), lines };
  return { ...log, child: () => memoryChild(log) };
}
function memoryChild(log: Omit<Log, 'child'>): Log {
  return { ...log, child: () => memoryChild(log) };
}

export function totals(counts: Partial<TotalsView> = {}): TotalsView {
  return { severity: 'none', p1: 0, p2: 0, p3: 0, ok: 0, noData: 0, ...counts };
}

/** Preferences that live in memory. */
export function memoryPreferences(): PreferencesStore {
  let current = { closeToTray: false, hintShown: false, maximized: false };
  return {
    get: () => current,
    set(change) {
      current = { ...current, ...change };
    },
  };
}

/** An event that a listener may prevent. */
export function preventable(): { preventDefault(): void; prevented: boolean } {
  return {
    prevented: false,
    preventDefault() {
      this.prevented = true;
    },
  };
}

type Emits = 'on' | 'once';
/**
 * A fake as the port it stands for. All but its events is checked against Electron's typings; one signature of Node's
 * EventEmitter is not assignable to Electron's overloads.
 */
export function as<T extends object>(fake: Omit<T, Emits> & EventEmitter): T {
  return fake as unknown as T;
}

/** Exactly the calls made on a window, each noted in `did`. */
export class FakeWindow extends EventEmitter implements Omit<WindowPort, Emits | 'webContents'> {
  did: string[] = [];
  minimized = false;
  maximized = false;
  focused = false;
  visible = false;
  gone = false;
  contents = new EventEmitter();
  webContents = as<WindowPort['webContents']>(this.contents);
  #note(what: string): void {
    this.did.push(what);
  }
  loadURL(url: string): Promise<void> {
    this.#note(`load ${url}`);
    return Promise.resolve();
  }
  show(): void {
    this.visible = true;
    this.#note('show');
  }
  hide(): void {
    this.visible = false;
    this.#note('hide');
  }
  focus(): void {
    this.#note('focus');
  }
  minimize(): void {
    this.minimized = true;
    this.#note('minimize');
  }
  maximize(): void {
    this.#note('maximize');
  }
  restore(): void {
    this.minimized = false;
    this.#note('restore');
  }
  reload(): void {
    this.#note('reload');
  }
  destroy(): void {
    this.gone = true;
  }
  flashFrame(on: boolean): void {
    this.#note(`flash ${on}`);
  }
  setProgressBar(progress: number, options?: { mode: string }): void {
    this.#note(`progress ${progress} ${options?.mode ?? ''}`.trim());
  }
  setOverlayIcon(image: NativeImage | null, words: string): void {
    this.#note(`overlay ${image === null ? 'none' : String(image)} ${words}`);
  }
  isMinimized = () => this.minimized;
  isMaximized = () => this.maximized;
  isFocused = () => this.focused;
  isVisible = () => this.visible;
  isDestroyed = () => this.gone;
  getNormalBounds = () => ({ x: 10, y: 20, width: 1000, height: 700 });
}
