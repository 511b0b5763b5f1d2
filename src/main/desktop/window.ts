import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { type Clock, every } from '#core/clock';
import type { Log } from '#core/logging';
import { type Bounds, DEFAULT_SIZE, MIN_SIZE, placeWindow } from './bounds.ts';
import { pairPage, START_PAGE } from './origin.ts';
import type { PreferencesStore } from './preferences.ts';

/** More page crashes than this within a minute, and the page is left as it is. */
const MAX_RELOADS = 3;
const RELOAD_WINDOW_MS = 60_000;
/** A window that has nothing to show after this long is shown all the same: better blank than absent. */
const SHOW_ANYWAY_MS = 5_000;

/** The calls made on a window; the rest of Electron's is not reached. */
export type WindowPort = Pick<
  BrowserWindow,
  | 'on'
  | 'once'
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'minimize'
  | 'maximize'
  | 'restore'
  | 'isMinimized'
  | 'isMaximized'
  | 'isFocused'
  | 'isVisible'
  | 'isDestroyed'
  | 'getNormalBounds'
  | 'destroy'
  | 'reload'
  | 'flashFrame'
  | 'setProgressBar'
  | 'setOverlayIcon'
> & { webContents: Pick<BrowserWindow['webContents'], 'on'> };

export interface WindowParts {
  create(options: BrowserWindowConstructorOptions): WindowPort;
  /** Work areas of the screens that are there now. */
  workAreas(): Bounds[];
  preferences: PreferencesStore;
  preloadFile: string;
  iconFile: string;
  title: string;
  clock: Clock;
  log: Log;
}

/** Options every window of ours has: the page is isolated, sandboxed and without Node. */
export function windowOptions(parts: Pick<WindowParts, 'preloadFile' | 'iconFile' | 'title'>, bounds?: Bounds) {
  return {
    ...DEFAULT_SIZE,
    ...bounds,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: parts.title,
    icon: parts.iconFile,
    webPreferences: {
      preload: parts.preloadFile,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // Times and ages on the screen must not stand still while the window is covered.
      backgroundThrottling: false,
    },
  } satisfies BrowserWindowConstructorOptions;
}

export interface ConsoleWindow {
  readonly port: WindowPort;
  /** Brings the window up, from the tray, the task bar or behind others. */
  open(): void;
  /** As {@link open}, on a pair's page. */
  openPair(pairKey: string): void;
}

/** Makes the console's one window. `hidden`: it stays out of sight until {@link ConsoleWindow.open}. */
export function createConsoleWindow(parts: WindowParts, hidden: boolean): ConsoleWindow {
  const { preferences, clock, log } = parts;
  const { bounds, maximized } = preferences.get();
  const port = parts.create(windowOptions(parts, placeWindow(bounds, parts.workAreas())));
  const load = (address: string) => {
    port.loadURL(address).catch((error: unknown) => log.error('the screen could not be loaded', { address, error }));
  };

  function open(): void {
    if (port.isMinimized()) port.restore();
    port.show();
    port.focus();
  }

  function showFirst(): void {
    waiting.cancel();
    if (port.isDestroyed() || port.isVisible()) return;
    if (maximized) port.maximize();
    port.show();
  }
  const waiting = hidden ? { cancel() {} } : clock.setTimer(SHOW_ANYWAY_MS, showFirst);
  if (!hidden) port.once('ready-to-show', showFirst);

  rememberBounds(port, preferences, clock);
  reloadAfterCrash(port, clock, log);
  load(START_PAGE);
  return {
    port,
    open,
    openPair(pairKey) {
      load(pairPage(pairKey));
      open();
    },
  };
}

/** Keeps where the window is: looked at now and then, since a drag is hundreds of moves. */
function rememberBounds(port: WindowPort, preferences: PreferencesStore, clock: Clock): void {
  let moved = false;
  const keep = () => {
    if (!moved || port.isDestroyed()) return;
    moved = false;
    preferences.set({ bounds: port.getNormalBounds(), maximized: port.isMaximized() });
  };
  const note = () => {
    moved = true;
  };
  port.on('move', note);
  port.on('resize', note);
  port.on('close', keep);
  const timer = every(clock, 5_000, keep);
  port.on('closed', () => timer.cancel());
}

/** The page's process is gone: load the page again, unless that does not help. */
function reloadAfterCrash(port: WindowPort, clock: Clock, log: Log): void {
  let crashes: number[] = [];
  port.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error('the page ended', { reason, exitCode });
    const nowMs = clock.monotonicMs();
    crashes = [...crashes.filter((atMs) => nowMs - atMs < RELOAD_WINDOW_MS), nowMs];
    if (reason !== 'clean-exit' && crashes.length <= MAX_RELOADS && !port.isDestroyed()) port.reload();
  });
}
