import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { type LocalDatabase, openLocalDatabase } from '#core/local-database';

const NODE = 'mt-1';
const history = [{ epoch: 1, firstLsn: 1 }];
const order = (lsn: number) => ({ epoch: 1, lsn, key: `k${lsn}`, payload: '{}' });

describe('a SQLite file in trouble', () => {
  let folder: string;
  let file: string;
  const opened: LocalDatabase[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kuantu-sqlite-'));
    file = join(folder, 'kuantu.db');
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (limits: { timeoutMs?: number; lockTimeoutMs?: number } = {}) => {
    const database = openLocalDatabase({ type: 'sqlite', file }, { clock: systemClock, timeoutMs: 10_000, ...limits });
    opened.push(database);
    return database;
  };
  const lock = () => {
    const holder = new DatabaseSync(file);
    holder.exec('BEGIN EXCLUSIVE');
    return () => {
      holder.exec('ROLLBACK');
      holder.close();
    };
  };

  it('is unreachable while another process has it locked, and serves again afterwards', async () => {
    const database = open({ lockTimeoutMs: 50 });
    await database.claim(NODE, history);
    const unlock = lock();
    await expect(database.write(NODE, 1, [order(1)], 1)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `${file}: database is locked`,
    });
    unlock();
    await database.write(NODE, 1, [order(1)], 1);
    expect((await database.claim(NODE, history)).lsn).toBe(1);
  });

  it('gives base data and counts while another process is in the middle of writing', async () => {
    const database = open({ lockTimeoutMs: 50 });
    await database.claim(NODE, history);
    await database.write(NODE, 1, [order(1)], 1);
    const unlock = lock();
    const later = open({ lockTimeoutMs: 50 });
    expect(Object.keys(await later.baseData())).not.toHaveLength(0);
    expect(await later.countByKey(NODE, ['k1'])).toEqual(new Map([['k1', 1]]));
    unlock();
  });

  it('never blocks the calling thread, gives up in time though its own is stuck, and recovers', async () => {
    const database = open({ lockTimeoutMs: 60_000, timeoutMs: 300 });
    // The thread's start counts too, and this machine may be busy.
    await expect.poll(() => database.claim(NODE, history).catch(() => undefined), { timeout: 20_000 }).toBeDefined();
    const unlock = lock();
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const began = performance.now();
    const calls = [database.write(NODE, 1, [order(1)], 1), database.write(NODE, 1, [order(2)], 2)];
    const results = await Promise.allSettled(calls);
    const tookMs = performance.now() - began;
    clearInterval(ticking);
    for (const result of results)
      expect(result).toMatchObject({
        reason: { code: 'UNREACHABLE', message: `${file}: no answer within 300 ms` },
      });
    expect(tookMs).toBeLessThan(2_000);
    expect(ticks).toBeGreaterThan(5);
    unlock();
    await expect.poll(() => database.claim(NODE, history).catch(() => undefined), { timeout: 20_000 }).toBeDefined();
    // The first had begun and was done after all; the second had not, and never will be.
    expect(await open().countByKey(NODE, ['k1', 'k2'])).toEqual(
      new Map([
        ['k1', 1],
        ['k2', 0],
      ]),
    );
  });

  it('is unreachable while its folder is not there', async () => {
    file = join(folder, 'later', 'kuantu.db');
    const database = open();
    await expect(database.baseData()).rejects.toMatchObject({ code: 'UNREACHABLE', database: file });
    mkdirSync(join(folder, 'later'));
    expect(Object.keys(await database.baseData())).not.toHaveLength(0);
  });

  it('refuses a file that is no database', async () => {
    writeFileSync(file, 'orders are elsewhere '.repeat(100));
    await expect(open().claim(NODE, history)).rejects.toMatchObject({
      code: 'REFUSED',
      message: `${file}: file is not a database`,
    });
  });

  it.skipIf(process.platform === 'win32')('notices that another file has taken its place', async () => {
    const database = open();
    await database.claim(NODE, history);
    await database.write(NODE, 1, [order(1)], 1);
    for (const suffix of ['', '-wal', '-shm']) renameSync(`${file}${suffix}`, `${file}.away${suffix}`);
    await expect(database.write(NODE, 1, [order(2)], 2)).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await database.claim(NODE, history)).toEqual({ epoch: 1, lsn: 0, orphans: 0 });
  });

  it('begins anew where its orders were dropped, and the base data stays', async () => {
    const database = open();
    await database.claim(NODE, history);
    await database.write(NODE, 1, [order(1)], 1);
    const other = new DatabaseSync(file);
    other.exec("DROP TABLE kuantu_orders; UPDATE kuantu_base_data SET value = 'own'");
    other.close();
    await expect(database.write(NODE, 1, [order(2)], 2)).rejects.toMatchObject({ code: 'REFUSED' });
    expect((await database.claim(NODE, history)).lsn).toBe(0);
    await database.write(NODE, 1, [order(1), order(2)], 2);
    expect([...(await database.countByKey(NODE, ['k1', 'k2'])).values()]).toEqual([1, 1]);
    expect(new Set(Object.values(await database.baseData()))).toEqual(new Set(['own']));
  });

  it('keeps what was written when it is closed and opened again, and says that it is closed', async () => {
    const database = open();
    await database.claim(NODE, history);
    await database.write(NODE, 1, [order(1)], 1);
    await database.close();
    await expect(database.baseData()).rejects.toMatchObject({ code: 'REFUSED', message: `${file}: is closed` });
    expect((await open().claim(NODE, history)).lsn).toBe(1);
  });
});
