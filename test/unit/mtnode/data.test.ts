import { beforeEach, describe, expect, it } from 'vitest';
import { TodbFileError } from '#core/local-database';
import { parseSegmentName } from '#mtnode/redo';
import { ERROR_NUMBERS, registrationSchema } from '#shared/domain';
import { loginReplySchema } from '#shared/protocol';
import { DataCluster, errorNo, ORDER } from '#test/data-cluster';
import { ModelDatabaseServer } from '#test/model-database';
import { ModelCluster, type ModelNode, PATHS, SESSION } from '#test/model-mt-cluster';

let cluster: DataCluster;
beforeEach(() => {
  cluster = new DataCluster();
});

describe('writes (990002 to 990004)', () => {
  it('are acknowledged, read back, counted and digested', async () => {
    const [a] = await cluster.following();
    expect(await cluster.write(a, 'k1')).toMatchObject({ error_no: 0, lsn: 2 });
    expect(await cluster.write(a, 'k2')).toMatchObject({ error_no: 0, lsn: 3 });
    expect(await cluster.write(a, 'k2')).toMatchObject({ error_no: 0, lsn: 4 });
    expect(await cluster.timesOf(a, 'k1', 'k2', 'k3')).toEqual({ k1: 1, k2: 2 });
    const digest = await cluster.call(a, 990004, { session_id: SESSION });
    expect(digest).toMatchObject({ error_no: 0, orders: 2, duplicated: 1, last_lsn: 4 });
    expect(await cluster.call(a, 402000, { session_id: SESSION })).toMatchObject({ error_no: 0, lsn: 4 });
  });

  it('are refused by whoever does not serve, of strangers, and where no data is kept', async () => {
    const [a, b] = await cluster.following();
    expect(errorNo(await cluster.write(b, 'k'))).toBe(ERROR_NUMBERS.standby);
    expect(errorNo(await cluster.write(a, 'k', { session_id: 'stranger' }))).toBe(ERROR_NUMBERS.unknownSession);
    expect(errorNo(await cluster.write(a, 'k\ud800'))).toBe(ERROR_NUMBERS.malformedRequest);
    const without = new ModelCluster();
    const c = await without.start('A', { practice: true });
    await without.clock.advance(500);
    const reply = await without.call(c, 990002, { session_id: SESSION, key: 'k', order: ORDER });
    expect(errorNo(reply)).toBe(ERROR_NUMBERS.wrongState);
    expect(c.node.record()).toMatchObject({ lastLsn: null });
    expect(c.node.record().data).toBeUndefined();
  });

  it('wait while neither the standby confirms nor ZooKeeper can be told', async () => {
    const [a, b] = await cluster.following();
    cluster.mount('B').hang();
    cluster.zookeeper.stop();
    const reply = await cluster.callInTime(a, 990002, { session_id: SESSION, key: 'k', order: ORDER }, 1_500);
    expect(reply).toBe('silent');
    cluster.zookeeper.restart();
    await cluster.clock.advance(1_500);
    expect(await cluster.timesOf(a, 'k')).toEqual({ k: 1 });
    expect(cluster.syncRecord()?.ceilingLsn).toBeGreaterThan(0);
    cluster.mount('B').release();
    await cluster.clock.advance(3_000);
    expect(cluster.syncRecord()).toMatchObject({ ceilingLsn: null });
    expect((await cluster.data(b)).lossBound).toBe(0);
  });

  it('whoever waits when the primary steps down gets no acknowledgement', async () => {
    const [a, b] = await cluster.following();
    cluster.share('A').syncMs = 300;
    const waiting = cluster.call(a, 990002, { session_id: SESSION, key: 'late', order: ORDER });
    await cluster.clock.advance(50);
    cluster.closeRouteFor(b);
    await cluster.clock.advance(50);
    expect(await waiting).toBe('closed');
    expect(a.node.record()).toMatchObject({ steppedDownEpoch: 2, lastLsn: 1 });
  });

  it('a seal that comes between the force to disk and the acknowledgement withholds it', async () => {
    const [a, b] = await cluster.following({ syncMode: 'async' });
    // Cut off from everything but its disk and its clients, with a lease that still lives.
    a.zookeeper.cutOff();
    cluster.deafPorts.add(a.node.listening.f2Port);
    cluster.share('A').syncMs = 800;
    const waiting = cluster.call(a, 990002, { session_id: SESSION, key: 'zombie', order: ORDER });
    await cluster.clock.advance(50);
    cluster.share('A').syncMs = 0;
    const epoch = cluster.closeRouteFor(b);
    await cluster.clock.advance(50);
    expect(errorNo(await cluster.promote(b, epoch))).toBe(0);
    expect(a.node.isServing()).toBe(true);
    await cluster.clock.advance(1_000);
    expect(errorNo(await waiting)).not.toBe(0);
    expect(a.node.record()).toMatchObject({ steppedDownEpoch: epoch, note: 'B sealed its redo for epoch 2' });
  });

  it('a primary whose disk fails stops acknowledging, steps down and says so', async () => {
    const [a, b] = await cluster.following();
    cluster.share('A').syncError = 'EIO';
    expect(errorNo(await cluster.write(a, 'k'))).not.toBe(0);
    expect(a.node.isServing()).toBe(false);
    await cluster.clock.advance(1_000);
    expect(a.node.record()).toMatchObject({ status: 3, steppedDownEpoch: 1 });
    expect(a.node.record().note).toContain('EIO');
    cluster.share('A').syncError = undefined;
    await cluster.switchTo(b);
    expect(errorNo(await cluster.write(b, 'k2'))).toBe(0);
  });

  it('a primary whose disk hangs without a word steps down when that has lasted too long, and its standby misses nothing', async () => {
    const [a, b] = await cluster.following({ diskTimeoutMs: 3_000 });
    expect(errorNo(await cluster.write(a, 'k'))).toBe(0);
    cluster.share('A').syncMs = 600_000;
    const waiting = cluster.call(a, 990002, { session_id: SESSION, key: 'lost', order: ORDER });
    await cluster.clock.advance(2_900);
    expect(a.node.isServing()).toBe(true);
    await cluster.clock.advance(1_200);
    expect(errorNo(await waiting)).not.toBe(0);
    expect(a.node.record()).toMatchObject({ steppedDownEpoch: 1, status: 3, data: { sync: { state: 'failed' } } });
    expect(a.node.record().note).toContain('the disk has not answered for');
    await cluster.switchTo(b);
    expect(await cluster.timesOf(b, 'k')).toEqual({ k: 1 });
    expect(errorNo(await cluster.write(b, 'k2'))).toBe(0);
  });

  it('a disk that is only slow for a while costs the primary nothing but that while', async () => {
    const [a] = await cluster.following({ diskTimeoutMs: 3_000 });
    cluster.share('A').syncMs = 2_500;
    const waiting = cluster.call(a, 990002, { session_id: SESSION, key: 'late', order: ORDER });
    await cluster.clock.advance(6_000);
    expect(errorNo(await waiting)).toBe(0);
    expect(a.node.isServing()).toBe(true);
  });

  it('a standby promotes itself for a primary whose disk has failed, and misses nothing (driver node)', async () => {
    const [a, b] = await cluster.following({ driver: 'node' });
    expect(errorNo(await cluster.write(a, 'k'))).toBe(0);
    const { lsn } = await cluster.data(a);
    cluster.share('A').syncError = 'ENOSPC';
    expect(errorNo(await cluster.write(a, 'lost'))).not.toBe(0);
    await cluster.clock.advance(2_000);
    expect(b.node.isServing()).toBe(true);
    // What may never have come to its disk is none of what it had.
    expect(a.node.record()).toMatchObject({ steppedDownEpoch: 2, lastLsn: lsn });
    expect(await cluster.timesOf(b, 'k')).toEqual({ k: 1 });
    expect(a.node.record()).toMatchObject({ role: 'standby', status: 3 });
    expect(a.node.record().note).toContain('ENOSPC');
  });

  it('a primary whose disk had failed serves again once it is started anew, where nobody took over', async () => {
    const [a] = await cluster.following();
    expect(errorNo(await cluster.write(a, 'k'))).toBe(0);
    cluster.share('A').writeError = 'ENOSPC';
    expect(errorNo(await cluster.write(a, 'lost'))).not.toBe(0);
    await cluster.clock.advance(1_000);
    expect(a.node.isServing()).toBe(false);
    cluster.share('A').writeError = undefined;
    a.kill();
    const again = await cluster.start('A', { practice: true });
    await cluster.clock.advance(5_000);
    expect(again.node.isServing()).toBe(true);
    expect(await cluster.timesOf(again, 'k')).toEqual({ k: 1 });
  });

  it('a confirmation of somebody who is no registered instance counts for nothing', async () => {
    const [a, b] = await cluster.following();
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

  it('what could be lost is registered within a tenth of a second as it grows, while the standby receives nothing', async () => {
    const [a, b] = await cluster.following({ syncMode: 'async', lossBound: 5 });
    cluster.mount('B').unmount();
    await cluster.clock.advance(1_000);
    for (let i = 0; i < 20; i++) void cluster.call(a, 990002, { session_id: SESSION, key: `k${i}`, order: ORDER });
    const registered = () => registrationSchema.parse(cluster.zookeeper.json(PATHS.instance('B'))).data?.lossBound;
    const bound = async () => (await cluster.data(b)).lossBound;
    for (let i = 0; i < 200 && (await bound()) === 5; i++) await cluster.clock.advance(10);
    expect(await bound()).toBeGreaterThan(5);
    await cluster.clock.advance(101);
    expect(registered()).toBe(await bound());
  });

  it('thousands of them change the registration every half minute at most', async () => {
    const [a] = await cluster.following();
    let changes = -1;
    const watcher = cluster.zookeeper.session();
    watcher.watchNode(PATHS.instance('A'), () => {
      changes++;
    });
    for (let second = 0; second < 100; second++) {
      for (let i = 0; i < 20; i++)
        void cluster.call(a, 990002, { session_id: SESSION, key: `${second}-${i}`, order: ORDER });
      await cluster.clock.advance(1_000);
    }
    expect(changes).toBeGreaterThanOrEqual(3);
    expect(changes).toBeLessThanOrEqual(4);
    expect(registrationSchema.parse(cluster.zookeeper.json(PATHS.instance('A'))).data?.lsn).toBeGreaterThan(1_300);
    // Whoever asks the instance itself is told what is so now.
    expect((await cluster.data(a)).lsn).toBeGreaterThan(1_000);
  });
});

describe('sessions (F10) travel through redo', () => {
  const login = async (node: ModelNode, system: string) =>
    loginReplySchema.parse(await cluster.callInTime(node, 990001, { system, user: 'u' }));

  it('they are known after the switchover, and after the way back', async () => {
    const [a, b] = await cluster.following();
    const { session_id: session } = await login(a, 'O3');
    const { user_token: token } = await login(a, 'O45');
    await cluster.switchTo(b);
    expect(await cluster.beat(b, session)).toBe(0);
    expect(errorNo(await cluster.call(b, 402000, { user_token: token }))).toBe(0);
    await cluster.clock.advance(3_000);
    await cluster.switchTo(a);
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
    const [a, b] = await cluster.following({ sessionIdleMs: 20_000, sweepIntervalMs: 1_000 });
    const { session_id: idle } = await login(a, 'O3');
    await cluster.clock.advance(15_000);
    const { session_id: fresh } = await login(a, 'O3');
    await cluster.clock.advance(10_000);
    await cluster.switchTo(b);
    expect(await cluster.beat(b, idle)).toBe(ERROR_NUMBERS.unknownSession);
    await cluster.clock.advance(15_000);
    expect(await cluster.beat(b, fresh)).toBe(0);
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
    const [, b] = await cluster.following();
    take();
    await cluster.clock.advance(2_500);
    expect((await cluster.data(b)).sync).toMatchObject({ state: 'failed', directory: '/mnt/A', reason: { key } });
    expect(await cluster.status(b)).toMatchObject({ status: 3, role: 'standby' });
    expect(cluster.zookeeper.json(PATHS.instance('B'))).toMatchObject({
      status: 3,
      data: { sync: { state: 'failed' } },
    });
    expect((await cluster.status(b)).note).toContain('df -h /mnt/A');
    expect(await cluster.beat(b)).toBe(ERROR_NUMBERS.standby);
    cluster.mount('B').remount();
    cluster.mount('B').release();
    await cluster.clock.advance(2_000);
    expect(await cluster.status(b)).toMatchObject({ status: 2, note: null });
    expect(cluster.zookeeper.json(PATHS.instance('B'))).toMatchObject({ status: 2 });
  });

  it('an orderly stop ends while it hangs', async () => {
    const [, b] = await cluster.following();
    cluster.mount('B').hang();
    await cluster.clock.advance(2_000);
    const stopped = b.node.stop();
    await cluster.clock.advance(4_000);
    await stopped;
    expect(cluster.zookeeper.json(PATHS.instance('B'))).toBeUndefined();
  });
});

describe('the local database (F7, F16)', () => {
  it('has everything once across a switchover; Todb files that differ are noted', async () => {
    const server = new ModelDatabaseServer();
    const digest = { A: 'a'.repeat(64), B: 'a'.repeat(64) };
    cluster.todb = (name) => ({ digest: digest[name as 'A' | 'B'], database: server.connect(cluster.clock) });
    const [a, b] = await cluster.following();
    for (let i = 0; i < 5; i++) await cluster.write(a, `a${i}`);
    await cluster.clock.advance(500);
    expect((await cluster.data(a)).todb).toMatchObject({ state: 'ok', backlog: 0, matchesPeer: true });
    await cluster.switchTo(b);
    for (let i = 0; i < 5; i++) await cluster.write(b, `b${i}`);
    await cluster.clock.advance(1_000);
    const keys = [...server.rows.values()].filter((row) => row.orphan === null).map((row) => row.key);
    expect(keys.sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3', 'b4']);

    digest.A = 'b'.repeat(64);
    a.kill();
    await cluster.clock.advance(7_000);
    await cluster.start('A', { practice: true });
    await cluster.clock.advance(3_000);
    expect((await cluster.data(b)).todb).toMatchObject({ matchesPeer: false, reason: { key: 'todb.differs' } });
    expect(b.node.record().note).toContain('Todb files');
  });

  const orders = async (node: ModelNode, prefix: string, count: number) => {
    for (let i = 0; i < count; i++) await cluster.write(node, `${prefix}${i}`);
  };
  const keysIn = (server: ModelDatabaseServer) =>
    [...server.rows.values()].filter((row) => row.orphan === null).map((row) => row.key);

  it('that was lost gets everything again, also what redo no longer has, and once', async () => {
    const server = new ModelDatabaseServer();
    cluster.todb = () => ({ digest: 'a'.repeat(64), database: server.connect(cluster.clock) });
    const [a, b] = await cluster.following({ segmentBytes: 4_096, snapshotRecords: 100 });
    await orders(a, 'a', 150);
    await cluster.switchTo(b);
    await orders(b, 'b', 250);
    await cluster.clock.advance(1_000);
    const before = keysIn(server).sort();
    expect(before).toHaveLength(400);
    expect(segmentsIn(cluster.share('B').names())).not.toContain(1);
    const rows = [...server.rows.keys()].sort();
    server.rows.clear();
    server.writers.clear();
    await orders(b, 'c', 1);
    await cluster.clock.advance(5_000);
    expect(keysIn(server).sort()).toEqual([...before, 'c0']);
    expect([...server.rows.keys()].sort()).toEqual(expect.arrayContaining(rows));
    expect((await cluster.data(b)).todb).toMatchObject({ state: 'ok', backlog: 0 });
  });

  it('whose Todb file cannot be used gets everything once the file is right: redo stays until then', async () => {
    const error = new TodbFileError('/etc/Todb_mt.xml', 3, 'no such attribute');
    const server = new ModelDatabaseServer();
    cluster.todb = () => ({ error });
    const [a, b] = await cluster.following({ segmentBytes: 4_096, snapshotRecords: 100 });
    await orders(a, 'a', 250);
    await cluster.clock.advance(1_000);
    expect((await cluster.data(a)).todb).toMatchObject({ state: 'failed', backlog: 251 });
    for (const name of ['A', 'B']) expect(segmentsIn(cluster.share(name).names())).toContain(1);
    await cluster.stop(b);
    cluster.todb = () => ({ digest: 'a'.repeat(64), database: server.connect(cluster.clock) });
    const again = await cluster.start('B', { practice: true });
    await cluster.clock.advance(3_000);
    await cluster.switchTo(again);
    await cluster.clock.advance(3_000);
    expect(keysIn(server)).toHaveLength(250);
  });
});

const segmentsIn = (names: string[]) => names.flatMap((name) => parseSegmentName(name) ?? []);
