import { afterEach, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { PairRig } from '#test/pair-rig';
import { until } from '#test/zookeeper-session';

let rig: PairRig;
let elsewhere: ZooKeeperServer;
afterEach(async () => {
  await rig.end();
  await elsewhere.close();
});

it('two that serve at one epoch are told; the operator keeps one, and nobody is promoted before the other is out', async () => {
  rig = new PairRig({ policy: 'auto', timeouts: { restartOldMs: 1_000 } });
  const clocks = { clock: systemClock, random: systemRandom };
  rig.server = await startZooKeeperServer({ tickMs: 200 }, clocks);
  await rig.startNode('A');
  await until(async () => (await rig.route())?.instance === 'A');
  // B was given the address of another ZooKeeper: there it is alone, and claims the route at the same epoch.
  elsewhere = await startZooKeeperServer({ tickMs: 200 }, clocks);
  const stray = await rig.processes.start({
    zookeeper: elsewhere.address,
    system: rig.system,
    instance: 'B',
    args: [],
  });
  rig.nodes.set('B', stray);
  const { monitor, notices, events } = rig.console();
  await until(() => monitor.tile().state === 'split-brain', 15_000);
  expect(monitor.tile()).toMatchObject({ severity: 'p1', next: { key: 'state.next.chooseOne' } });
  await until(() => monitor.view().lock.holder === 'this', 10_000);
  expect((await monitor.preflight('B')).refusal?.key).toBe('preflight.refusal.notRegistered');

  const preflight = await monitor.preflight('A');
  expect(preflight).toMatchObject({ choice: true, refusal: null, from: 'B' });
  const asked = { to: 'A', token: preflight.token, confirmation: '', operator: 'Li Lei' };
  await expect(monitor.promote(asked)).rejects.toMatchObject({ said: { key: 'preflight.refusal.confirmation' } });
  await monitor.promote({ ...asked, confirmation: 'mt' });
  await until(async () => (await rig.route())?.state === 'closed');
  const stepOf = (name: string) => monitor.view().switchover?.steps.find((step) => step.name === name)?.result;
  await until(() => stepOf('prove-old-out') === 'running');
  await until(() => monitor.view().instances[0]?.role === 'standby', 10_000);
  // It serves still, so that its missing registration proves nothing: it has to be stopped.
  expect(stepOf('prove-old-out')).toBe('running');
  await stray.kill();
  await until(() => notices.some(({ kind }) => kind === 'switchover-done'), 30_000);
  expect(await rig.route()).toMatchObject({ instance: 'A', state: 'open', epoch: 2 });
  expect(monitor.view().instances[0]).toMatchObject({ role: 'primary', epoch: 2 });
  expect(monitor.view().switchover).toMatchObject({ askedBy: { operator: 'Li Lei' }, from: 'B', to: 'A' });
  expect(events.map(({ message }) => message.key)).toContain('failover.event.state.split-brain');
}, 120_000);
