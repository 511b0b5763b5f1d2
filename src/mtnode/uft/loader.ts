import { type Disk, datName, type Pause, type RedoLog, type RedoRecord, readDat } from '#mtnode/redo';
import type { LoadProgress } from '#shared/domain';
import type { Uft } from './uft.ts';

export interface LoadOptions {
  /** Asked between pieces of work of a millisecond or two; `slices(clock)` keeps every turn at 8 ms. */
  pause: Pause;
  /** Told at the beginning, at the end, and at most once in a piece of work between. */
  onProgress?(progress: LoadProgress): void;
  /** Up to this LSN, instead of everything durable. */
  throughLsn?: number;
  signal?: AbortSignal;
}

/** Records applied in a millisecond or so. */
const PIECE = 500;
/** More records than these are not kept while what comes before them is being read; they are read then too. */
const MAX_AHEAD = 20_000;

/**
 * Loads UFT from the newest dat and the redo after it (F8), and goes on from there: what is in UFT already is not read
 * again unless the log's past was changed. One load at a time.
 */
export class UftLoader {
  readonly #uft: Uft;
  readonly #disk: Disk;
  readonly #log: RedoLog;
  /** The log's `rewrites` for which UFT is right up to its last LSN; undefined: it is to be begun anew. */
  #rewrites: number | undefined;
  #isLoading = false;
  /** Appended while what comes before them was not in UFT yet, without gaps. */
  #ahead: RedoRecord[] = [];
  /** Orders and sessions of the dat and records of redo that are in UFT. */
  #done = 0;

  constructor(uft: Uft, disk: Disk, log: RedoLog) {
    this.#uft = uft;
    this.#disk = disk;
    this.#log = log;
  }

  /** Whether nothing durable is missing in UFT. */
  get isComplete(): boolean {
    return this.#rewrites === this.#log.rewrites && this.#uft.lastLsn >= this.#log.durableLsn;
  }

  /** UFT is emptied. */
  reset(): void {
    this.#uft.clear();
    this.#rewrites = undefined;
    this.#ahead = [];
    this.#done = 0;
  }

  /**
   * Records just appended to the log: they are applied at once where UFT has what comes before them. Throws EntryError
   * where one says nothing known; a load will meet it as well.
   */
  take(records: readonly RedoRecord[]): void {
    const isGap = records[0]?.lsn !== (this.#ahead.at(-1)?.lsn ?? Number.NaN) + 1;
    if (isGap || this.#ahead.length > MAX_AHEAD) this.#ahead = [];
    for (const record of records) this.#ahead.push(record);
    if (!this.#isLoading) this.#applyAhead();
  }

  /**
   * Brings UFT to what is durable when it ends, or to `throughLsn`. Rejects with RedoDamage where the dat is damaged,
   * EntryError where a record says nothing known, and with the signal's reason; a further load goes on from there.
   */
  async load(options: LoadOptions): Promise<void> {
    this.#isLoading = true;
    try {
      while (!(await this.#loadOnce(options)));
    } finally {
      this.#isLoading = false;
    }
    if (options.throughLsn === undefined) this.#applyAhead();
  }

  /** False where the log's past was changed meanwhile. */
  async #loadOnce(options: LoadOptions): Promise<boolean> {
    const log = this.#log;
    const { rewrites } = log;
    const throughLsn = Math.min(options.throughLsn ?? log.durableLsn, log.durableLsn);
    const isToBegin = this.#rewrites !== rewrites || this.#uft.lastLsn + 1 < log.firstLsn;
    const step = isToBegin ? await this.#begin(options, throughLsn) : this.#stepper(options, throughLsn);
    this.#rewrites = rewrites;
    if (this.#uft.lastLsn >= throughLsn) return log.rewrites === rewrites;
    for await (const records of log.read(this.#uft.lastLsn + 1, PIECE)) {
      if (log.rewrites !== rewrites) return false;
      const wanted = records.filter(({ lsn }) => lsn <= throughLsn);
      for (const record of wanted) this.#uft.apply(record);
      await step(wanted.length);
      if (wanted.length < records.length) break;
    }
    return log.rewrites === rewrites;
  }

  /** Empties UFT and loads the newest dat. */
  async #begin(options: LoadOptions, throughLsn: number): Promise<Step> {
    const { datLsn } = this.#log;
    this.#uft.clear();
    this.#rewrites = undefined;
    this.#done = 0;
    const dat = datLsn === null ? undefined : await readDat(this.#disk, datName(datLsn));
    if (dat === undefined) return this.#stepper(options, throughLsn);
    this.#uft.restore(dat.header);
    const step = this.#stepper(options, throughLsn, dat.header.orders + dat.header.sessions);
    for await (const batch of dat.batches()) {
      this.#uft.addBatch(batch);
      await step(batch.orders.length + batch.sessions.length);
    }
    return step;
  }

  /** Counts what was done, tells of it, and lets others work; `ofDat`: what is still to come beside redo. */
  #stepper({ onProgress, pause, signal }: LoadOptions, throughLsn: number, ofDat = 0): Step {
    const total = this.#done + ofDat + Math.max(0, throughLsn - this.#uft.lastLsn);
    onProgress?.({ done: this.#done, total });
    return async (by) => {
      this.#done += by;
      if (by > 0) onProgress?.({ done: this.#done, total });
      signal?.throwIfAborted();
      await pause();
      signal?.throwIfAborted();
    };
  }

  #applyAhead(): void {
    const first = this.#ahead[0];
    if (first === undefined || this.#rewrites !== this.#log.rewrites || first.lsn > this.#uft.lastLsn + 1) return;
    const ahead = this.#ahead;
    this.#ahead = [];
    for (const record of ahead) {
      if (record.lsn <= this.#uft.lastLsn) continue;
      this.#uft.apply(record);
      this.#done++;
    }
  }
}

/** One piece of work of so many orders, sessions or records is done. */
type Step = (by: number) => Promise<void>;
