import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { type App, createApp, createParts } from '#main/app';
import { createNodeLauncher } from '#main/practice';
import { connectScreen } from '#test/bridge';

const root = resolve(import.meta.dirname, '../../..');
const KEY = 'practice/mt-practice';
const within = { timeout: 20_000, interval: 20 };

const lives = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the console with its real modules and the practice pair', () => {
  let directory: string;
  let app: App;
  let screen: ReturnType<typeof connectScreen>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kuantu-app-practice-'));
    const world = { clock: systemClock, random: systemRandom, log: silentLog };
    app = await createApp(
      {
        ...world,
        configFile: { path: join(directory, 'config.json'), mustExist: false },
        journalFile: null,
        setupDirectory: null,
        consoleName: 'test',
        parts: createParts({ ...world, secretsFile: null }),
      },
      {
        shell: 'served',
        version: '0',
        platform: process.platform,
        runtime: 'Node',
        locale: 'en',
        practice: {
          launcher: createNodeLauncher(),
          nodeEntry: join(root, 'src/mtnode/main.ts'),
          reaperEntry: join(root, 'src/main/practice/reaper.ts'),
        },
      },
    );
    screen = connectScreen(app);
    for (const topic of ['fleet', 'events', 'notices', `pair:${KEY}`, `beats:${KEY}`]) screen.subscribe(topic);
  });
  afterAll(async () => {
    await app.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('shows the pair normal, beats streaming, and moves it when its primary is killed', async () => {
    expect(await screen.call('practice.start', {})).toEqual({ pairKey: KEY });
    await expect.poll(() => screen.state('fleet').pairs[KEY]?.state, within).toBe('normal');
    await expect.poll(() => screen.beats.length, within).toBeGreaterThan(0);
    await screen.call('pair.setPolicy', { pairKey: KEY, mode: 'auto' });
    await expect.poll(() => screen.state('fleet').pairs[KEY]?.policy, within).toBe('auto');
    const before = screen.state('fleet').pairs[KEY];
    const [primary, standby, epoch] = [before?.primary ?? '', before?.standby ?? '', before?.epoch ?? 0];
    await screen.call('practice.fault', { instance: primary, fault: 'kill' });
    await expect.poll(() => screen.state('notices').latest[0]?.kind, within).toBe('switchover-done');
    expect(screen.state('notices').latest[0]?.body.params).toMatchObject({ to: standby, epoch: epoch + 1 });
    await expect.poll(() => screen.state('fleet').pairs[KEY]?.primary, within).toBe(standby);
    const view = screen.state(`pair:${KEY}`);
    expect(view?.switchover).toMatchObject({ outcome: 'done', from: primary, to: standby, epochAfter: epoch + 1 });
    expect(screen.gaps).toEqual([]);
  });

  it('refuses to promote the instance that serves, in words', async () => {
    const primary = screen.state('fleet').pairs[KEY]?.primary ?? '';
    const preflight = await screen.call('pair.preflight', { pairKey: KEY, to: primary });
    expect(preflight.refusal).not.toBeNull();
    const { token } = preflight;
    const promote = screen.call('pair.promote', { pairKey: KEY, to: primary, token, confirmation: '' });
    await expect(promote).rejects.toMatchObject({ code: 'refused', message: preflight.refusal });
  });

  it('leaves no process behind', async () => {
    const pids = screen.state('fleet').practice.instances.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    expect(pids.filter(lives).length).toBeGreaterThan(0);
    await app.stop();
    await expect.poll(() => pids.filter(lives), within).toEqual([]);
  });
});
