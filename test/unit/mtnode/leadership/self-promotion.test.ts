import { beforeEach, describe, expect, it } from 'vitest';
import { ZooKeeperError } from '#core/zookeeper';
import type { MtNodeOptions, NodeState } from '#mtnode';
import { endedByNext } from '#mtnode/leadership';
import { ERROR_NUMBERS, type SwitchoverRecord } from '#shared/domain';
import { DataCluster, errorNo } from '#test/data-cluster';
import { type ModelNode, PATHS } from '#test/model-mt-cluster';

/** Records that A acknowledged and B has not read when A ends: a promotion that reads no old redo loses them. */
const ONLY_ON_A = ['only-1', 'only-2', 'only-3'];
const OPTIONS: Partial<MtNodeOptions> = { driver: 'node', practice: true, syncMode: 'async', lossBound: 20 };

const RUNNING: SwitchoverRecord = {
  ...{ version: 1, operationId: 'op', trigger: 'node', from: 'A', fromIncarnation: 'a1', to: 'B', token: null },
  ...{ epochBefore: 1, epochAfter: 2, startedAtMs: 1, endedAtMs: null, outcome: 'running' },
  steps: [
    { name: 'promote', result: 'ok', startedAtMs: 1, tookMs: 1, detail: null },
    { name: 'load', result: 'pending', startedAtMs: null, tookMs: null, detail: null },
  ],
};

let cluster: DataCluster;
beforeEach(() => {
  cluster = new DataCluster();
});

/** A serves, B follows; then A acknowledges what B has not read, and stops: B takes the route while its mount hangs. */
async function primaryStops(): Promise<ModelNode> {
  const [a, b] = await cluster.following(OPTIONS);
  expect(errorNo(await cluster.write(a, 'both'))).toBe(0);
  await cluster.clock.advance(500);
  cluster.mount('B').hang();
  await cluster.clock.advance(20);
  for (const key of ONLY_ON_A) expect(errorNo(await cluster.write(a, key))).toBe(0);
  expect((await cluster.data(b)).lsn).toBe(2);
  await cluster.stop(a);
  return b;
}

/** B's state is not stored where it fits, until the answer is called. */
function stateFails(fits: (state: NodeState) => boolean): () => void {
  cluster.beforeSave = (name, state) => {
    if (name === 'B' && fits(state)) throw new Error('EIO: fsync');
  };
  return () => {
    cluster.beforeSave = () => {};
  };
}

const isEnd = (data: Uint8Array) => data.length > 0 && JSON.parse(Buffer.from(data).toString()).outcome !== 'running';

async function until(condition: () => boolean, limitMs = 30_000): Promise<void> {
  for (let passedMs = 0; !condition() && passedMs < limitMs; passedMs += 5) await cluster.clock.advance(5);
  expect(condition()).toBe(true);
}

async function expectNothingLost(node: ModelNode): Promise<void> {
  const keys = ['both', ...ONLY_ON_A];
  expect(await cluster.timesOf(node, ...keys)).toEqual(Object.fromEntries(keys.map((key) => [key, 1])));
}

describe('a standby that has closed the route for itself (driver node, F8)', () => {
  it('goes on at the same epoch once its disk works, from the old redo, and records one switchover', async () => {
    const works = stateFails(({ heldEpoch }) => heldEpoch === 2);
    const b = await primaryStops();
    const { operationId } = cluster.route() ?? {};
    cluster.mount('B').release();
    await cluster.clock.advance(5_000);
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2, state: 'closed' });
    expect(b.node.record()).toMatchObject({ role: 'standby', note: expect.stringContaining('tries again: EIO') });
    works();
    await until(() => cluster.route()?.state === 'open');
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2, operationId });
    await expectNothingLost(b);
    await cluster.clock.advance(100);
    expect(cluster.zookeeper.json(PATHS.switchover)).toMatchObject({
      ...{ operationId, from: 'A', to: 'B', epochBefore: 1, epochAfter: 2, outcome: 'done', trigger: 'node' },
      data: { lost: 0 },
    });
    expect(b.node.record().note).toBeNull();
  });

  it('goes on the same way where it is shown late that the route is its own', async () => {
    const works = stateFails(({ heldEpoch }) => heldEpoch === 2);
    const [, b] = await cluster.following(OPTIONS);
    b.zookeeper.hiddenPath = PATHS.route;
    await cluster.stop(cluster.nodes[0] as ModelNode);
    await cluster.clock.advance(3_000);
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2, state: 'closed' });
    works();
    b.zookeeper.hiddenPath = undefined;
    b.zookeeper.deliver();
    await until(() => b.node.isServing());
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2 });
  });

  it.each([
    ['while its epoch cannot be stored', ({ heldEpoch }: NodeState) => heldEpoch === 2, false, 'none'],
    ['once its epoch is stored', () => false, false, 'none'],
    ['once its promotion is recorded', () => false, true, 'done'],
  ])('its process ends %s: the next one reads the old redo before it serves', async (_, fits, isRecorded, outcome) => {
    const works = stateFails(fits);
    const b = await primaryStops();
    if (isRecorded) {
      cluster.mount('B').latencyMs = 50;
      cluster.mount('B').release();
      await until(() => cluster.zookeeper.json(PATHS.switchover)?.outcome === 'running');
    }
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2, state: 'closed' });
    b.kill();
    works();
    cluster.mount('B').release();
    const again = await cluster.start('B', OPTIONS);
    await until(() => again.node.isServing());
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 3 });
    await expectNothingLost(again);
    await cluster.clock.advance(100);
    expect(cluster.disks.get('B')?.takingOver).toBeNull();
    expect(cluster.zookeeper.json(PATHS.switchover)?.outcome ?? 'none').toBe(outcome);
  });

  it('remembers nothing of an attempt that another was faster than', async () => {
    cluster.beforeSave = (name, state) => {
      if (name !== 'B' || state.claiming === null) return;
      cluster.beforeSave = () => {};
      const route = { ...cluster.route(), epoch: 2, incarnation: 'later', state: 'closed', operationId: 'another' };
      cluster.zookeeper.applyAll([{ op: 'set', path: PATHS.route, data: Buffer.from(JSON.stringify(route)) }], 0n);
    };
    const b = await primaryStops();
    cluster.mount('B').release();
    await cluster.clock.advance(1_000);
    expect(cluster.route()).toMatchObject({ instance: 'A', incarnation: 'later', epoch: 2 });
    expect(cluster.disks.get('B')).toMatchObject({ heldEpoch: null, takingOver: null, claiming: null });
    expect(b.node.record()).toMatchObject({ role: 'standby', epoch: 2 });
  });

  it('its redo fails while it loads: it steps down, and its next process goes on from the old redo', async () => {
    const b = await primaryStops();
    cluster.share('B').writeError = 'ENOSPC';
    cluster.mount('B').release();
    await cluster.clock.advance(3_000);
    expect(b.node.isServing()).toBe(false);
    expect(b.node.record()).toMatchObject({ role: 'standby', status: 3, steppedDownEpoch: 2 });
    expect(b.node.record().note).toContain('ENOSPC');
    b.kill();
    cluster.share('B').writeError = undefined;
    const again = await cluster.start('B', OPTIONS);
    await until(() => again.node.isServing());
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 3 });
    await expectNothingLost(again);
  });

  it('the old redo cannot be read after it was sealed: it goes on once it can, and raises no epoch meanwhile', async () => {
    const b = await primaryStops();
    cluster.mount('B').latencyMs = 20;
    cluster.mount('B').release();
    await until(() => b.node.record().role === 'promoting');
    cluster.mount('B').unmount();
    await cluster.clock.advance(10_000);
    expect(b.node.isServing()).toBe(false);
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2, state: 'closed' });
    expect(b.node.record()).toMatchObject({ role: 'standby', status: 3, data: { sync: { state: 'failed' } } });
    cluster.mount('B').remount();
    await until(() => b.node.isServing());
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 3 });
    await expectNothingLost(b);
  });

  it('leaves the pair to whoever has the route by then, and follows that one', async () => {
    const works = stateFails(({ heldEpoch }) => heldEpoch === 2);
    const b = await primaryStops();
    cluster.mount('B').release();
    const restarted = await cluster.start('A', OPTIONS);
    await cluster.clock.advance(1_000);
    const epoch = cluster.closeRouteFor(restarted, 'op-9');
    await cluster.clock.advance(1_000);
    works();
    expect(errorNo(await cluster.promote(restarted, epoch, { operation_id: 'op-9' }))).toBe(0);
    await cluster.complete(restarted, epoch);
    await cluster.clock.advance(3_000);
    expect(b.node.record()).toMatchObject({ role: 'standby', status: 2, note: null });
    expect((await cluster.data(b)).sync.state).toBe('following');
    expect(cluster.disks.get('B')).toMatchObject({ heldEpoch: null, takingOver: null, claiming: null });
    await expectNothingLost(restarted);
  });
});

describe('the record of a switchover by the standby itself (driver node)', () => {
  it('says how it ended as soon as ZooKeeper can be written to again', async () => {
    const { applyAll } = cluster.zookeeper;
    cluster.zookeeper.applyAll = (ops, owner) => {
      const tellsTheEnd = ops.some((one) => one.path === PATHS.switchover && 'data' in one && isEnd(one.data));
      if (tellsTheEnd) throw new ZooKeeperError('OUTCOME_UNKNOWN', PATHS.switchover, 'the answer was lost');
      return applyAll.call(cluster.zookeeper, ops, owner);
    };
    const b = await primaryStops();
    cluster.mount('B').release();
    await until(() => b.node.isServing());
    await cluster.clock.advance(2_000);
    expect(cluster.zookeeper.json(PATHS.switchover)).toMatchObject({ outcome: 'running' });
    cluster.zookeeper.applyAll = applyAll;
    await cluster.clock.advance(1_000);
    expect(cluster.zookeeper.json(PATHS.switchover)).toMatchObject({ outcome: 'done', to: 'B' });
  });

  it.each([
    ['its own instance, under a higher epoch', { instance: 'B', epoch: 3 }, 'done', 'ok'],
    ['the other one', { instance: 'A', epoch: 3 }, 'failed', 'pending'],
    ['nobody else yet: it is under way', { instance: 'B', epoch: 2 }, undefined, undefined],
  ])('is ended by whoever serves next: %s', (_, next, outcome, load) => {
    const ended = endedByNext(RUNNING, { ...next, atMs: 9 });
    expect(ended?.outcome).toBe(outcome);
    expect(ended?.steps.find(({ name }) => name === 'load')?.result).toBe(load);
    expect(ended?.endedAtMs).toBe(outcome === undefined ? undefined : 9);
  });

  it('is nobody else’s to end: a console’s, or one that has ended, stays as it is', () => {
    const next = { instance: 'B', epoch: 3, atMs: 9 };
    expect(endedByNext(undefined, next)).toBeUndefined();
    expect(endedByNext({ ...RUNNING, trigger: 'automatic' }, next)).toBeUndefined();
    expect(endedByNext({ ...RUNNING, outcome: 'failed' }, next)).toBeUndefined();
  });
});

describe('a standby whose own redo can no longer be written', () => {
  it('says so, does not take the route for itself, and refuses 45184006', async () => {
    const [a, b] = await cluster.following(OPTIONS);
    cluster.share('B').writeError = 'ENOSPC';
    await cluster.write(a, 'k1');
    await cluster.clock.advance(1_000);
    cluster.share('B').writeError = undefined;
    expect(b.node.record()).toMatchObject({ role: 'standby', status: 3, note: expect.stringContaining('ENOSPC') });
    a.kill();
    await cluster.clock.advance(12_000);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1 });
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(100);
    expect(errorNo(await cluster.promote(b, epoch, { accept_loss: 1_000 }))).toBe(ERROR_NUMBERS.wrongState);
  });
});
