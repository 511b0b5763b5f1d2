import { silentLog } from '#core/logging';
import type { ZooKeeperSession } from '#core/zookeeper';
import { TroubleBoard } from '#main/failover';
import { createHeartbeatLoop } from '#main/heartbeat';
import type { CallOutcome, ConnectionEvent, ConnectorWaits, NodeConnector } from '#main/nodes';
import { createPairMonitor } from '#main/pairs';
import {
  type DataStatus,
  environmentSchema,
  FUNCTIONS,
  message,
  pairPaths,
  recordText,
  type Timeouts,
  timeoutsSchema,
} from '#shared/domain';
import { registration, route } from '#test/failover-facts';
import { MemoryZooKeeper } from '#test/memory-zookeeper';
import { statusBody } from '#test/scripted-switchover';
import { VirtualClock } from '#test/virtual-clock';

export const paths = pairPaths('/k/{system}/{node}', 's', 'mt');
export const bytes = (record: unknown) => Buffer.from(recordText(record));

/** A connector that answers as the instance's role has it, and remembers what it was asked. */
function connectorOf(instance: string, clock: VirtualClock, data?: DataStatus) {
  const calls: { functionNumber: number; timeoutMs: number }[] = [];
  const listeners = new Set<(event: ConnectionEvent) => void>();
  const hung = { is: false };
  const connector: NodeConnector = {
    target: { host: instance, t2Port: 1, f2Port: 1 },
    capabilities: { selfFence: true },
    async call(functionNumber, _body, timeoutMs): Promise<CallOutcome> {
      calls.push({ functionNumber, timeoutMs });
      if (hung.is) {
        await new Promise<void>((resolve) => void clock.setTimer(timeoutMs, resolve));
        return { class: 'timeout', reply: null, errorNumber: null, latencyMs: null, detail: '' };
      }
      const primary = instance === 'A';
      const own = {
        instance,
        incarnation: `${instance}-1`,
        epoch: 1,
        data,
        ...(primary ? {} : { role: 'standby', status: 2 }),
      };
      const isBeat = functionNumber === FUNCTIONS.heartbeat;
      const errorNumber = isBeat && !primary ? 308000001 : 0;
      const reply = { function: functionNumber, id: 1, error_no: errorNumber, ...(isBeat ? {} : statusBody(own)) };
      return { class: errorNumber === 0 ? 'ok' : 'error', reply, errorNumber, latencyMs: 1, detail: '' };
    },
    onConnection(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {},
  };
  /** What the connector was told to wait for, once it was made. */
  const waits: { of?: (() => ConnectorWaits) | undefined } = {};
  return { connector, calls, listeners, hung, waits };
}

/** A monitor of a pair in good order, in virtual time, with ZooKeeper in memory. */
export async function monitorWorld(
  policy: { mode?: string; timeouts?: Partial<Timeouts>; maxLossRecords?: number; lossOperators?: number } | null = {},
  data: { A?: DataStatus; B?: DataStatus } = {},
  /** Looks at the servers; absent: nothing is configured of them. */
  lookAtServers?: () => Promise<unknown>,
) {
  const clock = new VirtualClock();
  const tree = new MemoryZooKeeper();
  const nodes = tree.session();
  const timeouts = timeoutsSchema.parse({});
  await nodes.ensurePath(paths.instances);
  await nodes.ensurePath(paths.consoles);
  await nodes.create(paths.route, bytes(route()), 'persistent');
  if (policy)
    await nodes.create(
      paths.policy,
      bytes({ version: 1, ...policy, mode: policy.mode ?? 'auto', timeouts: { ...timeouts, ...policy.timeouts } }),
      'persistent',
    );
  const status = { A: 1, B: data.B?.sync.state === 'failed' ? 3 : 2 } as const;
  for (const name of ['A', 'B'] as const) {
    const own = { status: status[name], ...(data[name] ? { data: data[name] } : {}) };
    await nodes.create(paths.instance(name), bytes(registration(name, own)), 'ephemeral');
  }
  const links = { A: connectorOf('A', clock, data.A), B: connectorOf('B', clock, data.B) };
  const environment = environmentSchema.parse({
    id: 'e',
    name: 'e',
    pathTemplate: '/k/{system}/{node}',
    zookeeper: { connectString: '127.0.0.1:1' },
    pairs: [
      {
        id: 'mt',
        system: 's',
        node: 'mt',
        policy: 'auto',
        driver: 'console',
        timeouts: { beatTimeoutMs: 777 },
        maxLossRecords: 55,
        instances: ['A', 'B'].map((name) => ({
          ...{ name, host: name, t2Port: 1, f2Port: 1 },
          ...(lookAtServers ? { server: { todbFile: '/etc/mt/Todb.xml' } } : {}),
        })),
      },
    ],
  });
  const [pair] = environment.pairs;
  if (!pair) throw new Error('no pair');
  const session = tree.session();
  let ids = 0;
  const random = { next: () => 0.5, uuid: () => `uuid${++ids}` };
  const heartbeat = createHeartbeatLoop({ clock, random });
  const told = { changed: 0, suspected: 0 };
  const events: string[] = [];
  const troubles = new TroubleBoard();
  const open = (consoleName: string, over: ZooKeeperSession) =>
    createPairMonitor(
      { environment, pair, consoleName },
      {
        session: over,
        heartbeat,
        connect: ({ host }, waits) => {
          const link = links[host === 'A' ? 'A' : 'B'];
          link.waits.of = waits;
          return link.connector;
        },
        runCommand: async () => ({ kind: 'not-started', reason: 'none here' }),
        ...(lookAtServers ? { lookAtServers } : {}),
        processCheck: async () => ({ says: 'nothing', frozen: false, reason: message('check.process.alive') }),
        troubles,
        clock,
        random,
        log: silentLog,
      },
      {
        changed: () => void told.changed++,
        suspected: () => void told.suspected++,
        event: (event) => void events.push(event.message.key),
      },
    );
  const monitor = open('me', session);
  await clock.advance(3_000);
  const beats = (name: 'A' | 'B') => links[name].calls.filter((call) => call.functionNumber === FUNCTIONS.heartbeat);
  const another = (consoleName: string) => open(consoleName, tree.session());
  return { clock, tree, nodes, links, monitor, heartbeat, told, timeouts, beats, events, another, troubles };
}
