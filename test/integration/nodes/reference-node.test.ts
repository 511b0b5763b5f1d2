import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { readProcessIdentity } from '#core/process';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { createProcessCheck } from '#main/checks';
import { type BeatSample, createHeartbeatLoop } from '#main/heartbeat';
import { createPracticeSession, createT2Connector, type NodeConnector } from '#main/nodes';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import { type NodeProcess, NodeProcesses, TEST_SESSION } from '#test/mt-node-process';

const processes = new NodeProcesses();
const connectors: NodeConnector[] = [];
let zookeeper: ZooKeeperServer;
let primary: NodeProcess;
let standby: NodeProcess;

function connectorTo(node: NodeProcess): NodeConnector {
  const target = { host: '127.0.0.1', t2Port: node.t2Port, f2Port: node.f2Port };
  const connector = createT2Connector({ clock: systemClock, practice: true })(target);
  connectors.push(connector);
  return connector;
}

const beat = (connector: NodeConnector, session: string) =>
  connector.call(FUNCTIONS.heartbeat, { session_id: session }, 2_000);

beforeAll(async () => {
  zookeeper = await startZooKeeperServer({}, { clock: systemClock });
  primary = await processes.start({ zookeeper: zookeeper.address, instance: 'a', args: ['--practice'] });
  const connector = connectorTo(primary);
  await vi.waitFor(async () => expect((await beat(connector, TEST_SESSION)).class).toBe('ok'), { timeout: 20_000 });
  standby = await processes.start({ zookeeper: zookeeper.address, instance: 'b', args: ['--practice'] });
});
afterAll(async () => {
  for (const connector of connectors) connector.close();
  await processes.end();
  await zookeeper.close();
});

describe('the connector and the reference node', () => {
  test('the primary answers 0 with its epoch and name, the standby an error of its own', async () => {
    expect(await beat(connectorTo(primary), TEST_SESSION)).toMatchObject({ class: 'ok', reply: { instance: 'a' } });
    const connector = connectorTo(standby);
    await vi.waitFor(async () =>
      expect(await beat(connector, TEST_SESSION)).toMatchObject({
        class: 'error',
        errorNumber: ERROR_NUMBERS.standby,
      }),
    );
  });

  test('1403040 fits its schema, and tells that the node fences itself', async () => {
    const connector = connectorTo(primary);
    const outcome = await connector.call(FUNCTIONS.systemInfo, {}, 2_000);
    expect(outcome.class).toBe('ok');
    expect(systemInfoReplySchema.parse(outcome.reply)).toMatchObject({
      role: 'primary',
      pid: primary.pid,
      svr_mode: 0,
    });
    expect(connector.capabilities.selfFence).toBe(true);
  });

  test('an unknown session is followed by a login, after which beats are good', async () => {
    const connector = connectorTo(primary);
    const session = createPracticeSession({ connector, clock: systemClock, system: 'O3', user: 'console' });
    const refused = await beat(connector, 'nobody');
    expect(refused).toMatchObject({ class: 'error', errorNumber: ERROR_NUMBERS.unknownSession });
    expect(await session.heard(refused)).toBe(true);
    const credential = session.credential();
    expect((await beat(connector, credential?.system === 'O3' ? credential.sessionId : '')).class).toBe('ok');
  });

  test('calls share the connection: fifty beats beside 1403040 and 402999', async () => {
    const connector = connectorTo(primary);
    const numbers = [FUNCTIONS.systemInfo, FUNCTIONS.completeStartup];
    const calls = Array.from({ length: 50 }, () => beat(connector, TEST_SESSION));
    calls.push(...numbers.map((number) => connector.call(number, {}, 2_000)));
    expect((await Promise.all(calls)).map((outcome) => outcome.class)).toEqual(calls.map(() => 'ok'));
  });

  test('killed, it is heard to close and to refuse between beats, and the process check finds it gone', async () => {
    const identity = await readProcessIdentity(standby.pid);
    const loop = createHeartbeatLoop({ clock: systemClock, random: systemRandom });
    const samples: BeatSample[] = [];
    const credential = () => null;
    const target = { instance: 'b', connector: connectorTo(standby), credential, intervalMs: 60_000, timeoutMs: 2_000 };
    loop.add(target, (sample) => samples.push(sample)).beatNow();
    await vi.waitFor(() => expect(samples).toHaveLength(1));
    const check = createProcessCheck();
    expect((await check(identity)).says).toBe('alive');
    const killed = standby.kill();
    await vi.waitFor(() => expect(samples.map((sample) => sample.class)).toEqual(['error', 'empty', 'refused']));
    expect((await check(identity)).says).toBe('gone');
    await killed;
    loop.stop();
  });
});
