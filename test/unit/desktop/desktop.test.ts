import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindowConstructorOptions, Menu, MenuItemConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '#main/app';
import type { TotalsView } from '#shared/contract';
import { VirtualClock } from '#test/virtual-clock';
import { parseDesktopArguments } from '../../../src/main/desktop/arguments.ts';
import { APP_ID, createDesktop, type DesktopParts } from '../../../src/main/desktop/desktop.ts';
import { CHANNEL } from '../../../src/main/desktop/transport.ts';
import { FakeWindow, memoryLog, totals } from './fakes.ts';

type Electron = DesktopParts['electron'];
let userData: string;
beforeEach(() => {
  userData = mkdtempSync(join(tmpdir(), 'kuantu-desktop-'));
});
afterEach(() => rmSync(userData, { recursive: true }));

/** Electron as far as the shell goes: every call noted. */
function fakeElectron() {
  const windows: FakeWindow[] = [];
  const trays: (EventEmitter & { tooltip: string })[] = [];
  const shown: string[] = [];
  const menus: MenuItemConstructorOptions[][] = [];
  const questions: unknown[] = [];
  let applicationMenu: MenuItemConstructorOptions[] = [];
  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    modelId: '',
    badge: 0,
    quits: 0,
    getPath: () => userData,
    getLoginItemSettings: () => ({ openAtLogin: false }),
    setAppUserModelId(id: string) {
      app.modelId = id;
    },
    setBadgeCount(count: number) {
      app.badge = count;
      return true;
    },
    quit() {
      app.quits += 1;
      app.emit('before-quit', { preventDefault() {} });
    },
  });
  class Window extends FakeWindow {
    constructor(_options: BrowserWindowConstructorOptions) {
      super();
      windows.push(this);
    }
  }
  class Tray extends EventEmitter {
    tooltip = '';
    constructor() {
      super();
      trays.push(this);
    }
    setImage(): void {}
    setContextMenu(): void {}
    destroy(): void {}
    setToolTip(text: string): void {
      this.tooltip = text;
    }
  }
  class Notification extends EventEmitter {
    static isSupported = () => true;
    readonly title: string;
    constructor({ title }: { title: string }) {
      super();
      this.title = title;
    }
    show(): void {
      shown.push(this.title);
    }
    close(): void {}
  }
  const ipcMain = new EventEmitter();
  const powerMonitor = new EventEmitter();
  const electron = {
    app,
    BrowserWindow: Window,
    dialog: {
      showMessageBox(question: unknown) {
        questions.push(question);
        return Promise.resolve({ response: 1, checkboxChecked: false });
      },
    },
    ipcMain,
    Menu: {
      buildFromTemplate(template: MenuItemConstructorOptions[]) {
        menus.push(template);
        return template as unknown as Menu;
      },
      setApplicationMenu(menu: unknown) {
        applicationMenu = menu as MenuItemConstructorOptions[];
      },
    },
    nativeImage: { createFromPath: (file: string) => file },
    Notification,
    powerMonitor,
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] },
    Tray,
  };
  return {
    electron: electron as unknown as Electron,
    app,
    windows,
    trays,
    shown,
    questions,
    ipcMain,
    powerMonitor,
    firstMenu: () => applicationMenu[0]?.label,
  };
}

function started(args: string[] = []) {
  const fake = fakeElectron();
  const clock = new VirtualClock();
  const log = memoryLog();
  const process = Object.assign(new EventEmitter(), {
    platform: 'linux' as const,
    env: { XDG_CONFIG_HOME: userData },
    execPath: '/opt/console',
  });
  let flushed = 0;
  const desktop = createDesktop({
    electron: fake.electron,
    args: parseDesktopArguments(args),
    locale: 'en',
    preloadFile: '/out/preload/index.cjs',
    iconFolder: '/icons',
    openExternal: () => true,
    process: process as unknown as DesktopParts['process'],
    home: '/home/op',
    clock,
    log,
    flushLog: () => {
      flushed += 1;
    },
  });
  let now: TotalsView = totals({ ok: 2 });
  let stops = 0;
  let sleeps = 0;
  const screens: string[] = [];
  const app: App = {
    connect(_port, screen) {
      screens.push(screen);
      return { receive: () => true, close: () => screens.push('closed') };
    },
    totals: () => now,
    startPractice: () => Promise.resolve({ pairKey: 'practice/pair' }),
    slept() {
      sleeps += 1;
    },
    stop() {
      stops += 1;
      return Promise.resolve();
    },
  };
  desktop.show(app);
  const [window] = fake.windows;
  const [tray] = fake.trays;
  if (!window || !tray) throw new Error('no window or no tray');
  return {
    ...fake,
    clock,
    log,
    desktop,
    process,
    window,
    tray,
    screens,
    stops: () => stops,
    sleeps: () => sleeps,
    flushed: () => flushed,
    setTotals(next: TotalsView) {
      now = next;
    },
  };
}

describe('the desktop', () => {
  it('opens one window on the app, with tray, menu and an identity for Windows', () => {
    const { app, windows, window, tray, ipcMain, screens, firstMenu } = started();
    expect(windows).toHaveLength(1);
    expect(app.modelId).toBe(APP_ID);
    expect(firstMenu()).toBe('Console');
    expect(tray.tooltip).toMatch(/^2 ok · /);
    const mainFrame = { url: 'app://console/index.html', parent: null };
    const sender = Object.assign(window.contents, { mainFrame, isDestroyed: () => false, send() {} });
    ipcMain.emit(CHANNEL, { sender, senderFrame: mainFrame }, {});
    expect(screens).toEqual(['window-1']);
  });

  it('shows totals and notices as they come, and changes its language', () => {
    const { app, desktop, tray, shown, firstMenu } = started();
    desktop.totalsChanged(totals({ p1: 1, ok: 1, severity: 'p1' }));
    expect(tray.tooltip).toMatch(/^1 P1 · 1 ok · /);
    expect(app.badge).toBe(1);
    desktop.notify({
      id: 1,
      atMs: 0,
      kind: 'switchover-begun',
      pairKey: 'e/p',
      title: { key: 'shell.notice.begun', params: { pair: 'OMS-02' } },
      body: { key: 'shell.notice.begunBody', params: {} },
      critical: true,
    });
    expect(shown).toEqual(['OMS-02: switchover begun']);
    desktop.localeChanged('zh-CN');
    expect(firstMenu()).toBe('控制台');
    expect(tray.tooltip).toMatch(/^1 P1 · 1 正常 · /);
  });

  it('knows nothing while the machine sleeps, and trusts nothing right after', async () => {
    const { powerMonitor, tray, clock, setTotals, sleeps } = started();
    powerMonitor.emit('suspend');
    expect(sleeps()).toBe(1);
    expect(tray.tooltip).toMatch(/^no data · /);
    setTotals(totals({ noData: 2, severity: 'no-data' }));
    powerMonitor.emit('resume');
    expect(sleeps()).toBe(2);
    expect(tray.tooltip).toMatch(/^no data · /);
    await clock.advance(5_000);
    expect(tray.tooltip).toMatch(/^2 no data · 0 ok/);
  });

  it('comes to the front when it is started again or its tray icon is clicked', () => {
    const { app, window, tray } = started(['--hidden']);
    expect(window.visible).toBe(false);
    app.emit('second-instance');
    tray.emit('click');
    expect(window.did.filter((line) => line === 'focus')).toHaveLength(2);
  });

  it('asks before it quits, and stops the app before Electron', async () => {
    const { app, clock, questions, screens, stops, flushed, process } = started();
    app.quit();
    await clock.advance(0);
    expect([questions.length, stops(), flushed(), app.quits, screens]).toEqual([1, 1, 1, 2, []]);
    process.emit('SIGTERM');
    await clock.advance(0);
    expect(stops()).toBe(1);
  });

  it('asks nothing of a signal, a shutdown, or who drives it by program', async () => {
    for (const end of [
      (it: ReturnType<typeof started>) => it.process.emit('SIGTERM'),
      (it: ReturnType<typeof started>) => it.powerMonitor.emit('shutdown'),
    ]) {
      const running = started();
      end(running);
      await running.clock.advance(0);
      expect([running.questions.length, running.stops(), running.app.quits]).toEqual([0, 1, 1]);
    }
    const driven = started(['--no-quit-question']);
    driven.app.quit();
    await driven.clock.advance(0);
    expect([driven.questions.length, driven.stops()]).toEqual([0, 1]);
  });
});
