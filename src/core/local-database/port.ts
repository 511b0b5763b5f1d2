/** An executed write on its way to the local database. */
export interface DatabaseRow {
  epoch: number;
  lsn: number;
  key: string;
  /** The order, as JSON text. */
  payload: string;
}

/** What the database knows of a node's writer. */
export interface WriterPosition {
  /** The highest epoch whose writer has claimed the database. */
  epoch: number;
  /** Everything up to this LSN is there, seen from the claiming epoch. */
  lsn: number;
}

/** `UNREACHABLE`: no connection, locked, or no answer in time (F16); try again later. `FENCED`: a newer epoch writes. */
export type DatabaseErrorCode = 'UNREACHABLE' | 'FENCED' | 'REFUSED';
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  /** Which database, for people: a file, or host, port and name. Never a password. */
  readonly database: string;
  constructor(code: DatabaseErrorCode, database: string, detail: string, options?: ErrorOptions) {
    super(`${database}: ${detail}`, options);
    this.name = 'DatabaseError';
    this.code = code;
    this.database = database;
  }
}

/**
 * The local database that both instances of a pair write to (F7). Every call rejects with {@link DatabaseError} and
 * within its time-out; nothing it does blocks the caller's thread.
 */
export interface LocalDatabase {
  /** For people; never a password. */
  readonly name: string;
  /**
   * Claims the database for the writer of `epoch`, whose first LSN is `firstLsn`, making the tables where there are
   * none. From then on writers of older epochs are FENCED. Rows of older epochs at or above `firstLsn` were never part
   * of this epoch's history: they are marked as orphans, counted in the answer, and kept. FENCED where a higher epoch
   * holds it. The same epoch may claim again.
   */
  claim(node: string, epoch: number, firstLsn: number): Promise<WriterPosition & { orphans: number }>;
  /** Writes rows and the position in one transaction that checks the epoch; a row that is there already stays. */
  write(node: string, epoch: number, rows: readonly DatabaseRow[], throughLsn: number): Promise<void>;
  /** Base data (F5): the rows of the base data table, by key. */
  baseData(): Promise<Record<string, string>>;
  /** Rows by key, orphans left out: for reading back in drills. */
  countByKey(node: string, keys: readonly string[]): Promise<Map<string, number>>;
  close(): Promise<void>;
}
