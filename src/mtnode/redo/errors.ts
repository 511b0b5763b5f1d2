/**
 * Redo or dat is damaged where it must not be: something that was forced to disk is no longer there as it was written.
 * Never repaired: whoever meets it takes no part until a person has looked.
 */
export class RedoDamage extends Error {
  /** The file's name in the folder. */
  readonly file: string;
  /** The first byte that is not as it should be. */
  readonly offset: number;
  readonly detail: string;
  constructor(file: string, offset: number, detail: string) {
    super(`${file}, byte ${offset}: ${detail}`);
    this.name = 'RedoDamage';
    this.file = file;
    this.offset = offset;
    this.detail = detail;
  }
}

/**
 * The log took an input/output error and takes nothing more: what a failed fsync left behind is not known, and asking
 * again does not tell. Only a restart, which reads what is there, brings it back.
 */
export class RedoFailed extends Error {
  constructor(cause: unknown) {
    super(`the redo log failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'RedoFailed';
  }
}

/** Records were asked for that are no longer in the log: they are in a dat alone, or were cut off. */
export class RedoGone extends Error {
  /** The oldest LSN that is still here. */
  readonly firstLsn: number;
  constructor(askedLsn: number, firstLsn: number) {
    super(`LSN ${askedLsn} is not in the redo log, which begins at ${firstLsn}`);
    this.name = 'RedoGone';
    this.firstLsn = firstLsn;
  }
}

/** A record that does not follow on what is there: a gap, a repetition, or an epoch that goes back. */
export class RedoOrder extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'RedoOrder';
  }
}

/** An entry that no record can carry, or a payload that is none. */
export class EntryError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'EntryError';
  }
}
