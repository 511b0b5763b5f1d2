import { beforeEach, describe, expect, it } from 'vitest';
import { type BaseDataCopy, type OrderSource, TodbWriter } from '#mtnode/todb';
import type { TodbStatus } from '#shared/domain';
import { ModelRedo } from '#test/histories';
import { type ModelDatabase, ModelDatabaseServer } from '#test/model-database';
import { VirtualClock } from '#test/virtual-clock';

const DIGEST = 'a'.repeat(64);

let clock: VirtualClock;
let server: ModelDatabaseServer;
let database: ModelDatabase;
let redo: ModelRedo;
let reads: { fromLsn: number; throughLsn: number }[];
let seen: TodbStatus[];
let kept: unknown;
let writer: TodbWriter;

const copy: BaseDataCopy = {
  load: () => Promise.resolve(kept),
  save: (rows) => {
    kept = rows;
    return Promise.resolve();
  },
};
const source: OrderSource = {
  read(fromLsn, throughLsn, maxOrders) {
    reads.push({ fromLsn, throughLsn });
    const rows = redo.rows(fromLsn, throughLsn).slice(0, maxOrders);
    return Promise.resolve({ rows, throughLsn: rows.length < maxOrders ? throughLsn : (rows.at(-1)?.lsn ?? 0) });
  },
};

function appendOrders(count: number): void {
  const epoch = redo.history().at(-1)?.epoch ?? 0;
  for (let order = 0; order < count; order++) redo.records.push({ epoch, key: `order-${redo.lsn + 1}` });
}

beforeEach(() => {
  clock = new VirtualClock();
  server = new ModelDatabaseServer();
  database = server.connect(clock);
  redo = new ModelRedo();
  redo.beginEpoch(1);
  reads = [];
  seen = [];
  kept = undefined;
  writer = new TodbWriter(
    { node: 'mt', digest: DIGEST },
    { database, source, copy, clock, changed: (status) => seen.push(status) },
  );
});

describe('the Todb writer', () => {
  it('is idle before a term, and moves nothing that is not acknowledged', async () => {
    expect(writer.status()).toEqual({
      state: 'idle',
      reason: null,
      backlog: 0,
      persistedLsn: null,
      digest: DIGEST,
      matchesPeer: null,
    });
    appendOrders(5);
    writer.start(redo.history());
    await clock.advance(1_000);
    expect(writer.status()).toMatchObject({ state: 'ok', persistedLsn: 0, backlog: 0 });
    expect(server.rows.size).toBe(0);
    writer.acknowledged(3);
    await clock.advance(100);
    expect([...server.rows.values()].map(({ lsn }) => lsn)).toEqual([2, 3]);
    expect(writer.status()).toMatchObject({ backlog: 0, persistedLsn: 3 });
  });

  it('moves in LSN order and in batches of 1,000 at most, each from where the one before ended', async () => {
    appendOrders(2_500);
    writer.start(redo.history());
    writer.acknowledged(redo.lsn);
    await clock.advance(200);
    expect(reads.map(({ fromLsn }) => fromLsn)).toEqual([1, 1_002, 2_002]);
    expect([...server.rows.values()].map(({ lsn }) => lsn)).toEqual(redo.rows(1, redo.lsn).map(({ lsn }) => lsn));
    expect(server.writers.get('mt')?.lsn).toBe(2_501);
  });

  it('gathers what comes in a short while into one batch', async () => {
    writer.start(redo.history());
    writer.acknowledged(1);
    await clock.advance(100);
    reads = [];
    for (let burst = 0; burst < 10; burst++) {
      appendOrders(1);
      writer.acknowledged(redo.lsn);
      await clock.advance(1);
    }
    await clock.advance(100);
    expect(reads).toHaveLength(2);
    expect(server.rows.size).toBe(10);
  });

  it('keeps the backlog while the database is away, says why, and drains it afterwards', async () => {
    writer.start(redo.history());
    writer.acknowledged(1);
    await clock.advance(100);
    database.unreachable = true;
    appendOrders(30);
    writer.acknowledged(redo.lsn);
    await clock.advance(5_000);
    expect(writer.status()).toMatchObject({
      state: 'unreachable',
      reason: { key: 'todb.unreachable', params: { database: 'model', detail: 'connect ECONNREFUSED' } },
      backlog: 30,
      persistedLsn: 1,
    });
    database.unreachable = false;
    // Never longer than the longest back-off.
    await clock.advance(1_100);
    expect(writer.status()).toMatchObject({ state: 'ok', reason: null, backlog: 0, persistedLsn: 31 });
    expect(seen.map(({ state }) => state)).toEqual(['ok', 'unreachable', 'ok']);
  });

  it('tries again after 50 ms, then ever less often, at least once a second', async () => {
    const tries: number[] = [];
    database.unreachable = true;
    const claim = database.claim.bind(database);
    database.claim = (node, history) => {
      tries.push(clock.monotonicMs());
      return claim(node, history);
    };
    writer.start(redo.history());
    await clock.advance(5_000);
    expect(tries).toEqual([0, 50, 150, 350, 750, 1_550, 2_550, 3_550, 4_550]);
  });

  it('supposes a backlog where the database cannot say, and calls nothing persisted before it does', async () => {
    appendOrders(10);
    server.claim('mt', redo.history());
    server.write('mt', 1, redo.rows(1, 4), 4);
    redo.beginEpoch(2);
    database.unreachable = true;
    writer.start(redo.history(), 8);
    writer.acknowledged(redo.lsn);
    await clock.advance(100);
    expect(writer.status()).toMatchObject({ backlog: 4, persistedLsn: null });
    database.unreachable = false;
    await clock.advance(1_000);
    expect(reads[0]).toEqual({ fromLsn: 5, throughLsn: 12 });
    expect(writer.status()).toMatchObject({ backlog: 0, persistedLsn: 12 });
    expect(server.rows.size).toBe(10);
  });

  it('supposes that nothing of a new epoch is in the database yet', async () => {
    redo.beginEpoch(2);
    appendOrders(3);
    database.unreachable = true;
    writer.start(redo.history(), 100);
    writer.acknowledged(redo.lsn);
    await clock.advance(100);
    expect(writer.status()).toMatchObject({ backlog: 4, persistedLsn: null });
  });

  it('neither loses nor doubles what a lost answer leaves in doubt', async () => {
    writer.start(redo.history());
    for (let round = 0; round < 20; round++) {
      appendOrders(7);
      database.answersToLose = round % 3;
      writer.acknowledged(redo.lsn);
      await clock.advance(700);
    }
    expect([...server.rows.values()].map(({ lsn, epoch, key }) => ({ lsn, epoch, key }))).toEqual(
      redo.rows(1, redo.lsn).map(({ lsn, epoch, key }) => ({ lsn, epoch, key })),
    );
  });

  it('is fenced by a newer epoch, and stays so until its next term', async () => {
    writer.start(redo.history());
    await clock.advance(100);
    server.claim('mt', [...redo.history(), { epoch: 2, firstLsn: 2 }]);
    appendOrders(3);
    writer.acknowledged(redo.lsn);
    await clock.advance(5_000);
    expect(writer.status()).toMatchObject({ state: 'fenced', reason: { key: 'todb.fenced' }, backlog: 4 });
    expect(server.rows.size).toBe(0);
    expect(clock.pendingTimers()).toBe(0);
    await writer.stop();
    expect(writer.status()).toMatchObject({ state: 'idle', reason: null, backlog: 0, persistedLsn: null });
    redo.beginEpoch(3);
    writer.start([...redo.history()]);
    writer.acknowledged(redo.lsn);
    await clock.advance(100);
    expect(writer.status()).toMatchObject({ state: 'ok', backlog: 0 });
    expect(server.rows.size).toBe(3);
  });

  it('begins where the former writer stopped', async () => {
    appendOrders(10);
    server.claim('mt', redo.history());
    server.write('mt', 1, redo.rows(1, 8), 8);
    redo.beginEpoch(2);
    writer.start(redo.history());
    writer.acknowledged(redo.lsn);
    await clock.advance(100);
    expect(reads).toEqual([{ fromLsn: 9, throughLsn: 12 }]);
    expect(server.rows.size).toBe(10);
  });

  it('says that redo no longer reaches back, and does not skip what is missing', async () => {
    appendOrders(10);
    writer = new TodbWriter(
      { node: 'mt', digest: DIGEST },
      { database, copy, clock, source: { read: () => Promise.reject(new Error('redo begins at 5')) } },
    );
    writer.start(redo.history());
    writer.acknowledged(redo.lsn);
    await clock.advance(3_000);
    expect(writer.status()).toMatchObject({
      state: 'failed',
      reason: { key: 'todb.refused', params: { detail: 'redo begins at 5' } },
      persistedLsn: 0,
    });
  });

  it('takes no step once stopped, and waits for the one under way', async () => {
    appendOrders(5);
    database.slowMs = 400;
    writer.start(redo.history());
    writer.acknowledged(redo.lsn);
    await clock.advance(600);
    let stopped = false;
    const stopping = writer.stop().then(() => {
      stopped = true;
    });
    await clock.advance(100);
    expect(stopped).toBe(false);
    await clock.advance(200);
    await stopping;
    expect(server.rows.size).toBe(5);
    appendOrders(5);
    writer.acknowledged(redo.lsn);
    await clock.advance(5_000);
    expect(server.rows.size).toBe(5);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('compares the other Todb file with its own', () => {
    writer.peerSays(DIGEST);
    expect(writer.status()).toMatchObject({ matchesPeer: true, reason: null });
    writer.peerSays('b'.repeat(64));
    expect(writer.status()).toMatchObject({ matchesPeer: false, reason: { key: 'todb.differs' } });
    writer.peerSays(null);
    expect(writer.status()).toMatchObject({ matchesPeer: null, reason: null });
    expect(seen).toHaveLength(3);
  });
});

describe('base data', () => {
  const rows = { 'account.PRACTICE-1': '{}' };
  const never = new AbortController().signal;

  it('comes from the database, and a copy is kept', async () => {
    expect(await writer.baseData(never)).toMatchObject({ rows, from: 'database' });
    expect(kept).toEqual(rows);
  });

  it('has one digest for the same rows, in whatever order and from wherever they come', async () => {
    const { digest } = await writer.baseData(never);
    server.baseData.set('b', '2').set('a', '1');
    const changed = await writer.baseData(never);
    expect(changed.digest).not.toBe(digest);
    server.baseData.delete('b');
    server.baseData.set('b', '2');
    expect((await writer.baseData(never)).digest).toBe(changed.digest);
    database.unreachable = true;
    expect(await writer.baseData(never)).toMatchObject({ from: 'copy', digest: changed.digest });
  });

  it('comes from the copy where the database cannot be reached', async () => {
    kept = { 'account.OLD': '1' };
    database.unreachable = true;
    expect(await writer.baseData(never)).toMatchObject({ rows: kept, from: 'copy' });
  });

  it.each([undefined, 'nonsense', { a: 1 }])('waits for the database where the copy is %j', async (copied) => {
    kept = copied;
    database.unreachable = true;
    const loading = writer.baseData(never);
    await clock.advance(3_000);
    expect(writer.status()).toMatchObject({ state: 'unreachable', reason: { key: 'todb.unreachable' } });
    database.unreachable = false;
    await clock.advance(1_000);
    expect(await loading).toMatchObject({ rows, from: 'database' });
    expect(writer.status()).toMatchObject({ state: 'idle', reason: null });
  });

  it('is given up when it is called off', async () => {
    database.unreachable = true;
    const off = new AbortController();
    const loading = expect(writer.baseData(off.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await clock.advance(500);
    off.abort();
    await loading;
    expect(clock.pendingTimers()).toBe(0);
  });
});
