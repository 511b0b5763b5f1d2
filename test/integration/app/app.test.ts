import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { type App, type AppPlatform, createApp } from '#main/app';
import type { SwitchoverNotice } from '#main/pairs';
import type { NoticeView, TotalsView } from '#shared/contract';
import { message } from '#shared/domain';
import { CATALOGUES } from '#shared/i18n';
import { connectScreen } from '#test/bridge';
import { fakeParts } from '#test/fake-parts';

const site = (id: string, over: Record<string, unknown> = {}) => ({
  id,
  name: `Site ${id}`,
  zookeeper: { connectString: `${id}:2181` },
  pairs: [
    {
      id: 'oms',
      system: 'O3',
      node: 'mt01',
      instances: [
        { name: 'a', host: 'h1', t2Port: 1, f2Port: 2, credential: { system: 'O3', sessionId: 'hush-hush' } },
        { name: 'b', host: 'h2', t2Port: 1, f2Port: 2 },
      ],
    },
  ],
  ...over,
});

let directory: string;
let configFile: string;
const apps: App[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-app-'));
  configFile = join(directory, 'config.json');
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function running(over: Partial<AppPlatform> = {}, fakes = fakeParts()) {
  const notices: NoticeView[] = [];
  const totals: TotalsView[] = [];
  const app = await createApp(
    {
      configFile: { path: configFile, mustExist: false },
      journalFile: join(directory, 'journal.db'),
      setupDirectory: join(directory, 'setup'),
      consoleName: 'test',
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      parts: fakes.parts,
    },
    {
      shell: 'served',
      version: '1.2.3',
      platform: 'linux',
      runtime: 'Node',
      locale: 'en',
      notify: (notice) => void notices.push(notice),
      totalsChanged: (total) => void totals.push(total),
      practice: { nodeEntry: '', reaperEntry: null, launcher: {} as never },
      ...over,
    },
  );
  apps.push(app);
  const screen = connectScreen(app);
  screen.subscribe('fleet');
  return { app, screen, notices, totals, ...fakes };
}
const configured = (...ids: string[]) =>
  writeFileSync(configFile, JSON.stringify({ version: 1, environments: ids.map((id) => site(id)) }));

describe('a console with nothing configured', () => {
  it('shows an empty fleet and offers practice', async () => {
    const { screen } = await running();
    expect(screen.state('fleet')).toMatchObject({
      environments: {},
      pairs: {},
      practice: { state: 'off' },
      totals: { severity: 'none', ok: 0 },
      configProblem: null,
    });
    expect(await screen.call('app.info', {})).toEqual({
      version: '1.2.3',
      shell: 'served',
      platform: 'linux',
      runtime: 'Node',
      locale: 'en',
      practiceAvailable: true,
    });
    await screen.call('app.setLocale', { locale: 'zh-CN' });
    expect(await screen.call('app.info', {})).toMatchObject({ locale: 'zh-CN' });
  });

  it('says so where practice cannot run', async () => {
    const { screen } = await running({ practice: null });
    expect(await screen.call('app.info', {})).toMatchObject({ practiceAvailable: false });
    await expect(screen.call('practice.start', {})).rejects.toMatchObject({
      code: 'unavailable',
      message: { key: 'error.practiceUnavailable' },
    });
  });

  it('watches the practice pair while it runs, and stops watching before it stops', async () => {
    const { screen, log } = await running();
    expect(await screen.call('practice.start', {})).toEqual({ pairKey: 'practice/mt' });
    expect(await screen.call('practice.start', {})).toEqual({ pairKey: 'practice/mt' });
    await expect.poll(() => screen.state('fleet').practice.state).toBe('on');
    await expect.poll(() => Object.keys(screen.state('fleet').pairs)).toEqual(['practice/mt']);
    expect(screen.state('fleet').environments.practice).toMatchObject({ kind: 'practice', readOnly: true });
    await screen.call('practice.fault', { instance: 'A', fault: 'kill' });
    for (const refused of [
      screen.call('environments.get', { id: 'practice' }),
      screen.call('environments.remove', { id: 'practice' }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'refused', message: { key: 'error.practiceReadOnly' } });
    await screen.call('practice.stop', {});
    await expect.poll(() => screen.state('fleet').pairs).toEqual({});
    expect(log).toEqual([
      'open 127.0.0.1:1',
      'fault kill A',
      'pair practice/mt stopped',
      'close 127.0.0.1:1',
      'practice stopped',
    ]);
  });
});

describe('the practice twin of a configured pair', () => {
  it('is refused for a pair that is none, for practice itself, and while another practice environment runs', async () => {
    configured('one');
    const { screen } = await running();
    await expect(screen.call('practice.start', { twinOf: 'one/none' })).rejects.toMatchObject({ code: 'not-found' });
    await screen.call('practice.start', {});
    for (const [twinOf, key] of [
      ['one/oms', 'error.practiceRuns'],
      ['practice/mt', 'error.practiceTwin'],
    ] as const)
      await expect(screen.call('practice.start', { twinOf })).rejects.toMatchObject({
        code: 'refused',
        message: { key },
      });
    await screen.call('practice.stop', {});
  });
});

describe('environments', () => {
  it('are added, edited and removed live; only the one that changed restarts', async () => {
    configured('one', 'two');
    const { screen, log } = await running();
    expect(Object.keys(screen.state('fleet').pairs)).toEqual(['one/oms', 'two/oms']);
    const saved = await screen.call('environments.save', { environment: site('three'), keepCredentials: [] });
    expect(saved).toEqual({ ok: true, id: 'three' });
    const { environment } = await screen.call('environments.get', { id: 'two' });
    await screen.call('environments.save', {
      environment: { ...(environment as object), name: 'Renamed' },
      replaces: 'two',
      keepCredentials: [[0, 0]],
    });
    await screen.call('environments.remove', { id: 'one' });
    expect(log).toEqual([
      'open one:2181',
      'open two:2181',
      'open three:2181',
      'pair two/oms stopped',
      'close two:2181',
      'open two:2181',
      'pair one/oms stopped',
      'close one:2181',
    ]);
    await expect.poll(() => Object.keys(screen.state('fleet').environments).sort()).toEqual(['three', 'two']);
    expect(screen.state('fleet').environments.two?.name).toBe('Renamed');
    expect(readFileSync(configFile, 'utf8')).toContain('hush-hush');
    expect(screen.gaps).toEqual([]);
  });

  it('never show a secret to a screen', async () => {
    configured('one');
    const { screen } = await running();
    screen.subscribe('pair:one/oms');
    const seen = [
      screen.state('fleet'),
      screen.state('pair:one/oms'),
      await screen.call('environments.get', { id: 'one' }),
    ];
    expect(JSON.stringify(seen)).not.toContain('hush-hush');
    expect(JSON.stringify(seen)).toContain('one/oms');
  });

  it('with a problem come back as problems of fields', async () => {
    const { screen } = await running();
    const environment = site('one', { zookeeper: { connectString: 'no port' } });
    expect(await screen.call('environments.save', { environment, keepCredentials: [] })).toEqual({
      ok: false,
      problems: [{ path: ['zookeeper', 'connectString'], message: message('problem.connectString') }],
    });
    await expect(screen.call('environments.get', { id: 'gone' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that cannot be started leave the others watched, and an event that names them', async () => {
    configured('impossible', 'two');
    const { screen } = await running();
    screen.subscribe('events');
    expect(Object.keys(screen.state('fleet').pairs)).toEqual(['two/oms']);
    expect(screen.state('events').latest[0]?.message).toEqual(
      message('shell.event.environmentFailed', { environment: 'Site impossible', detail: 'no such address' }),
    );
  });

  it('stay untouched in a file that is not understood, and the screen says why', async () => {
    writeFileSync(configFile, '{"version":1,"environments":[{"id":"x"}]}');
    const { screen } = await running();
    expect(screen.state('fleet').configProblem).toMatchObject({
      key: 'shell.config.problem.required',
      params: { file: configFile, path: 'environments[0].name' },
    });
    await expect(
      screen.call('environments.save', { environment: site('one'), keepCredentials: [] }),
    ).rejects.toMatchObject({ code: 'refused', message: { key: 'error.configBroken' } });
  });
});

describe('a pair', () => {
  it('changes the fleet, its own topic and the totals', async () => {
    configured('one', 'two');
    const { screen, pairs, totals, app } = await running();
    screen.subscribe('pair:one/oms');
    pairs[0]?.set({ state: 'outage', severity: 'p1' });
    await expect.poll(() => screen.state('fleet').pairs['one/oms']?.state).toBe('outage');
    expect(screen.state('pair:one/oms')?.tile.severity).toBe('p1');
    expect(screen.state('fleet').totals).toEqual({ severity: 'p1', p1: 1, p2: 0, p3: 0, ok: 1, noData: 0 });
    await expect.poll(() => totals.at(-1)).toEqual(app.totals());
    pairs[0]?.set({ severity: 'none' });
    pairs[1]?.set({ severity: 'no-data' });
    await expect.poll(() => totals.at(-1)?.severity).toBe('no-data');
    expect(screen.gaps).toEqual([]);
  });

  it('that is unknown is null as a topic and not found as a command', async () => {
    const { screen } = await running();
    screen.subscribe('pair:no/pair');
    expect(screen.state('pair:no/pair')).toBeNull();
    await expect(screen.call('pair.setPolicy', { pairKey: 'no/pair', mode: 'auto' })).rejects.toMatchObject({
      code: 'not-found',
      message: { key: 'error.noPair', params: { pair: 'no/pair' } },
    });
  });

  it('refuses with its own words, the instance named', async () => {
    configured('one');
    const { screen } = await running();
    await expect(
      screen.call('pair.promote', { pairKey: 'one/oms', to: 'b', token: 't', confirmation: '' }),
    ).rejects.toEqual({ code: 'refused', message: message('test.refusal', { to: 'b' }), instance: 'b' });
  });

  it('streams its beats to who looks, and pages the ones kept', async () => {
    configured('one');
    const { screen, pairs } = await running();
    screen.subscribe('beats:one/oms');
    const columns = {
      instance: 'a',
      atMs: Float64Array.of(10),
      code: Uint8Array.of(0),
      latencyMs: Float32Array.of(2),
    };
    pairs[0]?.kept.push(columns);
    pairs[0]?.listeners.beats?.([columns]);
    await expect.poll(() => screen.beats).toEqual([{ t: 'beats', topic: 'beats:one/oms', columns: [columns] }]);
    expect(await screen.call('pair.beats', { pairKey: 'one/oms', fromMs: 0 })).toEqual([columns]);
    expect(await screen.call('pair.beats', { pairKey: 'one/oms', fromMs: 11 })).toEqual([]);
  });
});

describe('what happens', () => {
  const notice = (kind: SwitchoverNotice['kind'], over: Partial<SwitchoverNotice> = {}): SwitchoverNotice => ({
    kind,
    atMs: Date.now(),
    operationId: 'op-1',
    trigger: 'operator',
    from: 'a',
    to: 'b',
    epochBefore: 1,
    epochAfter: kind === 'switchover-begun' ? null : 2,
    outageMs: kind === 'switchover-done' ? 123.4 : null,
    outageErrorMs: kind === 'switchover-done' ? 4.2 : null,
    steps: [],
    data: null,
    askedBy: null,
    failure: null,
    ...over,
  });

  it('in a switchover is a notice to the screen and one to the shell, and is remembered', async () => {
    configured('one');
    const { screen, pairs, notices, journals } = await running();
    screen.subscribe('notices');
    const kinds = ['switchover-begun', 'switchover-unknown', 'switchover-failed', 'switchover-done'] as const;
    const kept: unknown[] = [];
    for (const kind of kinds) {
      pairs[0]?.listeners.notice?.(notice(kind));
      kept.push(journals[0]?.switchovers('one/oms', 9).map(({ operationId, outcome }) => [operationId, outcome]));
    }
    await expect.poll(() => screen.state('notices').latest[0]?.kind).toBe('switchover-done');
    expect(notices.map(({ kind, critical, title }) => [kind, critical, title.key])).toEqual([
      ['switchover-begun', false, 'shell.notice.begun'],
      ['switchover-unknown', true, 'shell.notice.unknown'],
      ['switchover-failed', true, 'shell.notice.failed'],
      ['switchover-done', false, 'shell.notice.done'],
    ]);
    expect(notices[3]?.body.params).toEqual({ to: 'b', epoch: 2, outageMs: 123, outageErrorMs: 5 });
    expect(kept).toEqual([[], [['op-1', 'unknown']], [['op-1', 'failed']], [['op-1', 'done']]]);
    const said = notices.flatMap(({ title, body }) => [title.key, body.key]);
    for (const key of said) expect(CATALOGUES.en).toHaveProperty([key]);
  });

  it('is still there after a restart', async () => {
    configured('one');
    const first = await running();
    first.pairs[0]?.listeners.event?.({ atMs: Date.now(), severity: 'p2', instance: 'a', message: message('test.it') });
    await first.app.stop();
    const { screen } = await running();
    screen.subscribe('events');
    expect(screen.state('events').latest).toMatchObject([{ pairKey: 'one/oms', instance: 'a', severity: 'p2' }]);
    expect(await screen.call('events.list', { limit: 5, pairKey: 'one/oms' })).toHaveLength(1);
    expect(await screen.call('events.list', { limit: 5, pairKey: 'other/x' })).toEqual([]);
  });
});

describe('the end', () => {
  it('comes in reverse order of the start, once', async () => {
    configured('one');
    const { app, log, screen } = await running();
    await screen.call('practice.start', {});
    await Promise.all([app.stop(), app.stop()]);
    expect(log.slice(2)).toEqual([
      'pair practice/mt stopped',
      'close 127.0.0.1:1',
      'practice stopped',
      'pair one/oms stopped',
      'close one:2181',
      'heartbeat stopped',
    ]);
  });

  it('is not held up by a pair that will not stop', async () => {
    configured('one', 'two');
    const fakes = fakeParts();
    const createPair = fakes.parts.createPair;
    fakes.parts.createPair = (options, tools, listeners) => ({
      ...createPair(options, tools, listeners),
      stop: () => Promise.reject(new Error('stuck')),
    });
    const { app, log } = await running({}, fakes);
    await app.stop();
    expect(log).toEqual(expect.arrayContaining(['close one:2181', 'close two:2181', 'heartbeat stopped']));
  });
});
