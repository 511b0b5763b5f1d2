import { describe, expect, it } from 'vitest';
import { datName, parseRecords, parseSegmentHeader, RedoDamage, RedoOrder } from '#mtnode/redo';
import { ModelDisk } from '#test/model-disk';
import { append, appendOrders, filledLog, openLog, pieces, readAll, saveDat } from './kit.ts';

const lsnsOf = (bytes: Buffer | undefined) => {
  const header = parseSegmentHeader(bytes ?? Buffer.alloc(0));
  if ('kind' in header) throw new Error('no header');
  return parseRecords((bytes ?? Buffer.alloc(0)).subarray(header.bytes), { expectLsn: null }).records.map(
    ({ lsn }) => lsn,
  );
};

/** Another instance's log with the same first records and more, and its dat. */
async function otherDat(records: number): Promise<{ lsn: number; bytes: Buffer }> {
  const { model, log } = await filledLog(records);
  append(log, 5, { type: 'epoch', instance: 'b' });
  await saveDat(model, log);
  return { lsn: log.lastLsn, bytes: model.bytes(datName(log.lastLsn)) ?? Buffer.alloc(0) };
}

describe('cutting what only this instance had', () => {
  it('puts it aside, counts it, and goes on below', async () => {
    const { model, log } = await filledLog(20);
    append(log, 1, { type: 'session', kind: 'session', value: 's' });
    const aside = await log.cutAfter(16);
    expect(aside).toEqual({ epoch: 1, fromLsn: 17, records: 5, writes: 4, file: 'aside-e1-17-21-4.redo' });
    expect(lsnsOf(model.bytes('aside-e1-17-21-4.redo'))).toEqual([17, 18, 19, 20, 21]);
    expect(log).toMatchObject({ lastLsn: 16, durableLsn: 16 });
    append(log, 2, { type: 'epoch', instance: 'b' });
    await log.flush();
    const records = await readAll(log);
    expect(records.map(({ lsn, epoch }) => `${lsn}@${epoch}`).slice(-2)).toEqual(['16@1', '17@2']);
    await log.close();
    const again = await openLog(model);
    expect(again).toMatchObject({ firstLsn: 1, lastLsn: 17, lastEpoch: 2 });
    expect(await readAll(again)).toEqual(records);
  });

  it('does nothing where nothing is above', async () => {
    const { model, log } = await filledLog(5);
    expect(await log.cutAfter(5)).toBeNull();
    expect(await log.cutAfter(9)).toBeNull();
    expect(model.names().some((name) => name.startsWith('aside-'))).toBe(false);
  });

  it('cuts to nothing', async () => {
    const { model, log } = await filledLog(5);
    expect(await log.cutAfter(0)).toMatchObject({ fromLsn: 1, records: 5, writes: 4 });
    expect(log).toMatchObject({ firstLsn: 1, lastLsn: 0, lastEpoch: 0 });
    await log.close();
    expect(await openLog(model)).toMatchObject({ firstLsn: 1, lastLsn: 0 });
  });

  it('forgets epochs that begin above', async () => {
    const { log } = await filledLog(5);
    append(log, 2, { type: 'epoch', instance: 'a' });
    await log.cutAfter(5);
    expect(log.epochs()).toEqual([{ epoch: 1, firstLsn: 1 }]);
    append(log, 3, { type: 'epoch', instance: 'b' });
    expect(log.epochs()).toEqual([
      { epoch: 1, firstLsn: 1 },
      { epoch: 3, firstLsn: 6 },
    ]);
  });

  it('takes the dat that has some of it with it', async () => {
    const { model, log } = await filledLog(10);
    await saveDat(model, log);
    await log.cutAfter(7);
    expect(log).toMatchObject({ firstLsn: 1, lastLsn: 7, datLsn: null });
    expect(model.names()).not.toContain(datName(10));
  });

  it('keeps a dat below and what follows on it', async () => {
    const { model, log } = await filledLog(10);
    await saveDat(model, log);
    appendOrders(log, 1, 10);
    await log.flush();
    await log.removeThrough(10);
    const { firstLsn } = log;
    expect(firstLsn).toBeGreaterThan(1);
    await log.cutAfter(15);
    expect(log).toMatchObject({ firstLsn, lastLsn: 15, datLsn: 10 });
  });

  it('begins with nothing where what is left reaches nowhere, and takes the orders out of the dat', async () => {
    const { model, log } = await filledLog(20);
    await saveDat(model, log);
    appendOrders(log, 1, 2);
    await log.flush();
    await log.removeThrough(20);
    expect(log.firstLsn).toBeGreaterThan(12);
    const aside = await log.cutAfter(10);
    expect(aside).toMatchObject({ fromLsn: 11, records: 12, writes: 12 });
    expect(lsnsOf(model.bytes(aside?.file ?? ''))).toEqual(Array.from({ length: 12 }, (_, index) => 11 + index));
    expect(log).toMatchObject({ firstLsn: 1, lastLsn: 0, datLsn: null });
    await log.close();
    expect(await openLog(model)).toMatchObject({ firstLsn: 1, lastLsn: 0, datLsn: null });
  });

  it('ends what is being read', async () => {
    const { log } = await filledLog(20);
    const reading = log.read(1, 2)[Symbol.asyncIterator]();
    await reading.next();
    await log.cutAfter(10);
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  it('gives up a dat that is being saved', async () => {
    const { model, log } = await filledLog(10);
    let cut: Promise<unknown> = Promise.resolve();
    const content = { lsn: 10, epoch: 1, epochs: log.epochs(), orders: 1, sessions: 0, digest: '0'.repeat(16) };
    function* entries() {
      cut = log.cutAfter(5);
      yield { payload: Buffer.from('x'), lsn: 2, epoch: 1, repeats: undefined };
    }
    const saved = log.saveDat({ ...content, entries: entries(), sessionEntries: [] });
    await expect(saved).rejects.toThrow(RedoOrder);
    await cut;
    expect(model.names().some((name) => name.startsWith('dat-'))).toBe(false);
    expect(log.lastLsn).toBe(5);
  });

  it('lets nothing be appended meanwhile', async () => {
    const { log } = await filledLog(10);
    const cut = log.cutAfter(5);
    await Promise.resolve();
    await Promise.resolve();
    expect(() => appendOrders(log, 1, 1)).toThrow(RedoOrder);
    await cut;
    appendOrders(log, 1, 1);
    expect(log.lastLsn).toBe(6);
  });
});

describe('taking over another instance’s dat', () => {
  it('begins anew after it, with its epochs', async () => {
    const dat = await otherDat(30);
    const { model, log } = await filledLog(10);
    const header = await log.adoptDat(dat.lsn, pieces(dat.bytes));
    expect(header).toMatchObject({ lsn: 31, epoch: 5, orders: 29 });
    expect(log).toMatchObject({ firstLsn: 32, lastLsn: 31, durableLsn: 31, lastEpoch: 5, datLsn: 31 });
    appendOrders(log, 5, 2);
    await log.flush();
    await log.close();
    const again = await openLog(model);
    expect(again).toMatchObject({ firstLsn: 32, lastLsn: 33, datLsn: 31, lastEpoch: 5 });
    expect(again.epochs()).toEqual([
      { epoch: 1, firstLsn: 1 },
      { epoch: 5, firstLsn: 31 },
    ]);
  });

  it('is found again before anything was appended', async () => {
    const dat = await otherDat(30);
    const { model, log } = await filledLog(10);
    await log.adoptDat(dat.lsn, pieces(dat.bytes));
    model.crash();
    expect(await openLog(model)).toMatchObject({ firstLsn: 32, lastLsn: 31, lastEpoch: 5, datLsn: 31 });
  });

  it('keeps a log that is as far already, so that its segments can go', async () => {
    const dat = await otherDat(30);
    const { log } = await filledLog(30);
    append(log, 5, { type: 'epoch', instance: 'b' });
    appendOrders(log, 5, 10);
    await log.adoptDat(dat.lsn, pieces(dat.bytes));
    expect(log).toMatchObject({ firstLsn: 1, lastLsn: 41, datLsn: 31 });
    await log.removeThrough(20);
    expect(log.firstLsn).toBeGreaterThan(10);
  });

  it.each([
    ['damaged', (bytes: Buffer) => pieces(Buffer.concat([bytes.subarray(0, 200), Buffer.of(1), bytes.subarray(201)]))],
    ['cut short', (bytes: Buffer) => pieces(bytes.subarray(0, -1))],
    ['empty', () => pieces(Buffer.alloc(0))],
  ])('leaves everything as it was when the dat is %s', async (_, source) => {
    const dat = await otherDat(30);
    const { model, log } = await filledLog(10);
    await expect(log.adoptDat(dat.lsn, source(dat.bytes))).rejects.toThrow(RedoDamage);
    expect(log).toMatchObject({ firstLsn: 1, lastLsn: 10, datLsn: null });
    appendOrders(log, 1, 1);
    await log.flush();
    await log.close();
    expect(await openLog(model)).toMatchObject({ firstLsn: 1, lastLsn: 11, datLsn: null });
  });

  it('takes no dat of another LSN', async () => {
    const dat = await otherDat(30);
    const { log } = await filledLog(10);
    await expect(log.adoptDat(dat.lsn + 1, pieces(dat.bytes))).rejects.toThrow(RedoDamage);
  });

  it('passes on what the source throws', async () => {
    const dat = await otherDat(30);
    const { log } = await filledLog(10);
    async function* broken() {
      yield dat.bytes.subarray(0, 50);
      throw new Error('the mount is gone');
    }
    await expect(log.adoptDat(dat.lsn, broken())).rejects.toThrow('the mount is gone');
    appendOrders(log, 1, 1);
    expect(await log.flush()).toBe(11);
  });

  it('takes a dat into an empty folder', async () => {
    const dat = await otherDat(30);
    const log = await openLog(new ModelDisk());
    await log.adoptDat(dat.lsn, pieces(dat.bytes));
    expect(log).toMatchObject({ firstLsn: 32, lastLsn: 31, datLsn: 31 });
  });
});
