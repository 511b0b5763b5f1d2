import { beforeEach, describe, expect, it } from 'vitest';
import { systemInfoReplySchema } from '#shared/protocol';
import { ModelCluster, type ModelNode } from '#test/model-mt-cluster';

let cluster: ModelCluster;
beforeEach(() => {
  cluster = new ModelCluster();
});

const peerOf = async (node: ModelNode) => systemInfoReplySchema.parse(await cluster.call(node, 1403040)).peer;
const incarnation = ({ node }: ModelNode) => node.listening.incarnation;

describe('when an instance last heard the other one', () => {
  it('is told by both, with its age, and stays young while nothing happens', async () => {
    const [a, b] = await cluster.pair();
    await cluster.clock.advance(30_000);
    const told = await peerOf(b);
    expect(told).toMatchObject({ instance: 'A', incarnation: incarnation(a), heard_by: 'hello', mount: null });
    expect(told?.heard_ms).toBeLessThanOrEqual(1_100);
    expect(told?.serving_ms).toBe(told?.heard_ms);
    expect(told?.answered_ms).toBe(told?.heard_ms);
    const ofB = await peerOf(a);
    expect(ofB).toMatchObject({ instance: 'B', incarnation: incarnation(b), answered_ms: null, serving_ms: null });
    expect(ofB?.heard_ms).toBeLessThanOrEqual(1_100);
  });

  it('is nothing before anything was heard', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    expect(await peerOf(a)).toBeNull();
  });

  it('grows with the silence of one that died, or whose datagrams do not come', async () => {
    const [a, b] = await cluster.pair();
    a.kill();
    await cluster.clock.advance(10_000);
    const told = await peerOf(b);
    expect(told).toMatchObject({ instance: 'A', incarnation: incarnation(a) });
    expect(told?.heard_ms).toBeGreaterThanOrEqual(9_900);
    expect(told?.serving_ms).toBe(told?.heard_ms);
  });

  it('goes on for a primary that has gone from ZooKeeper and serves on the promise', async () => {
    const [a, b] = await cluster.pair();
    a.zookeeper.cutOff();
    await cluster.clock.advance(20_000);
    expect(await cluster.beat(a)).toBe(0);
    const told = await peerOf(b);
    expect(told?.heard_ms).toBeLessThanOrEqual(1_100);
    expect(told?.serving_ms).toBeLessThanOrEqual(1_100);
  });

  it('says that it serves no more, once it has said so', async () => {
    const [a, b] = await cluster.pair();
    cluster.closeRouteFor(b);
    await cluster.clock.advance(3_000);
    // It is a standby of the route's new instance by now: neither serves, and that one is asked for a hello.
    expect(await peerOf(a)).toMatchObject({ instance: 'B', serving_ms: null });
    expect((await peerOf(b))?.serving_ms ?? null).toBeNull();
  });

  it('does not come from whoever does not know the registered incarnation', async () => {
    const a = await cluster.start('A');
    const b = await cluster.start('B');
    await cluster.clock.advance(3_000);
    b.kill();
    await cluster.clock.advance(5_000);
    const before = await peerOf(a);
    await cluster.call(a, 990011, { instance: 'B', incarnation: 'made-up' });
    await cluster.call(a, 990011, { instance: 'X', incarnation: 'made-up' });
    expect(await peerOf(a)).toEqual(before);
  });

  it('names the mount apart: what is read there may have been written by a process that is dead', async () => {
    cluster.keepsData = true;
    const [a, b] = await cluster.pair();
    await cluster.clock.advance(5_000);
    const alive = await peerOf(b);
    expect(alive?.mount?.marker_ms).toBeLessThanOrEqual(2_000);
    a.kill();
    await cluster.clock.advance(20_000);
    const dead = await peerOf(b);
    expect(dead?.heard_ms).toBeGreaterThanOrEqual(19_000);
    expect(dead?.mount?.marker_ms ?? 0).toBeLessThanOrEqual(2_000);
  });
});
