import { beforeEach, describe, expect, it } from 'vitest';
import { ANY_LOSS, ERROR_NUMBERS } from '#shared/domain';
import { lossRefusalSchema, systemInfoReplySchema } from '#shared/protocol';
import { DataCluster, errorNo, ORDER } from '#test/data-cluster';
import { PATHS, SESSION } from '#test/model-mt-cluster';

let cluster: DataCluster;
beforeEach(() => {
  cluster = new DataCluster();
});

describe('promotion (F8)', () => {
  it('a second 45184006 of the epoch is answered alike, an older one refused', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    await cluster.switchTo(b);
    expect(errorNo(await cluster.promote(b, 2))).toBe(0);
    expect(errorNo(await cluster.promote(b, 1, { operation_id: 'op-0' }))).toBe(ERROR_NUMBERS.staleEpoch);
    expect((await cluster.data(b)).takeover).toEqual({
      ...{ epoch: 2, acknowledgedLsn: 2, presentLsn: 2, complete: true, lossBound: 0, duplicated: 0 },
    });
  });

  it('the last LSN of the epoch is registered by whoever stepped down, and stays', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    await cluster.switchTo(b);
    await cluster.write(b, 'k2');
    await cluster.clock.advance(3_000);
    expect(a.node.record()).toMatchObject({ role: 'standby', steppedDownEpoch: 2, lastLsn: 2 });
    expect(a.node.record().data?.lsn).toBe(4);
  });

  it('the last LSN that is registered is one that the new primary finds: writes on their way to the disk are in none', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    cluster.share('A').syncMs = 300;
    const late = ['k2', 'k3', 'k4'].map((key) => cluster.call(a, 990002, { session_id: SESSION, key, order: ORDER }));
    await cluster.clock.advance(5);
    await cluster.switchTo(b);
    const { steppedDownEpoch, lastLsn } = a.node.record();
    expect({ steppedDownEpoch, lastLsn }).toEqual({ steppedDownEpoch: 2, lastLsn: 2 });
    expect((await cluster.data(b)).takeover?.presentLsn).toBeGreaterThanOrEqual(2);
    await cluster.clock.advance(3_000);
    // Nobody was told that they are there; those that the new primary did not find are put aside.
    for (const reply of await Promise.all(late)) expect(errorNo(reply)).not.toBe(0);
  });

  it('has what the old primary stepped down with, by sums that nothing is read again for', async () => {
    const [a, b] = await cluster.following();
    for (let i = 0; i < 5; i++) await cluster.write(a, `k${i}`);
    const login = await cluster.callInTime(a, 990001, { system: 'O3', user: 'u' });
    expect(errorNo(login)).toBe(0);
    expect((await cluster.data(a)).sums).toMatchObject({ lsn: 7, orders: 5, sessions: 1 });
    await cluster.switchTo(b);
    const { steppedDownSums } = a.node.record();
    expect(steppedDownSums).toMatchObject({ lsn: 7, orders: 5, sessions: 1 });
    await cluster.write(b, 'later');
    const asked = (lsn: number) => cluster.call(b, 1403040, { sums_at_lsn: lsn });
    expect(systemInfoReplySchema.parse(await asked(7)).sums_at).toEqual(steppedDownSums);
    expect(systemInfoReplySchema.parse(await asked(4_711)).sums_at).toBeNull();
    expect(systemInfoReplySchema.parse(await cluster.call(b, 1403040)).sums_at).toBeUndefined();
    await cluster.clock.advance(3_000);
    // It says so for as long as it does not hold another epoch.
    expect(a.node.record().steppedDownSums).toEqual(steppedDownSums);
    await cluster.switchTo(a, { epoch: 3 });
    expect(a.node.record().steppedDownSums).toBeUndefined();
  });

  it('without the mount it is refused with the bound, goes on with the loss accepted, and all is counted', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    await cluster.leaveBehind(a, b);
    expect(b.node.record()).toMatchObject({ status: 3 });
    expect(b.node.record().note).toContain('df -h /mnt/A');
    a.kill();
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(100);
    const bound = Number(cluster.syncRecord()?.ceilingLsn) - 2;
    const refused = lossRefusalSchema.parse(await cluster.promote(b, epoch));
    expect(refused).toMatchObject({ error_no: ERROR_NUMBERS.dataLoss, loss_bound: bound });
    expect(refused.reason?.params.directory).toBe('/mnt/A');
    expect(errorNo(await cluster.promote(b, epoch, { accept_loss: bound - 1 }))).toBe(ERROR_NUMBERS.dataLoss);
    expect(errorNo(await cluster.promote(b, epoch, { accept_loss: bound }))).toBe(0);
    await cluster.complete(b, epoch);
    expect(await cluster.timesOf(b, 'k1', 'alone-1', 'alone-2')).toEqual({ k1: 1 });
    expect((await cluster.data(b)).takeover).toMatchObject({ complete: false, lossBound: bound, presentLsn: 2 });

    // The old primary returns: what it alone had is put aside and counted; then it follows.
    cluster.mount('B').remount();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(5_000);
    const said = await cluster.data(again);
    expect(said.aside).toMatchObject({ writes: 2, records: 2, fromLsn: 3, epoch: 1 });
    expect(cluster.share('A').names()).toContain(said.aside?.file);
    expect(said.sync.state).toBe('following');
    expect(said.lsn).toBe((await cluster.data(b)).lsn);
  });

  it('that is refused leaves memory and phases as they were', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    await cluster.leaveBehind(a, b);
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(100);
    expect(errorNo(await cluster.promote(b, epoch))).toBe(ERROR_NUMBERS.dataLoss);
    await cluster.clock.advance(100);
    expect(cluster.disks.get('B')).toMatchObject({ heldEpoch: null, takingOver: null, highestEpoch: epoch });
    expect(b.node.record().phases.map(({ state }) => state)).toEqual(['done', 'pending', 'pending']);
  });

  it('refused by the route after the old redo was read: what comes then is followed', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(20);
    cluster.mount('B').latencyMs = 20;
    const promoted = cluster.promote(b, epoch);
    await cluster.clock.advance(50);
    const back = cluster.closeRouteFor(a);
    expect(errorNo(await promoted)).toBe(ERROR_NUMBERS.staleEpoch);
    cluster.mount('B').latencyMs = 0;
    await cluster.clock.advance(100);
    expect(cluster.disks.get('B')).toMatchObject({ heldEpoch: null, takingOver: null });
    expect(errorNo(await cluster.promote(a, back))).toBe(0);
    await cluster.complete(a, back);
    await cluster.clock.advance(3_000);
    await cluster.write(a, 'k2');
    expect(await cluster.data(b)).toMatchObject({ sync: { state: 'following' }, lsn: (await cluster.data(a)).lsn });
  });

  it('tells the end of the loading to whoever waits for it', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(20);
    const promoted = cluster.promote(b, epoch);
    await cluster.clock.advance(5);
    expect(errorNo(await promoted)).toBe(0);
    let answeredMs = Number.NaN;
    const beganMs = cluster.clock.monotonicMs();
    const asked = cluster.call(b, 1403040, { wait_loaded_ms: 500 }).then((reply) => {
      answeredMs = cluster.clock.monotonicMs() - beganMs;
      return reply;
    });
    await cluster.clock.advance(500);
    expect(await asked).toMatchObject({ role: 'promoting', phases: [{}, { state: 'done' }, { state: 'done' }] });
    expect(answeredMs).toBeGreaterThan(0);
    expect(answeredMs).toBeLessThan(100);
    await cluster.complete(b, epoch);
  });

  it('the mount back before it is asked again: nothing is missing', async () => {
    const [a, b] = await cluster.following();
    await cluster.leaveBehind(a, b);
    a.kill();
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    expect(errorNo(await cluster.promote(b, epoch))).toBe(ERROR_NUMBERS.dataLoss);
    cluster.mount('B').remount();
    expect(errorNo(await cluster.promote(b, epoch))).toBe(0);
    await cluster.complete(b, epoch);
    expect(await cluster.timesOf(b, 'alone-1', 'alone-2')).toEqual({ 'alone-1': 1, 'alone-2': 1 });
  });

  it.each(['sync', 'async'] as const)('the host lost with its directory (%s)', async (syncMode) => {
    const [a, b] = await cluster.following({ syncMode, lossBound: 20 });
    for (let i = 0; i < 50; i++) await cluster.write(a, `k${i}`);
    cluster.mount('B').hang();
    a.kill();
    cluster.share('A').wipe();
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    const reply = await cluster.promote(b, epoch);
    if (syncMode === 'sync') expect(errorNo(reply)).toBe(0);
    else expect(lossRefusalSchema.parse(reply)).toMatchObject({ error_no: ERROR_NUMBERS.dataLoss, loss_bound: 20 });
    if (syncMode === 'async') expect(errorNo(await cluster.promote(b, epoch, { accept_loss: 20 }))).toBe(0);
    await cluster.complete(b, epoch);
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    const present = Object.keys(await cluster.timesOf(b, ...keys)).length;
    if (syncMode === 'sync') expect(present).toBe(50);
    else expect(present).toBeGreaterThanOrEqual(30);
  });

  it('async: no more is acknowledged than the bound beyond what was confirmed', async () => {
    const [a] = await cluster.following({ syncMode: 'async', lossBound: 10 });
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
    expect(cluster.syncRecord()?.ceilingLsn).toBeGreaterThanOrEqual(41);
  });

  it('a wiped standby cannot say what it would lose, until the primary has named it again', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    b.kill();
    cluster.share('B').wipe();
    cluster.mount('B').unmount();
    const again = await cluster.start('B', { practice: true });
    await cluster.clock.advance(1_500);
    expect((await cluster.data(again)).lossBound).toBeNull();
    cluster.mount('B').remount();
    await cluster.clock.advance(4_000);
    expect(await cluster.data(again)).toMatchObject({ lossBound: 0, lsn: 2 });
    await cluster.switchTo(again);
    expect(await cluster.timesOf(again, 'k1')).toEqual({ k1: 1 });
  });

  it('interrupted by its own end, it goes on from the old redo after the restart', async () => {
    const [a, b] = await cluster.following();
    cluster.mount('B').latencyMs = 40;
    for (let i = 0; i < 20; i++) void cluster.call(a, 990002, { session_id: SESSION, key: `k${i}`, order: ORDER });
    await cluster.clock.advance(5);
    a.kill();
    await cluster.clock.advance(7_000);
    await cluster.clock.advance(0);
    const epoch = cluster.closeRouteFor(b);
    expect(errorNo(await cluster.promote(b, epoch))).toBe(0);
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
    expect(Object.keys(await cluster.timesOf(again, ...Array.from({ length: 20 }, (_, i) => `k${i}`))).length).toBe(20);
  });

  it('interrupted by its own end, and the old redo lost meanwhile: it can be promoted by whoever accepts the loss', async () => {
    const [a, b] = await cluster.following({ syncMode: 'async', lossBound: 20 });
    cluster.mount('B').latencyMs = 40;
    for (let i = 0; i < 20; i++) void cluster.call(a, 990002, { session_id: SESSION, key: `k${i}`, order: ORDER });
    await cluster.clock.advance(5);
    a.kill();
    await cluster.clock.advance(7_000);
    const epoch = cluster.closeRouteFor(b);
    expect(errorNo(await cluster.promote(b, epoch))).toBe(0);
    b.kill();
    cluster.share('A').wipe();
    cluster.mount('B').unmount();
    const again = await cluster.start('B', { practice: true });
    await cluster.clock.advance(8_000);
    expect(again.node.record()).toMatchObject({ role: 'standby', status: 3, data: { sync: { state: 'failed' } } });
    const next = cluster.closeRouteFor(again);
    await cluster.clock.advance(500);
    expect(lossRefusalSchema.parse(await cluster.promote(again, next))).toMatchObject({
      ...{ error_no: ERROR_NUMBERS.dataLoss, loss_bound: 20 },
    });
    expect(errorNo(await cluster.promote(again, next, { accept_loss: 20 }))).toBe(0);
    await cluster.complete(again, next);
    expect(again.node.isServing()).toBe(true);
  });

  it('the driver node says that nothing is missing though the host was lost, where everything was confirmed', async () => {
    const [a, b] = await cluster.following({ driver: 'node' });
    await cluster.write(a, 'k1');
    a.kill();
    cluster.share('A').wipe();
    await cluster.clock.advance(12_000);
    expect(b.node.isServing()).toBe(true);
    expect(await cluster.timesOf(b, 'k1')).toEqual({ k1: 1 });
    expect((await cluster.data(b)).takeover).toMatchObject({ complete: false, lossBound: 0 });
    expect(cluster.zookeeper.json(PATHS.switchover)).toMatchObject({
      outcome: 'done',
      data: { lost: 0, lossBound: 0 },
    });
  });

  it('the driver node keeps to the same bound', async () => {
    const [a, b] = await cluster.following({ driver: 'node' });
    await cluster.leaveBehind(a, b);
    a.kill();
    await cluster.clock.advance(10_000);
    expect(b.node.isServing()).toBe(false);
    expect(cluster.route()).toMatchObject({ instance: 'A' });
    cluster.mount('B').remount();
    await cluster.clock.advance(3_000);
    expect(b.node.isServing()).toBe(true);
    expect(await cluster.timesOf(b, 'alone-1', 'alone-2')).toEqual({ 'alone-1': 1, 'alone-2': 1 });
    expect(cluster.zookeeper.json(PATHS.switchover)).toMatchObject({
      outcome: 'done',
      data: { present: 3, lost: 0, lossBound: 0, duplicated: 0 },
    });
  });
});

describe('the cold start', () => {
  it('a single server keeps its data without a mount', async () => {
    cluster.hasMounts = false;
    const a = await cluster.start('A', { practice: true, single: true });
    await cluster.clock.advance(500);
    expect(errorNo(await cluster.write(a, 'k1'))).toBe(0);
    a.kill();
    const again = await cluster.start('A', { practice: true, single: true });
    await cluster.clock.advance(2_000);
    expect(await cluster.timesOf(again, 'k1')).toEqual({ k1: 1 });
    expect((await cluster.data(again)).sync).toEqual({ state: 'off', directory: null, reason: null });
  });

  it('a seal found at the start counts as an epoch seen', async () => {
    const [a, b] = await cluster.following();
    a.kill();
    await cluster.clock.advance(7_000);
    await cluster.switchTo(b);
    await cluster.stop(b);
    cluster.zookeeper.wipe();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(2_000);
    expect(again.node.isServing()).toBe(false);
    expect(again.node.record()).toMatchObject({ epoch: 2, note: 'no route; waiting for B, which held epoch 2' });
  });

  it('a directory that was lost is not served from, though the route names the instance', async () => {
    const [a] = await cluster.following();
    await cluster.write(a, 'k1');
    a.kill();
    cluster.share('A').wipe();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(8_000);
    expect(again.node.isServing()).toBe(false);
    expect(again.node.record().note).toContain('its own storage does not hold that epoch');
  });

  it('damaged redo: status 3 with file and byte, never primary, not even forced, never promoted', async () => {
    const [a, b] = await cluster.following();
    for (let i = 0; i < 10; i++) await cluster.write(a, `k${i}`);
    a.kill();
    const name = 'redo-0000000000000001.log';
    const bytes = cluster.share('A').bytes(name) ?? Buffer.alloc(0);
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
    cluster.share('A').put(name, bytes);
    await cluster.stop(b);
    const again = await cluster.start('A', { practice: true, forcePrimary: true });
    await cluster.clock.advance(8_000);
    // The route names it still: whoever has the data need not wait for it.
    expect(again.node.record()).toMatchObject({ role: 'standby', status: 3, steppedDownEpoch: 1 });
    expect(again.node.record().note).toMatch(/redo-0000000000000001\.log, byte \d+/);
    const epoch = cluster.closeRouteFor(again);
    expect(errorNo(await cluster.promote(again, epoch, { accept_loss: ANY_LOSS }))).toBe(ERROR_NUMBERS.wrongState);
  });

  it('redo that is gone without a trace is missed: what the share said of it is still there', async () => {
    const [a, b] = await cluster.following();
    for (let i = 0; i < 10; i++) await cluster.write(a, `k${i}`);
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
    const [a, b] = await cluster.following();
    await cluster.leaveBehind(a, b);
    a.kill();
    b.kill();
    await cluster.clock.advance(7_000);
    const forced = await cluster.start('B', { practice: true, forcePrimary: true });
    await cluster.clock.advance(8_000);
    expect(forced.node.isServing()).toBe(true);
    const { takeover } = await cluster.data(forced);
    expect(takeover?.complete).toBe(false);
    expect(takeover?.lossBound).toBeGreaterThanOrEqual(2);
  });

  it('ZooKeeper wiped under a primary: it claims a higher epoch and goes on, everything kept', async () => {
    const [a, b] = await cluster.following();
    await cluster.write(a, 'k1');
    cluster.zookeeper.wipe();
    await cluster.clock.advance(3_000);
    expect(cluster.route()).toMatchObject({ instance: 'A', epoch: 2, state: 'open' });
    expect(errorNo(await cluster.write(a, 'k2'))).toBe(0);
    await cluster.clock.advance(3_000);
    expect(await cluster.data(b)).toMatchObject({ sync: { state: 'following' }, lossBound: 0 });
    await cluster.switchTo(b);
    expect(await cluster.timesOf(b, 'k1', 'k2')).toEqual({ k1: 1, k2: 1 });
  });
});
