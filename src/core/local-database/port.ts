/** An executed write on its way to the local database. */
export interface DatabaseRow {
  /** The epoch in which the order was written, which may be older than its writer's. */
  epoch: number;
  lsn: number;
  key: string;
  /** The order, as JSON text. */
  payload: string;
}

/** Where an epoch begins in an instance's history: its records are those from `firstLsn` up to the next epoch's. */
export interface EpochStart {
  epoch: number;
  firstLsn: number;
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
  /** What is wrong, without the database's name. */
  readonly detail: string;
  constructor(code: DatabaseErrorCode, database: string, detail: string, options?: ErrorOptions) {
    super(`${database}: ${detail}`, options);
    this.name = 'DatabaseError';
    this.code = code;
    this.database = database;
    this.detail = detail;
  }
}

/**
 * The local database that both instances of a pair write to (F7). Every call rejects with {@link DatabaseError} and
 * within its time-out; nothing it does blocks the caller's thread. A call that timed out may still have its effect: every
 * call may be repeated.
 */
export interface LocalDatabase {
  /** For people; never a password. */
  readonly name: string;
  /**
   * Claims the database for the writer of the last epoch of `history`, which is what the writer's redo consists of, in
   * ascending order; epochs that no longer reach into it may be left out at the beginning. Makes the tables where there
   * are none. From then on writers of older epochs are FENCED; FENCED where a higher epoch holds it. The same epoch may
   * claim again.
   *
   * The whole history is needed because an epoch may have come and gone while nobody could reach the database. Rows
   * outside the history are marked as orphans and kept; rows that are part of it are none. The position is where the
   * histories of the former and the new writer part, or what was there, whichever is lower. `orphans`: the rows that
   * this epoch's claim has marked.
   */
  claim(node: string, history: readonly EpochStart[]): Promise<WriterPosition & { orphans: number }>;
  /**
   * Writes rows and the position in one transaction that checks that `epoch` holds the claim; a row that is there
   * already stays. At most 1,000 rows. FENCED where a newer epoch holds it, REFUSED where `epoch` has not claimed.
   */
  write(node: string, epoch: number, rows: readonly DatabaseRow[], throughLsn: number): Promise<void>;
  /** Base data (F5): the rows of the base data table, by key. Makes the tables where there are none. */
  baseData(): Promise<Record<string, string>>;
  /** How many rows each of the keys has, orphans left out; 0 where none. For reading back in drills. */
  countByKey(node: string, keys: readonly string[]): Promise<Map<string, number>>;
  close(): Promise<void>;
}
