import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { openLocalDatabase } from '#core/local-database';
import type { ZooKeeperSession } from '#core/zookeeper';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import {
  DEFAULT_PATH_TEMPLATE,
  ERROR_NUMBERS,
  pairPaths,
  parseRecord,
  recordText,
  registrationSchema,
  routeSchema,
} from '#shared/domain';
import {
  digestReplySchema,
  loginReplySchema,
  lossRefusalSchema,
  readReplySchema,
  type StatusReply,
  statusReplySchema,
} from '#shared/protocol';
import { beat, callOnce, errorOf, type NodeProcess, NodeProcesses, TEST_SESSION } from '#test/mt-node-process';
import { OrderWriter } from '#test/order-writer';
import { realSession, until } from '#test/zookeeper-session';

const processes = new NodeProcesses();
let server: ZooKeeperServer;
let zookeeper: ZooKeeperSession;
let system = '';
let count = 0;

beforeAll(async () => {
  server = await startZooKeeperServer({ tickMs: 100, minSessionTimeoutMs: 200 }, { clock: systemClock });
  zookeeper = realSession({ connectString: server.address, sessionTimeoutMs: 4_000 });
  await zookeeper.whenConnected(5_000);
});
afterAll(async () => {
  await zookeeper.close();
  await server.close();
});
beforeEach(() => {
  count++;
  system = `d${count}`;
});
afterEach(() => processes.end());

const paths = () => pairPaths(DEFAULT_PATH_TEMPLATE, system, 'mt');
const status = async (node: NodeProcess): Promise<StatusReply> =>
  statusReplySchema.parse(await callOnce(node.t2Port, 402999));
const data = async (node: NodeProcess) => {
  const { data: said } = await status(node);
  if (said === undefined) throw new Error('no data in the status');
  return said;
};

/** The folders of a pair: each instance's data directory, and a link to the other's share that can be taken away. */
interface Folders {
  dataDir: { A: string; B: string };
  mount: { A: string; B: string };
}

function folders(): Folders {
  const root = processes.folder();
  const of = (name: string) => join(root, name);
  const made = { dataDir: { A: of('a'), B: of('b') }, mount: { A: of('mount-a'), B: of('mount-b') } };
  for (const instance of ['A', 'B'] as const) {
    const other = instance === 'A' ? 'B' : 'A';
    mkdirSync(join(made.dataDir[instance], 'share'), { recursive: true });
    symlinkSync(join(made.dataDir[other], 'share'), made.mount[instance]);
  }
  return made;
}

const start = (instance: 'A' | 'B', where: Folders, args: readonly string[] = []) =>
  processes.start({
    zookeeper: server.address,
    system,
    instance,
    dataDir: where.dataDir[instance],
    args: ['--session-timeout', '1500', '--practice', '--mount', where.mount[instance], ...args],
  });

async function pair(where: Folders, args: readonly string[] = []): Promise<[NodeProcess, NodeProcess]> {
  const a = await start('A', where, args);
  await until(async () => (await beat(a.t2Port)) === 0);
  const b = await start('B', where, args);
  await until(async () => (await data(b)).sync.state === 'following');
  return [a, b];
}

/** What a console does first: the route is closed for the instance, under the next epoch. */
async function closeRouteFor(node: NodeProcess): Promise<number> {
  const found = await zookeeper.get(paths().route);
  if (found === undefined) throw new Error('no route');
  const route = parseRecord(routeSchema, paths().route, found.data);
  const { instance, incarnation } = node;
  const epoch = route.epoch + 1;
  const next = { ...route, instance, incarnation, epoch, state: 'closed' as const, token: '1', operationId: 'op' };
  await zookeeper.set(paths().route, Buffer.from(recordText(next)), found.stat.version);
  return epoch;
}

const promote = (node: NodeProcess, epoch: number, more: Record<string, unknown> = {}) =>
  callOnce(node.t2Port, 45184006, {
    ...{ epoch, token: '1', operation_id: 'op', incarnation: node.incarnation },
    ...more,
  });

async function complete(node: NodeProcess, epoch: number): Promise<void> {
  await until(async () => (await errorOf(node.t2Port, 402999, { epoch })) === 0);
  const found = await zookeeper.get(paths().route);
  if (found === undefined) throw new Error('no route');
  const route = parseRecord(routeSchema, paths().route, found.data);
  await zookeeper.set(paths().route, Buffer.from(recordText({ ...route, state: 'open' })));
}

async function switchTo(node: NodeProcess): Promise<void> {
  const epoch = await closeRouteFor(node);
  expect(await promote(node, epoch)).toMatchObject({ error_no: 0 });
  await complete(node, epoch);
}

/** How often each of the keys is there. */
async function timesOf(node: NodeProcess, keys: readonly string[]): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (let at = 0; at < keys.length; at += 1_000) {
    const body = { session_id: TEST_SESSION, keys: keys.slice(at, at + 1_000) };
    const { orders } = readReplySchema.parse(await callOnce(node.t2Port, 990003, body));
    for (const order of orders) times.set(order.key, order.times);
  }
  return times;
}

async function expectAllOnce(node: NodeProcess, keys: readonly string[]): Promise<void> {
  const times = await timesOf(node, keys);
  expect(keys.filter((key) => times.get(key) !== 1)).toEqual([]);
}

describe('what was acknowledged is there after the switchover', () => {
  it.each(['sync', 'async'])('the primary killed at 2,000 writes a second (%s), and back as standby', async (mode) => {
    const where = folders();
    const [a, b] = await pair(where, ['--sync-mode', mode]);
    const login = loginReplySchema.parse(await callOnce(a.t2Port, 990001, { system: 'O45', user: 'u' }));
    const writer = new OrderWriter(a.t2Port, 2_000);
    await until(() => writer.acknowledged.length > 3_000);
    await a.kill();
    writer.stop();
    await switchTo(b);
    await expectAllOnce(b, writer.acknowledged);
    expect(await errorOf(b.t2Port, 402000, { user_token: login.user_token })).toBe(0);
    const { takeover } = await data(b);
    expect(takeover).toMatchObject({ epoch: 2, complete: true, lossBound: 0, duplicated: 0 });
    expect(takeover?.presentLsn).toBeGreaterThan(writer.acknowledged.length);

    const again = await start('A', where, ['--sync-mode', mode]);
    await until(async () => {
      const [ofA, ofB] = [await data(again), await data(b)];
      return ofA.sync.state === 'following' && ofA.lsn === ofB.lsn;
    });
    expect(await status(again)).toMatchObject({ role: 'standby', status: 2 });
    await switchTo(again);
    await expectAllOnce(again, writer.acknowledged);
  });

  it('both killed and both back: the holder of the epoch serves with everything', async () => {
    const where = folders();
    const [a, b] = await pair(where);
    const writer = new OrderWriter(a.t2Port, 1_000);
    await until(() => writer.acknowledged.length > 1_000);
    await Promise.all([a.kill(), b.kill()]);
    writer.stop();
    const [, again] = await Promise.all([start('B', where), start('A', where)]);
    await until(async () => (await beat(again.t2Port)) === 0);
    await expectAllOnce(again, writer.acknowledged);
  });

  it('a primary whose share is removed under it acknowledges nothing more, and lets go', async () => {
    const where = folders();
    // Nothing is acknowledged without its standby, however busy the machine is.
    const [a, b] = await pair(where, ['--confirm-timeout-ms', '3000']);
    await until(async () => (await data(b)).lossBound === 0, 20_000);
    const writer = new OrderWriter(a.t2Port, 500);
    await until(() => writer.acknowledged.length > 100);
    rmSync(join(where.dataDir.A, 'share'), { recursive: true });
    // As it lets go it closes its connections: a question that is under way gets no answer, and is asked again.
    await until(async () => statusReplySchema.safeParse(await callOnce(a.t2Port, 402999)).data?.status === 3);
    writer.stop();
    const { epoch } = await status(a);
    const path = paths().instance('A');
    const found = await zookeeper.get(path);
    expect(found && parseRecord(registrationSchema, path, found.data)).toMatchObject({ steppedDownEpoch: epoch });
    await switchTo(b);
    const times = await timesOf(b, writer.acknowledged);
    expect(writer.acknowledged.filter((key) => times.get(key) !== 1)).toEqual([]);
  });

  it('a primary stopped in order leaves the same on both', async () => {
    const where = folders();
    const [a, b] = await pair(where);
    const writer = new OrderWriter(a.t2Port, 500);
    await until(() => writer.acknowledged.length > 300);
    a.child.kill('SIGTERM');
    expect(await a.exited).toBe(0);
    writer.stop();
    await switchTo(b);
    await expectAllOnce(b, writer.acknowledged);
    const digest = digestReplySchema.parse(await callOnce(b.t2Port, 990004, { session_id: TEST_SESSION }));
    expect(digest.orders).toBeGreaterThanOrEqual(writer.acknowledged.length);
    expect(digest.duplicated).toBe(0);
  });

  it('a stopped process that goes on after its standby was promoted acknowledges nothing more', async () => {
    const where = folders();
    const [a, b] = await pair(where);
    const writer = new OrderWriter(a.t2Port, 2_000);
    await until(() => writer.acknowledged.length > 1_000);
    a.child.kill('SIGSTOP');
    const path = paths().instance('A');
    await until(async () => (await zookeeper.get(path)) === undefined);
    await switchTo(b);
    a.child.kill('SIGCONT');
    // It hangs up on every client when it steps down: a call in that moment has no answer.
    await until(async () => {
      const answer = await callOnce(a.t2Port, 402999);
      return typeof answer === 'object' && answer.role === 'standby';
    });
    await until(async () => (await data(a)).sync.state === 'following');
    writer.stop();
    await expectAllOnce(b, writer.acknowledged);
  });
});

describe('the mount (F3, F15)', () => {
  it('taken away: status 3 names df and the directory; back: it recovers by itself', async () => {
    const where = folders();
    const [a, b] = await pair(where);
    renameSync(where.mount.B, `${where.mount.B}-away`);
    await until(async () => (await status(b)).status === 3);
    const { note, data: said } = await status(b);
    expect(note).toContain(`df -h ${where.mount.B}`);
    expect(said?.sync).toMatchObject({ state: 'failed', directory: where.mount.B });
    const found = await zookeeper.get(paths().instance('B'));
    expect(parseRecord(registrationSchema, 'B', found?.data ?? Buffer.alloc(0))).toMatchObject({ status: 3 });
    // The primary goes on without it after a while, and says so in the record first.
    const writer = new OrderWriter(a.t2Port, 500);
    await until(() => writer.acknowledged.length > 500);
    renameSync(`${where.mount.B}-away`, where.mount.B);
    await until(async () => (await status(b)).status === 2);
    writer.stop();
    await until(async () => (await data(b)).lsn === (await data(a)).lsn);
    expect((await status(b)).note).toBeNull();
  });

  it('taken away, then the primary killed: refused with the bound, and counted when forced', async () => {
    const where = folders();
    const [a, b] = await pair(where);
    renameSync(where.mount.B, `${where.mount.B}-away`);
    await until(async () => (await status(b)).status === 3);
    const writer = new OrderWriter(a.t2Port, 1_000);
    await until(() => writer.acknowledged.length > 500);
    await a.kill();
    writer.stop();
    const epoch = await closeRouteFor(b);
    const refused = lossRefusalSchema.parse(await promote(b, epoch));
    expect(refused.error_no).toBe(ERROR_NUMBERS.dataLoss);
    expect(refused.loss_bound).toBeGreaterThanOrEqual(writer.acknowledged.length);
    expect(refused.reason?.params.directory).toBe(where.mount.B);
    expect(await promote(b, epoch, { accept_loss: refused.loss_bound })).toMatchObject({ error_no: 0 });
    await complete(b, epoch);
    const present = await timesOf(b, writer.acknowledged);
    const missing = writer.acknowledged.length - present.size;
    const { takeover } = await data(b);
    expect(takeover).toMatchObject({ complete: false, lossBound: refused.loss_bound });
    expect(missing).toBeGreaterThan(0);
    expect(missing).toBeLessThanOrEqual(refused.loss_bound ?? 0);
    // The old primary returns: what it alone had is kept aside and counted, nothing is dropped.
    renameSync(`${where.mount.B}-away`, where.mount.B);
    const again = await start('A', where);
    await until(async () => (await data(again)).aside !== null);
    const { aside } = await data(again);
    expect(aside?.writes).toBeGreaterThanOrEqual(missing);
    expect(existsSync(join(where.dataDir.A, 'share', aside?.file ?? ''))).toBe(true);
  });

  it('hanging: reported in time, beats answered meanwhile, and an orderly stop still ends', async () => {
    const where = folders();
    const [, b] = await pair(where, ['--mount-timeout-ms', '300']);
    // A file that nobody writes: reading it never returns, as with a mount whose server is gone.
    rmSync(where.mount.B);
    mkdirSync(where.mount.B);
    execFileSync('mkfifo', [join(where.mount.B, 'share.json')]);
    const slowest = { ms: 0 };
    await until(async () => {
      const askedAtMs = performance.now();
      expect(await beat(b.t2Port)).toBe(ERROR_NUMBERS.standby);
      slowest.ms = Math.max(slowest.ms, performance.now() - askedAtMs);
      return (await data(b)).sync.reason?.key === 'sync.mountHung';
    });
    expect((await status(b)).status).toBe(3);
    expect(slowest.ms).toBeLessThan(500);
    b.child.kill('SIGTERM');
    await b.exited;
    expect(b.stderr()).toContain('asked to stop');
    const path = paths().instance('B');
    expect(await zookeeper.get(path)).toBeUndefined();
  });

  it('late: a standby started after the primary went, with a wrong mount, says so', async () => {
    const where = folders();
    const a = await start('A', where);
    await until(async () => (await beat(a.t2Port)) === 0);
    a.child.kill('SIGTERM');
    await a.exited;
    rmSync(where.mount.B);
    const b = await start('B', where);
    await until(async () => (await status(b)).status === 3);
    expect((await status(b)).note).toContain(`df -h ${where.mount.B}`);
  });
});

it('the local database has every acknowledged order once across a switchover (F7)', async () => {
  const where = folders();
  const file = join(where.dataDir.A, 'Todb_mt.xml');
  const database = join(where.dataDir.A, 'kuantu.db');
  writeFileSync(file, `<todb name="mt"><database type="sqlite" file="${database}"/></todb>`);
  const [a, b] = await pair(where, ['--todb', file]);
  const writer = new OrderWriter(a.t2Port, 1_000);
  await until(() => writer.acknowledged.length > 1_000);
  await a.kill();
  writer.stop();
  await switchTo(b);
  const after = new OrderWriter(b.t2Port, 500, 'after');
  await until(() => after.acknowledged.length > 200);
  after.stop();
  await until(async () => {
    const { todb } = await data(b);
    return todb.state === 'ok' && todb.backlog === 0;
  });
  const keys = [...writer.acknowledged, ...after.acknowledged];
  const opened = openLocalDatabase({ type: 'sqlite', file: database }, { clock: systemClock });
  const counts = await opened.countByKey('mt', keys);
  await opened.close();
  expect(keys.filter((key) => counts.get(key) !== 1)).toEqual([]);
});

it('damaged redo: status 3 names the file and the byte, and nothing is claimed', async () => {
  const where = folders();
  const a = await start('A', where);
  await until(async () => (await beat(a.t2Port)) === 0);
  const writer = new OrderWriter(a.t2Port, 500);
  await until(() => writer.acknowledged.length > 200);
  writer.stop();
  await a.kill();
  const file = join(where.dataDir.A, 'share', 'redo-0000000000000001.log');
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.from([0xff, 0xff, 0xff]), 0, 3, 500);
  closeSync(handle);
  const again = await start('A', where);
  // It takes its place as a standby that can do nothing, so that whoever looks finds out why.
  await until(async () => (await status(again)).role === 'standby');
  expect((await status(again)).status).toBe(3);
  expect((await status(again)).note).toMatch(/redo-0000000000000001\.log, byte \d+/);
  expect(await beat(again.t2Port)).toBe(ERROR_NUMBERS.standby);
});
