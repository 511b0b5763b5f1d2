import { type RedoLog, RedoOrder, type RedoRecord } from '#mtnode/redo';
import { localFailure, SyncFailure } from './sync-failure.ts';

/** More than this is not taken in before some of it is on disk. */
const MAX_PENDING_RECORDS = 20_000;

/** The standby's own copy of the redo: taken in as it comes, forced to disk while more is being read. */
export class ReceivedLog {
  readonly #log: RedoLog;
  readonly #onAppended: (records: readonly RedoRecord[]) => void;
  readonly #onDurable: (lsn: number) => void;
  #isDue = false;
  #forcing: Promise<void> | undefined;
  #failure: SyncFailure | undefined;

  constructor(log: RedoLog, onAppended: (records: readonly RedoRecord[]) => void, onDurable: (lsn: number) => void) {
    this.#log = log;
    this.#onAppended = onAppended;
    this.#onDurable = onDurable;
  }

  /** Takes records in. Throws {@link SyncFailure} where they do not follow on, or the own disk has failed. */
  append(records: readonly RedoRecord[]): void {
    this.#check();
    try {
      this.#log.appendCopies(records);
    } catch (error) {
      if (error instanceof RedoOrder) throw new SyncFailure('redoDamaged', error.message, { cause: error });
      throw localFailure(error);
    }
    this.#onAppended(records);
    this.#isDue = true;
    this.#forcing ??= this.#force();
  }

  /** The log was replaced by a dat: what it holds is on disk. */
  replaced(): void {
    this.#onDurable(this.#log.durableLsn);
  }

  /** Waits while too much is on its way to disk. */
  async room(): Promise<void> {
    while (this.#forcing !== undefined && this.#log.lastLsn - this.#log.durableLsn > MAX_PENDING_RECORDS)
      await this.#forcing;
    this.#check();
  }

  /** Waits until everything taken in is on disk. Rejects with {@link SyncFailure} where it cannot be. */
  async drained(): Promise<void> {
    while (this.#forcing !== undefined) await this.#forcing;
    this.#check();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #force(): Promise<void> {
    try {
      while (this.#isDue) {
        this.#isDue = false;
        this.#onDurable(await this.#log.flush());
      }
    } catch (error) {
      this.#failure = localFailure(error);
    } finally {
      this.#forcing = undefined;
    }
  }
}
