import { describe, expect, it } from 'vitest';
import { datName, encodeEntry, RedoFailed, RedoGone, RedoOrder, segmentName } from '#mtnode/redo';
import { ModelDisk } from '#test/model-disk';
import { append, appendOrders, filledLog, openLog, orderEntry, readAll, saveDat } from './kit.ts';

describe('a redo log', () => {
  it('begins with LSN 1 and says what is on disk', async () => {
    const log = await openLog(new ModelDisk());
    expect(log).toMatchObject({ firstLsn: 1, lastLsn: 0, durableLsn: 0, lastEpoch: 0, datLsn: null });
    expect(append(log, 4, { type: 'epoch', instance: 'a' })).toBe(1);
    expect(append(log, 4, orderEntry('k'))).toBe(2);
    expect(log).toMatchObject({ firstLsn: 1, lastLsn: 2, durableLsn: 0, lastEpoch: 4 });
    expect(await log.flush()).toBe(2);
    expect(log).toMatchObject({ durableLsn: 2 });
    expect(log.epochs()).toEqual([{ epoch: 4, firstLsn: 1 }]);
  });

  it('is found again as it was, over many segments', async () => {
    const { model, log } = await filledLog(30);
    append(log, 7, { type: 'epoch', instance: 'b' });
    await log.flush();
    const before = await readAll(log);
    await log.close();
    expect(model.names().filter((name) => name.startsWith('redo-')).length).toBeGreaterThan(3);
    const again = await openLog(model);
    expect(again).toMatchObject({ firstLsn: 1, lastLsn: 31, durableLsn: 31, lastEpoch: 7 });
    expect(again.epochs()).toEqual([
      { epoch: 1, firstLsn: 1 },
      { epoch: 7, firstLsn: 31 },
    ]);
    expect(await readAll(again)).toEqual(before);
    expect(before.map(({ lsn }) => lsn)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
  });

  it('forces what many ask for at once together', async () => {
    const model = new ModelDisk();
    const log = await openLog(model, 1_000_000);
    append(log, 1, { type: 'epoch', instance: 'a' });
    await log.flush();
    const before = model.syncs;
    const writers = Array.from({ length: 200 }, async (_, index) => {
      const lsn = append(log, 1, orderEntry(`k${index}`));
      expect(await log.flush()).toBeGreaterThanOrEqual(lsn);
    });
    await Promise.all(writers);
    expect(model.syncs - before).toBe(1);
  });

  it('forces what was appended during a forcing with the next, one at a time', async () => {
    const model = new ModelDisk();
    const log = await openLog(model, 1_000_000);
    const done: number[] = [];
    appendOrders(log, 1, 1);
    const first = log.flush().then((lsn) => done.push(lsn));
    await Promise.resolve();
    appendOrders(log, 1, 1);
    const second = log.flush().then((lsn) => done.push(lsn));
    const third = log.flush().then((lsn) => done.push(lsn));
    await Promise.all([first, second, third]);
    expect(done).toEqual([1, 2, 2]);
  });

  it('writes into each record what was durable then', async () => {
    const log = await openLog(new ModelDisk());
    appendOrders(log, 1, 2);
    await log.flush();
    appendOrders(log, 1, 1);
    await log.flush();
    expect((await readAll(log)).map(({ durableLsn }) => durableLsn)).toEqual([0, 0, 2]);
  });

  it('takes nothing more after the disk has failed once', async () => {
    const { model, log } = await filledLog();
    model.syncError = 'EIO';
    appendOrders(log, 1, 1);
    await expect(log.flush()).rejects.toThrow(RedoFailed);
    model.syncError = undefined;
    await expect(log.flush()).rejects.toThrow(RedoFailed);
    expect(() => appendOrders(log, 1, 1)).toThrow(RedoFailed);
    await expect(log.cutAfter(3)).rejects.toThrow(RedoFailed);
    expect(log.durableLsn).toBe(20);
  });

  it('fails those who wait for the next forcing too', async () => {
    const { model, log } = await filledLog();
    model.writeError = 'ENOSPC';
    appendOrders(log, 1, 1);
    const first = log.flush();
    const outcomes = Promise.allSettled([first, Promise.resolve().then(() => log.flush())]);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('lets no epoch go back', async () => {
    const { log } = await filledLog();
    append(log, 3, { type: 'epoch', instance: 'a' });
    expect(() => append(log, 2, orderEntry('k'))).toThrow(RedoOrder);
    expect(log.lastLsn).toBe(21);
  });

  it('takes copies that follow, all or none', async () => {
    const { log } = await filledLog(10);
    const copies = await readAll(log);
    const standby = await openLog(new ModelDisk());
    standby.appendCopies(copies.slice(0, 4));
    expect(() => standby.appendCopies([...copies.slice(4, 6), ...copies.slice(7)])).toThrow(RedoOrder);
    expect(() => standby.appendCopies(copies.slice(3, 5))).toThrow(RedoOrder);
    expect(standby.lastLsn).toBe(4);
    standby.appendCopies(copies.slice(4));
    await standby.flush();
    const told = ({ lsn, epoch, type, payload }: (typeof copies)[number]) => ({ lsn, epoch, type, payload });
    expect((await readAll(standby)).map(told)).toEqual(copies.map(told));
    // Its own disk is what its own records speak of.
    expect((await readAll(standby)).every(({ durableLsn }) => durableLsn === 0)).toBe(true);
  });

  it('is read from any LSN to what is durable', async () => {
    const { log } = await filledLog(200);
    appendOrders(log, 1, 1);
    for (const from of [1, 2, 64, 65, 130, 200]) {
      const lsns = (await readAll(log, from)).map(({ lsn }) => lsn);
      expect(lsns).toEqual(Array.from({ length: 201 - from }, (_, index) => from + index));
    }
    expect(await readAll(log, 201)).toEqual([]);
    await expect(readAll(log, 0)).rejects.toThrow(RedoGone);
  });

  it('says how many bytes follow on an LSN', async () => {
    const { log } = await filledLog(300);
    const all = log.bytesAfter(0);
    const record = all / 300;
    expect(log.bytesAfter(300)).toBe(0);
    for (const lsn of [50, 150, 299]) {
      const bytes = log.bytesAfter(lsn);
      expect(bytes).toBeGreaterThanOrEqual((300 - lsn) * record * 0.9);
      expect(bytes).toBeLessThanOrEqual((300 - lsn + 70) * record * 1.1);
    }
  });

  it('removes whole segments that a dat covers, and never more', async () => {
    const { model, log } = await filledLog(20);
    await log.removeThrough(20);
    expect(log.firstLsn).toBe(1);
    await saveDat(model, log);
    appendOrders(log, 1, 12);
    await log.flush();
    await log.removeThrough(Number.MAX_SAFE_INTEGER);
    expect(log.firstLsn).toBeGreaterThan(10);
    expect(log.firstLsn).toBeLessThanOrEqual(21);
    await expect(readAll(log, log.firstLsn - 1)).rejects.toThrow(RedoGone);
    await log.close();
    const again = await openLog(model);
    expect(again).toMatchObject({ firstLsn: log.firstLsn, lastLsn: 32, datLsn: 20 });
    expect(again.epochs()).toEqual([{ epoch: 1, firstLsn: 1 }]);
  });

  it('keeps only the newest dat', async () => {
    const { model, log } = await filledLog(5);
    await saveDat(model, log);
    appendOrders(log, 1, 3);
    await saveDat(model, log);
    expect(model.names().filter((name) => name.startsWith('dat-'))).toEqual([datName(8)]);
  });

  it('saves no dat of what it has not', async () => {
    const { log } = await filledLog(5);
    const content = { lsn: 6, epoch: 1, epochs: [], orders: 0, sessions: 0, digest: '0'.repeat(16) };
    await expect(log.saveDat({ ...content, entries: [], sessionEntries: [] })).rejects.toThrow(RedoOrder);
  });

  it('forces the records of a dat before the dat', async () => {
    const { model, log } = await filledLog(5);
    appendOrders(log, 1, 2);
    const content = { lsn: 7, epoch: 1, epochs: log.epochs(), orders: 0, sessions: 0, digest: '0'.repeat(16) };
    await log.saveDat({ ...content, entries: [], sessionEntries: [] });
    model.crash();
    expect(await openLog(model)).toMatchObject({ lastLsn: 7, datLsn: 7 });
  });

  it('makes the segment’s name of its first LSN', async () => {
    const { model } = await filledLog(5);
    expect(model.names()).toContain(segmentName(1));
  });

  it('ends with what was appended', async () => {
    const { model, log } = await filledLog(5);
    log.append(1, 'order', encodeEntry(orderEntry('late')));
    await log.close();
    expect(() => append(log, 1, orderEntry('later'))).toThrow(RedoFailed);
    expect(await openLog(model)).toMatchObject({ lastLsn: 6 });
  });
});
