import { beforeEach, describe, expect, it } from 'vitest';
import { ANY_LOSS, type DataStatus, ERROR_NUMBERS, registrationSchema } from '#shared/domain';
import { loginReplySchema, lossRefusalSchema, readReplySchema, statusReplySchema } from '#shared/protocol';
import { ModelDatabaseServer } from '#test/model-database';
import { ModelCluster, type ModelNode, PATHS, SESSION } from '#test/model-mt-cluster';

const ORDER = { account: 'a1', instrument: '600000', side: 'buy', price: 10.5, quantity: 100 };

let cluster: ModelCluster;
beforeEach(() => {
  cluster = new ModelCluster();
  cluster.keepsData = true;
});

const errorNo = (reply: unknown) => (reply as { error_no?: number }).error_no ?? reply;
const write = (node: ModelNode, key: string, more: Record<string, unknown> = {}) =>
  cluster.callInTime(node, 990002, { session_id: SESSION, key, order: ORDER, ...more });
const status = async (node: ModelNode) => statusReplySchema.parse(await cluster.call(node, 402999));
const data = async (node: ModelNode): Promise<DataStatus> => {
  const { data: said } = await status(node);
  if (said === undefined) throw new Error('no data in the status');
  return said;
};
const timesOf = async (node: ModelNode, ...keys: string[]) => {
  const { orders } = readReplySchema.parse(await cluster.call(node, 990003, { session_id: SESSION, keys }));
  return Object.fromEntries(orders.map((order) => [order.key, order.times]));
};
const syncRecord = () => cluster.zookeeper.json(PATHS.sync);

/** A primary, B standby that follows; the record says so. */
async function pair(options: Parameters<ModelCluster['start']>[1] = {}): Promise<[ModelNode, ModelNode]> {
  const found = await cluster.pair({ practice: true, ...options });
  expect((await data(found[1])).sync.state).toBe('following');
  expect(syncRecord()).toMatchObject({ standby: { instance: 'B' }, ceilingLsn: null });
  return found;
}

const promote = (node: ModelNode, epoch: number, more: Record<string, unknown> = {}) =>
  cluster.callInTime(node, 45184006, {
    ...{ epoch, token: '7', operation_id: 'op-1', incarnation: node.node.listening.incarnation },
    ...more,
  });

async function complete(node: ModelNode, epoch: number): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    if (errorNo(await cluster.call(node, 402999, { epoch })) === 0) break;
    await cluster.clock.advance(20);
  }
  expect(node.node.isServing()).toBe(true);
  const route = { ...cluster.route(), state: 'open' };
  cluster.zookeeper.applyAll([{ op: 'set', path: PATHS.route, data: Buffer.from(JSON.stringify(route)) }], 0n);
}

async function switchTo(node: ModelNode, more: Record<string, unknown> = {}): Promise<void> {
  const epoch = cluster.closeRouteFor(node);
  await cluster.clock.advance(100);
  expect(errorNo(await promote(node, epoch, more))).toBe(0);
  await complete(node, epoch);
}

/** Unmounts the standby's mount and lets the primary go on alone: its record has a ceiling then. */
async function leaveBehind(a: ModelNode, b: ModelNode): Promise<void> {
  cluster.mount(b.name).unmount();
  await cluster.clock.advance(1_000);
  expect(errorNo(await write(a, 'alone-1'))).toBe(0);
  expect(errorNo(await write(a, 'alone-2'))).toBe(0);
}

describe('writes (990002 to 990004)', () => {
  it('are acknowledged, read back, counted and digested', async () => {
    const [a] = await pair();
    expect(await write(a, 'k1')).toMatchObject({ error_no: 0, lsn: 2 });
    expect(await write(a, 'k2')).toMatchObject({ error_no: 0, lsn: 3 });
    expect(await write(a, 'k2')).toMatchObject({ error_no: 0, lsn: 4 });
    expect(await timesOf(a, 'k1', 'k2', 'k3')).toEqual({ k1: 1, k2: 2 });
    const digest = await cluster.call(a, 990004, { session_id: SESSION });
    expect(digest).toMatchObject({ error_no: 0, orders: 2, duplicated: 1, last_lsn: 4 });
    expect(await cluster.call(a, 402000, { session_id: SESSION })).toMatchObject({ error_no: 0, lsn: 4 });
  });

  it('are refused by whoever does not serve, of strangers, and where no data is kept', async () => {
    const [a, b] = await pair();
    expect(errorNo(await write(b, 'k'))).toBe(ERROR_NUMBERS.standby);
    expect(errorNo(await write(a, 'k', { session_id: 'stranger' }))).toBe(ERROR_NUMBERS.unknownSession);
    expect(errorNo(await write(a, 'k\ud800'))).toBe(ERROR_NUMBERS.malformedRequest);
    const without = new ModelCluster();
    const c = await without.start('A', { practice: true });
    await without.clock.advance(500);
    const reply = await without.call(c, 990002, { session_id: SESSION, key: 'k', order: ORDER });
    expect(errorNo(reply)).toBe(ERROR_NUMBERS.wrongState);
    expect(c.node.record()).toMatchObject({ lastLsn: null });
    expect(c.node.record().data).toBeUndefined();
  });

  it('wait while neither the standby confirms nor ZooKeeper can be told', async () => {
    const [a, b] = await pair();
    cluster.mount('B').hang();
    cluster.zookeeper.stop();
    const reply = await cluster.callInTime(a, 990002, { session_id: SESSION, key: 'k', order: ORDER }, 1_500);
    expect(reply).toBe('silent');
    cluster.zookeeper.restart();
    await cluster.clock.advance(1_500);
    expect(await timesOf(a, 'k')).toEqual({ k: 1 });
    expect(syncRecord()?.ceilingLsn).toBeGreaterThan(0);
    cluster.mount('B').release();
    await cluster.clock.advance(3_000);
    expect(syncRecord()).toMatchObject({ ceilingLsn: null });
    expect((await data(b)).lossBound).toBe(0);
  });

  it('whoever waits when the primary steps down gets no acknowledgement', async () => {
    const [a, b] = await pair();
    cluster.share('A').syncMs = 300;
    const waiting = cluster.call(a, 990002, { session_id: SESSION, key: 'late', order: ORDER });
    await cluster.clock.advance(50);
    cluster.closeRouteFor(b);
    await cluster.clock.advance(50);
    expect(await waiting).toBe('closed');
    expect(a.node.record()).toMatchObject({ steppedDownEpoch: 2, lastLsn: 2 });
  });

  it('a seal that comes between the force to disk and the acknowledgement withholds it', async () => {
    const [a, b] = await pair({ syncMode: 'async' });
    // Cut off from everything but its disk and its clients, with a lease that still lives.
    a.zookeeper.cutOff();
    cluster.deafPorts.add(a.node.listening.f2Port);
    cluster.share('A').syncMs = 800;
    const waiting = cluster.call(a, 990002, { session_id: SESSION, key: 'zombie', order: ORDER });
    await cluster.clock.advance(50);
    cluster.share('A').syncMs = 0;
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(50);
    expect(errorNo(await promote(b, epoch))).toBe(0);
    expect(a.node.isServing()).toBe(true);
    await cluster.clock.advance(1_000);
    expect(errorNo(await waiting)).not.toBe(0);
    expect(a.node.record()).toMatchObject({ steppedDownEpoch: epoch, note: 'B sealed its redo for epoch 2' });
  });

  it('a primary whose disk fails stops acknowledging, steps down and says so', async () => {
    const [a, b] = await pair();
    cluster.share('A').syncError = 'EIO';
    expect(errorNo(await write(a, 'k'))).not.toBe(0);
    expect(a.node.isServing()).toBe(false);
    await cluster.clock.advance(1_000);
    expect(a.node.record()).toMatchObject({ status: 3, steppedDownEpoch: 1 });
    expect(a.node.record().note).toContain('EIO');
    cluster.share('A').syncError = undefined;
    await switchTo(b);
    expect(errorNo(await write(b, 'k2'))).toBe(0);
  });

  it('a confirmation of somebody who is no registered instance counts for nothing', async () => {
    const [a, b] = await pair();
    cluster.mount('B').hang();
    await cluster.clock.advance(20);
    const waiting = cluster.callInTime(a, 990002, { session_id: SESSION, key: 'k', order: ORDER }, 400);
    const { incarnation } = b.node.listening;
    const forged = { instance: 'B', incarnation: 'guessed', data_id: 'guessed', at_epoch: 1, lsn: 2 };
    cluster.datagram(a, 990013, forged);
    cluster.datagram(a, 990013, { ...forged, incarnation, at_epoch: 7 });
    cluster.datagram(a, 990013, { ...forged, incarnation, lsn: 99 });
    expect(await waiting).toBe('silent');
    expect(await cluster.call(a, 990013, { ...forged, incarnation })).toMatchObject({
      error_no: ERROR_NUMBERS.unknownFunction,
    });
  });

  it('thousands of them change the registration once a second at most', async () => {
    const [a] = await pair();
    let changes = -1;
    const watcher = cluster.zookeeper.session();
    watcher.watchNode(PATHS.instance('A'), () => {
      changes++;
    });
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 100; i++)
        void cluster.call(a, 990002, { session_id: SESSION, key: `${second}-${i}`, order: ORDER });
      await cluster.clock.advance(1_000);
    }
    expect(changes).toBeGreaterThanOrEqual(4);
    expect(changes).toBeLessThanOrEqual(6);
    expect(registrationSchema.parse(cluster.zookeeper.json(PATHS.instance('A'))).data?.lsn).toBeGreaterThan(400);
  });
});

describe('sessions (F10) travel through redo', () => {
  const login = async (node: ModelNode, system: string) =>
    loginReplySchema.parse(await cluster.callInTime(node, 990001, { system, user: 'u' }));

  it('they are known after the switchover, and after the way back', async () => {
    const [a, b] = await pair();
    const { session_id: session } = await login(a, 'O3');
    const { user_token: token } = await login(a, 'O45');
    await switchTo(b);
    expect(await cluster.beat(b, session)).toBe(0);
    expect(errorNo(await cluster.call(b, 402000, { user_token: token }))).toBe(0);
    await cluster.clock.advance(3_000);
    await switchTo(a);
    expect(await cluster.beat(a, session)).toBe(0);
    expect(errorNo(await cluster.call(a, 402000, { user_token: token }))).toBe(0);
  });

  it('they are known after a restart of the only instance', async () => {
    const a = await cluster.start('A', { practice: true });
    await cluster.clock.advance(500);
    const { session_id: session } = await login(a, 'O3');
    a.kill();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(2_000);
    expect(await cluster.beat(again, session)).toBe(0);
  });

  it('one swept on the primary is not known to the promoted either; idle times restart', async () => {
    const [a, b] = await pair({ sessionIdleMs: 20_000, sweepIntervalMs: 1_000 });
    const { session_id: idle } = await login(a, 'O3');
    await cluster.clock.advance(15_000);
    const { session_id: fresh } = await login(a, 'O3');
    await cluster.clock.advance(10_000);
    await switchTo(b);
    expect(await cluster.beat(b, idle)).toBe(ERROR_NUMBERS.unknownSession);
    await cluster.clock.advance(15_000);
    expect(await cluster.beat(b, fresh)).toBe(0);
  });
});

describe('promotion (F8)', () => {
  it('a second 45184006 of the epoch is answered alike, an older one refused', async () => {
    const [a, b] = await pair();
    await write(a, 'k1');
    await switchTo(b);
    expect(errorNo(await promote(b, 2))).toBe(0);
    expect(errorNo(await promote(b, 1, { operation_id: 'op-0' }))).toBe(ERROR_NUMBERS.staleEpoch);
    expect((await data(b)).takeover).toEqual({
      ...{ epoch: 2, acknowledgedLsn: 2, presentLsn: 2, complete: true, lossBound: 0, duplicated: 0 },
    });
  });

  it('the last LSN of the epoch is registered by whoever stepped down, and stays', async () => {
    const [a, b] = await pair();
    await write(a, 'k1');
    await switchTo(b);
    await write(b, 'k2');
    await cluster.clock.advance(3_000);
    expect(a.node.record()).toMatchObject({ role: 'standby', steppedDownEpoch: 2, lastLsn: 2 });
    expect(a.node.record().data?.lsn).toBe(4);
  });

  it('without the mount it is refused with the bound, goes on with the loss accepted, and all is counted', async () => {
    const [a, b] = await pair();
    await write(a, 'k1');
    await leaveBehind(a, b);
    expect(b.node.record()).toMatchObject({ status: 3 });
    expect(b.node.record().note).toContain('df -h /mnt/A');
    a.kill();
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(100);
    const bound = Number(syncRecord()?.ceilingLsn) - 2;
    const refused = lossRefusalSchema.parse(await promote(b, epoch));
    expect(refused).toMatchObject({ error_no: ERROR_NUMBERS.dataLoss, loss_bound: bound });
    expect(refused.reason?.params.directory).toBe('/mnt/A');
    expect(errorNo(await promote(b, epoch, { accept_loss: bound - 1 }))).toBe(ERROR_NUMBERS.dataLoss);
    expect(errorNo(await promote(b, epoch, { accept_loss: bound }))).toBe(0);
    await complete(b, epoch);
    expect(await timesOf(b, 'k1', 'alone-1', 'alone-2')).toEqual({ k1: 1 });
    expect((await data(b)).takeover).toMatchObject({ complete: false, lossBound: bound, presentLsn: 2 });

    // The old primary returns: what it alone had is put aside and counted; then it follows.
    cluster.mount('B').remount();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(5_000);
    const said = await data(again);
    expect(said.aside).toMatchObject({ writes: 2, records: 2, fromLsn: 3, epoch: 1 });
    expect(cluster.share('A').names()).toContain(said.aside?.file);
    expect(said.sync.state).toBe('following');
    expect(said.lsn).toBe((await data(b)).lsn);
  });

  it('the mount back before it is asked again: nothing is missing', async () => {
    const [a, b] = await pair();
    await leaveBehind(a, b);
    a.kill();
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    expect(errorNo(await promote(b, epoch))).toBe(ERROR_NUMBERS.dataLoss);
    cluster.mount('B').remount();
    expect(errorNo(await promote(b, epoch))).toBe(0);
    await complete(b, epoch);
    expect(await timesOf(b, 'alone-1', 'alone-2')).toEqual({ 'alone-1': 1, 'alone-2': 1 });
  });

  it.each(['sync', 'async'] as const)('the host lost with its directory (%s)', async (syncMode) => {
    const [a, b] = await pair({ syncMode, lossBound: 20 });
    for (let i = 0; i < 50; i++) await write(a, `k${i}`);
    cluster.mount('B').hang();
    a.kill();
    cluster.share('A').wipe();
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    const reply = await promote(b, epoch);
    if (syncMode === 'sync') expect(errorNo(reply)).toBe(0);
    else expect(lossRefusalSchema.parse(reply)).toMatchObject({ error_no: ERROR_NUMBERS.dataLoss, loss_bound: 20 });
    if (syncMode === 'async') expect(errorNo(await promote(b, epoch, { accept_loss: 20 }))).toBe(0);
    await complete(b, epoch);
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    const present = Object.keys(await timesOf(b, ...keys)).length;
    if (syncMode === 'sync') expect(present).toBe(50);
    else expect(present).toBeGreaterThanOrEqual(30);
  });

  it('async: no more is acknowledged than the bound beyond what was confirmed', async () => {
    const [a] = await pair({ syncMode: 'async', lossBound: 10 });
    cluster.mount('B').hang();
    await cluster.clock.advance(20);
    let acknowledged = 0;
    for (let i = 0; i < 40; i++)
      void cluster.call(a, 990002, { session_id: SESSION, key: `k${i}`, order: ORDER }).then((reply) => {
        if (errorNo(reply) === 0) acknowledged++;
      });
    await cluster.clock.advance(300);
    expect(acknowledged).toBe(10);
    await cluster.clock.advance(1_000);
    expect(acknowledged).toBe(40);
    expect(syncRecord()?.ceilingLsn).toBeGreaterThanOrEqual(41);
  });

  it('a wiped standby cannot say what it would lose, until the primary has named it again', async () => {
    const [a, b] = await pair();
    await write(a, 'k1');
    b.kill();
    cluster.share('B').wipe();
    cluster.mount('B').unmount();
    const again = await cluster.start('B', { practice: true });
    await cluster.clock.advance(1_500);
    expect((await data(again)).lossBound).toBeNull();
    cluster.mount('B').remount();
    await cluster.clock.advance(4_000);
    expect(await data(again)).toMatchObject({ lossBound: 0, lsn: 2 });
    await switchTo(again);
    expect(await timesOf(again, 'k1')).toEqual({ k1: 1 });
  });

  it('interrupted by its own end, it goes on from the old redo after the restart', async () => {
    const [a, b] = await pair();
    cluster.mount('B').latencyMs = 40;
    for (let i = 0; i < 20; i++) void cluster.call(a, 990002, { session_id: SESSION, key: `k${i}`, order: ORDER });
    await cluster.clock.advance(5);
    a.kill();
    await cluster.clock.advance(7_000);
    await cluster.clock.advance(0);
    const epoch = cluster.closeRouteFor(b);
    expect(errorNo(await promote(b, epoch))).toBe(0);
    b.kill();
    expect(cluster.disks.get('B')?.takingOver).toMatchObject({ epoch, from: { instance: 'A' } });
    cluster.mount('B').hang();
    const again = await cluster.start('B', { practice: true });
    await cluster.clock.advance(8_000);
    // In mode sync everything acknowledged is here; but nothing was confirmed of what was not.
    cluster.mount('B').release();
    await cluster.clock.advance(3_000);
    expect(again.node.isServing()).toBe(true);
    expect(cluster.disks.get('B')?.takingOver).toBeNull();
    expect(Object.keys(await timesOf(again, ...Array.from({ length: 20 }, (_, i) => `k${i}`))).length).toBe(20);
  });

  it('the driver node says that nothing is missing though the host was lost, where everything was confirmed', async () => {
    const [a, b] = await pair({ driver: 'node' });
    await write(a, 'k1');
    a.kill();
    cluster.share('A').wipe();
    await cluster.clock.advance(12_000);
    expect(b.node.isServing()).toBe(true);
    expect(await timesOf(b, 'k1')).toEqual({ k1: 1 });
    expect((await data(b)).takeover).toMatchObject({ complete: false, lossBound: 0 });
    expect(cluster.zookeeper.json(PATHS.switchover)).toMatchObject({
      outcome: 'done',
      data: { lost: 0, lossBound: 0 },
    });
  });

  it('the driver node keeps to the same bound', async () => {
    const [a, b] = await pair({ driver: 'node' });
    await leaveBehind(a, b);
    a.kill();
    await cluster.clock.advance(10_000);
    expect(b.node.isServing()).toBe(false);
    expect(cluster.route()).toMatchObject({ instance: 'A' });
    cluster.mount('B').remount();
    await cluster.clock.advance(3_000);
    expect(b.node.isServing()).toBe(true);
    expect(await timesOf(b, 'alone-1', 'alone-2')).toEqual({ 'alone-1': 1, 'alone-2': 1 });
    expect(cluster.zookeeper.json(PATHS.switchover)).toMatchObject({
      outcome: 'done',
      data: { present: 3, lost: 0, lossBound: 0, duplicated: 0 },
    });
  });
});

describe('the mount (F3, F15)', () => {
  it.each([
    ['empty', () => cluster.mount('B').unmount(), 'sync.mountEmpty'],
    ['hanging', () => cluster.mount('B').hang(), 'sync.mountHung'],
    [
      'missing',
      () => {
        cluster.mount('B').view = 'gone';
      },
      'sync.mountMissing',
    ],
  ])('%s: status 3 with the reason, beats answered meanwhile, status 2 when it is back', async (_, take, key) => {
    const [, b] = await pair();
    take();
    await cluster.clock.advance(2_500);
    expect((await data(b)).sync).toMatchObject({ state: 'failed', directory: '/mnt/A', reason: { key } });
    expect(await status(b)).toMatchObject({ status: 3, role: 'standby' });
    expect(cluster.zookeeper.json(PATHS.instance('B'))).toMatchObject({
      status: 3,
      data: { sync: { state: 'failed' } },
    });
    expect((await status(b)).note).toContain('df -h /mnt/A');
    expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.standby);
    cluster.mount('B').remount();
    cluster.mount('B').release();
    await cluster.clock.advance(2_000);
    expect(await status(b)).toMatchObject({ status: 2, note: null });
    expect(cluster.zookeeper.json(PATHS.instance('B'))).toMatchObject({ status: 2 });
  });

  it('an orderly stop ends while it hangs', async () => {
    const [, b] = await pair();
    cluster.mount('B').hang();
    await cluster.clock.advance(2_000);
    const stopped = b.node.stop();
    await cluster.clock.advance(4_000);
    await stopped;
    expect(cluster.zookeeper.json(PATHS.instance('B'))).toBeUndefined();
  });
});

describe('the cold start', () => {
  it('a single server keeps its data without a mount', async () => {
    cluster.hasMounts = false;
    const a = await cluster.start('A', { practice: true, single: true });
    await cluster.clock.advance(500);
    expect(errorNo(await write(a, 'k1'))).toBe(0);
    a.kill();
    const again = await cluster.start('A', { practice: true, single: true });
    await cluster.clock.advance(2_000);
    expect(await timesOf(again, 'k1')).toEqual({ k1: 1 });
    expect((await data(again)).sync).toEqual({ state: 'off', directory: null, reason: null });
  });

  it('a seal found at the start counts as an epoch seen', async () => {
    const [a, b] = await pair();
    a.kill();
    await cluster.clock.advance(7_000);
    await switchTo(b);
    await cluster.stop(b);
    cluster.zookeeper.wipe();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(2_000);
    expect(again.node.isServing()).toBe(false);
    expect(again.node.record()).toMatchObject({ epoch: 2, note: 'no route; waiting for B, which held epoch 2' });
  });

  it('a directory that was lost is not served from, though the route names the instance', async () => {
    const [a] = await pair();
    await write(a, 'k1');
    a.kill();
    cluster.share('A').wipe();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(8_000);
    expect(again.node.isServing()).toBe(false);
    expect(again.node.record().note).toContain('its own storage does not hold that epoch');
  });

  it('damaged redo: status 3 with file and byte, never primary, not even forced, never promoted', async () => {
    const [a, b] = await pair();
    for (let i = 0; i < 10; i++) await write(a, `k${i}`);
    a.kill();
    const name = 'redo-0000000000000001.log';
    const bytes = cluster.share('A').bytes(name) ?? Buffer.alloc(0);
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
    cluster.share('A').put(name, bytes);
    await cluster.stop(b);
    const again = await cluster.start('A', { practice: true, forcePrimary: true });
    await cluster.clock.advance(8_000);
    expect(again.node.record()).toMatchObject({ role: 'standby', status: 3 });
    expect(again.node.record().note).toMatch(/redo-0000000000000001\.log, byte \d+/);
    const epoch = cluster.closeRouteFor(again);
    expect(errorNo(await promote(again, epoch, { accept_loss: ANY_LOSS }))).toBe(ERROR_NUMBERS.wrongState);
  });

  it('redo that is gone without a trace is missed: what the share said of it is still there', async () => {
    const [a, b] = await pair();
    for (let i = 0; i < 10; i++) await write(a, `k${i}`);
    a.kill();
    await cluster.stop(b);
    for (const name of cluster.share('A').names()) if (name !== 'share.json') cluster.share('A').delete(name);
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(8_000);
    expect(again.node.isServing()).toBe(false);
    expect(again.node.record()).toMatchObject({ status: 3 });
    expect(again.node.record().note).toMatch(/share\.json, byte 0: LSN \d+ was on disk, and the redo ends at 0/);
  });

  it('forced, it takes what can be had and says what may be missing', async () => {
    const [a, b] = await pair();
    await leaveBehind(a, b);
    a.kill();
    b.kill();
    await cluster.clock.advance(7_000);
    const forced = await cluster.start('B', { practice: true, forcePrimary: true });
    await cluster.clock.advance(8_000);
    expect(forced.node.isServing()).toBe(true);
    const { takeover } = await data(forced);
    expect(takeover?.complete).toBe(false);
    expect(takeover?.lossBound).toBeGreaterThanOrEqual(2);
  });

  it('ZooKeeper wiped under a primary: it claims a higher epoch and goes on, everything kept', async () => {
    const [a, b] = await pair();
    await write(a, 'k1');
    cluster.zookeeper.wipe();
    await cluster.clock.advance(3_000);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 2, state: 'open' });
    expect(errorNo(await write(a, 'k2'))).toBe(0);
    await cluster.clock.advance(3_000);
    expect(await data(b)).toMatchObject({ sync: { state: 'following' }, lossBound: 0 });
    await switchTo(b);
    expect(await timesOf(b, 'k1', 'k2')).toEqual({ k1: 1, k2: 1 });
  });
});

describe('the local database (F7, F16)', () => {
  it('has everything once across a switchover; Todb files that differ are noted', async () => {
    const server = new ModelDatabaseServer();
    const digest = { A: 'a'.repeat(64), B: 'a'.repeat(64) };
    cluster.todb = (name) => ({ digest: digest[name as 'A' | 'B'], database: server.connect(cluster.clock) });
    const [a, b] = await pair();
    for (let i = 0; i < 5; i++) await write(a, `a${i}`);
    await cluster.clock.advance(500);
    expect((await data(a)).todb).toMatchObject({ state: 'ok', backlog: 0, matchesPeer: true });
    await switchTo(b);
    for (let i = 0; i < 5; i++) await write(b, `b${i}`);
    await cluster.clock.advance(1_000);
    const keys = [...server.rows.values()].filter((row) => row.orphan === null).map((row) => row.key);
    expect(keys.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3', 'b4']);

    digest.A = 'b'.repeat(64);
    a.kill();
    await cluster.clock.advance(7_000);
    await cluster.start('A', { practice: true });
    await cluster.clock.advance(3_000);
    expect((await data(b)).todb).toMatchObject({ matchesPeer: false, reason: { key: 'todb.differs' } });
    expect(b.node.record().note).toContain('Todb files');
  });
});
