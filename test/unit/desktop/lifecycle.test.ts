import { EventEmitter } from 'node:events';
import type { App, MessageBoxOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { watchClose } from '../../../src/main/desktop/close.ts';
import { createQuit } from '../../../src/main/desktop/quit.ts';
import { createConsoleWindow, type WindowPort } from '../../../src/main/desktop/window.ts';
import { as, FakeWindow, memoryLog, memoryPreferences, preventable } from './fakes.ts';

type QuitApp = Pick<App, 'on' | 'quit'>;

class FakeApp extends EventEmitter implements Omit<QuitApp, 'on'> {
  quits = 0;
  quit(): void {
    this.quits += 1;
  }
}

function quitting(options: { pairs?: number; answer?: number; stop?: () => Promise<void>; askFails?: boolean } = {}) {
  const app = new FakeApp();
  const clock = new VirtualClock();
  const log = memoryLog();
  const asked: MessageBoxOptions[] = [];
  const order: string[] = [];
  const quit = createQuit({
    app: as<QuitApp>(app),
    ask(question) {
      asked.push(question);
      if (options.askFails) return Promise.reject(new Error('no display'));
      return Promise.resolve({ response: options.answer ?? 0, checkboxChecked: false });
    },
    watchedPairs: () => options.pairs ?? 3,
    stop() {
      order.push('stop');
      return options.stop?.() ?? Promise.resolve();
    },
    stopped: () => order.push('stopped'),
    locale: () => 'en',
    clock,
    log,
  });
  const tryToQuit = () => {
    const event = preventable();
    app.emit('before-quit', event);
    return event;
  };
  return { app, clock, log, asked, order, quit, tryToQuit };
}

describe('quitting', () => {
  it('says that monitoring stops, and keeps running on Enter and Escape', async () => {
    const { app, clock, asked, order, quit, tryToQuit } = quitting({ answer: 0 });
    expect(tryToQuit().prevented).toBe(true);
    await clock.advance(0);
    expect(asked[0]).toMatchObject({
      message: 'Quitting stops the monitoring',
      detail: expect.stringContaining('(3)'),
      buttons: ['Keep running', 'Quit and stop monitoring'],
      defaultId: 0,
      cancelId: 0,
    });
    expect([app.quits, order, quit.done]).toEqual([0, [], false]);
    tryToQuit();
    expect(asked).toHaveLength(2);
  });

  it('stops the app first, then lets Electron quit', async () => {
    const { app, clock, order, quit, tryToQuit } = quitting({ answer: 1 });
    tryToQuit();
    tryToQuit();
    await clock.advance(0);
    expect([order, app.quits, quit.done]).toEqual([['stop', 'stopped'], 1, true]);
    expect(tryToQuit().prevented).toBe(false);
  });

  it('does not ask where nothing is watched', async () => {
    const { app, clock, asked, tryToQuit } = quitting({ pairs: 0 });
    tryToQuit();
    await clock.advance(0);
    expect([asked.length, app.quits]).toEqual([0, 1]);
  });

  it('ends all the same when the app does not stop, or fails to', async () => {
    const hung = quitting({ answer: 1, stop: () => new Promise(() => {}) });
    hung.tryToQuit();
    await hung.clock.advance(9_900);
    expect(hung.app.quits).toBe(0);
    await hung.clock.advance(200);
    expect(hung.app.quits).toBe(1);
    const failing = quitting({ answer: 1, stop: () => Promise.reject(new Error('disk full')) });
    failing.tryToQuit();
    await failing.clock.advance(0);
    expect([failing.app.quits, failing.log.lines[0]?.level]).toEqual([1, 'error']);
  });

  it('is done once, also when the machine goes down while the question stands', async () => {
    const { app, clock, order, quit, tryToQuit } = quitting({ answer: 1 });
    tryToQuit();
    quit.now();
    quit.now();
    await clock.advance(0);
    expect([order, app.quits]).toEqual([['stop', 'stopped'], 1]);
  });

  it('goes on without the question where it cannot be asked', async () => {
    const { app, clock, tryToQuit } = quitting({ askFails: true });
    tryToQuit();
    await clock.advance(0);
    expect(app.quits).toBe(1);
  });
});

describe('closing the window', () => {
  function closing(platform: NodeJS.Platform, options: { closeToTray?: boolean; trayWorks?: boolean } = {}) {
    const window = new FakeWindow();
    const app = new FakeApp();
    const preferences = memoryPreferences();
    preferences.set({ closeToTray: options.closeToTray ?? false });
    const quit = { done: false, ended: 0, now: () => void quit.ended++ };
    let hints = 0;
    watchClose({
      window: as<WindowPort>(window),
      app,
      quit,
      preferences,
      trayWorks: options.trayWorks ?? true,
      platform,
      hint: () => void hints++,
    });
    const close = () => {
      const event = preventable();
      window.emit('close', event);
      return event.prevented;
    };
    return { window, app, quit, close, hints: () => hints };
  }

  it('quits, unless the operator chose the tray and there is one', () => {
    for (const options of [{}, { closeToTray: true, trayWorks: false }]) {
      const { app, window, close } = closing('win32', options);
      expect(close()).toBe(true);
      expect([app.quits, window.did]).toEqual([1, []]);
    }
  });

  it('hides on Windows and minimises on Linux, and says so once', () => {
    for (const [platform, done] of [
      ['win32', 'hide'],
      ['linux', 'minimize'],
    ] as const) {
      const { app, window, close, hints } = closing(platform, { closeToTray: true });
      close();
      close();
      expect([app.quits, window.did, hints()]).toEqual([0, [done, done], 1]);
    }
  });

  it('leaves the program running on macOS, as there is customary', () => {
    const { app, window, close, hints } = closing('darwin', { trayWorks: false });
    close();
    expect([app.quits, window.did, hints()]).toEqual([0, ['hide'], 0]);
  });

  it('is let through once everything has stopped, and ends at once with the session', () => {
    const { app, quit, window, close } = closing('win32');
    window.emit('session-end');
    expect(quit.ended).toBe(1);
    quit.done = true;
    expect(close()).toBe(false);
    expect(app.quits).toBe(0);
  });
});

describe('the window', () => {
  function open(options: { hidden?: boolean; maximized?: boolean } = {}) {
    const fake = new FakeWindow();
    const clock = new VirtualClock();
    const log = memoryLog();
    const preferences = memoryPreferences();
    preferences.set({ maximized: options.maximized ?? false });
    const asked: Record<string, unknown>[] = [];
    const window = createConsoleWindow(
      {
        create(constructorOptions) {
          asked.push({ ...constructorOptions });
          return as<WindowPort>(fake);
        },
        workAreas: () => [{ x: 0, y: 0, width: 1920, height: 1040 }],
        preferences,
        preloadFile: '/out/preload/index.cjs',
        iconFile: '/icon.png',
        title: 'Console',
        clock,
        log,
      },
      options.hidden ?? false,
    );
    return { fake, clock, log, preferences, window, asked };
  }

  it('is isolated, sandboxed and without Node', () => {
    expect(open().asked[0]).toMatchObject({
      show: false,
      webPreferences: {
        preload: '/out/preload/index.cjs',
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webviewTag: false,
        webSecurity: true,
      },
    });
  });

  it('loads our own page and shows itself when that is ready', async () => {
    const { fake, clock } = open({ maximized: true });
    expect(fake.did).toEqual(['load app://console/index.html']);
    fake.emit('ready-to-show');
    expect(fake.did.slice(1)).toEqual(['maximize', 'show']);
    await clock.advance(10_000);
    expect(fake.did.slice(1)).toEqual(['maximize', 'show']);
  });

  it('shows itself all the same when the page is never ready, unless it was started out of sight', async () => {
    const visible = open();
    await visible.clock.advance(6_000);
    expect(visible.fake.visible).toBe(true);
    const hidden = open({ hidden: true });
    hidden.fake.emit('ready-to-show');
    await hidden.clock.advance(6_000);
    expect(hidden.fake.visible).toBe(false);
    hidden.window.open();
    expect(hidden.fake.visible).toBe(true);
  });

  it("opens a pair's page from the task bar", () => {
    const { fake, window } = open();
    fake.minimized = true;
    window.openPair('practice/p1');
    expect(fake.did.slice(1)).toEqual(['load app://console/index.html#/pair/practice/p1', 'restore', 'show', 'focus']);
  });

  it('remembers where it was, now and then and on closing', async () => {
    const { fake, clock, preferences } = open();
    fake.emit('move');
    expect(preferences.get().bounds).toBeUndefined();
    await clock.advance(5_000);
    expect(preferences.get().bounds).toEqual({ x: 10, y: 20, width: 1000, height: 700 });
    fake.maximized = true;
    fake.emit('resize');
    fake.emit('close');
    expect(preferences.get().maximized).toBe(true);
  });

  it('loads a page that crashed again, three times a minute at most', async () => {
    const { fake, clock } = open();
    const crash = () => fake.contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    const reloads = () => fake.did.filter((line) => line === 'reload').length;
    for (let i = 0; i < 5; i++) crash();
    expect(reloads()).toBe(3);
    await clock.advance(61_000);
    crash();
    expect(reloads()).toBe(4);
    fake.contents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(reloads()).toBe(4);
  });
});
