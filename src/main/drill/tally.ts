import { OUTCOMES } from './outcomes.ts';

/** A run's writes as they ended, and how often each was found: in UFT, and in the local database where there is one. */
export interface WritesFound {
  outcomes: Uint8Array;
  times: Uint8Array;
  /** Null: there is no database. */
  rows: Uint8Array | null;
}

export interface Tally {
  acked: number;
  /** Acknowledged and there. */
  present: number;
  /** Acknowledged and not there. */
  lost: number;
  /** Keys of which there is more than one order, acknowledged or not. */
  duplicated: number;
  /** Without an answer, or one that says that it may or may not be there. */
  unknown: number;
  /** Refused for certain. */
  rejected: number;
  /** Refused for certain, and there all the same. */
  rejectedPresent: number;
  database: DatabaseTally | null;
}

export interface DatabaseTally {
  /** Keys of this run with a row. */
  rows: number;
  /** Keys that UFT has and the database has not. */
  missing: number;
  /** Keys with more than one row. */
  duplicated: number;
  /** Keys that the database has and UFT has not. */
  surplus: number;
}

/** Compares what the client was told with what is there. */
export function tally({ outcomes, times, rows }: WritesFound): Tally {
  const found: Tally = {
    acked: 0,
    present: 0,
    lost: 0,
    duplicated: 0,
    unknown: 0,
    rejected: 0,
    rejectedPresent: 0,
    database: rows && tallyRows(times, rows),
  };
  outcomes.forEach((outcome, index) => {
    const there = times[index] ?? 0;
    if (there > 1) found.duplicated += 1;
    if (outcome === OUTCOMES.acked) {
      found.acked += 1;
      if (there > 0) found.present += 1;
      else found.lost += 1;
    } else if (outcome === OUTCOMES.rejected) {
      found.rejected += 1;
      if (there > 0) found.rejectedPresent += 1;
    } else found.unknown += 1;
  });
  return found;
}

function tallyRows(times: Uint8Array, rows: Uint8Array): DatabaseTally {
  const found: DatabaseTally = { rows: 0, missing: 0, duplicated: 0, surplus: 0 };
  times.forEach((inUft, index) => {
    const inDatabase = rows[index] ?? 0;
    if (inDatabase > 0) found.rows += 1;
    if (inDatabase > 1) found.duplicated += 1;
    if (inUft > 0 && inDatabase === 0) found.missing += 1;
    if (inUft === 0 && inDatabase > 0) found.surplus += 1;
  });
  return found;
}

/**
 * How many keys that were found are there another number of times now, or have not one row each in the database, where
 * there is one.
 */
export function countChanged({
  times,
  now,
  rows,
}: {
  times: Uint8Array;
  now: Uint8Array;
  rows: Uint8Array | null;
}): number {
  return times.reduce((count, then, index) => {
    const isSame = now[index] === then && (rows === null || rows[index] === 1);
    return then > 0 && !isSame ? count + 1 : count;
  }, 0);
}
