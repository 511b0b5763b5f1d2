import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ForkOptions } from 'electron';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUES } from '#shared/i18n';
import { parseDesktopArguments } from '../../../src/main/desktop/arguments.ts';
import { createUtilityLauncher, LaunchError, type UtilityPort } from '../../../src/main/desktop/launcher.ts';
import { autostartFile, autostartLoginItem, execWord, systemLoginItem } from '../../../src/main/desktop/login-item.ts';
import { trayMenu, windowMenu } from '../../../src/main/desktop/menu.ts';
import { openPreferences } from '../../../src/main/desktop/preferences.ts';
import { as, memoryLog } from './fakes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuantu-desktop-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('preferences', () => {
  it('are kept in a file, and read back', () => {
    const file = join(folder, 'kept', 'desktop.json');
    const log = memoryLog();
    const store = openPreferences(file, log);
    expect(store.get()).toEqual({ closeToTray: false, hintShown: false, maximized: false });
    store.set({ closeToTray: true, bounds: { x: 1, y: 2, width: 1000, height: 700 } });
    expect(openPreferences(file, log).get()).toEqual(store.get());
    expect(store.get().closeToTray).toBe(true);
    expect(log.lines).toEqual([]);
  });

  it.each(['{', '[]', '{"version":2}', `{"version":1,"closeToTray":"yes"}`, ' '.repeat(20_000)])(
    'start afresh from a file that says nothing',
    (text) => {
      const file = join(folder, 'broken.json');
      writeFileSync(file, text);
      const log = memoryLog();
      expect(openPreferences(file, log).get().closeToTray).toBe(false);
      expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
    },
  );

  it('hold until the end where they cannot be written', () => {
    const log = memoryLog();
    writeFileSync(join(folder, 'no-folder'), '');
    const store = openPreferences(join(folder, 'no-folder', 'desktop.json'), log);
    log.lines.length = 0;
    store.set({ closeToTray: true });
    expect(store.get().closeToTray).toBe(true);
    expect(log.lines.map(({ message }) => message)).toEqual(['the preferences could not be written']);
  });
});

describe('start at login', () => {
  it('is the system list on Windows and macOS, out of sight', () => {
    const set: unknown[] = [];
    const item = systemLoginItem({
      getLoginItemSettings: () => ({
        openAtLogin: true,
        wasOpenedAtLogin: false,
        status: 'enabled',
        executableWillLaunchAtLogin: true,
        launchItems: [],
      }),
      setLoginItemSettings: (settings) => set.push(settings),
    });
    item.set(true);
    item.set(false);
    expect(set).toEqual([
      { openAtLogin: true, args: ['--hidden'] },
      { openAtLogin: false, args: ['--hidden'] },
    ]);
    expect(item.enabled()).toBe(true);
  });

  it('is an autostart file on Linux', () => {
    const file = autostartFile({ XDG_CONFIG_HOME: join(folder, 'config') }, '/home/op');
    const item = autostartLoginItem(file, '/opt/KuanTu HA/console', '宽途主备控制台');
    expect(item.enabled()).toBe(false);
    item.set(true);
    expect(item.enabled()).toBe(true);
    expect(readFileSync(file, 'utf8').split('\n')).toContain('Exec="/opt/KuanTu HA/console" --hidden');
    expect(statSync(file).mode & 0o777).toBe(0o644);
    item.set(false);
    item.set(false);
    expect(item.enabled()).toBe(false);
  });

  it('follows the desktop specification for its place and its quoting', () => {
    expect(autostartFile({}, '/home/op')).toBe('/home/op/.config/autostart/kuantu-ha-console.desktop');
    expect(autostartFile({ XDG_CONFIG_HOME: 'relative' }, '/home/op')).toContain('/home/op/.config/');
    expect(execWord('/opt/100%/a"b$c`d\\e')).toBe('"/opt/100%%/a\\\\"b\\\\$c\\\\`d\\\\\\\\e"');
  });
});

describe('menus', () => {
  const chosen: unknown[] = [];
  const parts = {
    locale: 'zh-CN' as const,
    platform: 'linux' as const,
    packaged: true,
    closeToTray: { possible: false, checked: false },
    loginItem: true,
    actions: {
      open: () => chosen.push('open'),
      quit: () => chosen.push('quit'),
      setCloseToTray: (to: boolean) => chosen.push(['tray', to]),
      setLoginItem: (to: boolean) => chosen.push(['login', to]),
      zooKeeperGuide: () => chosen.push('guide'),
    },
  };
  type Items = ReturnType<typeof windowMenu>;
  const flat = (items: Items): Items =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);

  it('say everything in the language asked for', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      const labels = flat([...windowMenu({ ...parts, locale, packaged: false }), ...trayMenu({ ...parts, locale })])
        .map(({ label }) => label)
        .filter((label) => label !== undefined);
      expect(labels.length).toBeGreaterThan(15);
      expect(labels.filter((label) => label.includes('shell.'))).toEqual([]);
      expect(labels).toContain(CATALOGUES[locale]['shell.menu.quit']);
    }
  });

  it('have developer tools only while developing', () => {
    const roles = (packaged: boolean) => flat(windowMenu({ ...parts, packaged })).map(({ role }) => role);
    expect(roles(true)).not.toContain('toggleDevTools');
    expect(roles(false)).toContain('toggleDevTools');
    expect(roles(false)).not.toContain('reload');
  });

  it('do what they say', () => {
    const items = flat(windowMenu(parts));
    const click = (key: string, checked = false) =>
      items
        .find(({ label }) => label === CATALOGUES['zh-CN'][`shell.menu.${key}`])
        ?.click?.({ checked } as never, undefined, {} as never);
    click('loginItem', true);
    click('closeToTray', true);
    click('zooKeeperGuide');
    click('quit');
    expect(chosen).toEqual([['login', true], ['tray', true], 'guide', 'quit']);
    expect(items.find(({ label }) => label?.includes('托盘'))).toMatchObject({ enabled: false, checked: false });
    expect(items.find(({ label }) => label === '登录时启动')).toMatchObject({ checked: true });
  });
});

/** A utility process played by plain Node: the same calls, a real process. */
function forkNode(children: ChildProcess[]) {
  return (entry: string, args: string[], options: ForkOptions): UtilityPort => {
    const child = spawn(process.execPath, [entry, ...args], { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return as<UtilityPort>(child as ChildProcess & Omit<UtilityPort, 'once'>);
  };
}

describe('practice processes', () => {
  const children: ChildProcess[] = [];
  const launcher = createUtilityLauncher({
    fork: forkNode(children),
    kill: (pid, signal) => process.kill(pid, signal),
    platform: 'linux',
  });

  it('run with their arguments in their directory, are heard line by line, and end by a signal', async () => {
    const entry = join(folder, 'child.mjs');
    writeFileSync(
      entry,
      'process.on("SIGTERM", () => process.exit(7));' +
        'console.error("warned"); console.log(process.argv.slice(2).join()); console.log(process.cwd());' +
        'setInterval(() => {}, 1000);',
    );
    const lines: string[] = [];
    const all = Promise.withResolvers<void>();
    const child = await launcher.launch({
      entry,
      args: ['--a', 'b'],
      directory: folder,
      onLine(line, stream) {
        lines.push(`${stream} ${line}`);
        if (lines.length === 3) all.resolve();
      },
    });
    await all.promise;
    expect(lines.toSorted()).toEqual(['error warned', 'out --a,b', `out ${folder}`]);
    expect(child.pid).toBe(children[0]?.pid);
    expect([child.signal('SIGSTOP'), child.signal('SIGCONT'), child.signal('SIGTERM')]).toEqual([true, true, true]);
    expect(await child.exited).toMatchObject({ code: 7 });
    expect(child.signal('SIGTERM')).toBe(false);
  });

  it('are not tethered, and cannot hang on Windows', () => {
    expect([launcher.tethersByStdin, launcher.canHang]).toEqual([false, true]);
    expect(createUtilityLauncher({ fork: forkNode([]), kill: () => true, platform: 'win32' }).canHang).toBe(false);
  });

  it('say so when they never began', async () => {
    const stillborn = createUtilityLauncher({
      fork: () =>
        ({
          once: (event: string, listener: (code: number) => void) => event === 'exit' && listener(134),
          pid: undefined,
          stdout: null,
          stderr: null,
        }) as unknown as UtilityPort,
      kill: () => true,
      platform: 'linux',
    });
    const launched = stillborn.launch({ entry: '/out/mtnode.js', args: [], directory: folder });
    await expect(launched).rejects.toThrow(LaunchError);
    await expect(launched).rejects.toMatchObject({ entry: '/out/mtnode.js', exitCode: 134 });
  });
});

describe("the program's arguments", () => {
  it('are picked out of what Chromium and the desktop add', () => {
    expect(
      parseDesktopArguments([
        '--inspect=0',
        '/repo/out/main/index.js',
        '--user-data-dir=/tmp/x',
        '--state-dir',
        '/tmp/state',
        '--practice',
        '--lang',
        'en',
        '--no-quit-question',
      ]),
    ).toEqual({
      config: undefined,
      stateDir: '/tmp/state',
      ephemeral: false,
      practice: true,
      hidden: false,
      askBeforeQuit: false,
      locale: 'en',
      logLevel: 'warn',
    });
  });

  it('that make no sense count as not given', () => {
    expect(parseDesktopArguments(['--config', '--lang=fr', '--log-level=loud'])).toMatchObject({
      locale: undefined,
      logLevel: 'warn',
      askBeforeQuit: true,
    });
  });
});
