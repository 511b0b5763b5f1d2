import { beforeEach, describe, expect, it } from 'vitest';
import { ERROR_NUMBERS } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import { ModelCluster, type ModelNode, PATHS } from '#test/model-mt-cluster';

let cluster: ModelCluster;
beforeEach(() => {
  cluster = new ModelCluster();
});

const info = async (node: ModelNode) => systemInfoReplySchema.parse(await cluster.call(node, 1403040));
const errorNo = (reply: Awaited<ReturnType<ModelCluster['call']>>) => (reply === 'closed' ? reply : reply.error_no);
const promote = (node: ModelNode, epoch: number, operationId = 'op-1') =>
  cluster.call(node, 45184006, {
    epoch,
    token: '7',
    operation_id: operationId,
    incarnation: node.node.listening.incarnation,
  });
const write = (path: string, value: unknown) => {
  const data = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const op = cluster.zookeeper.nodes.has(path)
    ? ({ op: 'set', path, data } as const)
    : ({ op: 'create', path, data, mode: 'persistent' } as const);
  cluster.zookeeper.applyAll([op], 0n);
};

/** Time passes in small steps; how many served together at most. */
async function mostServing(nodes: readonly ModelNode[], forMs: number): Promise<number> {
  let most = 0;
  for (let gone = 0; gone < forMs; gone += 20) {
    await cluster.clock.advance(20);
    most = Math.max(most, nodes.filter(({ node }) => node.isServing()).length);
  }
  return most;
}

/** The disk fails the first so many times that a state is stored that fits. */
function failFirst(
  fits: (name: string, state: { heldEpoch: number | null; claiming: unknown }) => boolean,
  times = 1,
): void {
  let left = times;
  cluster.beforeSave = (name, state) => {
    if (left === 0 || !fits(name, state)) return;
    left--;
    throw new Error('ENOSPC: no space left on device');
  };
}

describe('a disk that fails for a moment', () => {
  it('while the epoch of a claim is being stored delays the start, and does not end it', async () => {
    failFirst((_, state) => state.heldEpoch !== null);
    const a = await cluster.start('A');
    await cluster.clock.advance(2_000);
    expect(await cluster.beat(a)).toBe(0);
    expect(cluster.route()).toMatchObject({ instance: 'A', state: 'open' });
  });

  it('while the epoch of a claim and then the next claim are being stored does the same', async () => {
    failFirst((_, state) => state.heldEpoch !== null || (state.claiming as { epoch: number } | null)?.epoch === 2, 3);
    const a = await cluster.start('A');
    await cluster.clock.advance(2_000);
    expect(await cluster.beat(a)).toBe(0);
    expect(cluster.route()).toMatchObject({ instance: 'A', state: 'open' });
  });

  it('while a promotion is accepted leaves a standby that accepts it when asked again', async () => {
    const [, b] = await cluster.pair();
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(50);
    // Once while it is prepared, and once while it is accepted.
    failFirst((name, state) => name === 'B' && state.heldEpoch === 2, 2);
    expect(errorNo(await promote(b, epoch))).toBe(ERROR_NUMBERS.internal);
    expect(await info(b)).toMatchObject({ role: 'standby', status: 2 });
    expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.standby);
    expect(errorNo(await promote(b, epoch))).toBe(0);
    expect(await info(b)).toMatchObject({ role: 'promoting', epoch });
    await cluster.clock.advance(500);
    expect(errorNo(await cluster.call(b, 402999, { epoch }))).toBe(0);
    expect(await cluster.beat(b)).toBe(0);
  });

  it('is written to once for a promotion, with what was noted before it', async () => {
    const [, b] = await cluster.pair();
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(20);
    let saves = 0;
    cluster.beforeSave = (name) => {
      if (name === 'B') saves++;
    };
    expect(errorNo(await promote(b, epoch))).toBe(0);
    await cluster.clock.advance(500);
    expect(saves).toBe(1);
    expect(cluster.disks.get('B')).toMatchObject({ heldEpoch: epoch, highestEpoch: epoch, lastRoute: { epoch } });
  });

  it('keeps a standby that promotes itself from it no longer than that', async () => {
    const [a, b] = await cluster.pair({ driver: 'node' });
    failFirst((name, state) => name === 'B' && state.claiming !== null);
    a.kill();
    await cluster.clock.advance(12_000);
    expect(await cluster.beat(b)).toBe(0);
  });
});

describe('promises', () => {
  it('are never given for longer than the instance waits after its own start', async () => {
    const [a, b] = await cluster.pair({ promiseMs: 2_000 });
    const { incarnation } = a.node.listening;
    const asked = { instance: 'A', incarnation, epoch: 1, promise_ms: 60_000 };
    expect(await cluster.call(b, 990010, asked)).toMatchObject({ error_no: 0, promise_ms: 2_000 });
    expect((await info(b)).promise_left_ms).toBe(2_000);
  });

  it('that were asked for may still come: the primary does not tell a new life of its standby that it holds none', async () => {
    const [a, b] = await cluster.pair();
    cluster.deafPorts.add(b.node.listening.f2Port);
    a.zookeeper.cutOff();
    await cluster.clock.advance(100);
    const hello = { instance: 'B', incarnation: b.node.listening.incarnation };
    expect(await cluster.call(a, 990011, hello)).toMatchObject({ promise_held: true });
  });

  it('of a former life bind a start by force too', async () => {
    const [a, b] = await cluster.pair();
    a.zookeeper.cutOff();
    await cluster.clock.advance(8_000);
    expect(await cluster.beat(a)).toBe(0);
    expect(cluster.zookeeper.json(PATHS.instance('A'))).toBeUndefined();
    b.kill();
    const forced = await cluster.start('B', { forcePrimary: true });
    expect(await mostServing([a, forced], 6_000)).toBe(1);
    expect(await cluster.beat(forced)).toBe(0);
  });

  it('are renewed for as long as a primary lives without ZooKeeper, and end with it', async () => {
    const [a, b] = await cluster.pair();
    a.zookeeper.cutOff();
    await cluster.clock.advance(60_000);
    expect(await cluster.beat(a)).toBe(0);
    const epoch = cluster.closeRouteFor(b);
    expect(await mostServing([a, b], 500)).toBeLessThanOrEqual(1);
    expect(errorNo(await promote(b, epoch))).toBe(ERROR_NUMBERS.promiseInForce);
    a.zookeeper.heal();
    await cluster.clock.advance(3_000);
    expect(await info(a)).toMatchObject({ role: 'standby', on_promise: false });
    expect(await promote(b, epoch)).toMatchObject({ error_no: 0 });
  });
});

describe('what others write into ZooKeeper', () => {
  it('names that come and go do not keep the true standby from being seen', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    for (let i = 0; i < 12; i++) write(PATHS.instance(`x${i}`), 'garbage');
    await cluster.clock.advance(100);
    const removed = Array.from({ length: 12 }, (_, i) => ({ op: 'remove', path: PATHS.instance(`x${i}`) }) as const);
    cluster.zookeeper.applyAll(removed, 0n);
    await cluster.clock.advance(100);
    const b = await cluster.start('B');
    await cluster.clock.advance(3_000);
    expect((await info(b)).hello_acknowledged_by).toBe('A');
    cluster.zookeeper.stop();
    await cluster.clock.advance(20_000);
    expect(await info(a)).toMatchObject({ on_promise: true });
    expect(await cluster.beat(a)).toBe(0);
  });

  it('a registration that names another instance than its path counts for nothing', async () => {
    const [a, b] = await cluster.pair({ driver: 'node' });
    const lie = { ...cluster.zookeeper.json(PATHS.instance('A')), instance: 'Z', role: 'stopped' };
    write(PATHS.instance('A'), lie);
    expect(await mostServing([a, b], 5_000)).toBe(1);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1 });
  });

  it('garbage at its own place is waited for, and said', async () => {
    await cluster.start('A');
    await cluster.clock.advance(500);
    write(PATHS.instance('B'), '{"version":1');
    const b = await cluster.start('B');
    await cluster.clock.advance(2_000);
    expect((await info(b)).note).toContain('cannot register');
    cluster.zookeeper.applyAll([{ op: 'remove', path: PATHS.instance('B') }], 0n);
    await cluster.clock.advance(2_000);
    expect(await info(b)).toMatchObject({ role: 'standby', status: 2 });
  });

  it('garbage in the route moves nothing; once it is removed, the primary writes it anew above every epoch', async () => {
    const [a, b] = await cluster.pair();
    write(PATHS.route, '\u0000\u0001');
    expect(await mostServing([a, b], 5_000)).toBe(1);
    expect(await cluster.beat(a)).toBe(0);
    cluster.zookeeper.applyAll([{ op: 'remove', path: PATHS.route }], 0n);
    await cluster.clock.advance(1_000);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 2, state: 'open' });
    expect(await cluster.beat(a)).toBe(0);
  });

  it('an epoch that cannot be raised is left alone: nothing is stored that could not be read again', async () => {
    const [a, b] = await cluster.pair({ driver: 'node' });
    write(PATHS.route, { ...cluster.route(), epoch: Number.MAX_SAFE_INTEGER });
    expect(await mostServing([a, b], 3_000)).toBeLessThanOrEqual(1);
    a.kill();
    await cluster.clock.advance(20_000);
    const again = await cluster.start('A');
    await cluster.clock.advance(5_000);
    for (const state of cluster.disks.values()) {
      expect(state.highestEpoch).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
      expect(state.claiming?.epoch ?? 0).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    }
    expect(Number(cluster.route()?.epoch)).toBe(Number.MAX_SAFE_INTEGER);
    expect((await info(again)).note).toContain('epoch');
  });

  it('a route deleted by hand in mid-switchover gives its epoch to nobody else', async () => {
    const [a, b] = await cluster.pair();
    a.zookeeper.cutOff();
    cluster.deafPorts.add(a.node.listening.f2Port);
    await cluster.clock.advance(8_000);
    expect(a.node.isServing()).toBe(false);
    const epoch = cluster.closeRouteFor(b);
    expect(errorNo(await promote(b, epoch))).toBe(0);
    await cluster.clock.advance(300);
    expect(errorNo(await cluster.call(b, 402999, { epoch }))).toBe(0);
    expect(await cluster.beat(b)).toBe(0);
    // Both hear of the deletion at the same moment; A has never heard of the epoch that B holds.
    b.zookeeper.cutOff();
    cluster.zookeeper.applyAll([{ op: 'remove', path: PATHS.route }], 0n);
    a.zookeeper.heal();
    await cluster.clock.advance(300);
    expect(cluster.route()?.instance ?? 'B').toBe('B');
    b.zookeeper.heal();
    expect(await mostServing([a, b], 5_000)).toBe(1);
    expect(await cluster.beat(b)).toBe(0);
    expect(await info(a)).toMatchObject({ role: 'standby' });
    expect(cluster.route()).toMatchObject({ instance: 'B', state: 'open', epoch: epoch + 1 });
  });
});

describe('clocks', () => {
  it.each([6 * 3_600_000, -6 * 3_600_000])(
    'a wall clock set by %i ms makes nobody serve beside another',
    async (jumpMs) => {
      const [a, b] = await cluster.pair();
      cluster.clock.jumpWall(jumpMs);
      expect(await mostServing([a, b], 3_000)).toBe(1);
      expect(await cluster.beat(a)).toBe(0);
      expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1 });
      a.zookeeper.cutOff();
      cluster.deafPorts.add(a.node.listening.f2Port);
      cluster.clock.jumpWall(-jumpMs);
      await cluster.clock.advance(6_000);
      expect(a.node.isServing()).toBe(false);
    },
  );
});

describe('an instance that stopped', () => {
  it('leaves no timer behind, whatever it was doing', async () => {
    const [a, b] = await cluster.pair();
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(50);
    await promote(b, epoch);
    await cluster.stop(b);
    await cluster.stop(a);
    await cluster.clock.advance(2_000);
    expect(cluster.clock.pendingTimers()).toBe(0);
  });
});
