import { DatabaseSync } from 'node:sqlite';
import { CHECKS_SCHEMA } from './checks.ts';

const BUSY_TIMEOUT_MS = 1_000;

/** What each version of the schema added; a database of an earlier one is brought up to date when it is opened. */
const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  severity TEXT NOT NULL,
  pair_key TEXT,
  instance TEXT,
  message_key TEXT NOT NULL,
  message_params TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_pair ON events (pair_key, id);
CREATE INDEX events_by_time ON events (at_ms);
CREATE TABLE switchovers (
  operation_id TEXT PRIMARY KEY,
  pair_key TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX switchovers_of_pair ON switchovers (pair_key, at_ms);
`,
  CHECKS_SCHEMA,
];
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The database was made by a newer console: it is left as it is. */
export class NewerDatabaseError extends Error {
  readonly version: number;
  constructor(version: number) {
    super(`schema version ${version}, newer than ${SCHEMA_VERSION}`);
    this.name = 'NewerDatabaseError';
    this.version = version;
  }
}

/** The file is not a sound database. */
export class DamagedDatabaseError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'DamagedDatabaseError';
  }
}

/**
 * Opens a database (`:memory:` for none on disk) and makes its tables. Throws {@link NewerDatabaseError},
 * {@link DamagedDatabaseError}, or SQLite's own error where the file cannot be used.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const check = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (check !== 'ok') throw new DamagedDatabaseError(String(check));
    if (versionOf(database) !== SCHEMA_VERSION) migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw isDamage(error) ? new DamagedDatabaseError(String(error)) : error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

/** All or nothing: a console that ends half-way leaves the earlier version. */
function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  // Read again now that nobody else writes: another console may have been quicker.
  const version = versionOf(database);
  if (version > SCHEMA_VERSION) throw new NewerDatabaseError(version);
  database.exec(`${MIGRATIONS.slice(version).join('')} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

/** SQLite's result codes for a file that is no database, or a broken one. */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}
