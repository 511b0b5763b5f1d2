import { describe, expect, it, vi } from 'vitest';
import type { RouteChange } from '#main/coordination';
import { parseRecord, recordText, routeSchema } from '#shared/domain';
import { registration, route } from '#test/failover-facts';
import type { LostAnswer, MemoryZooKeeper } from '#test/memory-zookeeper';
import { coordinationRig, paths } from './rig.ts';

async function world(lostAtFirst: LostAnswer[] = []) {
  const { clock, tree, open } = await coordinationRig();
  const first = open('one', lostAtFirst);
  await clock.advance(1_000);
  const stored = () => parseRecord(routeSchema, paths.route, tree.nodes.get(paths.route)?.data ?? Buffer.alloc(0));
  const close = async (operationId = 'op'): Promise<RouteChange> => {
    const request = {
      operationId,
      to: 'B',
      incarnation: 'B-1',
      driver: 'console' as const,
      expectedEpoch: 7,
      timeoutMs: 2_000,
    };
    let change: RouteChange | undefined;
    void first.coordination.closeRoute(request).then((outcome) => {
      change = outcome;
    });
    for (let i = 0; i < 100 && !change; i++) await clock.advance(100);
    if (!change) throw new Error('closing the route did not end');
    return change;
  };
  return { clock, tree, open, stored, close, ...first };
}

describe('a route change whose answer is lost', () => {
  it.each<LostAnswer>(['applied', 'not-applied'])('raises the epoch exactly once (%s)', async (lost) => {
    const { session, close, stored } = await world();
    session.lostAnswers = [lost];
    expect(await close()).toMatchObject({ outcome: 'changed', route: { epoch: 8, operationId: 'op' } });
    expect(stored()).toMatchObject({ epoch: 8, state: 'closed', instance: 'B', operationId: 'op' });
  });

  it('is its own though it comes through late, after it was tried again', async () => {
    const { session, tree, clock, close, stored } = await world();
    session.lostAnswers = ['not-applied'];
    // What was lost on the way arrives after all, just before the second try.
    clock.setTimer(10, () => {
      const late = route({
        ...stored(),
        instance: 'B',
        incarnation: 'B-1',
        epoch: 8,
        state: 'closed',
        operationId: 'op',
      });
      tree.apply([{ op: 'set', path: paths.route, data: Buffer.from(recordText(late)) }], 0n);
    });
    expect(await close()).toMatchObject({ outcome: 'changed', route: { epoch: 8 } });
    expect(stored().epoch).toBe(8);
  });

  it('is refused where another epoch is in force than the decision rested on', async () => {
    const { tree, close, stored } = await world();
    const other = route({ epoch: 8, incarnation: 'A-2' });
    tree.apply([{ op: 'set', path: paths.route, data: Buffer.from(recordText(other)) }], 0n);
    expect(await close()).toMatchObject({ outcome: 'refused', reason: { key: 'failover.routeChangedByOther' } });
    expect(stored()).toEqual(other);
  });

  it('is followed through a lost connection', async () => {
    const { clock, session, close, stored } = await world();
    session.lostAnswers = ['applied'];
    clock.setTimer(10, () => session.become('suspended'));
    clock.setTimer(900, () => session.become('connected'));
    expect(await close()).toMatchObject({ outcome: 'changed', route: { epoch: 8 } });
    expect(stored().epoch).toBe(8);
  });

  it('is unknown, not failed, while nothing can be read', async () => {
    const { clock, session, close } = await world();
    session.lostAnswers = ['applied'];
    clock.setTimer(10, () => session.become('suspended'));
    expect((await close()).outcome).toBe('unknown');
  });

  it('is refused for certain to a console whose lock is gone', async () => {
    const { session, open, clock, close, stored } = await world();
    const second = open('two');
    await clock.advance(1_000);
    session.become('expired');
    session.become('connected');
    await clock.advance(1_000);
    expect(second.coordination.mayAct()).toBe(true);
    expect((await close()).outcome).toBe('refused');
    expect(stored().epoch).toBe(7);
  });
});

describe('what others write', () => {
  const put = (tree: MemoryZooKeeper, path: string, data: string) => {
    const op = tree.nodes.has(path)
      ? ({ op: 'set', path, data: Buffer.from(data) } as const)
      : ({ op: 'create', path, data: Buffer.from(data), mode: 'persistent' } as const);
    tree.apply([op], 0n);
    tree.changed();
  };

  it('garbage in the route is neither read as a route nor written over', async () => {
    const { tree, close, coordination, clock } = await world();
    put(tree, paths.route, '\u0000garbage');
    await clock.advance(10);
    expect(coordination.snapshot().route).toMatchObject({
      value: null,
      lastGood: { epoch: 7 },
      problem: { key: 'failover.recordUnreadable' },
    });
    expect(await close()).toMatchObject({ outcome: 'refused', reason: { key: 'failover.recordUnreadable' } });
    expect(String(tree.nodes.get(paths.route)?.data)).toBe('\u0000garbage');
  });

  it('a route deleted by hand while it was closed is not opened, and not made anew', async () => {
    const { tree, close, coordination } = await world();
    expect((await close()).outcome).toBe('changed');
    tree.apply([{ op: 'remove', path: paths.route }], 0n);
    const opened = await coordination.openRoute({ operationId: 'op', epoch: 8, timeoutMs: 100 });
    expect(opened).toMatchObject({ outcome: 'refused', reason: { key: 'failover.routeChangedByOther' } });
    expect(tree.nodes.has(paths.route)).toBe(false);
  });

  it('an epoch that cannot be raised refuses, and leaves the route as it can be read', async () => {
    const { tree, session, close, stored, clock } = await world();
    const epoch = Number.MAX_SAFE_INTEGER;
    await session.ensurePath(paths.instances);
    const record = recordText(registration('A', { epoch, system: 's', node: 'mt' }));
    await tree.session().create(paths.instance('A'), Buffer.from(record), 'ephemeral');
    await clock.advance(10);
    expect(await close()).toMatchObject({ outcome: 'refused', reason: { key: 'failover.recordUnreadable' } });
    expect(stored().epoch).toBe(7);
  });

  it('a console whose election node was removed by hand acts no more until it queues again, with a higher token', async () => {
    const { tree, close, coordination, clock, stored } = await world();
    const before = BigInt(coordination.token() ?? 0);
    const [own] = tree.children(paths.consoles) ?? [];
    tree.apply([{ op: 'remove', path: `${paths.consoles}/${own}` }], 0n);
    expect(await coordination.confirmLock()).toBe(false);
    expect(await close()).toMatchObject({ outcome: 'refused', reason: { key: 'failover.lockLost' } });
    expect(stored().epoch).toBe(7);
    tree.changed();
    await clock.advance(1_000);
    expect(BigInt(coordination.token() ?? 0)).toBeGreaterThan(before);
  });

  it('of two consoles that both believe they lead, only the one in the queue’s first place changes the route', async () => {
    const { tree, open, clock, close, coordination, stored } = await world();
    const second = open('two');
    await clock.advance(1_000);
    // The first one's node goes, and it has not heard of it: the second leads already.
    const [own] = tree.children(paths.consoles) ?? [];
    tree.apply([{ op: 'remove', path: `${paths.consoles}/${own}` }], 0n);
    second.session.look();
    await clock.advance(10);
    expect([coordination.mayAct(), second.coordination.mayAct()]).toEqual([true, true]);
    expect((await close('late')).outcome).toBe('refused');
    const request = { operationId: 'op-2', to: 'B', incarnation: 'B-1', driver: 'console' as const };
    const closed = await second.coordination.closeRoute({ ...request, expectedEpoch: 7, timeoutMs: 100 });
    expect(closed).toMatchObject({ outcome: 'changed', route: { epoch: 8, operationId: 'op-2' } });
    expect(stored()).toMatchObject({ epoch: 8, operationId: 'op-2' });
  });
});

describe('the console lock', () => {
  it.each<LostAnswer>(['applied', 'not-applied'])(
    'queues once though the answer to its create is lost (%s)',
    async (lost) => {
      const { tree, coordination } = await world([lost]);
      expect(tree.children(paths.consoles)).toHaveLength(1);
      expect(coordination.mayAct()).toBe(true);
    },
  );

  it('is not held for one moment after the connection is suspended or the lease has run out', async () => {
    const { session, coordination } = await world();
    expect(coordination.mayAct()).toBe(true);
    session.live = false;
    expect([coordination.mayAct(), coordination.token(), coordination.snapshot().lock.holder]).toEqual([
      false,
      null,
      'this',
    ]);
    session.live = true;
    session.become('suspended');
    expect([coordination.mayAct(), coordination.token(), coordination.snapshot().lock.holder]).toEqual([
      false,
      null,
      'none',
    ]);
    expect(await coordination.confirmLock()).toBe(false);
  });

  it('has a higher token in every later session', async () => {
    const { session, clock, coordination } = await world();
    const before = BigInt(coordination.token() ?? 0);
    session.become('expired');
    session.become('connected');
    await clock.advance(1_000);
    expect(BigInt(coordination.token() ?? 0)).toBeGreaterThan(before);
  });

  it('is watched by the next console alone', async () => {
    const { open, clock, session } = await world();
    const second = open('two');
    await clock.advance(1_000);
    const third = open('three');
    await clock.advance(1_000);
    expect([second, third].map(({ coordination }) => coordination.snapshot().lock)).toEqual([
      { holder: 'other', name: 'one' },
      { holder: 'other', name: 'one' },
    ]);
    await session.close();
    await clock.advance(10);
    expect(second.coordination.mayAct()).toBe(true);
    expect(third.coordination.snapshot().lock.name).toBe('one');
    await clock.advance(6_000);
    expect(third.coordination.snapshot().lock).toEqual({ holder: 'other', name: 'two' });
  });

  it('is looked at again where a change may come without a watch, and by everybody once a minute', async () => {
    const { open, clock, tree, session, coordination } = await world();
    const second = open('two');
    await clock.advance(1_000);
    const third = open('three');
    await clock.advance(1_000);
    const spies = [session, second.session, third.session].map((one) => vi.spyOn(one, 'children'));
    const looks = () => spies.map((spy) => spy.mock.calls.splice(0).length);
    await clock.advance(20_000);
    expect(looks()).toEqual([0, 0, 4]);
    // Who holds it and could not act looks for somebody who could.
    second.coordination.tellUnable(true);
    third.coordination.tellUnable(true);
    coordination.tellUnable(true);
    await clock.advance(1_000);
    looks();
    await clock.advance(20_000);
    expect(looks()).toEqual([4, 0, 4]);
    coordination.tellUnable(false);
    await clock.advance(1_000);
    // Put there by hand, before everybody: no watch is on it.
    tree.apply(
      [{ op: 'create', path: `${paths.consoles}/x-n_-0000000001`, data: Buffer.from('x'), mode: 'persistent' }],
      0n,
    );
    expect(coordination.mayAct()).toBe(true);
    await clock.advance(65_000);
    expect(coordination.mayAct()).toBe(false);
  });
});

describe('the view after a new connection', () => {
  it('counts as settled only when everything was read again', async () => {
    const { session, clock, coordination } = await world();
    expect(coordination.snapshot().settled).toBe(true);
    session.become('suspended');
    expect(coordination.snapshot().settled).toBe(false);
    session.become('connected');
    expect(coordination.snapshot().settled).toBe(false);
    await clock.advance(10);
    expect(coordination.snapshot().settled).toBe(true);
  });
});
