import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { encodeFrame } from '#core/frames';
import { silentLog } from '#core/logging';
import { listenNodeT2, openNodeF2Socket } from '#core/transport';
import type { ZooKeeperSession } from '#core/zookeeper';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { createMtNode, DEFAULT_OPTIONS, type MtNode } from '#mtnode';
import {
  DEFAULT_PATH_TEMPLATE,
  ERROR_NUMBERS,
  pairPaths,
  parseRecord,
  type Route,
  recordText,
  registrationSchema,
  routeSchema,
  switchoverRecordSchema,
} from '#shared/domain';
import { type SystemInfoReply, systemInfoReplySchema } from '#shared/protocol';
import { type ApacheZooKeeper, skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import {
  beat,
  callOnce,
  errorOf,
  type NodeProcess,
  NodeProcesses,
  T2Client,
  TEST_SESSION,
} from '#test/mt-node-process';
import { realSession, until } from '#test/zookeeper-session';

const TIMEOUT_MS = 1_500;
const timeout = ['--session-timeout', String(TIMEOUT_MS)];

const processes = new NodeProcesses();
let address: string;
let system = '';
const sessions: ZooKeeperSession[] = [];
let count = 0;

beforeEach(() => {
  count++;
  system = `s${count}`;
});
afterEach(async () => {
  await processes.end();
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

const paths = () => pairPaths(DEFAULT_PATH_TEMPLATE, system, 'mt');
const start = (instance: string, args: readonly string[] = [], dataDir?: string) =>
  processes.start({
    zookeeper: address,
    system,
    instance,
    args: [...timeout, ...args],
    ...(dataDir === undefined ? {} : { dataDir }),
  });
const serves = (node: NodeProcess) => until(async () => (await beat(node.t2Port)) === 0);
const info = async (node: NodeProcess): Promise<SystemInfoReply> =>
  systemInfoReplySchema.parse(await callOnce(node.t2Port, 1403040));
const isStandby = (node: NodeProcess) =>
  until(async () => {
    const said = await info(node);
    return said.role === 'standby' && typeof said.hello_acknowledged_by === 'string';
  });

async function pair(args: readonly string[] = []): Promise<[NodeProcess, NodeProcess]> {
  const a = await start('A', args);
  await serves(a);
  const b = await start('B', args);
  await isStandby(b);
  return [a, b];
}

/** A node in this process: real sockets and a real session, but a storage that forgets. */
function inProcess(ofSystem: string, instance: string): Promise<MtNode> {
  return createMtNode(
    { ...DEFAULT_OPTIONS, system: ofSystem, node: 'mt', instance },
    {
      clock: systemClock,
      random: systemRandom,
      zookeeper: realSession({ connectString: address, sessionTimeoutMs: TIMEOUT_MS }),
      listenT2: listenNodeT2,
      openF2: openNodeF2Socket,
      storage: { load: async () => undefined, save: async () => {} },
      process: { bootId: 'here', pid: process.pid, startTime: '1' },
      log: silentLog,
    },
  );
}

function session(): ZooKeeperSession {
  const opened = realSession({ connectString: address, sessionTimeoutMs: 4_000 });
  sessions.push(opened);
  return opened;
}

async function readRoute(zookeeper: ZooKeeperSession): Promise<{ route: Route; version: number }> {
  await zookeeper.whenConnected(5_000);
  const found = await zookeeper.get(paths().route);
  if (!found) throw new Error('no route');
  return { route: parseRecord(routeSchema, paths().route, found.data), version: found.stat.version };
}

/** What the console does: close-route, 45184006, 402999 until done, open-route. */
async function switchTo(
  zookeeper: ZooKeeperSession,
  node: NodeProcess,
  proveOldOut: () => Promise<void>,
): Promise<number> {
  const { route, version } = await readRoute(zookeeper);
  const epoch = route.epoch + 1;
  const { instance, incarnation } = node;
  const next: Route = { ...route, instance, incarnation, epoch, state: 'closed', token: '1', operationId: 'op' };
  await zookeeper.set(paths().route, Buffer.from(recordText(next)), version);
  await proveOldOut();
  const body = { epoch, token: '1', operation_id: 'op', incarnation };
  expect(await errorOf(node.t2Port, 45184006, body)).toBe(0);
  await until(async () => (await errorOf(node.t2Port, 402999, { epoch })) === 0);
  await zookeeper.set(paths().route, Buffer.from(recordText({ ...next, state: 'open' })));
  return epoch;
}

const steppedDown = (zookeeper: ZooKeeperSession, instance: string) => () =>
  until(async () => {
    const found = await zookeeper.get(paths().instance(instance));
    if (!found) return true;
    return parseRecord(registrationSchema, paths().instance(instance), found.data).steppedDownEpoch !== null;
  });

describe('on the embedded server', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await startZooKeeperServer({ tickMs: 100, minSessionTimeoutMs: 200 }, { clock: systemClock });
    address = server.address;
  });
  afterAll(() => server.close());

  it('two started at the same instant have one primary', async () => {
    const rounds = 4;
    for (let round = 0; round < rounds; round++) {
      system = `instant${round}`;
      const both = await Promise.all([start('A'), start('B')]);
      await until(async () => {
        const beats = await Promise.all(both.map((node) => beat(node.t2Port)));
        expect(beats.filter((each) => each === 0).length).toBeLessThanOrEqual(1);
        return beats.includes(0) && beats.includes(ERROR_NUMBERS.standby);
      });
      const { route } = await readRoute(session());
      expect(route).toMatchObject({ epoch: 1 });
      await processes.end();
    }
  });

  it('two started at the same instant in one process, 46 times more, have one primary each', async () => {
    for (let round = 0; round < 46; round++) {
      const both = await Promise.all(['A', 'B'].map((instance) => inProcess(`again${round}`, instance)));
      await until(() => {
        const serving = both.filter((node) => node.isServing()).length;
        expect(serving).toBeLessThanOrEqual(1);
        const roles = both.map((node) => node.record().role).sort();
        return serving === 1 && roles[1] === 'standby';
      });
      await Promise.all(both.map((node) => node.stop()));
    }
  });

  it('an expired session is replaced: registered again, served on', async () => {
    const [a] = await pair();
    const path = paths().instance('A');
    const owner = server.sessions().find((each) => each.ephemerals.includes(path));
    server.expireSession(owner?.idHex ?? '');
    await until(() => server.sessions().some((each) => each.ephemerals.includes(path) && each.idHex !== owner?.idHex));
    await serves(a);
    expect((await readRoute(session())).route).toMatchObject({ instance: 'A', epoch: 1, state: 'open' });
  });

  it('SIGTERM: clients get nothing, the registration says stepped down, the process ends with 0', async () => {
    const [a, b] = await pair();
    const client = new T2Client(a.t2Port);
    expect(await client.call(402000, { session_id: TEST_SESSION })).toMatchObject({ error_no: 0, epoch: 1 });
    const zookeeper = session();
    await zookeeper.whenConnected(5_000);
    const seen: (number | null)[] = [];
    zookeeper.watchNode(paths().instance('A'), (value) => {
      if (value) seen.push(parseRecord(registrationSchema, 'A', value.data).steppedDownEpoch);
    });
    await until(() => seen.length > 0);
    a.child.kill('SIGTERM');
    await client.closed;
    expect(await a.exited).toBe(0);
    expect(seen.at(-1)).toBe(1);
    expect(await zookeeper.get(paths().instance('A'))).toBeUndefined();
    expect(await beat(a.t2Port)).toBe('closed');
    expect(await beat(b.t2Port)).toBe(ERROR_NUMBERS.standby);
    expect((await readRoute(zookeeper)).route).toMatchObject({ instance: 'A', epoch: 1, state: 'open' });
  });

  it('is promoted by 45184006 while the old primary steps down, and both swap back', async () => {
    const [a, b] = await pair(['--front-adapters-ms', '200']);
    const zookeeper = session();
    const onA = new T2Client(a.t2Port);
    await onA.call(402000, { session_id: TEST_SESSION });
    const switching = switchTo(zookeeper, b, steppedDown(zookeeper, 'A'));
    await until(async () => (await beat(b.t2Port)) === ERROR_NUMBERS.switching);
    await onA.closed;
    expect(await switching).toBe(2);
    expect(await beat(b.t2Port)).toBe(0);
    await isStandby(a);
    expect(await info(a)).toMatchObject({ status: 2, epoch: 2, hello_acknowledged_by: 'B' });
    expect(await switchTo(zookeeper, a, steppedDown(zookeeper, 'B'))).toBe(3);
    expect(await beat(a.t2Port)).toBe(0);
    expect(await beat(b.t2Port)).not.toBe(0);
  });

  it('a stopped and resumed primary that was replaced meanwhile answers no beat with 0', async () => {
    const [a, b] = await pair();
    const zookeeper = session();
    await zookeeper.whenConnected(5_000);
    const held = new T2Client(a.t2Port);
    await held.call(402000, { session_id: TEST_SESSION });
    a.child.kill('SIGSTOP');
    // These lie in its socket when it wakes.
    const asked = Array.from({ length: 20 }, () => held.call(402000, { session_id: TEST_SESSION }, 20_000));
    await until(async () => (await zookeeper.exists(paths().instance('A'))) === undefined);
    await switchTo(zookeeper, b, async () => {});
    expect(await beat(b.t2Port)).toBe(0);
    a.child.kill('SIGCONT');
    expect(await Promise.all(asked)).toEqual(Array(20).fill('closed'));
    const end = performance.now() + 3_000;
    while (performance.now() < end) expect(await beat(a.t2Port)).not.toBe(0);
    expect(await info(a)).toMatchObject({ role: 'standby', epoch: 2 });
  });

  it('without ZooKeeper a pair serves on for three time-outs, a lone primary does not', async () => {
    const [a, b] = await pair();
    const lone = await processes.start({ zookeeper: address, system: `${system}-lone`, instance: 'L', args: timeout });
    await serves(lone);
    await server.stop();
    const end = performance.now() + 3 * TIMEOUT_MS;
    let onPromise = false;
    while (performance.now() < end) {
      expect(await beat(a.t2Port)).toBe(0);
      onPromise ||= (await info(a)).on_promise;
    }
    expect(onPromise).toBe(true);
    expect((await info(b)).promise_left_ms).toBeGreaterThan(0);
    expect(await beat(lone.t2Port)).toBe('closed');
    await server.restart();
    await serves(lone);
    await until(async () => !(await info(a)).on_promise);
    expect(await beat(a.t2Port)).toBe(0);
    expect((await readRoute(session())).route).toMatchObject({ instance: 'A', epoch: 1, state: 'open' });
  });

  it('F14 with shortened times: an idle session goes, one that beats stays', async () => {
    const args = ['--practice', '--sweep-interval-ms', '100', '--session-idle-ms', '600'];
    const a = await start('A', args);
    await serves(a);
    const login = async () => {
      const reply = await callOnce(a.t2Port, 990001, { system: 'O3', user: 'u' });
      return typeof reply === 'string' ? '' : String(reply.session_id);
    };
    const [busy] = [await login(), await login()];
    const began = performance.now();
    while ((await info(a)).sessions === 3) expect(await errorOf(a.t2Port, 402000, { session_id: busy })).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(550);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(await errorOf(a.t2Port, 402000, { session_id: busy })).toBe(0);
  });

  it('driver node: the standby promotes itself when the primary is killed, and opens the route', async () => {
    const [a, b] = await pair(['--driver', 'node']);
    await a.kill();
    await serves(b);
    const zookeeper = session();
    await until(async () => (await readRoute(zookeeper)).route.state === 'open');
    expect((await readRoute(zookeeper)).route).toMatchObject({ instance: 'B', epoch: 2, driver: 'node' });
    const recorded = async () => {
      const found = await zookeeper.get(paths().switchover);
      return found && parseRecord(switchoverRecordSchema, paths().switchover, found.data);
    };
    await until(async () => (await recorded())?.outcome === 'done');
    const record = await recorded();
    expect(record).toMatchObject({ trigger: 'node', from: 'A', to: 'B', epochBefore: 1, epochAfter: 2 });
    expect(record?.steps.map((step) => step.result)).toEqual([
      'ok',
      'skipped',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'skipped',
      'ok',
      'ok',
    ]);
  });

  it('hostile connections neither end the node nor stall another’s beats', async () => {
    const a = await start('A');
    await serves(a);
    const good = new T2Client(a.t2Port);
    let beats = 0;
    let going = true;
    const beating = (async () => {
      while (going) {
        expect(await good.call(402000, { session_id: TEST_SESSION }, 1_000)).toMatchObject({ error_no: 0 });
        beats++;
      }
    })();
    const oversized = new T2Client(a.t2Port);
    expect(await oversized.raw(Buffer.from([0x7f, 0xff, 0xff, 0xff]))).toBe('closed');
    const malformed = new T2Client(a.t2Port);
    expect(await malformed.raw(Buffer.from([0, 0, 0, 1, 0x7b]))).toMatchObject({
      error_no: ERROR_NUMBERS.malformedRequest,
    });
    expect(await malformed.call(12345)).toMatchObject({ error_no: ERROR_NUMBERS.unknownFunction });
    expect(await malformed.call(402000, { session_id: 'nobody' })).toMatchObject({
      error_no: ERROR_NUMBERS.unknownSession,
    });
    const half = new T2Client(a.t2Port);
    half.socket.write(Buffer.from([0, 1, 0, 0, 1, 2, 3]));
    const deaf = new T2Client(a.t2Port);
    deaf.socket.pause();
    const flood = Buffer.concat(Array(2_000).fill(encodeFrame({ function: 1403040, id: 1 })));
    for (let i = 0; i < 20; i++) deaf.socket.write(flood);
    const before = beats;
    await until(() => beats > before + 200);
    going = false;
    await beating;
    expect((await info(a)).role).toBe('primary');
    for (const client of [good, oversized, malformed, half, deaf]) client.end();
  });

  it('a second process of the same instance and folder does not start; a killed one’s successor does', async () => {
    const a = await start('A');
    await serves(a);
    await expect(start('A', [], a.dataDir)).rejects.toThrow('ended with 5');
    await a.kill();
    const again = await start('A', [], a.dataDir);
    await serves(again);
    expect(await info(again)).toMatchObject({ epoch: 2, role: 'primary' });
  });

  it('ends with its parent, and says what is wrong with its arguments', async () => {
    const a = await start('A');
    a.child.stdin?.end();
    expect(await a.exited).toBe(0);
    await expect(start('B', ['--driver', 'nobody'])).rejects.toThrow(/ended with 2.*--driver/s);
    const b = await start('B');
    await expect(start('C', ['--t2-port', String(b.t2Port)])).rejects.toThrow('ended with 3');
  });
});

describe.skipIf(skipWithoutApache())('on Apache ZooKeeper', () => {
  let apache: ApacheZooKeeper;
  beforeAll(async () => {
    apache = await startApacheZooKeeper();
    address = apache.connectString;
  });
  afterAll(() => apache.close());

  it('a pair finds its roles, the standby promotes itself, and the old primary comes back as standby', async () => {
    const [a, b] = await pair(['--driver', 'node']);
    await a.kill();
    await serves(b);
    const again = await start('A', ['--driver', 'node'], a.dataDir);
    await isStandby(again);
    expect(await info(again)).toMatchObject({ role: 'standby', status: 2, epoch: 2, hello_acknowledged_by: 'B' });
  });

  it('a resumed zombie serves nothing', async () => {
    const [a, b] = await pair(['--driver', 'node']);
    a.child.kill('SIGSTOP');
    await serves(b);
    a.child.kill('SIGCONT');
    const end = performance.now() + 2_000;
    while (performance.now() < end) expect(await beat(a.t2Port)).not.toBe(0);
    await isStandby(a);
  });
});
