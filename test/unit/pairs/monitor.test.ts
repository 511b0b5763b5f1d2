import { describe, expect, it } from 'vitest';
import { silentLog } from '#core/logging';
import type { ZooKeeperSession } from '#core/zookeeper';
import { TroubleBoard } from '#main/failover';
import { createHeartbeatLoop } from '#main/heartbeat';
import type { CallOutcome, ConnectionEvent, NodeConnector } from '#main/nodes';
import { createPairMonitor, type PairMonitor } from '#main/pairs';
import {
  ANY_LOSS,
  type DataStatus,
  environmentSchema,
  FUNCTIONS,
  message,
  pairPaths,
  recordBytes,
  type Timeouts,
  timeoutsSchema,
} from '#shared/domain';
import { dataStatus, failedSync } from '#test/data-facts';
import { registration, route } from '#test/failover-facts';
import { MemoryZooKeeper } from '#test/memory-zookeeper';
import { statusBody } from '#test/scripted-switchover';
import { VirtualClock } from '#test/virtual-clock';

const paths = pairPaths('/k/{system}/{node}', 's', 'mt');
const bytes = (record: unknown) => Buffer.from(recordBytes(record));

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
  return { connector, calls, listeners, hung };
}

/** A monitor of a pair in good order, in virtual time, with ZooKeeper in memory. */
async function world(
  policy: { mode?: string; timeouts?: Partial<Timeouts>; maxLossRecords?: number } | null = {},
  data: { A?: DataStatus; B?: DataStatus } = {},
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
        instances: ['A', 'B'].map((name) => ({ name, host: name, t2Port: 1, f2Port: 1 })),
      },
    ],
  });
  const [pair] = environment.pairs;
  if (!pair) throw new Error('no pair');
  const session = tree.session();
  let ids = 0;
  const random = { next: () => 0.5, uuid: () => `uuid${++ids}` };
  const heartbeat = createHeartbeatLoop({ clock, random });
  const told = { changed: 0 };
  const events: string[] = [];
  const troubles = new TroubleBoard();
  const open = (consoleName: string, over: ZooKeeperSession) =>
    createPairMonitor(
      { environment, pair, consoleName },
      {
        session: over,
        heartbeat,
        connect: ({ host }) => links[host === 'A' ? 'A' : 'B'].connector,
        runCommand: async () => ({ kind: 'not-started', reason: 'none here' }),
        processCheck: async () => ({ says: 'nothing', frozen: false, reason: message('check.process.alive') }),
        troubles,
        clock,
        random,
        log: silentLog,
      },
      { changed: () => void told.changed++, event: (event) => void events.push(event.message.key) },
    );
  const monitor = open('me', session);
  await clock.advance(3_000);
  const beats = (name: 'A' | 'B') => links[name].calls.filter((call) => call.functionNumber === FUNCTIONS.heartbeat);
  const another = (consoleName: string) => open(consoleName, tree.session());
  return { clock, tree, nodes, links, monitor, heartbeat, told, timeouts, beats, events, another, troubles };
}

describe('the time-outs of the policy', () => {
  it('rule from the moment that ZooKeeper’s policy is read, and again when it changes', async () => {
    const { clock, nodes, beats, timeouts } = await world({ timeouts: { beatTimeoutMs: 1_234 } });
    expect(beats('A').at(-1)?.timeoutMs).toBe(1_234);
    const changed = { version: 1, mode: 'auto', timeouts: { ...timeouts, beatTimeoutMs: 400 } };
    await nodes.set(paths.policy, bytes(changed));
    await clock.advance(1_100);
    expect([beats('A').at(-1)?.timeoutMs, beats('B').at(-1)?.timeoutMs]).toEqual([400, 400]);
    await nodes.set(paths.policy, Buffer.from('{"version":1,"mode":"au'));
    await clock.advance(1_100);
    expect(beats('A').at(-1)?.timeoutMs).toBe(400);
  });

  it('are the configured ones where ZooKeeper has no policy yet, and are written there', async () => {
    const { tree, beats } = await world(null);
    expect(beats('A').at(-1)?.timeoutMs).toBe(777);
    expect(JSON.parse(String(tree.nodes.get(paths.policy)?.data))).toMatchObject({ timeouts: { beatTimeoutMs: 777 } });
  });
});

describe('promoting', () => {
  it('needs no confirmation where nothing is in doubt, and the node’s name where something is', async () => {
    const calm = await world({ mode: 'assist' });
    const { token } = await calm.monitor.preflight('B');
    await expect(calm.monitor.promote({ to: 'B', token, confirmation: '' })).resolves.toMatchObject({
      operationId: expect.any(String),
    });
    const doubtful = await world({ mode: 'assist' });
    doubtful.links.A.hung.is = true;
    await doubtful.clock.advance(10_000);
    const again = await doubtful.monitor.preflight('B');
    await expect(doubtful.monitor.promote({ to: 'B', token: again.token, confirmation: '' })).rejects.toMatchObject({
      said: { key: 'preflight.refusal.confirmation' },
    });
  });

  it('is shown by a dry run, which begins nothing and takes no ticket away', async () => {
    const { monitor, tree } = await world({ mode: 'assist' });
    const { token, ...shown } = await monitor.preflight('B');
    const versions = () => [...tree.nodes].map(([path, { data }]) => `${path} ${data}`);
    const before = versions();
    const { plan, checks, refusal } = monitor.dryRun('B');
    expect({ plan, checks, refusal }).toEqual({ plan: shown.plan, checks: shown.checks, refusal: null });
    expect(monitor.dryRun('A').refusal?.key).toBe('preflight.refusal.alreadyPrimary');
    expect(versions()).toEqual(before);
    await expect(monitor.promote({ to: 'B', token, confirmation: '' })).resolves.toHaveProperty('operationId');
  });
});

describe('a monitor that stopped', () => {
  it.each([false, true])('leaves no timer, no listener and no word behind (in a switchover: %s)', async (switching) => {
    const { clock, monitor, heartbeat, links, told } = await world({ mode: 'assist' });
    if (switching) {
      const { token } = await monitor.preflight('B');
      await monitor.promote({ to: 'B', token, confirmation: '' });
      await clock.advance(1_000);
      expect(monitor.tile().state).toBe('switching');
    }
    await monitor.stop();
    heartbeat.stop();
    const before = told.changed;
    const asked = links.B.calls.length;
    await clock.advance(10_000);
    expect(clock.pendingTimers()).toBe(0);
    expect([links.A.listeners.size, links.B.listeners.size]).toEqual([0, 0]);
    expect(told.changed).toBe(before);
    expect(links.B.calls.length).toBe(asked);
  });
});

describe('the loss that the policy allows', () => {
  it('is written from the configuration where ZooKeeper has no policy, and stays when the mode is changed', async () => {
    const { tree, monitor } = await world(null);
    const stored = () => JSON.parse(String(tree.nodes.get(paths.policy)?.data));
    expect(stored()).toMatchObject({ mode: 'auto', maxLossRecords: 55 });
    expect(monitor.view().maxLossRecords).toBe(55);
    await monitor.setPolicy({ mode: 'observe' }, 'op');
    expect(stored()).toMatchObject({ mode: 'observe', maxLossRecords: 55 });
  });

  it('is ZooKeeper’s, whatever the configuration says', async () => {
    const { monitor } = await world({ maxLossRecords: 7 });
    expect(monitor.view().maxLossRecords).toBe(7);
  });
});

describe('instances that keep data', () => {
  it('are asked for it once a second, others less often', async () => {
    const { clock, links } = await world({}, { B: dataStatus() });
    const asked = (name: 'A' | 'B') =>
      links[name].calls.filter((call) => call.functionNumber === FUNCTIONS.systemInfo).length;
    const before = { A: asked('A'), B: asked('B') };
    await clock.advance(10_000);
    expect(asked('B') - before.B).toBe(10);
    expect(asked('A') - before.A).toBe(5);
  });

  it('are on the picture, with a point of the trend a second', async () => {
    const { clock, monitor } = await world({}, { A: dataStatus(), B: dataStatus({ lsn: 77 }) });
    await clock.advance(5_000);
    const view = monitor.view();
    expect(view.instances[1]).toMatchObject({ data: { lsn: 77 }, dataAtMs: expect.any(Number) });
    expect(clock.wallMs() - (view.instances[1]?.dataAtMs ?? 0)).toBeLessThanOrEqual(2_000);
    expect(view.dataTrend.length).toBeGreaterThanOrEqual(7);
    expect(view.dataTrend.length).toBeLessThanOrEqual(8);
    expect(view.dataTrend.at(-1)).toMatchObject({ standbyLsn: 77, lagRecords: 0 });
  });

  it.each([
    [undefined, 40, 'preflight.refusal.loss'],
    [39, 40, 'preflight.refusal.loss'],
    [40, 40, null],
    [1_000_000_000, null, 'preflight.refusal.lossUnknown'],
    [ANY_LOSS, null, null],
  ])('accepting %s of %s is refused with %s', async (acceptedLoss, bound, refusal) => {
    const { clock, tree, monitor } = await world({ mode: 'assist' }, { B: failedSync(bound) });
    const { loss, token } = await monitor.preflight('B');
    expect(loss).toMatchObject({ bound });
    const promoted = monitor.promote({ to: 'B', token, confirmation: 'mt', acceptedLoss });
    if (refusal) return expect(promoted).rejects.toMatchObject({ said: { key: refusal } });
    await expect(promoted).resolves.toMatchObject({ operationId: expect.any(String) });
    await clock.advance(500);
    // Whoever takes the switchover up from here asks for no more and no less.
    expect(JSON.parse(String(tree.nodes.get(paths.switchover)?.data))).toMatchObject({
      outcome: 'running',
      acceptedLoss,
    });
  });
});

describe('what an operator sets against acting by itself', () => {
  const endedAtMs = (clock: VirtualClock) => clock.wallMs() - 60_000;
  const keysOf = (monitor: PairMonitor) => monitor.view().blockers.map(({ key }) => key);
  const failedOver = (clock: VirtualClock) => ({
    version: 1,
    operationId: 'auto',
    trigger: 'automatic',
    from: 'B',
    fromIncarnation: null,
    to: 'A',
    epochBefore: 0,
    epochAfter: 1,
    token: null,
    startedAtMs: 0,
    endedAtMs: endedAtMs(clock),
    outcome: 'done',
    steps: [],
  });

  it('is a maintenance that binds both consoles, survives the one that began it, and ends by itself', async () => {
    const { clock, monitor, another, events } = await world({});
    const other = another('other');
    await clock.advance(1_000);
    expect(keysOf(monitor)).toEqual([]);
    await monitor.beginMaintenance({ operator: 'Li Lei', reason: 'disks', durationMs: 600_000 });
    await clock.advance(1_000);
    const maintenance = monitor.view().policy?.maintenance;
    expect(maintenance).toMatchObject({ operator: 'Li Lei', reason: 'disks' });
    expect((maintenance?.untilMs ?? 0) - (maintenance?.sinceMs ?? 0)).toBe(600_000);
    expect(other.view()).toMatchObject({ tile: { state: 'maintenance' }, policy: { maintenance } });
    expect([keysOf(monitor), keysOf(other)].map((keys) => keys.includes('blocker.maintenance'))).toEqual([true, true]);
    await monitor.stop();
    const restarted = another('me again');
    await clock.advance(2_000);
    expect(restarted.view().policy?.maintenance).toEqual(maintenance);
    await clock.advance(600_000);
    expect([other, restarted].map((one) => one.tile().state)).toEqual(['normal', 'normal']);
    expect(keysOf(restarted)).not.toContain('blocker.maintenance');
    expect(events.filter((key) => key === 'failover.event.maintenance.expired')).toHaveLength(2);
    await Promise.all([other.stop(), restarted.stop()]);
  });

  it('is ended by an operator at any console, and who that was is in the record', async () => {
    const { clock, monitor, another, events } = await world({});
    const other = another('other');
    await monitor.beginMaintenance({ operator: 'Li', reason: 'disks', durationMs: 600_000 });
    await clock.advance(1_000);
    await other.endMaintenance('Han');
    await clock.advance(1_000);
    expect(keysOf(monitor)).toEqual([]);
    expect(monitor.view().policy?.changed).toMatchObject({ operator: 'Han', console: 'other' });
    expect(events.filter((key) => key === 'failover.event.maintenance.ended')).toHaveLength(2);
    await other.stop();
  });

  it('is a cooldown that an operator ends for both consoles', async () => {
    const { clock, nodes, monitor, another, events } = await world({});
    const other = another('other');
    await nodes.create(paths.switchover, bytes(failedOver(clock)), 'persistent');
    await clock.advance(1_000);
    expect(keysOf(monitor)).toEqual(['blocker.cooldown']);
    expect(keysOf(other)).toContain('blocker.cooldown');
    expect(monitor.view().policy).toMatchObject({ automaticInLastDay: 1 });
    // It holds no operator back.
    expect((await monitor.preflight('B')).refusal).toBeNull();
    await other.clearCooldown('Han');
    await clock.advance(1_000);
    expect(keysOf(monitor)).toEqual([]);
    expect(keysOf(other)).not.toContain('blocker.cooldown');
    expect(events.filter((key) => key === 'failover.event.cooldownCleared')).toHaveLength(2);
    await other.stop();
  });

  it('stays when two consoles change the policy at once', async () => {
    const { clock, monitor, another } = await world({});
    const other = another('other');
    await clock.advance(1_000);
    await Promise.all([
      monitor.setPolicy({ maxPerDay: 9 }, 'Li'),
      other.beginMaintenance({ operator: 'Han', reason: 'disks', durationMs: 600_000 }),
    ]);
    await clock.advance(1_000);
    expect(monitor.view().policy).toMatchObject({ settings: { maxPerDay: 9 }, maintenance: { operator: 'Han' } });
    await other.stop();
  });

  it('is the freeze of pairs in trouble together, which says why until an operator releases it', async () => {
    const { clock, links, monitor, troubles, events } = await world({});
    for (const key of ['e/x', 'e/y']) {
      const now = { troubled: true, acting: false, monotonicMs: clock.monotonicMs() };
      troubles.tell({ key, name: key, standsOn: ['ZooKeeper 127.0.0.1:1'] }, now);
    }
    links.A.hung.is = true;
    await clock.advance(6_000);
    expect(troubles.sight().troubles.map(({ name }) => name)).toEqual(['e/x', 'e/y', 'mt']);
    expect(monitor.view().policy?.frozen).toMatchObject({
      key: 'blocker.commonCause',
      params: { count: 3, shared: 'ZooKeeper 127.0.0.1:1' },
    });
    expect(keysOf(monitor)).toContain('blocker.commonCause');
    monitor.releaseFreeze('Han');
    expect(monitor.view().policy?.frozen).toBeNull();
    expect(keysOf(monitor)).not.toContain('blocker.commonCause');
    expect(events).toContain('failover.event.freezeReleased');
    await monitor.stop();
    expect(troubles.sight().troubles.map(({ name }) => name)).toEqual(['e/x', 'e/y']);
  });

  it('is a calendar that both consoles obey, each saying what holds and what comes next', async () => {
    const { clock, monitor, another } = await world({});
    const other = another('other');
    const everyDay = [1, 2, 3, 4, 5, 6, 7];
    const phases = [{ name: 'all day', days: everyDay, from: '00:00', to: '24:00', mode: 'assist' as const }];
    await monitor.setCalendar({ zone: 'UTC', holidays: [], phases }, 'Han');
    await clock.advance(1_000);
    expect(keysOf(monitor)).toEqual(['blocker.calendar.assist']);
    expect(keysOf(other)).toContain('blocker.calendar.assist');
    expect(other.view().policy).toMatchObject({
      settings: { mode: 'auto' },
      holds: { mode: 'assist', phase: 'all day', next: null },
      changed: { operator: 'Han', console: 'me' },
    });
    await other.setCalendar(null, null);
    await clock.advance(1_000);
    expect(keysOf(monitor)).toEqual([]);
    expect(monitor.view().policy?.holds).toEqual({ mode: 'auto', phase: null, next: null });
    await other.stop();
  });
});
