import { afterEach, expect, it } from 'vitest';
import { PairRig, type RigConsole } from '#test/pair-rig';
import { until } from '#test/zookeeper-session';

let rig: PairRig;
afterEach(() => rig.end());

/** A pair under auto whose promotions take long enough to be broken in the middle. */
async function slowPair(): Promise<RigConsole> {
  rig = new PairRig({ nodeArgs: ['--base-data-ms', '1500'] });
  await rig.start();
  const made = rig.console();
  await until(() => made.monitor.tile().state === 'normal' && made.monitor.view().blockers.length === 0, 15_000);
  return made;
}

const loading = (made: RigConsole) => () =>
  made.monitor.view().switchover?.steps.some(({ name, result }) => name === 'load' && result === 'running') ?? false;
const done = (made: RigConsole) => made.notices.find(({ kind }) => kind === 'switchover-done');

it('goes back by itself to the old primary when the new one dies while it is being promoted', async () => {
  const made = await slowPair();
  const before = (await rig.route())?.epoch ?? 0;
  const { token } = await made.monitor.preflight('B');
  await made.monitor.promote({ to: 'B', token, confirmation: '' });
  await until(loading(made), 10_000);
  await rig.node('B').kill();
  await until(() => done(made) !== undefined, 30_000);
  expect(made.notices.map(({ kind, to }) => `${kind} ${to}`)).toEqual([
    'switchover-begun B',
    'switchover-failed B',
    'switchover-begun A',
    'switchover-done A',
  ]);
  expect(await rig.route()).toMatchObject({ instance: 'A', state: 'open', epoch: before + 2 });
  await until(() => made.monitor.tile().primary === 'A');
});

it('promotes the target as the process it is by now when it restarted in the middle and the old primary is dead', async () => {
  const made = await slowPair();
  await rig.node('A').kill();
  await until(loading(made), 10_000);
  await rig.node('B').kill();
  await rig.startNode('B');
  await until(() => made.monitor.tile().primary === 'B', 30_000);
  const route = await rig.route();
  expect(route).toMatchObject({ instance: 'B', state: 'open', incarnation: rig.node('B').incarnation });
});
