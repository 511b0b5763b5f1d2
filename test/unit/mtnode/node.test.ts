import { beforeEach, describe, expect, it } from 'vitest';
import { ERROR_NUMBERS } from '#shared/domain';
import { loginReplySchema, systemInfoReplySchema } from '#shared/protocol';
import { ModelCluster, type ModelNode, PATHS, SESSION } from '#test/model-mt-cluster';

let cluster: ModelCluster;
beforeEach(() => {
  cluster = new ModelCluster();
});

const info = async (node: ModelNode) => systemInfoReplySchema.parse(await cluster.call(node, 1403040));
const promote = (node: ModelNode, epoch: number, more: Record<string, unknown> = {}) =>
  cluster.call(node, 45184006, {
    epoch,
    token: '7',
    operation_id: 'op-1',
    incarnation: node.node.listening.incarnation,
    ...more,
  });
const errorNo = (reply: Awaited<ReturnType<ModelCluster['call']>>) => (reply === 'closed' ? reply : reply.error_no);

describe('start (F4, F5)', () => {
  it('the first becomes primary with all phases done and opens the route it claimed', async () => {
    const a = await cluster.start('A');
    expect(await cluster.beat(a)).toBe(ERROR_NUMBERS.standby);
    await cluster.clock.advance(45);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1, state: 'closed' });
    expect(await cluster.beat(a)).toBe(ERROR_NUMBERS.switching);
    await cluster.clock.advance(100);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1, state: 'open' });
    expect(await cluster.beat(a)).toBe(0);
    expect(await info(a)).toMatchObject({ role: 'primary', status: 1, epoch: 1, svr_mode: 0, on_promise: false });
  });

  it('the second preloads, is standby with status 2, and its hello is acknowledged', async () => {
    const [, b] = await cluster.pair();
    expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.standby);
    const said = await info(b);
    expect(said).toMatchObject({ role: 'standby', status: 2, hello_acknowledged_by: 'A', lease_left_ms: null });
    expect(said.phases.map((phase) => phase.state)).toEqual(['done', 'pending', 'pending']);
    expect(cluster.zookeeper.json(PATHS.instance('B'))).toMatchObject({ role: 'standby', status: 2, note: null });
  });

  it('a holder that comes back claims again with a higher epoch and a new incarnation', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    a.kill();
    const again = await cluster.start('A');
    await cluster.clock.advance(500);
    expect(cluster.route()).toMatchObject({ epoch: 2, state: 'open', incarnation: again.node.listening.incarnation });
    expect(await cluster.beat(again)).toBe(0);
  });

  it('an instance that does not hold the epoch waits and names who does, unless forced', async () => {
    const [a, b] = await cluster.pair();
    await cluster.stop(a);
    await cluster.stop(b);
    const again = await cluster.start('B');
    await cluster.clock.advance(500);
    expect(await info(again)).toMatchObject({ role: 'standby', note: 'waiting for A, which holds epoch 1' });
    await cluster.stop(again);
    const forced = await cluster.start('B', { forcePrimary: true });
    await cluster.clock.advance(1_000);
    expect((await info(forced)).note).toContain('forced: waits');
    await cluster.clock.advance(1_500);
    expect(await cluster.beat(forced)).toBe(0);
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2 });
  });

  it('force does not override an instance that serves', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    const b = await cluster.start('B', { forcePrimary: true });
    await cluster.clock.advance(500);
    expect(await info(b)).toMatchObject({ role: 'standby' });
    expect(await cluster.beat(a)).toBe(0);
  });

  it('one whose storage was lost while the route names it waits for an operator', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    a.kill();
    cluster.disks.delete('A');
    const again = await cluster.start('A');
    await cluster.clock.advance(8_000);
    expect((await info(again)).note).toContain('its own storage does not hold that epoch');
  });

  it('fifty pairs started at the same instant have one primary each', async () => {
    for (let round = 0; round < 50; round++) {
      const fresh = new ModelCluster();
      const pair = await Promise.all([fresh.start('A'), fresh.start('B')]);
      await fresh.clock.advance(500);
      expect(pair.filter((each) => each.node.isServing())).toHaveLength(1);
    }
  });
});

describe('behind NAT (F3)', () => {
  it('registers the ports that are mapped to its own', async () => {
    const mapped = await cluster.start('A', { advertisedT2Port: 7_001, advertisedF2Port: 7_002 });
    const direct = await cluster.start('B');
    const { t2Port, f2Port } = direct.node.listening;
    expect(mapped.node.record().addresses).toMatchObject([{ t2Port: 7_001, f2Port: 7_002 }]);
    expect(direct.node.record().addresses).toMatchObject([{ t2Port, f2Port }]);
  });
});

describe('beats and sessions (F10–F14)', () => {
  it('a session without beats goes between 120 and 130 s, one that beats stays', async () => {
    const a = await cluster.start('A', { practice: true });
    await cluster.clock.advance(1_234);
    const login = async (system: string) => {
      const reply = await cluster.call(a, 990001, { system, user: 'u' });
      return loginReplySchema.parse(reply);
    };
    const { session_id: idle } = await login('O3');
    const { session_id: busy } = await login('O3');
    const { user_token: token } = await login('O45');
    const loggedInAtMs = cluster.clock.monotonicMs();
    const aliveUntil: Record<string, number> = {};
    const count = async () => (await info(a)).sessions;
    expect(await count()).toBe(4);
    while (cluster.clock.monotonicMs() - loggedInAtMs < 200_000) {
      await cluster.clock.advance(500);
      if ((await count()) >= 4) aliveUntil.idle = cluster.clock.monotonicMs() - loggedInAtMs;
      expect(await cluster.beat(a, String(busy))).toBe(0);
      expect(errorNo(await cluster.call(a, 402000, { user_token: token }))).toBe(0);
    }
    expect(aliveUntil.idle).toBeGreaterThanOrEqual(119_500);
    expect(aliveUntil.idle).toBeLessThanOrEqual(130_000);
    expect(await cluster.beat(a, String(idle))).toBe(ERROR_NUMBERS.unknownSession);
    expect(await cluster.beat(a)).toBe(0);
    expect(errorNo(await cluster.call(a, 402000, {}))).toBe(ERROR_NUMBERS.unknownSession);
  });

  it('log-in is the practice node’s alone; unknown functions and malformed requests get an error', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    expect(errorNo(await cluster.call(a, 990001, { system: 'O3', user: 'u' }))).toBe(ERROR_NUMBERS.unknownFunction);
    expect(errorNo(await cluster.call(a, 1))).toBe(ERROR_NUMBERS.unknownFunction);
    expect(errorNo(await cluster.call(a, 45184006, { epoch: -1 }))).toBe(ERROR_NUMBERS.malformedRequest);
    expect(await cluster.call(a, 402000, { session_id: SESSION })).toMatchObject({ epoch: 1, instance: 'A' });
  });

  it('a stopped node closes its connections without a reply and says so in ZooKeeper', async () => {
    const [a] = await cluster.pair();
    const open = cluster.connect(a);
    const stopped = a.node.stop();
    expect(open?.closed).toBe(true);
    await cluster.clock.advance(20);
    expect(cluster.zookeeper.json(PATHS.instance('A'))).toMatchObject({ role: 'stopped', steppedDownEpoch: 1 });
    expect(await cluster.beat(a)).toBe('closed');
    await cluster.clock.advance(200);
    await stopped;
    expect(cluster.zookeeper.json(PATHS.instance('A'))).toBeUndefined();
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1, state: 'open' });
  });
});

describe('promotion by the console (F8, F13)', () => {
  it('goes through 45184006, 308000000 and 402999 to 0, and fences the old primary', async () => {
    const [a, b] = await cluster.pair();
    const client = cluster.connect(a);
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(1);
    expect(client?.closed).toBe(true);
    expect(await cluster.beat(a)).toBe('closed');
    expect(cluster.zookeeper.json(PATHS.instance('A'))).toMatchObject({ steppedDownEpoch: epoch });
    const accepted = await promote(b, epoch);
    expect(accepted).toMatchObject({ error_no: 0, role: 'promoting', epoch });
    expect(cluster.disks.get('B')).toMatchObject({
      highestEpoch: epoch,
      heldEpoch: epoch,
      promotedBy: { epoch, token: '7' },
    });
    expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.switching);
    expect(errorNo(await cluster.call(b, 402999, { epoch }))).toBe(ERROR_NUMBERS.switching);
    expect(errorNo(await promote(b, epoch))).toBe(0);
    await cluster.clock.advance(100);
    expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.switching);
    expect(await cluster.call(b, 402999, { epoch })).toMatchObject({ error_no: 0, status: 1, role: 'primary' });
    expect(await cluster.beat(b)).toBe(0);
    expect(cluster.route()).toMatchObject({ state: 'closed' });
    expect(await info(a)).toMatchObject({ role: 'standby', status: 2 });
    expect(await cluster.beat(a)).toBe(ERROR_NUMBERS.standby);
  });

  it('does not depend on when it comes while the standby looks at the changed route itself', async () => {
    for (let turns = 0; turns < 40; turns++) {
      cluster = new ModelCluster();
      const [, b] = await cluster.pair();
      const epoch = cluster.closeRouteFor(b);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      expect(errorNo(await promote(b, epoch))).toBe(0);
      await cluster.clock.advance(100);
      expect(errorNo(await cluster.call(b, 402999, { epoch }))).toBe(0);
      await cluster.clock.advance(100);
      expect(await info(b)).toMatchObject({ role: 'primary', epoch });
      expect(cluster.route()).toMatchObject({ epoch });
    }
  });

  it('a stop while loading is a stop', async () => {
    const [, b] = await cluster.pair();
    const epoch = cluster.closeRouteFor(b);
    await promote(b, epoch);
    const stopped = b.node.stop();
    await cluster.clock.advance(45);
    expect(b.node.record()).toMatchObject({ role: 'stopped', steppedDownEpoch: epoch });
    await cluster.clock.advance(500);
    await stopped;
    const starting = await cluster.start('C');
    await cluster.clock.advance(10);
    await cluster.stop(starting);
    expect(starting.node.record()).toMatchObject({ role: 'stopped' });
    expect(starting.node.isServing()).toBe(false);
  });

  it('is refused by kind', async () => {
    const [a, b] = await cluster.pair();
    expect(errorNo(await promote(b, 1))).toBe(ERROR_NUMBERS.wrongState);
    expect(errorNo(await promote(b, 2))).toBe(ERROR_NUMBERS.wrongState);
    expect(errorNo(await promote(a, 2))).toBe(ERROR_NUMBERS.wrongState);
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(1);
    expect(errorNo(await promote(b, epoch, { incarnation: 'other' }))).toBe(ERROR_NUMBERS.wrongState);
    expect(errorNo(await promote(b, epoch, { operation_id: 'op-2' }))).toBe(ERROR_NUMBERS.wrongState);
    expect(errorNo(await promote(b, epoch - 1))).toBe(ERROR_NUMBERS.staleEpoch);
    expect(errorNo(await promote(b, epoch))).toBe(0);
    const single = await cluster.start('S', { single: true });
    expect(errorNo(await promote(single, epoch))).toBe(ERROR_NUMBERS.singleMode);
    expect(await info(single)).toMatchObject({ svr_mode: 1 });
  });

  it('is refused by one that may have promised in a former life', async () => {
    const fresh = new ModelCluster();
    const [, standby] = await fresh.pair();
    standby.kill();
    const primaryPort = fresh.nodes[0]?.node.listening.f2Port ?? 0;
    fresh.deafPorts.add(primaryPort);
    const again = await fresh.start('B');
    await fresh.clock.advance(200);
    const next = fresh.closeRouteFor(again);
    await fresh.clock.advance(1);
    const body = { epoch: next, token: '7', operation_id: 'op-1', incarnation: again.node.listening.incarnation };
    expect(errorNo(await fresh.call(again, 45184006, body))).toBe(ERROR_NUMBERS.promiseInForce);
    await fresh.clock.advance(2_000);
    expect(errorNo(await fresh.call(again, 45184006, body))).toBe(0);
  });
});

describe('lease and promise', () => {
  it('without ZooKeeper a primary serves on its standby’s promise, which refuses promotion meanwhile', async () => {
    const [a, b] = await cluster.pair();
    cluster.zookeeper.stop();
    for (let ms = 0; ms < 18_000; ms += 250) {
      await cluster.clock.advance(250);
      expect(await cluster.beat(a)).toBe(0);
    }
    expect(await info(a)).toMatchObject({ on_promise: true, note: expect.stringContaining('promise') });
    expect((await info(b)).promise_left_ms).toBeGreaterThan(0);
    expect(errorNo(await promote(b, 2))).toBe(ERROR_NUMBERS.promiseInForce);
    cluster.zookeeper.restart();
    await cluster.clock.advance(3_000);
    expect(await cluster.beat(a)).toBe(0);
    expect(await info(a)).toMatchObject({ on_promise: false, note: null });
    expect((await info(b)).promise_left_ms).toBe(0);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1 });
  });

  it('serves on where nobody is left but ZooKeeper: neither its standby nor any console is needed for that', async () => {
    const a = await cluster.start('A');
    const b = await cluster.start('B');
    await cluster.clock.advance(1_000);
    b.kill();
    await cluster.clock.advance(60_000);
    expect(await cluster.beat(a)).toBe(0);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 1, state: 'open' });
  });

  it('without ZooKeeper and without a standby it stops, closing connections, and comes back when ZooKeeper does', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    const open = cluster.connect(a);
    cluster.zookeeper.stop();
    await cluster.clock.advance(3_900);
    expect(await cluster.beat(a)).toBe(0);
    await cluster.clock.advance(101);
    expect(await cluster.beat(a)).toBe('closed');
    expect(open?.closed).toBe(true);
    expect(await info(a)).toMatchObject({ role: 'primary', lease_left_ms: 0 });
    cluster.zookeeper.restart();
    await cluster.clock.advance(200);
    expect(await cluster.beat(a)).toBe(0);
  });

  it('cut off alone and without an answer it stops before its session can expire', async () => {
    const [a, b] = await cluster.pair();
    cluster.deafPorts.add(b.node.listening.f2Port);
    a.zookeeper.cutOff();
    await cluster.clock.advance(4_000);
    expect(cluster.zookeeper.json(PATHS.instance('A'))).toBeDefined();
    expect(await cluster.beat(a)).toBe('closed');
    await cluster.clock.advance(2_100);
    expect(cluster.zookeeper.json(PATHS.instance('A'))).toBeUndefined();
  });

  it('a wall clock that steps ahead ends the lease until ZooKeeper has answered again', async () => {
    const a = await cluster.start('A');
    await cluster.clock.advance(500);
    a.zookeeper.lost();
    cluster.clock.jumpWall(4_001);
    expect(await cluster.beat(a)).toBe('closed');
    a.zookeeper.comeBack();
    await cluster.clock.advance(200);
    expect(await cluster.beat(a)).toBe(0);
  });

  it('after expiry it registers, reads the route, and only then serves by the new lease', async () => {
    const [a] = await cluster.pair();
    a.zookeeper.expire();
    await cluster.clock.advance(200);
    expect(cluster.zookeeper.json(PATHS.instance('A'))).toMatchObject({ role: 'primary' });
    expect(await cluster.beat(a)).toBe(0);
    expect(a.zookeeper.status().generation).toBe(2);
  });

  it('one that was replaced while it was away steps down when it is back', async () => {
    const [a, b] = await cluster.pair();
    a.zookeeper.cutOff();
    cluster.deafPorts.add(b.node.listening.f2Port);
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(2_000);
    expect(errorNo(await promote(b, epoch))).toBe(0);
    await cluster.clock.advance(100);
    await cluster.call(b, 402999, { epoch });
    expect(await cluster.beat(a)).toBe('closed');
    cluster.deafPorts.clear();
    a.zookeeper.heal();
    await cluster.clock.advance(1_000);
    expect(await cluster.beat(a)).toBe(ERROR_NUMBERS.standby);
    expect(await info(a)).toMatchObject({ role: 'standby', epoch });
    expect(await cluster.beat(b)).toBe(0);
  });

  it('a promoted standby gives the old primary no promise and tells it the epoch', async () => {
    const [a, b] = await cluster.pair();
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(1);
    await promote(b, epoch);
    const { instance, incarnation } = a.node.listening;
    const refused = await cluster.call(b, 990010, { instance, incarnation, epoch: epoch - 1, promise_ms: 2_000 });
    expect(refused).toMatchObject({ error_no: ERROR_NUMBERS.staleEpoch, epoch });
  });

  it('a promise is given only to the one whom the route names', async () => {
    const [a, b] = await cluster.pair();
    const ask = async (incarnation: string) =>
      errorNo(await cluster.call(b, 990010, { instance: 'A', incarnation, epoch: 1, promise_ms: 1_000 }));
    expect(await ask('forged')).toBe(ERROR_NUMBERS.wrongState);
    expect(await ask(a.node.listening.incarnation)).toBe(0);
    expect((await info(b)).promise_left_ms).toBe(1_000);
  });
});

describe('a wiped ZooKeeper', () => {
  it('gets its route back under a higher epoch from the primary that serves', async () => {
    const [a, b] = await cluster.pair();
    cluster.zookeeper.wipe();
    await cluster.clock.advance(1_000);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 2, state: 'open' });
    expect(await cluster.beat(a)).toBe(0);
    expect(await info(b)).toMatchObject({ role: 'standby', epoch: 2, note: null });
  });

  it('while nobody ran: the former standby waits, the former primary claims', async () => {
    const [a, b] = await cluster.pair();
    await cluster.stop(b);
    await cluster.stop(a);
    cluster.zookeeper.wipe();
    const standby = await cluster.start('B');
    await cluster.clock.advance(1_000);
    expect((await info(standby)).note).toBe('no route; waiting for A, which held epoch 1');
    const primary = await cluster.start('A');
    await cluster.clock.advance(1_000);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 2, state: 'open' });
    expect(await cluster.beat(primary)).toBe(0);
    expect((await info(standby)).note).toBeNull();
  });
});

describe('driver node (F8)', () => {
  it('a standby promotes itself once the primary is gone from ZooKeeper and silent', async () => {
    const [a, b] = await cluster.pair({ driver: 'node' });
    a.kill();
    await cluster.clock.advance(5_900);
    expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.standby);
    await cluster.clock.advance(1_000);
    expect(await cluster.beat(b)).toBe(0);
    expect(cluster.route()).toMatchObject({ instance: 'B', epoch: 2, state: 'open', driver: 'node', token: null });
    const record = cluster.zookeeper.json(PATHS.switchover);
    expect(record).toMatchObject({
      trigger: 'node',
      from: 'A',
      to: 'B',
      outcome: 'done',
      epochBefore: 1,
      epochAfter: 2,
    });
  });

  it('at once when the primary says that it has stopped', async () => {
    const [a, b] = await cluster.pair({ driver: 'node' });
    const stopped = a.node.stop();
    await cluster.clock.advance(100);
    await stopped;
    expect(await cluster.beat(b)).toBe(0);
  });

  it('not while the primary answers, nor under driver console', async () => {
    const [a, b] = await cluster.pair({ driver: 'node' });
    a.zookeeper.cutOff();
    for (let ms = 0; ms < 20_000; ms += 250) {
      await cluster.clock.advance(250);
      expect(await cluster.beat(a)).toBe(0);
      expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.standby);
    }
    const other = new ModelCluster();
    const [primary, standby] = await other.pair({ driver: 'console' });
    primary.kill();
    await other.clock.advance(20_000);
    expect(await other.beat(standby)).toBe(ERROR_NUMBERS.standby);
  });

  it('when the primary has lost its promise too, they never both serve', async () => {
    const [a, b] = await cluster.pair({ driver: 'node' });
    a.zookeeper.cutOff();
    await cluster.clock.advance(9_000);
    cluster.deafPorts.add(b.node.listening.f2Port);
    let served = 0;
    for (let ms = 0; ms < 6_000; ms += 10) {
      await cluster.clock.advance(10);
      const both = [await cluster.beat(a), await cluster.beat(b)].filter((number) => number === 0).length;
      expect(both).toBeLessThanOrEqual(1);
      served += both;
    }
    expect(await cluster.beat(a)).toBe('closed');
    expect(await cluster.beat(b)).toBe(0);
    expect(served).toBeGreaterThan(0);
  });
});
