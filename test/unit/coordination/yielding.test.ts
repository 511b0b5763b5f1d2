import { beforeEach, describe, expect, it } from 'vitest';
import type { PairCoordination } from '#main/coordination';
import type { MemoryZooKeeper } from '#test/memory-zookeeper';
import type { VirtualClock } from '#test/virtual-clock';
import { type CoordinationRig, coordinationRig, paths } from './rig.ts';

let clock: VirtualClock;
let tree: MemoryZooKeeper;
let rig: CoordinationRig;

beforeEach(async () => {
  rig = await coordinationRig();
  ({ clock, tree } = rig);
});

async function open(consoleName: string) {
  const opened = rig.open(consoleName);
  await clock.advance(100);
  return opened;
}

const leader = (consoles: readonly PairCoordination[]) => {
  const leading = consoles.filter((one) => one.mayAct());
  expect(leading.length).toBeLessThanOrEqual(1);
  return leading[0]?.snapshot().lock.name;
};
const tickets = () =>
  (tree.children(paths.consoles) ?? []).map((name) =>
    JSON.parse(String(tree.nodes.get(`${paths.consoles}/${name}`)?.data)),
  );

describe('a console lock that is given up', () => {
  it('names who else could act, while its holder says that it could not', async () => {
    const { coordination: one } = await open('one');
    await open('two');
    expect(one.snapshot().lock).toEqual({ holder: 'this', name: 'one' });
    one.tellUnable(true);
    await clock.advance(100);
    expect(one.snapshot().lock).toEqual({ holder: 'this', name: 'one', successor: 'two' });
    expect(tickets()).toEqual([{ name: 'one', unable: true }, { name: 'two' }]);
    one.tellUnable(false);
    await clock.advance(100);
    expect(one.snapshot().lock).toEqual({ holder: 'this', name: 'one' });
    expect(one.mayAct()).toBe(true);
  });

  it('goes to the next in the queue, and its console to the end of it', async () => {
    const all = [await open('one'), await open('two'), await open('three')].map(({ coordination }) => coordination);
    const [one] = all;
    const before = BigInt(one?.token() ?? '0');
    one?.tellUnable(true);
    await clock.advance(100);
    one?.yieldLock();
    // From this very moment, whatever ZooKeeper has still to hear of.
    expect(one?.mayAct()).toBe(false);
    expect(one?.token()).toBeNull();
    await clock.advance(500);
    expect(leader(all)).toBe('two');
    expect(BigInt(all[1]?.token() ?? '0')).toBeGreaterThan(before);
    await all[1]?.stop();
    await clock.advance(500);
    expect(leader(all)).toBe('three');
    await all[2]?.stop();
    await clock.advance(500);
    expect(leader(all)).toBe('one');
  });

  it('names nobody where all of the others say that they could not act', async () => {
    const { coordination: one } = await open('one');
    const { coordination: two } = await open('two');
    one.tellUnable(true);
    two.tellUnable(true);
    await clock.advance(6_000);
    expect(one.snapshot().lock).toEqual({ holder: 'this', name: 'one' });
    two.tellUnable(false);
    await clock.advance(6_000);
    expect(one.snapshot().lock.successor).toBe('two');
  });

  it('passes over a stranger’s node that says nothing', async () => {
    const { coordination: one } = await open('one');
    await tree.session().create(`${paths.consoles}/x-n_`, Buffer.from('hello'), 'ephemeral-sequential');
    one.tellUnable(true);
    await clock.advance(6_000);
    expect(one.snapshot().lock.successor).toBeUndefined();
    await open('three');
    await clock.advance(6_000);
    expect(one.snapshot().lock.successor).toBe('three');
  });

  it.each(['applied', 'not-applied'] as const)(
    'leaves no node behind that would lead for ever (answer lost: %s)',
    async (lost) => {
      const { session, coordination: one } = await open('one');
      const { coordination: two } = await open('two');
      session.lostAnswers = [lost];
      one.yieldLock();
      await clock.advance(2_000);
      expect(leader([one, two])).toBe('two');
      expect(
        tickets()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['one', 'two']);
    },
  );

  it('lets its former holder change nothing any more, the route least of all', async () => {
    const { coordination: one } = await open('one');
    const { coordination: two } = await open('two');
    one.yieldLock();
    const request = { operationId: 'op', to: 'B', incarnation: 'B-1', driver: 'console' as const, expectedEpoch: 7 };
    const change = one.closeRoute({ ...request, timeoutMs: 1_000 });
    await clock.advance(5_000);
    expect(await change).toMatchObject({ outcome: 'refused', reason: { key: 'failover.lockLost' } });
    const other = two.closeRoute({ ...request, timeoutMs: 1_000 });
    await clock.advance(100);
    expect(await other).toMatchObject({ outcome: 'changed', route: { epoch: 8, token: two.token() } });
  });

  it('is nothing to give for whoever does not hold it', async () => {
    const { coordination: one } = await open('one');
    const { coordination: two } = await open('two');
    two.yieldLock();
    await clock.advance(1_000);
    expect(leader([one, two])).toBe('one');
    expect(tickets()).toHaveLength(2);
  });
});
