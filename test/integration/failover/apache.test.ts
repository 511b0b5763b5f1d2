import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApacheZooKeeper, skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { PairRig, type RigConsole } from '#test/pair-rig';
import { until } from '#test/zookeeper-session';

const skipped = skipWithoutApache();

describe.skipIf(skipped)('a pair under policy auto on Apache ZooKeeper', () => {
  let apache: ApacheZooKeeper;
  let rig: PairRig;
  beforeAll(async () => {
    apache = await startApacheZooKeeper();
  });
  afterEach(() => rig.end());
  afterAll(() => apache.close());

  async function normal(): Promise<RigConsole> {
    rig = new PairRig({ zookeeper: apache.connectString });
    await rig.start();
    const made = rig.console();
    await until(() => made.monitor.tile().state === 'normal' && made.monitor.view().blockers.length === 0);
    return made;
  }

  it.each<['SIGKILL' | 'SIGSTOP']>([['SIGKILL'], ['SIGSTOP']])('switches over after %s', async (signal) => {
    const made = await normal();
    const before = await rig.route();
    rig.node('A').child.kill(signal);
    await until(() => made.notices.some(({ kind }) => kind !== 'switchover-begun'), 20_000);
    expect(made.notices.at(-1)).toMatchObject({ kind: 'switchover-done', to: 'B', failure: null });
    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
  });
});
