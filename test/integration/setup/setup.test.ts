import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { createNodeSight, createRecordsSight, runPairChecks } from '#main/checks';
import { type EnvironmentStore, openEnvironmentStore } from '#main/environments';
import { createHosts, type HostsOptions } from '#main/hosts';
import { createT2Connector } from '#main/nodes';
import { openSetup, reportHtml, type Setup, type SetupDeps } from '#main/setup';
import { sentence } from '#shared/i18n';
import { type ProbedStep, type SetupValues, withValue } from '#shared/setup';
import { TEST_SESSION } from '#test/mt-node-process';
import { PairRig } from '#test/pair-rig';
import { realSession } from '#test/zookeeper-session';

/** A console's setting up, over real parts: a pair of node processes, a ZooKeeper, files. */
describe('setting a pair up', () => {
  const rig = new PairRig({ policy: 'assist', beatIntervalMs: 100 });
  const folder = mkdtempSync(join(tmpdir(), 'kuantu-setup-'));
  const open: Setup[] = [];
  let watched: ReturnType<PairRig['console']>;

  beforeAll(async () => {
    await rig.start();
    watched = rig.console();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((setup) => setup.stop()));
  });
  afterAll(async () => {
    await rig.end();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Bench {
    setup: Setup;
    store: EnvironmentStore;
    directory: string;
    told: ({ pairKey: string } & Parameters<SetupDeps['openChanged']>[1])[];
  }

  async function bench(
    directory = mkdtempSync(join(folder, 'state-')),
    env: Record<string, string> = {},
  ): Promise<Bench> {
    const store = await openEnvironmentStore(join(directory, 'config.json'), false);
    const told: Bench['told'] = [];
    const hosts = (acceptNewHostKeys: HostsOptions['acceptNewHostKeys']) =>
      createHosts({ clock: systemClock, env, acceptNewHostKeys });
    const deps: SetupDeps = {
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      env,
      passwords: { get: async ({ host, user }) => env[`${user}@${host}`] ?? null },
      directory: join(directory, 'setup'),
      console: { name: 'test', version: '0' },
      openSession: realSession,
      openHosts: ({ acceptNewHostKeys }) => hosts(acceptNewHostKeys),
      connect: createT2Connector({ clock: systemClock }),
      async runChecks(environment, pair, { wanted, found }) {
        const own = hosts(false);
        const node = createNodeSight(pair, systemClock);
        const records = createRecordsSight(environment, pair, { clock: systemClock, random: systemRandom });
        const again = { isWanted: ({ id }: { id: string }) => wanted(id), before: [] };
        const made = { clock: systemClock, hosts: own, node, records, ...(found ? { found } : {}) };
        return runPairChecks(environment, pair, made, again).finally(() => own.close());
      },
      environments: {
        file: store.file,
        list: () => store.list(),
        obstacle: () => store.problem(),
        save: (request) => store.save(request),
        remove: (id) => store.remove(id),
      },
      pair: (key) => (key === 'desk/mt' ? watched.monitor : undefined),
      openChanged: (pairKey, event) => told.push({ pairKey, ...event }),
      changed: () => {},
    };
    const setup = await openSetup(deps);
    open.push(setup);
    return { setup, store, directory, told };
  }

  /** A draft in which everything is filled in for the rig's pair, changed at these paths. */
  async function drafted({ setup }: Bench, over: Record<string, unknown> = {}): Promise<string> {
    const { id } = await setup.create(null);
    const [a, b] = [rig.node('A'), rig.node('B')];
    const filled: Record<string, unknown> = {
      mode: 'pair',
      name: 'Desk',
      id: 'desk',
      'zookeeper.connectString': rig.address,
      'zookeeper.sessionTimeoutMs': 2_000,
      'servers.0.host': '127.0.0.1',
      'servers.1.host': '127.0.0.1',
      'servers.0.access.type': 'local',
      'servers.1.access.type': 'local',
      'node.system': rig.system,
      'node.node': 'mt',
      'node.pairId': 'mt',
      'node.instances.0': { name: 'A', t2Port: a.t2Port, f2Port: a.f2Port },
      'node.instances.1': { name: 'B', t2Port: b.t2Port, f2Port: b.f2Port },
      'node.credential': 'O3',
      'sharing.kind': 'none',
      'policy.mode': 'assist',
      acknowledged: ['same-machine', 'no-sync'],
      ...over,
    };
    await change(setup, id, filled);
    setup.setSecret(id, TEST_SESSION);
    return id;
  }

  async function change(setup: Setup, id: string, over: Record<string, unknown>): Promise<void> {
    const draft = setup.view(id)?.draft;
    if (!draft) throw new Error('no draft');
    const values = Object.entries(over).reduce<SetupValues>(
      (now, [path, value]) => withValue(now, path, value),
      draft.values,
    );
    await setup.save({ id, revision: draft.revision, values, step: draft.step, visited: [] });
  }

  async function probed(setup: Setup, id: string, step: ProbedStep) {
    setup.probe(id, step);
    await vi.waitFor(() => expect(setup.view(id)?.draft.probes[step]?.state).toBe('done'), {
      timeout: 40_000,
      interval: 50,
    });
    const items = setup.view(id)?.draft.probes[step]?.items ?? [];
    return (name: string) => items.find((item) => item.id === name);
  }

  /** Waits until a report other than that one is kept. */
  async function reported(setup: Setup, id: string, before: string | undefined) {
    const done = () => {
      const report = setup.view(id)?.report;
      expect(report?.id).not.toBe(before);
      expect(report?.state).toBe('done');
      expect(setup.view(id)?.draft.reports).toContain(report?.id);
    };
    await vi.waitFor(done, { timeout: 60_000, interval: 100 });
  }

  async function applied(setup: Setup, id: string) {
    const plan = await setup.plan(id);
    expect(plan.blockers).toEqual([]);
    const before = setup.view(id)?.report?.id;
    await setup.apply(id, plan.fingerprint, []);
    await reported(setup, id, before);
    return setup.view(id)?.draft.applied;
  }

  it('keeps drafts through a restart, without their secrets, and leaves what is none alone', async () => {
    const first = await bench();
    const id = await drafted(first);
    await first.setup.stop();
    const drafts = join(first.directory, 'setup', 'drafts');
    expect(readFileSync(join(drafts, `${id}.json`), 'utf8')).not.toContain(TEST_SESSION);
    writeFileSync(join(drafts, 'broken.json'), '{"version": 1');
    writeFileSync(join(drafts, 'copy.json'), readFileSync(join(drafts, `${id}.json`)));
    writeFileSync(join(drafts, 'other.json'), '{"version": 1, "id": "../x"}');
    const { setup } = await bench(first.directory);
    expect(setup.list()).toMatchObject({ drafts: [{ id, name: 'Desk', node: 'mt' }] });
    expect(
      setup
        .list()
        .broken.map(({ file, reason }) => [file.slice(drafts.length + 1), reason.key])
        .sort(),
    ).toEqual([
      ['broken.json', 'setup.draft.notJson'],
      ['copy.json', 'setup.draft.otherName'],
      ['other.json', 'setup.draft.wrong'],
    ]);
    expect(setup.view(id)?.context.hasSecret).toBe(false);
    expect(existsSync(join(drafts, 'broken.json'))).toBe(true);
    const stale = setup.view(id)?.draft;
    await change(setup, id, { name: 'Other' });
    await expect(
      setup.save({
        id,
        revision: stale?.revision ?? 0,
        values: stale?.values as SetupValues,
        step: 'mode',
        visited: [],
      }),
    ).rejects.toThrow('setup.error.changedElsewhere');
  });

  it('probes ZooKeeper, and says of a protected one what may not be done there, and changes nothing', async () => {
    const made = await bench(undefined, { PASSWORD: 'right', WRONG: 'wrong', 'mt@zookeeper:kept': 'right' });
    const owner = realSession({ connectString: rig.address, sessionTimeoutMs: 2_000, digestAuth: 'mt:right' });
    await owner.whenConnected(5_000);
    const acl = [{ scheme: 'auth', id: '', permissions: ['read', 'write', 'create', 'delete', 'admin'] as const }];
    await owner.multi([{ op: 'create', path: '/walled', data: Buffer.alloc(0), mode: 'persistent', acl }]);
    const id = await drafted(made, { 'zookeeper.chroot': '/walled' });
    const before = (await owner.exists('/walled'))?.pzxid;
    const stranger = await probed(made.setup, id, 'zookeeper');
    expect(stranger('quorum')?.result).toBe('pass');
    expect(stranger('session')).toMatchObject({ result: 'pass' });
    expect(stranger('permission')).toMatchObject({
      result: 'fail',
      field: 'zookeeper.auth',
      remedy: { key: 'setup.remedy.noPermission' },
    });
    expect((await made.setup.plan(id)).blockers).toMatchObject([{ key: 'setup.apply.noPermission' }]);
    await change(made.setup, id, {
      'zookeeper.auth': 'digest',
      'zookeeper.user': 'mt',
      'zookeeper.passwordEnv': 'NONE',
    });
    expect((await probed(made.setup, id, 'zookeeper'))('password')?.result).toBe('fail');
    await change(made.setup, id, { 'zookeeper.passwordEnv': 'WRONG' });
    expect((await probed(made.setup, id, 'zookeeper'))('permission')).toMatchObject({
      result: 'fail',
      field: 'zookeeper.user',
      remedy: { key: 'setup.remedy.noPermissionOf', params: { path: '/walled', user: 'mt' } },
    });
    await change(made.setup, id, { 'zookeeper.passwordEnv': 'PASSWORD' });
    expect((await probed(made.setup, id, 'zookeeper'))('permission')?.result).toBe('pass');
    await change(made.setup, id, { 'zookeeper.passwordEnv': '' });
    expect((await probed(made.setup, id, 'zookeeper'))('password')).toMatchObject({
      result: 'fail',
      reason: { key: 'zookeeperLogin.noPassword', params: { user: 'mt' } },
    });
    expect((await made.setup.plan(id)).blockers).toMatchObject([{ key: 'zookeeperLogin.noPassword' }]);
    // Its password is kept under the environment's id.
    await change(made.setup, id, { id: 'kept' });
    const stored = await probed(made.setup, id, 'zookeeper');
    expect([stored('password'), stored('permission')?.result]).toEqual([undefined, 'pass']);
    expect((await probed(made.setup, id, 'node'))('registrations')).toMatchObject({ result: 'warn' });
    expect((await made.setup.plan(id)).blockers).toEqual([]);
    expect((await owner.exists('/walled'))?.pzxid).toBe(before);
    await owner.close();
  });

  it('says of registrations that it may not read them that it may not, at both steps', async () => {
    const made = await bench();
    const owner = realSession({ connectString: rig.address, sessionTimeoutMs: 2_000, digestAuth: 'mt:right' });
    await owner.whenConnected(5_000);
    const base = `/dark/kuantu/${rig.system}/mt/mt`;
    await owner.ensurePath(base);
    const acl = [{ scheme: 'auth', id: '', permissions: ['read', 'write', 'create', 'delete', 'admin'] as const }];
    await owner.multi([{ op: 'create', path: `${base}/instances`, data: Buffer.alloc(0), mode: 'persistent', acl }]);
    const id = await drafted(made, { 'zookeeper.chroot': '/dark' });
    expect((await probed(made.setup, id, 'zookeeper'))('permission')).toMatchObject({
      result: 'fail',
      field: 'zookeeper.auth',
      reason: { key: 'setup.zookeeper.noReading', params: { path: `${base}/instances` } },
      remedy: { key: 'setup.remedy.noPermission' },
    });
    expect((await probed(made.setup, id, 'node'))('registrations')).toMatchObject({
      result: 'fail',
      field: 'node.node',
      reason: { key: 'setup.zookeeper.noReading', params: { path: `${base}/instances` } },
      remedy: { key: 'setup.remedy.noPermission' },
    });
    await owner.close();
  });

  it('tells a ZooKeeper that is not there, swapped ports, and others under the node’s name', async () => {
    const made = await bench();
    const nowhere = await drafted(made, { 'zookeeper.connectString': '127.0.0.1:1' });
    const lost = await probed(made.setup, nowhere, 'zookeeper');
    expect([lost('member 127.0.0.1:1')?.result, lost('quorum')?.result, lost('session')?.result]).toEqual([
      'fail',
      'fail',
      'fail',
    ]);
    const { t2Port, f2Port } = rig.node('A');
    const id = await drafted(made, {
      'node.instances.0': { name: 'A', t2Port: f2Port, f2Port: t2Port },
      'node.instances.1.name': 'C',
    });
    const found = await probed(made.setup, id, 'node');
    expect(found('protocol 0')).toMatchObject({ result: 'fail', reason: { key: 'setup.node.swapped' } });
    expect(found('protocol f2 0')).toMatchObject({
      field: 'node.instances.0.f2Port',
      reason: { key: 'setup.node.f2IsTcp' },
    });
    expect(found('protocol 1')?.result).toBe('pass');
    expect(found('protocol f2 1')).toBeUndefined();
    expect(found('registrations')).toMatchObject({ result: 'fail', reason: { params: { names: 'B' } } });
    await change(made.setup, id, { 'node.instances.0': { name: 'A', t2Port: f2Port, f2Port } });
    expect((await probed(made.setup, id, 'node'))('protocol 0')?.reason.key).toBe('setup.node.t2IsUdp');
  });

  it('tells that both logins lead to one machine, and calls a look off', async () => {
    const made = await bench();
    const id = await drafted(made);
    const found = await probed(made.setup, id, 'servers');
    expect(found('two-machines')).toMatchObject({ result: 'fail', field: 'servers.1.host' });
    await change(made.setup, id, { 'zookeeper.connectString': '127.0.0.1:1' });
    made.setup.probe(id, 'zookeeper');
    made.setup.cancel(id, 'zookeeper');
    expect(made.setup.view(id)?.draft.probes.zookeeper?.state).toBe('cancelled');
  });

  it('applies, verifies both instances, and takes the configuration back', async () => {
    const made = await bench();
    const id = await drafted(made);
    const run = await applied(made.setup, id);
    expect(run?.changes.map(({ id: change, state }) => [change, state])).toEqual([
      ['zookeeper', 'done'],
      ['console', 'done'],
    ]);
    expect(made.store.list()[0]?.pairs[0]?.instances.map(({ credential }) => credential)).toEqual([
      { system: 'O3', sessionId: TEST_SESSION },
      { system: 'O3', sessionId: TEST_SESSION },
    ]);
    const report = made.setup.view(id)?.report;
    expect(report?.roundTrips.map(({ instance, transport, ok }) => [instance, transport, ok])).toEqual([
      ['A', 't2', true],
      ['A', 'f2', true],
      ['B', 't2', true],
      ['B', 'f2', true],
    ]);
    expect(report?.svrModes.map(({ svrMode }) => svrMode)).toEqual([0, 0]);
    expect(report?.dryRun).toMatchObject({ to: 'B', from: 'A', planned: true, refusal: null });
    // Its own checks have just looked at the servers: nothing is left to be known of them.
    expect(report?.dryRun?.checks.map(({ id }) => id)).toContain('zookeeper');
    expect(report?.dryRun?.checks.filter(({ id, result }) => id === 'servers' && result === 'unknown')).toEqual([]);
    const files = readdirSync(join(made.directory, 'setup', 'reports'));
    expect(files.map((file) => file.replace(/^.*?\./, '')).sort()).toEqual(['en.html', 'json', 'zh-CN.html']);

    // The second time there is nothing to do; edited, what stays is kept, the secret too.
    expect((await made.setup.plan(id)).changes.map(({ idle }) => idle)).toEqual([true, true]);
    await change(made.setup, id, { 'policy.checkIntervalMs': 60_000 });
    await applied(made.setup, id);
    expect(made.store.list()[0]?.pairs[0]).toMatchObject({
      checkIntervalMs: 60_000,
      instances: [{ credential: { sessionId: TEST_SESSION } }, {}],
    });
    // A further pair starts from the same ZooKeeper, and nothing of it counts as changed.
    const further = made.setup.view((await made.setup.create({ environmentId: 'desk', pairId: null })).id);
    expect(further?.draft).toMatchObject({ before: null, values: { id: 'desk', mode: null, node: { node: '' } } });
    expect(further?.draft.values.zookeeper.connectString).toBe(rig.address);
    expect(further?.context.base?.pairs).toHaveLength(1);
    expect(further?.context.takenIds).not.toContain('desk');

    await made.setup.rollBack(id, 'console');
    expect(made.store.list()[0]?.pairs[0]?.checkIntervalMs).toBeUndefined();
    await expect(made.setup.rollBack(id, 'console')).rejects.toThrow('setup.rollback.notPossible');
  });

  it('raises an alarm for each step that was skipped, through a restart and without its draft, until it is done', async () => {
    const first = await bench();
    const id = await drafted(first);
    for (const step of ['zookeeper', 'servers', 'node', 'database'] as const) await probed(first.setup, id, step);
    await applied(first.setup, id);
    const open = { steps: [{ step: 'sync', state: 'skipped' }] };
    await vi.waitFor(() => expect(first.setup.open('desk/mt')).toMatchObject(open), { timeout: 20_000 });
    expect(first.told).toMatchObject([{ pairKey: 'desk/mt', severity: 'p3', message: { key: 'setup.open.skipped' } }]);
    await first.setup.remove(id);
    await first.setup.stop();
    const again = await bench(first.directory);
    expect(again.setup.open('desk/mt')).toMatchObject(open);
    const edited = await again.setup.create({ environmentId: 'desk', pairId: 'mt' });
    await probed(again.setup, edited.id, 'sync');
    await vi.waitFor(() => expect(again.setup.open('desk/mt')).toBeUndefined(), { timeout: 20_000 });
    expect(again.told).toMatchObject([{ severity: 'none', message: { key: 'setup.open.whole' } }]);
  });

  it('registers and verifies a single server, which is not watched', async () => {
    const made = await bench();
    const id = await drafted(made, { mode: 'single', 'servers.1.host': '', 'policy.mode': null });
    const run = await applied(made.setup, id);
    expect(run?.changes.map(({ id: change }) => change)).toEqual(['zookeeper']);
    expect(made.store.list()).toEqual([]);
    // The rig's instances say that they are a pair's: that is what a verification is for.
    expect(made.setup.view(id)?.report).toMatchObject({
      svrModes: [{ instance: 'A', svrMode: 0, expected: 1 }],
      verdict: 'rejected',
      dryRun: null,
    });
  });

  it('stops where something has changed since it was shown', async () => {
    const made = await bench();
    const id = await drafted(made, { 'zookeeper.chroot': '/late' });
    const plan = await made.setup.plan(id);
    const other = realSession({ connectString: rig.address, sessionTimeoutMs: 2_000 });
    await other.whenConnected(5_000);
    await other.ensurePath('/late/kuantu');
    await made.setup.apply(id, plan.fingerprint, []);
    await vi.waitFor(() => expect(made.setup.view(id)?.draft.applied?.state).toBe('failed'), { timeout: 20_000 });
    expect(made.setup.view(id)?.draft.applied?.changes.map(({ state, detail }) => [state, detail?.key])).toEqual([
      ['failed', 'setup.apply.treeChanged'],
      ['skipped', undefined],
    ]);
    expect(made.store.list()).toEqual([]);
    await expect(made.setup.apply(id, 'another', [])).rejects.toThrow('setup.error.otherPlan');
    await other.close();
  });

  it('stops at a file that somebody has changed meanwhile, with both sides, and writes nothing over it', async () => {
    const made = await bench();
    const file = join(made.directory, 'alg_tran_mp.xml');
    copyFileSync(resolve(import.meta.dirname, '../../fixtures/config/alg_tran_mp.utf8.xml'), file);
    const id = await drafted(made, { 'node.routeFiles.0': file, 'node.profile': 'attributes' });
    const plan = await made.setup.plan(id);
    expect(plan.blockers).toEqual([]);
    const theirs = readFileSync(file, 'utf8').replace(/host="10\.0\.0\.11"/, 'host="10.9.9.9"');
    writeFileSync(file, theirs);
    await made.setup.apply(id, plan.fingerprint, []);
    await vi.waitFor(() => expect(made.setup.view(id)?.draft.applied?.state).toBe('failed'), { timeout: 20_000 });
    const changes = made.setup.view(id)?.draft.applied?.changes ?? [];
    expect(changes.map(({ state }) => state)).toEqual(['done', 'failed', 'skipped']);
    expect(changes[1]?.detail?.key).toBe('setup.apply.fileChanged');
    const read = (locale: 'zh-CN' | 'en') =>
      changes[1]?.evidence.map((line) => (typeof line === 'string' ? line : sentence(locale, line))).join('\n');
    expect(read('en')).toMatch(/<<<<<<< What was to be[\s\S]*10\.9\.9\.9[\s\S]*>>>>>>> As the file is now/);
    expect(read('zh-CN')).toMatch(/<<<<<<< 本次要写入[\s\S]*10\.9\.9\.9[\s\S]*>>>>>>> 文件现在/);
    expect(readFileSync(file, 'utf8')).toBe(theirs);
    expect(made.store.list()).toEqual([]);
  });

  it('switches over and back where it is asked to, and measures it', async () => {
    const made = await bench();
    const id = await drafted(made);
    await applied(made.setup, id);
    await vi.waitFor(() => expect(watched.monitor.view().tile.state).toBe('normal'), {
      timeout: 20_000,
      interval: 100,
    });
    const before = made.setup.view(id)?.report?.id;
    made.setup.verify(id, true);
    await reported(made.setup, id, before);
    const report = made.setup.view(id)?.report;
    expect(report?.switchovers.map(({ from, to, outcome }) => [from, to, outcome])).toEqual([
      ['A', 'B', 'done'],
      ['B', 'A', 'done'],
    ]);
    expect(report?.switchovers.every(({ outageMs }) => outageMs !== null)).toBe(true);
    if (!report) throw new Error('no report');
    for (const [locale, words] of [
      ['en', 'Outage that clients saw'],
      ['zh-CN', '客户端所见中断时长'],
    ] as const) {
      const html = reportHtml(report, locale);
      expect(html).toContain(words);
      expect(html).not.toMatch(/<script|src=|href=|\{\{|screen\.step|setup\.report/);
      // What is asked of the switchover, and of the servers, by its name and in that language.
      expect(html).toContain(locale === 'en' ? '<td>Drain</td>' : '<td>备机追平</td>');
      expect(html).toContain(locale === 'en' ? '<td>mt process</td>' : '<td>mt 进程</td>');
      expect(html).not.toContain(TEST_SESSION);
    }
  });
});
