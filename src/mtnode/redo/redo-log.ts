import type { Aside } from '#shared/domain';
import type { DatContent, DatHeader } from './dat-content.ts';
import type { Pause } from './pause.ts';
import type { EpochStart, RecordType, RedoRecord } from './record.ts';

export interface RedoLogOptions {
  /** A segment that has reached this size is followed by a new one. */
  segmentBytes: number;
  /** Asked between pieces of long work. */
  pause?: Pause;
}

/**
 * The redo log of one instance, and its dats. Appending is in memory until `flush`. Once the disk has failed, everything
 * that would write rejects with {@link RedoFailed}, for ever.
 */
export interface RedoLog {
  /** The oldest LSN in the segments; `lastLsn` + 1 where they hold none. */
  readonly firstLsn: number;
  /** The last appended; 0: none. */
  readonly lastLsn: number;
  /** On disk up to here. */
  readonly durableLsn: number;
  /** Of the last record; 0: there is none. */
  readonly lastEpoch: number;
  /** The newest dat's LSN; null: no dat. */
  readonly datLsn: number | null;
  /** Why nothing can be written any more; undefined: it can. */
  readonly failure: Error | undefined;
  /** Changes whenever records that were here are cut or replaced: what was read under another count no longer holds. */
  readonly rewrites: number;
  /** Where each epoch begins, oldest first; complete also after old segments have gone. */
  epochs(): readonly EpochStart[];
  /** Appends a record and says its LSN. Throws {@link RedoOrder} where the epoch is lower than the last. */
  append(epoch: number, type: RecordType, payload: Uint8Array): number;
  /**
   * Appends another log's records with their LSNs and epochs. Throws {@link RedoOrder} where they do not follow on what
   * is here; then none of them is appended.
   */
  appendCopies(records: readonly RedoRecord[]): void;
  /**
   * Forces everything appended before the call to disk and resolves with the durable LSN. One forcing at a time; those
   * who call meanwhile share the next.
   */
  flush(): Promise<number>;
  /**
   * Records from `fromLsn` to what was durable when a batch was read, in batches of at most `batchRecords` (1000); ends
   * there, also where a cut came between. Throws {@link RedoGone} where they begin before the log.
   */
  read(fromLsn: number, batchRecords?: number): AsyncIterable<RedoRecord[]>;
  /** How many bytes the records after this LSN take, to within a hundred records or so. */
  bytesAfter(lsn: number): number;
  /**
   * Divergence: moves what is above `lsn` to an aside file, then cuts it off, with the dats that contain such records.
   * Null where nothing is above. Afterwards `lastLsn` is `lsn`, or less (an older dat's, or 0) where `lsn` cannot be
   * reached from what is left: then the other instance's dat has to be copied.
   */
  cutAfter(lsn: number): Promise<Aside | null>;
  /** Removes segments whose records are all at or below `lsn` and in a dat. The one being written stays. */
  removeThrough(lsn: number): Promise<void>;
  /**
   * Writes a dat of this log's own records, after forcing them to disk, and removes older dats. Rejects with
   * {@link RedoOrder} where the log is cut or replaced meanwhile: there is no new dat then.
   */
  saveDat(content: DatContent): Promise<void>;
  /**
   * Takes over another instance's dat of LSN `lsn`, checked while its bytes arrive; {@link RedoDamage} where they are
   * not a dat, and whatever the iterable throws: all is as before then. Where the dat is ahead of the log, the log
   * begins anew after it, with the dat's epochs, and nothing may be appended meanwhile. Older dats are removed.
   */
  adoptDat(lsn: number, bytes: AsyncIterable<Uint8Array>): Promise<DatHeader>;
  /** Forces what is pending and lets the files go. */
  close(): Promise<void>;
}
