import type { RedoLog } from '#mtnode/redo';
import type { Uft } from '#mtnode/uft';

/** Writes a dat every so many records, and removes redo that nobody needs any more. */
export class Snapshots {
  readonly #everyRecords: number;
  readonly #log: RedoLog;
  readonly #uft: Uft;
  readonly #afterwards: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;
  #removedThrough = 0;

  /** `afterwards` follows each dat. */
  constructor(
    everyRecords: number,
    log: RedoLog,
    uft: Uft,
    afterwards: () => Promise<void>,
    onError: (error: unknown) => void,
  ) {
    this.#everyRecords = everyRecords;
    this.#log = log;
    this.#uft = uft;
    this.#afterwards = afterwards;
    this.#onError = onError;
  }

  /** A primary's UFT is at `uft.lastLsn` now. `persistedLsn`: redo above it is still needed. */
  consider(epoch: number, persistedLsn: number): void {
    const datLsn = this.#log.datLsn ?? 0;
    const isDue = this.#uft.lastLsn - datLsn >= this.#everyRecords;
    const isRemovable = Math.min(datLsn, persistedLsn) >= this.#removedThrough + this.#everyRecords;
    if (this.#running !== undefined || !(isDue || isRemovable)) return;
    this.#running = this.#run(epoch, persistedLsn, isDue)
      .catch((error: unknown) => this.#onError(error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when no dat is being written. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(epoch: number, persistedLsn: number, isDue: boolean): Promise<void> {
    const log = this.#log;
    if (isDue) {
      await log.saveDat(this.#uft.snapshot(this.#uft.lastLsn, epoch, log.epochs()));
      await this.#afterwards();
    }
    this.#removedThrough = Math.min(log.datLsn ?? 0, persistedLsn);
    await log.removeThrough(this.#removedThrough);
  }
}
