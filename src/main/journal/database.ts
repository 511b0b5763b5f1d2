import { DatabaseSync } from 'node:sqlite';

export const SCHEMA_VERSION = 1;
const BUSY_TIMEOUT_MS = 1_000;

const SCHEMA = `
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
`;

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
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (version > SCHEMA_VERSION) throw new NewerDatabaseError(version);
    if (version === 0) database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
    return database;
  } catch (error) {
    database.close();
    throw isDamage(error) ? new DamagedDatabaseError(String(error)) : error;
  }
}

/** SQLite's result codes for a file that is no database, or a broken one. */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}
