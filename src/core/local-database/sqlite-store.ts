import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SEED_BASE_DATA } from './base-data.ts';
import { type LsnRange, ownEpoch, parseHistory, planClaim, type WriterRecord } from './claim.ts';
import { DatabaseError, type DatabaseRow, type EpochStart, type WriterPosition } from './port.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS kuantu_writer (
    node TEXT PRIMARY KEY, epoch INTEGER NOT NULL, lsn INTEGER NOT NULL, history TEXT NOT NULL, orphans INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS kuantu_orders (
    node TEXT NOT NULL, epoch INTEGER NOT NULL, lsn INTEGER NOT NULL, order_key TEXT NOT NULL, payload TEXT NOT NULL,
    orphan INTEGER, PRIMARY KEY (node, epoch, lsn)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS kuantu_orders_key ON kuantu_orders (node, order_key);
  CREATE TABLE IF NOT EXISTS kuantu_base_data (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`;

const NAMES = ['kuantu_writer', 'kuantu_orders', 'kuantu_base_data'];

/** SQLite's primary result codes that pass by themselves: busy, locked, I/O error, cannot open, lock protocol. */
const PASSING = new Set([5, 6, 10, 14, 15]);

/**
 * The SQLite file as synchronous calls, for a thread that may block. Opens the file when first needed, and again after an
 * error or where another file has taken its place. Throws {@link DatabaseError}.
 */
export class SqliteStore {
  readonly #file: string;
  readonly #busyTimeoutMs: number;
  #open: { database: DatabaseSync; inode: bigint } | undefined;

  constructor(file: string, busyTimeoutMs: number) {
    this.#file = file;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  claim(node: string, history: readonly EpochStart[]): WriterPosition & { orphans: number } {
    return this.#transaction((database) => {
      const plan = planClaim(this.#writer(database, node), history);
      if (plan.kind === 'fenced') throw this.#fenced(ownEpoch(history));
      if (plan.kind === 'again')
        return { epoch: plan.record.epoch, lsn: plan.record.lsn, orphans: plan.record.orphans };
      let orphans = 0;
      for (const range of plan.orphaned) orphans += markRange(database, node, range, plan.epoch);
      for (const range of plan.restored) markRange(database, node, range, null);
      database
        .prepare('INSERT OR REPLACE INTO kuantu_writer (node, epoch, lsn, history, orphans) VALUES (?, ?, ?, ?, ?)')
        .run(node, plan.epoch, plan.lsn, JSON.stringify(history), orphans);
      return { epoch: plan.epoch, lsn: plan.lsn, orphans };
    });
  }

  write(node: string, epoch: number, rows: readonly DatabaseRow[], throughLsn: number): void {
    this.#transaction((database) => {
      const held = database
        .prepare('UPDATE kuantu_writer SET lsn = max(lsn, ?) WHERE node = ? AND epoch = ?')
        .run(throughLsn, node, epoch).changes;
      if (held === 0) {
        const writer = this.#writer(database, node);
        if (writer && writer.epoch > epoch) throw this.#fenced(epoch);
        throw new DatabaseError('REFUSED', this.#file, `epoch ${epoch} of ${node} has not claimed it`);
      }
      const insert = database.prepare(
        'INSERT INTO kuantu_orders (node, epoch, lsn, order_key, payload) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      );
      for (const row of rows) insert.run(node, row.epoch, row.lsn, row.key, row.payload);
    });
  }

  baseData(): Record<string, string> {
    return this.#mapped((database) => {
      const rows = database.prepare('SELECT key, value FROM kuantu_base_data ORDER BY key').all();
      return Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value)]));
    });
  }

  countByKey(node: string, keys: readonly string[]): [string, number][] {
    return this.#mapped((database) => {
      const rows = database
        .prepare(
          `SELECT order_key, count(*) AS rows FROM kuantu_orders
           WHERE node = ? AND order_key IN (SELECT value FROM json_each(?)) AND orphan IS NULL GROUP BY order_key`,
        )
        .all(node, JSON.stringify(keys));
      return rows.map((row) => [String(row.order_key), Number(row.rows)]);
    });
  }

  close(): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #writer(database: DatabaseSync, node: string): WriterRecord | undefined {
    const row = database.prepare('SELECT epoch, lsn, history, orphans FROM kuantu_writer WHERE node = ?').get(node);
    if (!row) return undefined;
    const history = parseHistory(row.history);
    if (!history) throw new DatabaseError('REFUSED', this.#file, `the history of ${node} in kuantu_writer is none`);
    return { epoch: Number(row.epoch), lsn: Number(row.lsn), orphans: Number(row.orphans), history };
  }

  #fenced(epoch: number): DatabaseError {
    return new DatabaseError('FENCED', this.#file, `a newer epoch than ${epoch} writes`);
  }

  #transaction<T>(work: (database: DatabaseSync) => T): T {
    return this.#mapped((database) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work(database);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #mapped<T>(work: (database: DatabaseSync) => T): T {
    try {
      return work(this.#database());
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      const mapped = toDatabaseError(this.#file, error);
      if (!isLock(error)) this.close();
      throw mapped;
    }
  }

  /** Another file in place of the one that is open would otherwise go unnoticed: what is written now would be lost. */
  #database(): DatabaseSync {
    if (this.#open && inodeOf(this.#file) !== this.#open.inode) this.close();
    if (!this.#open) {
      const database = new DatabaseSync(this.#file, { timeout: this.#busyTimeoutMs });
      try {
        prepare(database);
      } catch (error) {
        database.close();
        throw error;
      }
      this.#open = { database, inode: inodeOf(this.#file) };
    }
    return this.#open.database;
  }
}

/** WAL: reading does not hinder the writer. FULL: a commit survives a power cut, for redo goes once its orders are here. */
function prepare(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  if (tablesIn(database).length === NAMES.length) return;
  database.exec('BEGIN IMMEDIATE');
  const there = tablesIn(database);
  database.exec(TABLES);
  // A position in orders that are gone is none.
  if (!there.includes('kuantu_orders')) database.exec('DELETE FROM kuantu_writer');
  if (!there.includes('kuantu_base_data')) {
    const insert = database.prepare('INSERT INTO kuantu_base_data (key, value) VALUES (?, ?)');
    for (const [key, value] of Object.entries(SEED_BASE_DATA)) insert.run(key, value);
  }
  database.exec('COMMIT');
}

/** Those of ours that are there. */
function tablesIn(database: DatabaseSync): string[] {
  const found = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return found.map(({ name }) => String(name)).filter((name) => NAMES.includes(name));
}

/** Makes a range's rows orphans of `by`'s claim, or none where null; how many changed. */
function markRange(database: DatabaseSync, node: string, range: LsnRange, by: number | null): number {
  const result = database
    .prepare(
      `UPDATE kuantu_orders SET orphan = ? WHERE node = ? AND epoch = ? AND lsn BETWEEN ? AND ?
       AND orphan IS ${by === null ? 'NOT NULL' : 'NULL'}`,
    )
    .run(by, node, range.epoch, range.fromLsn, range.toLsn);
  return Number(result.changes);
}

function inodeOf(file: string): bigint {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino ?? -1n;
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;
}

function isLock(error: unknown): boolean {
  const code = resultCode(error);
  return code === 5 || code === 6;
}

function toDatabaseError(file: string, error: unknown): DatabaseError {
  const code = resultCode(error);
  const passing = code !== undefined && PASSING.has(code);
  const detail = error instanceof Error ? error.message : String(error);
  return new DatabaseError(passing ? 'UNREACHABLE' : 'REFUSED', file, detail, { cause: error });
}
