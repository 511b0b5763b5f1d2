import { join } from 'node:path';
import type { Clock } from '#core/clock';
import type { Log } from '#core/logging';
import type { App } from '#main/app';
import type { NoticeView, TotalsView } from '#shared/contract';
import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { DesktopArguments } from './arguments.ts';
import { createAttention } from './attention.ts';
import { watchClose } from './close.ts';
import { iconFiles } from './icons.ts';
import { autostartFile, autostartLoginItem, type LoginItem, systemLoginItem } from './login-item.ts';
import { type MenuParts, trayMenu, windowMenu } from './menu.ts';
import { createNotifications } from './notifications.ts';
import { watchPower } from './power.ts';
import { openPreferences } from './preferences.ts';
import { createQuit } from './quit.ts';
import type { OpenExternal } from './security.ts';
import { connectScreens } from './transport.ts';
import { createTray } from './tray.ts';
import { createConsoleWindow } from './window.ts';

export const APP_ID = 'com.kuantu.ha-console';
const ZOOKEEPER_GUIDE = 'https://zookeeper.apache.org/doc/r3.8.4/zookeeperAdmin.html';
/** After waking, totals are shown again once there was time to hear from every pair. */
const FRESH_AFTER_MS = 5_000;

export interface DesktopParts {
  electron: Pick<
    typeof import('electron'),
    | 'app'
    | 'BrowserWindow'
    | 'dialog'
    | 'ipcMain'
    | 'Menu'
    | 'nativeImage'
    | 'Notification'
    | 'powerMonitor'
    | 'screen'
    | 'Tray'
  >;
  args: DesktopArguments;
  locale: Locale;
  preloadFile: string;
  iconFolder: string;
  openExternal: OpenExternal;
  process: Pick<NodeJS.Process, 'platform' | 'env' | 'execPath' | 'on'>;
  home: string;
  clock: Clock;
  log: Log;
  flushLog(): void;
}

/** What the desktop shows of the app, from before the app is there. */
export interface Desktop {
  locale(): Locale;
  localeChanged(locale: Locale): void;
  notify(notice: NoticeView): void;
  totalsChanged(totals: TotalsView): void;
  /** Opens the window on the app, with tray and all. */
  show(app: App): void;
}

/** Builds the shell's parts around the app and lets them hear of each other. */
export function createDesktop(parts: DesktopParts): Desktop {
  const { log, clock } = parts;
  let locale = parts.locale;
  let totals: TotalsView | undefined;
  let shown: ReturnType<typeof openParts> | undefined;
  return {
    locale: () => locale,
    localeChanged(chosen) {
      locale = chosen;
      shown?.refresh();
    },
    notify(notice) {
      const result = shown?.notifications.notify(notice);
      if (result?.status !== 'shown') log.warn('a notice was not shown outside the window', { ...result });
    },
    totalsChanged(next) {
      totals = next;
      shown?.showTotals(next);
    },
    show(app) {
      const opened = openParts(parts, app, () => locale);
      shown = opened;
      opened.refresh();
      opened.showTotals(totals ?? app.totals());
      watchPower(
        parts.electron.powerMonitor,
        {
          suspended() {
            opened.showTotals(undefined);
            app.slept();
          },
          resumed() {
            opened.showTotals(undefined);
            app.slept();
            clock.setTimer(FRESH_AFTER_MS, () => opened.showTotals(app.totals()));
          },
          shutdown: () => opened.quitNow(),
        },
        log,
      );
    },
  };
}

function loginItemOf({ electron, process, home }: DesktopParts, name: string): LoginItem {
  if (process.platform !== 'linux') return systemLoginItem(electron.app);
  return autostartLoginItem(autostartFile(process.env, home), process.env.APPIMAGE ?? process.execPath, name);
}

function openParts(parts: DesktopParts, app: App, locale: () => Locale) {
  const { electron, args, process, clock, log } = parts;
  const { platform } = process;
  const words = (key: string) => sentence(locale(), message(key));
  const icons = iconFiles(parts.iconFolder, platform);
  const preferences = openPreferences(join(electron.app.getPath('userData'), 'desktop.json'), log);
  const loginItem = loginItemOf(parts, words('shell.name'));

  electron.app.setAppUserModelId(APP_ID);
  const disconnect = connectScreens(electron.ipcMain, app, log.child('ipc'));
  const window = createConsoleWindow(
    {
      create: (options) => new electron.BrowserWindow(options),
      workAreas: () => electron.screen.getAllDisplays().map(({ workArea }) => workArea),
      preferences,
      preloadFile: parts.preloadFile,
      iconFile: icons.window,
      title: words('shell.name'),
      clock,
      log,
    },
    args.hidden,
  );
  const quit = createQuit({
    app: electron.app,
    ask: (options) => electron.dialog.showMessageBox(options),
    watchedPairs: () => (args.askBeforeQuit ? pairsOf(app.totals()) : 0),
    stop: () => app.stop(),
    stopped() {
      disconnect();
      notifications.clear();
      tray.destroy();
      parts.flushLog();
    },
    locale,
    clock,
    log,
  });
  const notifications = createNotifications({
    supported: () => electron.Notification.isSupported(),
    create: (options) => new electron.Notification(options),
    icons,
    locale,
    open: window.open,
    openPair: window.openPair,
    log,
  });
  const actions: MenuParts['actions'] = {
    open: window.open,
    quit: () => electron.app.quit(),
    setCloseToTray: (closeToTray) => preferences.set({ closeToTray }),
    setLoginItem(enabled) {
      try {
        loginItem.set(enabled);
      } catch (error) {
        log.warn('start at login could not be changed', { error });
        notifications.say('shell.loginItem.failedTitle', 'shell.loginItem.failed');
      }
      refresh();
    },
    zooKeeperGuide: () => void parts.openExternal(ZOOKEEPER_GUIDE),
  };
  const tray = createTray({
    create: (icon, guid) => (guid === undefined ? new electron.Tray(icon) : new electron.Tray(icon, guid)),
    icons,
    platform,
    menu: () => electron.Menu.buildFromTemplate(trayMenu({ locale: locale(), actions })),
    clicked: window.open,
    locale,
    clock,
    log,
  });
  const attention = createAttention({
    window: window.port,
    app: electron.app,
    image: (file) => electron.nativeImage.createFromPath(file),
    icons,
    platform,
    locale,
    nowMs: () => clock.wallMs(),
  });
  watchClose({
    window: window.port,
    app: electron.app,
    quit,
    preferences,
    trayWorks: tray.works,
    platform,
    hint: () => notifications.say('shell.tray.hintTitle', 'shell.tray.hint'),
  });

  function refresh(): void {
    const template = windowMenu({
      locale: locale(),
      platform,
      packaged: electron.app.isPackaged,
      closeToTray: { possible: tray.works, checked: preferences.get().closeToTray },
      loginItem: loginItem.enabled(),
      actions,
    });
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template));
    tray.refresh();
  }

  electron.app.on('second-instance', () => window.open());
  electron.app.on('activate', () => window.open());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => quit.now());
  return {
    notifications,
    refresh,
    quitNow: () => quit.now(),
    showTotals(totals: TotalsView | undefined) {
      tray.show(totals);
      attention.show(totals);
    },
  };
}

function pairsOf({ p1, p2, p3, ok, noData }: TotalsView): number {
  return p1 + p2 + p3 + ok + noData;
}
