import { afterEach, expect, it } from 'vitest';
import { PLANNED_STEPS } from '#shared/domain';
import { PairRig } from '#test/pair-rig';
import { until } from '#test/zookeeper-session';
import { PortRelay } from '../../../src/main/drill/port-relay.ts';

const ROUNDS = 6;

let rig: PairRig;
afterEach(() => rig.end());

it('planned switchovers go there and back: the old primary is standby again by itself, each time', async () => {
  rig = new PairRig({ policy: 'assist' });
  await rig.start();
  const { monitor, notices, events } = rig.console();
  const ready = () =>
    monitor.tile().state === 'normal' && monitor.view().blockers.every(({ key }) => /policy/.test(key));
  await until(ready, 15_000);
  const processes = [rig.node('A').pid, rig.node('B').pid];
  const firstEpoch = (await rig.route())?.epoch ?? 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const to = round % 2 === 1 ? 'B' : 'A';
    const preflight = await monitor.preflight(to);
    expect(preflight, `round ${round}`).toMatchObject({ planned: true, refusal: null });
    await monitor.promote({ to, token: preflight.token, confirmation: '' });
    await until(() => notices.filter(({ kind }) => kind !== 'switchover-begun').length === round, 15_000);
    expect(notices.at(-1), `round ${round}`).toMatchObject({ kind: 'switchover-done', to });
    expect(await rig.route()).toMatchObject({ instance: to, state: 'open', epoch: firstEpoch + round });
    await until(() => ready() && monitor.tile().primary === to, 15_000);
  }
  expect([rig.node('A').child.exitCode, rig.node('B').child.exitCode]).toEqual([null, null]);
  expect([rig.node('A').pid, rig.node('B').pid]).toEqual(processes);
  expect(events.some(({ message }) => message.key === 'failover.event.state.split-brain')).toBe(false);
}, 120_000);

it('a primary behind a firewall is switched over in an orderly way after the time of the policy, though its process lives', async () => {
  const relay = await PortRelay.open();
  rig = new PairRig({
    keepsData: true,
    beatIntervalMs: 100,
    timeouts: { silentAfterMs: 500, restartOldMs: 15_000 },
    unreachableSwitchMs: 2_000,
    portOf: (instance, t2Port) => (instance === 'A' ? relay.ports.t2Port : t2Port),
    f2PortOf: (instance) => (instance === 'A' ? relay.ports.f2Port : undefined),
  });
  await rig.start();
  relay.leadTo(rig.node('A'));
  const { monitor, notices } = rig.console();
  await until(() => monitor.tile().state === 'normal' && monitor.view().blockers.length === 0, 15_000);
  const epoch = (await rig.route())?.epoch ?? 0;
  // For the standby too: where that one reached it, this console would take itself for the one that is cut off.
  await relay.refuse();
  await until(() => monitor.view().blockers[0]?.key === 'blocker.unreachableUntil', 10_000);
  expect(monitor.view().instances[0]?.evidence).toContainEqual(
    expect.objectContaining({ class: 'host', says: 'alive' }),
  );
  expect(notices).toEqual([]);
  await until(() => notices.some(({ kind }) => kind === 'switchover-done'), 30_000);
  const [begun, done] = notices;
  expect(begun).toMatchObject({ kind: 'switchover-begun', trigger: 'automatic', from: 'A', to: 'B' });
  expect(done?.steps.map(({ name, result }) => [name, result])).toEqual(PLANNED_STEPS.map((name) => [name, 'ok']));
  expect(done?.steps.find(({ name }) => name === 'prove-old-out')?.detail?.key).toBe('failover.proof.steppedDown');
  expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: epoch + 1 });
  await relay.pass();
  await until(() => monitor.tile().state === 'normal', 15_000);
  expect(await rig.route()).toMatchObject({ instance: 'B', epoch: epoch + 1 });
  await relay.close();
}, 90_000);

it('a primary that crashes and claims the route again and again within its session time-out hands over at the third start', async () => {
  rig = new PairRig({ keepsData: true, hostCheck: 'none', sessionTimeoutMs: 10_000, beatIntervalMs: 100 });
  await rig.start();
  const { monitor, notices } = rig.console();
  const isWell = () => monitor.tile().state === 'normal' && monitor.view().blockers.length === 0;
  await until(isWell, 15_000);
  for (let start = 1; start <= 3; start++) {
    const epoch = (await rig.route())?.epoch ?? 0;
    await rig.node('A').kill();
    await rig.startNode('A');
    if (start === 3) break;
    await until(async () => ((await rig.route())?.epoch ?? 0) > epoch, 10_000);
    await until(isWell, 10_000);
  }
  await until(() => notices.some(({ kind }) => kind === 'switchover-done'), 30_000);
  const done = notices.find(({ kind }) => kind === 'switchover-done');
  expect(done).toMatchObject({ trigger: 'automatic', from: 'A', to: 'B' });
  expect(done?.steps.map(({ name }) => name)).toEqual(PLANNED_STEPS);
  expect(done?.steps.find(({ name }) => name === 'detect')?.detail?.key).toBe('failover.crashLoop');
  expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open' });
  await until(() => monitor.tile().state === 'normal', 15_000);
}, 60_000);
