import { afterEach, expect, it } from 'vitest';
import { PairRig } from '#test/pair-rig';
import { until } from '#test/zookeeper-session';

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
