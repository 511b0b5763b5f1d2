import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { readProcess, readProcessIdentity } from '#core/process';
import { createZooKeeperSession } from '#core/zookeeper';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { createT2Connector } from '#main/nodes';
import {
  createNodeLauncher,
  createPractice,
  type Practice,
  type PracticeOptions,
  type PracticeRig,
  practiceTwin,
} from '#main/practice';
import { type DataStatus, type Environment, environmentSchema, FUNCTIONS, type ProcessIdentity } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';

const root = resolve(import.meta.dirname, '../../..');
const deps = {
  clock: systemClock,
  random: systemRandom,
  log: silentLog,
  launcher: createNodeLauncher(),
  nodeEntry: join(root, 'src/mtnode/main.ts'),
  reaperEntry: join(root, 'src/main/practice/reaper.ts'),
};
let base = '';
const started: Practice[] = [];
const owners: ChildProcess[] = [];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'kuantu-practice-test-'));
});
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  for (const practice of started.splice(0)) await practice.stop();
  rmSync(base, { recursive: true, force: true });
});

async function start(options: PracticeOptions = {}): Promise<{ practice: PracticeRig; environment: Environment }> {
  const practice = createPractice(deps, { baseDirectory: base, ...options });
  started.push(practice);
  return { practice, environment: await practice.start() };
}

async function lives(identity: ProcessIdentity): Promise<boolean> {
  const reading = await readProcess(identity.pid);
  return reading.found && reading.state !== 'dead' && reading.identity.startTime === identity.startTime;
}

/** What each instance says by 1403040; undefined where it does not answer. */
async function infos(environment: Environment) {
  const ask = async ({ host, t2Port, f2Port }: Environment['pairs'][number]['instances'][number]) => {
    const connector = createT2Connector({ clock: systemClock })({ host, t2Port, f2Port });
    const { reply } = await connector.call(FUNCTIONS.systemInfo, {}, 500);
    connector.close();
    return systemInfoReplySchema.safeParse(reply).data;
  };
  return Promise.all(environment.pairs.flatMap((pair) => pair.instances.map(ask)));
}

const roles = async (environment: Environment) => (await infos(environment)).map((info) => info?.role);

/** What the standby, B, says of its data. */
async function standbyData(environment: Environment): Promise<DataStatus | undefined> {
  return (await infos(environment))[1]?.data;
}

const states = (practice: Practice) => practice.view().instances.map(({ state }) => state);

describe('the practice environment', () => {
  it('starts a pair whose first instance is primary, breaks it, and ends with everything', async () => {
    const { practice, environment } = await start();
    const changes: string[] = [];
    practice.onChange(() => changes.push(practice.view().state));
    await expect.poll(() => roles(environment)).toEqual(['primary', 'standby']);
    expect(environment).toMatchObject({
      kind: 'practice',
      pairs: [{ policy: 'auto', driver: 'console', instances: [{ hostCheck: 'local' }, { hostCheck: 'local' }] }],
    });
    expect(practice.view()).toMatchObject({ state: 'on', pairKey: 'practice/mt-practice' });
    const pids = practice.view().instances.map(({ pid }) => pid ?? 0);
    const identities = await Promise.all(pids.map((pid) => readProcessIdentity(pid)));

    await practice.fault('B', 'hang');
    expect(states(practice)).toEqual(['running', 'hung']);
    await practice.fault('B', 'resume');
    await practice.fault('B', 'stop');
    expect(states(practice)).toEqual(['running', 'stopped']);
    await practice.fault('B', 'restart');
    await expect.poll(() => roles(environment)).toEqual(['primary', 'standby']);
    await expect(practice.fault('C', 'kill')).rejects.toMatchObject({ detail: { key: 'practice.noSuchInstance' } });

    await practice.stop();
    expect(practice.view()).toMatchObject({ state: 'off', environmentId: null, instances: [] });
    expect(readdirSync(base)).toEqual([]);
    expect(await Promise.all(identities.map(lives))).toEqual([false, false]);
    expect(changes.at(-1)).toBe('off');
  });

  it("mounts each one's share at the other, takes the mount away, and gives it back (F3, F7, F15)", async () => {
    const { practice, environment } = await start({ data: { syncMode: 'async', lossBound: 77, maxLossRecords: 5 } });
    expect(environment.pairs[0]?.maxLossRecords).toBe(5);
    const state = async () => (await standbyData(environment))?.sync.state;
    await expect.poll(state, { timeout: 10_000 }).toBe('following');
    await expect.poll(async () => (await standbyData(environment))?.todb.matchesPeer).toBe(true);
    await expect.poll(async () => (await standbyData(environment))?.lossBound, { timeout: 10_000 }).toBe(77);
    expect((await standbyData(environment))?.mode).toBe('async');
    expect(practice.database()).toMatchObject({ type: 'sqlite' });

    await practice.fault('B', 'unmount');
    await expect.poll(state, { timeout: 10_000 }).toBe('failed');
    expect((await infos(environment))[1]).toMatchObject({ role: 'standby', status: 3 });
    await practice.fault('B', 'remount');
    await expect.poll(state, { timeout: 10_000 }).toBe('following');
    expect((await infos(environment))[1]?.status).toBe(2);
  });

  it('is the twin of a configured pair: its names, path, policy and time-outs, on this machine alone', async () => {
    const site = environmentSchema.parse({
      id: 'prod',
      name: '一号柜台',
      zookeeper: { connectString: 'nowhere.invalid:2181', sessionTimeoutMs: 4_000 },
      pathTemplate: '/site/{system}/{node}',
      pairs: [
        {
          id: 'oms',
          system: 'O45',
          node: '-mt 宽途:1',
          policy: 'assist',
          beatIntervalMs: 700,
          cooldownMs: 60_000,
          instances: [
            { name: '甲', host: 'nowhere.invalid', t2Port: 1, f2Port: 2 },
            { name: '-B', host: 'nowhere.invalid', t2Port: 3, f2Port: 4 },
          ],
        },
      ],
    });
    const [pair] = site.pairs;
    if (!pair) throw new Error('no pair');
    const practice = createPractice(deps, { baseDirectory: base });
    started.push(practice);
    const environment = await practice.start(practiceTwin(site, pair, null));
    await expect.poll(() => roles(environment)).toEqual(['primary', 'standby']);
    expect(practice.view()).toMatchObject({ pairKey: 'practice/oms', twinOf: 'prod/oms' });
    expect(environment).toMatchObject({
      id: 'practice',
      kind: 'practice',
      pathTemplate: '/site/{system}/{node}',
      zookeeper: { sessionTimeoutMs: 4_000 },
      pairs: [
        {
          id: 'oms',
          system: 'O45',
          node: '-mt 宽途:1',
          policy: 'assist',
          driver: 'console',
          beatIntervalMs: 700,
          cooldownMs: 60_000,
          instances: [
            { name: '甲', host: '127.0.0.1' },
            { name: '-B', host: '127.0.0.1' },
          ],
        },
      ],
    });
    expect((await infos(environment)).map((info) => info?.node)).toEqual(['-mt 宽途:1', '-mt 宽途:1']);
    await expect.poll(async () => (await standbyData(environment))?.sync.state).toBe('following');
    await practice.stop();
    expect(practice.view().twinOf).toBeNull();
    expect(readdirSync(base)).toEqual([]);
  });

  it('goes on with what the other one has after a host was lost', async () => {
    const { practice, environment } = await start({ data: { database: 'none' } });
    await expect.poll(() => roles(environment)).toEqual(['primary', 'standby']);
    expect(practice.database()).toBeNull();
    const [, before] = await infos(environment);
    await practice.loseHost('B');
    await practice.fault('B', 'restart');
    await expect.poll(async () => (await standbyData(environment))?.sync.state, { timeout: 10_000 }).toBe('following');
    expect((await infos(environment))[1]?.incarnation).not.toBe(before?.incarnation);
  });

  it('uses a given ZooKeeper under a path of its own and leaves it clean', async () => {
    const server = await startZooKeeperServer({}, { clock: systemClock });
    const session = createZooKeeperSession({ connectString: server.address, sessionTimeoutMs: 3_000 }, deps);
    try {
      await session.whenConnected(5_000);
      const zookeeper = { connectString: server.address, chroot: '/rehearsal', removeChrootAt: server.address };
      const { practice } = await start({ zookeeper });
      expect(await session.children('/')).toContain('rehearsal');
      await practice.stop();
      expect(await session.children('/')).not.toContain('rehearsal');
    } finally {
      await session.close();
      await server.close();
    }
  });

  it('says why it did not start, and leaves nothing behind', async () => {
    const practice = createPractice({ ...deps, nodeEntry: join(base, 'missing.ts') }, { baseDirectory: base });
    started.push(practice);
    await expect(practice.start()).rejects.toMatchObject({ detail: { key: 'practice.instanceNotStarted' } });
    expect(practice.view()).toMatchObject({ state: 'failed', problem: { key: 'practice.instanceNotStarted' } });
    expect(readdirSync(base)).toEqual([]);
  });

  it('is gone, hung instance and directory too, after its owner was killed', async () => {
    const owner = spawn(process.execPath, [join(import.meta.dirname, 'owner.ts'), base], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    owners.push(owner);
    const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    const identities = await Promise.all(pids.map((pid) => readProcessIdentity(pid)));
    expect(await Promise.all(identities.map(lives))).toEqual([true, true]);
    expect(readdirSync(base)).toHaveLength(1);
    owner.kill('SIGKILL');
    await expect.poll(() => readdirSync(base), { timeout: 15_000 }).toEqual([]);
    expect(await Promise.all(identities.map(lives))).toEqual([false, false]);
  });
});
