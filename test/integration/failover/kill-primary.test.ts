import { afterEach, describe, expect, it } from 'vitest';
import { PairRig } from '#test/pair-rig';
import { until } from '#test/zookeeper-session';

describe('a pair of real processes under policy auto', () => {
  let rig: PairRig;
  afterEach(() => rig.end());

  it('switches over when the primary is killed', async () => {
    rig = new PairRig();
    await rig.start();
    const { monitor, notices } = rig.console();
    await until(() => monitor.tile().state === 'normal' && monitor.view().blockers.length === 0);
    const before = await rig.route();

    await rig.node('A').kill();
    await until(() => notices.some(({ kind }) => kind === 'switchover-done'), 5_000);

    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
    await until(() => monitor.tile().primary === 'B');
    expect(monitor.tile().state).toBe('degraded');
    const done = notices.find(({ kind }) => kind === 'switchover-done');
    console.log(
      JSON.stringify(done?.steps.map(({ name, result, tookMs }) => [name, result, tookMs])),
      done?.outageMs,
      done?.outageErrorMs,
    );
    expect(done?.steps.map(({ result }) => result)).toEqual(Array.from({ length: 10 }, () => 'ok'));
  });
});
