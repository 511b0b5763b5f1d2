import { describe, expect, it } from 'vitest';
import type { PairMonitor } from '#main/pairs';
import type { CheckRunView } from '#shared/contract';
import { ANY_LOSS, type CheckVerdict, FUNCTIONS, message } from '#shared/domain';
import { dataStatus, failedSync } from '#test/data-facts';
import { registration, switchoverRecord } from '#test/failover-facts';
import { bytes, monitorWorld, paths } from '#test/monitor-world';
import type { VirtualClock } from '#test/virtual-clock';

describe('the time-outs of the policy', () => {
  it('rule from the moment that ZooKeeper’s policy is read, and again when it changes', async () => {
    const { clock, nodes, beats, timeouts } = await monitorWorld({ timeouts: { beatTimeoutMs: 1_234 } });
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
    const { tree, beats } = await monitorWorld(null);
    expect(beats('A').at(-1)?.timeoutMs).toBe(777);
    expect(JSON.parse(String(tree.nodes.get(paths.policy)?.data))).toMatchObject({ timeouts: { beatTimeoutMs: 777 } });
  });
});

describe('promoting', () => {
  it('needs no confirmation where nothing is in doubt, and the node’s name where something is', async () => {
    const calm = await monitorWorld({ mode: 'assist' });
    const { token } = await calm.monitor.preflight('B');
    await expect(calm.monitor.promote({ to: 'B', token, confirmation: '' })).resolves.toMatchObject({
      operationId: expect.any(String),
    });
    const doubtful = await monitorWorld({ mode: 'assist' });
    doubtful.links.A.hung.is = true;
    await doubtful.clock.advance(10_000);
    const again = await doubtful.monitor.preflight('B');
    await expect(doubtful.monitor.promote({ to: 'B', token: again.token, confirmation: '' })).rejects.toMatchObject({
      said: { key: 'preflight.refusal.confirmation' },
    });
  });

  it('is shown by a dry run, which begins nothing and takes no ticket away', async () => {
    const { monitor, tree } = await monitorWorld({ mode: 'assist' });
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

describe('the look at the servers', () => {
  const run = (result: CheckVerdict, atMs: number): CheckRunView => ({
    ...{ atMs, tookMs: 5, readiness: 'ready', reasons: [] },
    checks: ['A', 'B'].map((host) => ({
      ...{ id: 'todb', host, result, evidence: [], remedy: null, tookMs: 5, atMs, sinceMs: atMs },
      reason: message('check.todb.missing', { file: '/etc/mt/Todb.xml' }),
    })),
  });

  it('is made before a planned switchover is shown, and again before it begins where it has grown old', async () => {
    let result: CheckVerdict = 'pass';
    const looks: number[] = [];
    const world = await monitorWorld({ mode: 'assist' }, {}, async () => {
      looks.push(world.clock.wallMs());
      world.monitor.checked(run(result, world.clock.wallMs()));
    });
    const { monitor, clock } = world;
    monitor.dryRun('B');
    expect(looks).toHaveLength(0);
    await monitor.preflight('B');
    await monitor.preflight('B');
    expect(looks).toHaveLength(1);
    await clock.advance(40_000);
    const { token, checks } = await monitor.preflight('B');
    expect(checks.find(({ id }) => id === 'servers')?.result).toBe('pass');
    await clock.advance(30_000);
    result = 'fail';
    await expect(monitor.promote({ to: 'B', token, confirmation: '' })).rejects.toMatchObject({
      said: { key: 'preflight.refusal.servers' },
    });
    expect(looks).toHaveLength(2);
    expect((await monitor.preflight('B')).refusal?.key).toBe('preflight.refusal.servers');
  });

  it('that does not come in time leaves it to the operator', async () => {
    const world = await monitorWorld({ mode: 'assist' }, {}, () => new Promise(() => {}));
    const shown = world.monitor.preflight('B');
    await world.clock.advance(10_000);
    const { token, checks, refusal } = await shown;
    expect([checks.find(({ id }) => id === 'servers')?.result, refusal]).toEqual(['unknown', null]);
    const unnamed = world.monitor.promote({ to: 'B', token, confirmation: '' });
    const refused = expect(unnamed).rejects.toMatchObject({ said: { key: 'preflight.refusal.confirmation' } });
    await world.clock.advance(10_000);
    await refused;
    const named = world.monitor.promote({ to: 'B', token, confirmation: 'mt' });
    await world.clock.advance(10_000);
    await expect(named).resolves.toHaveProperty('operationId');
  });

  it('is asked for once when beats begin to be missed, and again when that comes back', async () => {
    const { clock, links, told } = await monitorWorld({ mode: 'assist' });
    expect(told.suspected).toBe(0);
    links.A.hung.is = true;
    await clock.advance(10_000);
    expect(told.suspected).toBe(1);
    links.A.hung.is = false;
    await clock.advance(5_000);
    links.A.hung.is = true;
    await clock.advance(5_000);
    expect(told.suspected).toBe(2);
  });

  it('is not waited for where the primary is gone', async () => {
    let looks = 0;
    const world = await monitorWorld({ mode: 'assist' }, {}, async () => void looks++);
    world.links.A.hung.is = true;
    await world.clock.advance(10_000);
    const { planned } = await world.monitor.preflight('B');
    expect([planned, looks]).toEqual([false, 0]);
  });
});

describe('a monitor that stopped', () => {
  it.each([false, true])('leaves no timer, no listener and no word behind (in a switchover: %s)', async (switching) => {
    const { clock, monitor, heartbeat, links, told } = await monitorWorld({ mode: 'assist' });
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
    const { tree, monitor } = await monitorWorld(null);
    const stored = () => JSON.parse(String(tree.nodes.get(paths.policy)?.data));
    expect(stored()).toMatchObject({ mode: 'auto', maxLossRecords: 55 });
    expect(monitor.view().maxLossRecords).toBe(55);
    await monitor.setPolicy({ mode: 'observe' }, 'op');
    expect(stored()).toMatchObject({ mode: 'observe', maxLossRecords: 55 });
  });

  it('is ZooKeeper’s, whatever the configuration says', async () => {
    const { monitor } = await monitorWorld({ maxLossRecords: 7 });
    expect(monitor.view().maxLossRecords).toBe(7);
  });
});

describe('what the policy says of connections', () => {
  it('rules those that are open, from the moment it is changed', async () => {
    const { clock, links, monitor } = await monitorWorld({ timeouts: { connectMs: 1_234 } });
    expect([links.A.waits.of?.().connectMs, links.B.waits.of?.().connectMs]).toEqual([1_234, 1_234]);
    await monitor.setPolicy({ timeouts: { connectMs: 4_321, quietConnectionMs: 8_000 } }, 'op');
    await clock.advance(100);
    expect(links.B.waits.of?.()).toMatchObject({ connectMs: 4_321, quietConnectionMs: 8_000, frameMs: 5_000 });
  });
});

describe('instances that keep data', () => {
  const infosOf = ({ links }: Pick<Awaited<ReturnType<typeof monitorWorld>>, 'links'>, name: 'A' | 'B') =>
    links[name].calls.filter((call) => call.functionNumber === FUNCTIONS.systemInfo).length;

  it('are asked for it seldom while all is well, more often while somebody looks, and every second where something is not', async () => {
    const { clock, links, monitor } = await monitorWorld({}, { A: dataStatus(), B: dataStatus() });
    const asked = () => infosOf({ links }, 'B');
    const askedIn = async (seconds: number, each = () => {}) => {
      const before = asked();
      for (let second = 0; second < seconds; second++) {
        each();
        await clock.advance(1_000);
      }
      return asked() - before;
    };
    await askedIn(10);
    expect(monitor.tile().state).toBe('normal');
    expect(await askedIn(30)).toBe(10);
    await askedIn(5, () => void monitor.view());
    expect(await askedIn(30, () => void monitor.view())).toBe(15);
    links.A.hung.is = true;
    await askedIn(5);
    expect(await askedIn(30)).toBe(30);
  });

  it('are asked again after a second where a question got no answer', async () => {
    const { clock, links } = await monitorWorld({ mode: 'assist' }, { A: dataStatus(), B: dataStatus() });
    const times: number[] = [];
    const { connector } = links.B;
    const call = connector.call.bind(connector);
    let isLost = false;
    connector.call = async (functionNumber, body, timeoutMs) => {
      if (functionNumber !== FUNCTIONS.systemInfo) return call(functionNumber, body, timeoutMs);
      times.push(clock.monotonicMs());
      if (!isLost) return call(functionNumber, body, timeoutMs);
      isLost = false;
      return { class: 'empty', reply: null, errorNumber: null, latencyMs: null, detail: '' };
    };
    await clock.advance(10_000);
    isLost = true;
    await clock.advance(10_000);
    const waits = times.slice(1).map((at, index) => Math.round(at - (times[index] ?? 0)));
    expect(waits).toContain(1_000);
    expect(new Set(waits)).toEqual(new Set([1_000, 3_000]));
  });

  it('are asked for it at once where something is not well, and once a second from then on', async () => {
    const world = await monitorWorld({ timeouts: { beatTimeoutMs: 300 } }, { A: dataStatus(), B: dataStatus() });
    world.links.A.hung.is = true;
    // The next beat, its time-out, and the question that follows from it.
    await world.clock.advance(1_500);
    const before = infosOf(world, 'B');
    await world.clock.advance(10_000);
    expect(infosOf(world, 'B') - before).toBe(10);
  });

  it('are on the picture, with a point of the trend a second', async () => {
    const { clock, monitor } = await monitorWorld({}, { A: dataStatus(), B: dataStatus({ lsn: 77 }) });
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
    const { clock, tree, monitor } = await monitorWorld({ mode: 'assist' }, { B: failedSync(bound) });
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

describe('a pair that does not run', () => {
  it('is beaten and asked every 5 s, and as ever from when one of its instances is registered again', async () => {
    const world = await monitorWorld({ mode: 'assist' }, { A: dataStatus(), B: dataStatus() });
    const { clock, links, nodes, monitor, beats } = world;
    const callsIn = async (ms: number, name: 'A' | 'B') => {
      const asked = () => [beats(name).length, links[name].calls.length - beats(name).length];
      const before = asked();
      await clock.advance(ms);
      return asked().map((count, index) => count - (before[index] ?? 0));
    };
    for (const name of ['A', 'B'] as const) {
      links[name].hung.is = true;
      await nodes.remove(paths.instance(name));
    }
    await clock.advance(15_000);
    expect(monitor.view().instances.map(({ verdict }) => verdict)).toEqual(['gone', 'gone']);
    const [beatsThen, questionsThen] = await callsIn(60_000, 'B');
    expect(beatsThen).toBeGreaterThanOrEqual(11);
    expect(beatsThen).toBeLessThanOrEqual(13);
    expect(questionsThen).toBe(12);
    links.B.hung.is = false;
    await nodes.create(paths.instance('B'), bytes(registration('B', { data: dataStatus() })), 'ephemeral');
    const [beatsNow, questionsNow] = await callsIn(10_000, 'B');
    expect(beatsNow).toBeGreaterThanOrEqual(9);
    expect(questionsNow).toBeGreaterThanOrEqual(9);
  });
});

describe('what an operator sets against acting by itself', () => {
  const endedAtMs = (clock: VirtualClock) => clock.wallMs() - 60_000;
  const keysOf = (monitor: PairMonitor) => monitor.view().blockers.map(({ key }) => key);
  const failedOver = (clock: VirtualClock) =>
    switchoverRecord({
      ...{ operationId: 'auto', from: 'B', fromIncarnation: null, to: 'A', epochBefore: 0, epochAfter: 1 },
      ...{ token: null, endedAtMs: endedAtMs(clock), outcome: 'done' },
    });

  it('is a maintenance that binds both consoles, survives the one that began it, and ends by itself', async () => {
    const { clock, monitor, another, events } = await monitorWorld({});
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
    const { clock, monitor, another, events } = await monitorWorld({});
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
    const { clock, nodes, monitor, another, events } = await monitorWorld({});
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
    const { clock, monitor, another } = await monitorWorld({});
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
    const { clock, links, monitor, troubles, events } = await monitorWorld({});
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
    const { clock, monitor, another } = await monitorWorld({});
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

describe('a console whose clock is wrong', () => {
  it('counts and writes by ZooKeeper’s, and says how far it is off', async () => {
    const { clock, tree, monitor, another } = await monitorWorld({ mode: 'assist' });
    expect(monitor.view().clockSkewMs).toBeUndefined();
    const serverMs = () => clock.wallMs() - 90_000;
    tree.wallMs = serverMs;
    const other = another('other');
    await clock.advance(1_000);
    expect(other.view().clockSkewMs).toBe(90_000);
    await other.beginMaintenance({ operator: 'Li Lei', reason: 'disks', durationMs: 60_000 });
    await clock.advance(30_000);
    const { maintenance, changed } = other.view().policy ?? {};
    expect(Math.abs((maintenance?.untilMs ?? 0) - (serverMs() + 30_000))).toBeLessThan(2);
    expect(Math.abs((changed?.atMs ?? 0) - (serverMs() - 30_000))).toBeLessThan(2);
    await clock.advance(31_000);
    expect(other.view().policy?.maintenance).toBeNull();
    await other.stop();
  });
});
