import type { Clock } from '#core/clock';
import type { RedoLog } from '#mtnode/redo';
import type { Uft } from '#mtnode/uft';

/** A disk that takes no dat needs what it has for redo: it is not tried again at once. */
const RETRY_AFTER_MS = 10_000;

export interface SnapshotsParts {
  everyRecords: number;
  clock: Clock;
  log: RedoLog;
  uft: Uft;
  /** Follows each dat. */
  afterwards(): Promise<void>;
  /** How the last one ended; undefined: well. Told at each change between well and not. */
  onOutcome(error: unknown): void;
}

/** Writes a dat every so many records, and removes redo that nobody needs any more. */
export class Snapshots {
  readonly #parts: SnapshotsParts;
  #running: Promise<void> | undefined;
  #removedThrough = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #hasFailed = false;

  constructor(parts: SnapshotsParts) {
    this.#parts = parts;
  }

  /** A primary's UFT is at `uft.lastLsn` now. `persistedLsn`: redo above it is still needed. */
  consider(epoch: number, persistedLsn: number): void {
    const { clock, log, uft, everyRecords } = this.#parts;
    const datLsn = log.datLsn ?? 0;
    const isDue = uft.lastLsn - datLsn >= everyRecords;
    const isRemovable = Math.min(datLsn, persistedLsn) >= this.#removedThrough + everyRecords;
    if (this.#running !== undefined || !(isDue || isRemovable) || clock.monotonicMs() < this.#notBeforeMs) return;
    this.#running = this.#run(epoch, persistedLsn, isDue)
      .then(
        () => this.#ended(undefined),
        (error: unknown) => this.#ended(error),
      )
      .finally(() => {
        this.#running = undefined;
      });
  }

  #ended(error: unknown): void {
    const { clock, onOutcome } = this.#parts;
    const hadFailed = this.#hasFailed;
    this.#hasFailed = error !== undefined;
    if (this.#hasFailed) this.#notBeforeMs = clock.monotonicMs() + RETRY_AFTER_MS;
    if (this.#hasFailed !== hadFailed) onOutcome(error);
  }

  /** Resolves when no dat is being written. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(epoch: number, persistedLsn: number, isDue: boolean): Promise<void> {
    const { log, uft, afterwards } = this.#parts;
    if (isDue) {
      await log.saveDat(uft.snapshot(uft.lastLsn, epoch, log.epochs()));
      await afterwards();
    }
    this.#removedThrough = Math.min(log.datLsn ?? 0, persistedLsn);
    await log.removeThrough(this.#removedThrough);
  }
}
