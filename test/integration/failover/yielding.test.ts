import { afterEach, describe, expect, it } from 'vitest';
import { PairRig, type RigConsole, type RigOptions } from '#test/pair-rig';
import { startTcpProxy, type TcpProxy } from '#test/tcp-proxy';
import { until } from '#test/zookeeper-session';

let rig: PairRig;
let toStandby: TcpProxy;
afterEach(async () => {
  await rig.end();
  await toStandby.close();
});

/** Two consoles; the first one holds the lock, and its way to B can be cut. */
async function twoConsoles(options: RigOptions = {}): Promise<[RigConsole, RigConsole]> {
  rig = new PairRig(options);
  await rig.start();
  toStandby = await startTcpProxy(rig.node('B').t2Port);
  const one = rig.console('one', (instance, t2Port) => (instance === 'B' ? toStandby.port : t2Port));
  await until(() => one.monitor.tile().state === 'normal' && one.monitor.view().blockers.length === 0, 20_000);
  const two = rig.console('two');
  const ready = () => two.monitor.tile().state === 'normal' && two.monitor.view().lock.name === 'one';
  await until(ready);
  return [one, two];
}

const keys = (made: RigConsole) => made.events.map(({ message }) => message.key);

describe('a console that holds the lock and does not hear the standby', () => {
  it('gives it to the one that does, which then acts; both show who acts', async () => {
    const [one, two] = await twoConsoles();
    const cutAtMs = performance.now();
    toStandby.cut();
    await until(() => two.monitor.view().lock.holder === 'this');
    expect(performance.now() - cutAtMs).toBeLessThan(5_000);
    await until(() => one.monitor.view().lock.name === 'two');
    expect(keys(one)).toContain('failover.event.lockYielded');
    const before = await rig.route();
    await rig.node('A').kill();
    await until(() => two.notices.some(({ kind }) => kind === 'switchover-done'));
    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
    // It is told at the other one too, and once.
    await until(() => one.notices.some(({ kind }) => kind === 'switchover-done'));
    expect(one.notices.map(({ kind }) => kind)).toEqual(['switchover-begun', 'switchover-done']);
  });

  it('leaves a switchover that it cannot bring to its end to the one that can', async () => {
    const [one, two] = await twoConsoles({ nodeArgs: ['--base-data-ms', '4000'] });
    const before = await rig.route();
    await rig.node('A').kill();
    const loading = () =>
      one.monitor.view().switchover?.steps.some(({ name, result }) => name === 'load' && result === 'running');
    await until(() => loading() === true);
    toStandby.cut();
    await until(() => two.monitor.view().lock.holder === 'this');
    await until(() => two.notices.some(({ kind }) => kind === 'switchover-done'), 15_000);
    expect(await rig.route()).toMatchObject({ instance: 'B', state: 'open', epoch: (before?.epoch ?? 0) + 1 });
    await until(() => one.notices.some(({ kind }) => kind === 'switchover-done'));
    for (const made of [one, two])
      expect(made.notices.map(({ kind }) => kind).filter((kind) => kind !== 'switchover-begun')).toEqual([
        'switchover-done',
      ]);
    expect(two.monitor.view().switchover?.operationId).toBe(one.monitor.view().switchover?.operationId);
  });
});
