import type { SyncState } from '#shared/domain';

export const DATABASE_KINDS = ['none', 'sqlite', 'postgresql'] as const;
export type DatabaseKind = (typeof DATABASE_KINDS)[number];

/** A run's writes; each has a key of its own and is never tried twice. */
export interface WritesReport {
  /** Acknowledged to the client. */
  acked: number;
  /** Acknowledged, and found in the end. */
  present: number;
  /** Acknowledged, and not found. */
  lost: number;
  /** Keys found more than once, in UFT or in the local database. */
  duplicated: number;
  /** Without an answer, or one that says that it is not acknowledged: there or not, both are right. */
  unknown: number;
}

export interface DatabaseReport {
  kind: Exclude<DatabaseKind, 'none'>;
  /** Of the run's keys. */
  rows: number;
  /** Keys that UFT has and the database, once drained, has not. */
  missing: number;
  duplicated: number;
  /** The largest that was seen in the run. */
  backlog: number;
  /** What the writer said while the database could not be reached; null: it never said so. */
  reason: string | null;
  /** Whether nothing was left to write in the end. */
  drained: boolean;
}

/** What the standby said of its synchronisation: before the fault, or where the fault is about that, under it. */
export interface SyncReport {
  state: SyncState;
  reason: string | null;
  directory: string | null;
}

/** How a promotion that may lose acknowledged writes went. */
export interface PromotionReport {
  /** It was not done by itself, because more could be lost than may be. */
  refused: boolean;
  /** At most so many acknowledged records would be missing; null: nobody said. */
  lossBound: number | null;
  reason: string | null;
  /** The drill, as an operator, accepted the bound and had it done. */
  forced: boolean;
  /** Acknowledged writes that are missing, exactly; null where none were made. */
  lost: number | null;
  /** What the old primary, back as a standby, kept aside of its own; null: nothing, or it is not back. */
  aside: { writes: number; file: string } | null;
}
