import { EventEmitter } from 'node:events';
import type { Menu, NativeImage, NotificationConstructorOptions, PowerMonitor } from 'electron';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { createAttention } from '../../../src/main/desktop/attention.ts';
import { iconFiles } from '../../../src/main/desktop/icons.ts';
import { createNotifications, type NotificationPort } from '../../../src/main/desktop/notifications.ts';
import { watchPower } from '../../../src/main/desktop/power.ts';
import { tooltipOf, trayStateOf } from '../../../src/main/desktop/status.ts';
import { createTray, TRAY_GUID, type TrayPort } from '../../../src/main/desktop/tray.ts';
import type { WindowPort } from '../../../src/main/desktop/window.ts';
import { as, FakeWindow, memoryLog, totals } from './fakes.ts';

const MENU = {} as Menu;

class FakeTray extends EventEmitter implements Omit<TrayPort, 'on'> {
  did: string[] = [];
  setImage(image: NativeImage | string): void {
    this.did.push(`image ${String(image).replace(/.*\//, '')}`);
  }
  setToolTip(text: string): void {
    this.did.push(`tooltip ${text.replace(/\d\d:\d\d:\d\d$/, 'TIME')}`);
  }
  setContextMenu(menu: Menu | null): void {
    this.did.push(`menu ${menu === MENU}`);
  }
  destroy(): void {
    this.did.push('destroy');
  }
}

function tray(platform: NodeJS.Platform = 'linux', fails = false) {
  const fake = new FakeTray();
  const clock = new VirtualClock();
  const log = memoryLog();
  const made: [string, string | undefined][] = [];
  let clicks = 0;
  const created = createTray({
    create(icon, guid) {
      if (fails) throw new Error('no StatusNotifierWatcher');
      made.push([icon.replace(/.*\//, ''), guid]);
      return as<TrayPort>(fake);
    },
    icons: iconFiles('/icons', platform),
    platform,
    menu: () => MENU,
    clicked: () => {
      clicks += 1;
    },
    locale: () => 'en',
    clock,
    log,
  });
  return { created, fake, clock, log, made, clicks: () => clicks };
}

describe('the state', () => {
  it('follows the totals; knowing nothing and watching nothing are no data', () => {
    expect(trayStateOf(undefined)).toBe('no-data');
    expect(trayStateOf(totals())).toBe('no-data');
    expect(trayStateOf(totals({ ok: 3 }))).toBe('normal');
    expect(trayStateOf(totals({ ok: 3, noData: 1, severity: 'no-data' }))).toBe('no-data');
    expect(trayStateOf(totals({ p1: 1, noData: 1, severity: 'p1' }))).toBe('p1');
  });

  it('is said with the counts that matter and the time', () => {
    const noon = new Date(2026, 0, 5, 12, 3, 41).getTime();
    expect(tooltipOf(totals({ p1: 2, p2: 5, ok: 498 }), 'en', noon)).toBe('2 P1 · 5 P2 · 498 ok · 12:03:41');
    expect(tooltipOf(totals({ p3: 1, noData: 2 }), 'zh-CN', noon)).toBe('1 P3 · 2 无数据 · 0 正常 · 12:03:41');
    expect(tooltipOf(undefined, 'en', noon)).toBe('no data · 12:03:41');
  });
});

describe('the tray', () => {
  it('starts without data, then changes icon only with the state', () => {
    const { created, fake, made } = tray();
    created.show(totals({ ok: 2 }));
    created.show(totals({ ok: 3 }));
    created.show(totals({ ok: 2, p1: 1, severity: 'p1' }));
    created.show(undefined);
    expect(made).toEqual([['no-data-22.png', undefined]]);
    expect(fake.did.filter((line) => line.startsWith('image'))).toEqual([
      'image normal-22.png',
      'image p1-22.png',
      'image no-data-22.png',
    ]);
    expect(fake.did).toContain('tooltip 1 P1 · 2 ok · TIME');
  });

  it('sets its menu, opens on a click, and names itself to Windows and macOS their way', () => {
    const { fake, clicks } = tray();
    expect(fake.did[0]).toBe('menu true');
    fake.emit('click');
    expect(clicks()).toBe(1);
    expect(tray('win32').made).toEqual([['no-data-16.png', TRAY_GUID]]);
    expect(tray('darwin').made).toEqual([['no-data-Template.png', undefined]]);
  });

  it('keeps the time in the tooltip going until it is destroyed', async () => {
    const { created, fake, clock } = tray();
    created.show(totals({ ok: 1 }));
    const count = () => fake.did.filter((line) => line.startsWith('tooltip')).length;
    const before = count();
    await clock.advance(30_000);
    expect(count()).toBe(before + 3);
    created.destroy();
    await clock.advance(30_000);
    expect(count()).toBe(before + 3);
    expect(fake.did.at(-1)).toBe('destroy');
  });

  it('may be missing', () => {
    const { created, log } = tray('linux', true);
    expect(created.works).toBe(false);
    expect(() => {
      created.show(totals({ ok: 1 }));
      created.refresh();
      created.destroy();
    }).not.toThrow();
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });
});

class FakeNotification extends EventEmitter implements Omit<NotificationPort, 'on'> {
  closed = false;
  readonly options: NotificationConstructorOptions;
  constructor(options: NotificationConstructorOptions) {
    super();
    this.options = options;
  }
  show(): void {}
  close(): void {
    this.closed = true;
  }
}

describe('notifications', () => {
  const notice = {
    id: 1,
    atMs: 0,
    kind: 'switchover-failed' as const,
    pairKey: 'e/p',
    title: { key: 'shell.notice.failed', params: { pair: 'OMS-02' } },
    body: { key: 'shell.notice.failedBody', params: { to: 'B' } },
    critical: true,
  };
  function notifications(options: { supported?: boolean; fails?: boolean } = {}) {
    const made: FakeNotification[] = [];
    const opened: string[] = [];
    const log = memoryLog();
    const created = createNotifications({
      supported: () => options.supported ?? true,
      create(constructorOptions) {
        if (options.fails) throw new Error('no daemon');
        const fake = new FakeNotification(constructorOptions);
        made.push(fake);
        return as<NotificationPort>(fake);
      },
      icons: iconFiles('/icons', 'linux'),
      locale: () => 'en',
      open: () => opened.push('window'),
      openPair: (key) => opened.push(key),
      log,
    });
    return { created, made, opened, log };
  }

  it('stay until they are seen when critical, and open their pair', () => {
    const { created, made, opened } = notifications();
    expect(created.notify(notice)).toEqual({ status: 'shown' });
    expect(made[0]?.options).toMatchObject({
      title: 'OMS-02: switchover failed',
      urgency: 'critical',
      timeoutType: 'never',
      icon: '/icons/tray/p1-32.png',
    });
    made[0]?.emit('click');
    expect(opened).toEqual(['e/p']);
  });

  it('pass by themselves otherwise', () => {
    const { created, made } = notifications();
    created.notify({ ...notice, critical: false });
    expect(made[0]?.options).toMatchObject({ urgency: 'normal', timeoutType: 'default' });
  });

  it('are held until they are closed, clicked or refused, and cleared at the end', () => {
    const { created, made, log } = notifications();
    for (let i = 0; i < 4; i++) created.notify(notice);
    made[0]?.emit('click');
    made[1]?.emit('close');
    made[2]?.emit('failed', {}, 'refused');
    created.clear();
    expect(made.map(({ closed }) => closed)).toEqual([false, false, false, true]);
    expect(log.lines).toHaveLength(1);
  });

  it('do not pile up', () => {
    const { created, made } = notifications();
    for (let i = 0; i < 60; i++) created.notify(notice);
    created.clear();
    expect(made.filter(({ closed }) => closed)).toHaveLength(50);
    expect(made[0]?.closed).toBe(false);
  });

  it('say why they were not shown', () => {
    expect(notifications({ supported: false }).created.notify(notice)).toMatchObject({ status: 'not-shown' });
    expect(notifications({ fails: true }).created.notify(notice)).toEqual({ status: 'not-shown', reason: 'no daemon' });
  });

  it('speak of the console itself, and open its window', () => {
    const { created, made, opened } = notifications();
    created.say('shell.tray.hintTitle', 'shell.tray.hint');
    expect(made[0]?.options.title).toBe('The console is still running');
    made[0]?.emit('click');
    expect(opened).toEqual(['window']);
  });
});

describe('dock and task bar', () => {
  function attention(platform: NodeJS.Platform) {
    const window = new FakeWindow();
    const badges: (number | undefined)[] = [];
    const created = createAttention({
      window: as<WindowPort>(window),
      app: { setBadgeCount: (count) => badges.push(count) > 0 },
      image: (file) => file.replace(/.*\//, '') as unknown as NativeImage,
      icons: iconFiles('/icons', platform),
      platform,
      locale: () => 'en',
      nowMs: () => 0,
    });
    return { window, badges, created };
  }

  it('count who needs somebody, and turn red while there is a P1', () => {
    const { window, badges, created } = attention('linux');
    created.show(totals({ ok: 5, p2: 2, severity: 'p2' }));
    created.show(totals({ p1: 1, p2: 2, severity: 'p1' }));
    created.show(totals({ ok: 8 }));
    created.show(undefined);
    expect(badges).toEqual([2, 3, 0, 0]);
    expect(window.did).toEqual(['progress 1 error', 'flash true', 'progress -1']);
  });

  it('flash for a new P1 only, and not at somebody who looks', () => {
    const { window, created } = attention('linux');
    const flashes = () => window.did.filter((line) => line.startsWith('flash'));
    created.show(totals({ p1: 1, severity: 'p1' }));
    created.show(totals({ p1: 1, severity: 'p1' }));
    expect(flashes()).toEqual(['flash true']);
    window.emit('focus');
    window.focused = true;
    created.show(totals({ p1: 2, severity: 'p1' }));
    expect(flashes()).toEqual(['flash true', 'flash false']);
  });

  it('badge the button on Windows by state, with words', () => {
    const { window, badges, created } = attention('win32');
    created.show(totals({ ok: 1 }));
    created.show(totals({ p1: 1, severity: 'p1' }));
    created.show(totals({ p1: 2, severity: 'p1' }));
    expect(badges).toEqual([]);
    const overlays = window.did.filter((line) => line.startsWith('overlay'));
    expect(overlays).toHaveLength(2);
    expect(overlays[0]).toMatch(/^overlay none 1 ok · /);
    expect(overlays[1]).toMatch(/^overlay p1-16.png 1 P1 · 0 ok · /);
  });

  it('leave a window alone that is gone', () => {
    const { window, badges, created } = attention('linux');
    window.gone = true;
    created.show(totals({ p1: 1, severity: 'p1' }));
    expect([window.did, badges]).toEqual([[], []]);
  });
});

describe('power', () => {
  it('is passed on and logged', () => {
    const monitor = new EventEmitter();
    const heard: string[] = [];
    const log = memoryLog();
    watchPower(
      as<Pick<PowerMonitor, 'on'>>(monitor),
      {
        suspended: () => heard.push('suspended'),
        resumed: () => heard.push('resumed'),
        shutdown: () => heard.push('shutdown'),
      },
      log,
    );
    for (const event of ['suspend', 'resume', 'shutdown']) monitor.emit(event);
    expect(heard).toEqual(['suspended', 'resumed', 'shutdown']);
    expect(log.lines).toHaveLength(2);
  });
});
