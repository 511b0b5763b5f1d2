import type { Lag } from '#shared/domain';
import { DurableMarks } from './durable-marks.ts';

/** How far a standby knows its primary to be, and how far it is behind that. */
export class PrimaryProgress {
  #marks = new DurableMarks(0);
  #isKnown = false;
  #acknowledgedLsn: number | null = null;
  #bytesPerRecord = 0;

  /** The primary has everything up to `lsn` on its disk. */
  durable(lsn: number, nowMs: number): void {
    this.#isKnown = true;
    this.#marks.add(lsn, nowMs);
  }

  /** It has acknowledged everything up to `lsn`. */
  acknowledged(lsn: number): void {
    this.#acknowledgedLsn = Math.max(lsn, this.#acknowledgedLsn ?? 0);
  }

  /** So many records of so many bytes came; everything up to `lsn` is on the own disk. */
  took(records: number, bytes: number): void {
    if (records > 0) this.#bytesPerRecord = bytes / records;
  }

  /** Everything up to `lsn` is on the own disk. */
  received(lsn: number): void {
    this.#marks.forget(lsn);
  }

  /** null: not known. */
  get durableLsn(): number | null {
    return this.#isKnown ? this.#marks.lsn : null;
  }

  get acknowledgedLsn(): number | null {
    return this.#acknowledgedLsn;
  }

  /** For how long something has been missing that the primary has on its disk, in milliseconds; 0: nothing is. */
  behindMs(receivedLsn: number, nowMs: number): number {
    const since = this.#marks.waitingSinceMs(receivedLsn);
    return since === undefined ? 0 : nowMs - since;
  }

  /** null: not known. The bytes are an estimate from the records that came last. */
  lag(receivedLsn: number, nowMs: number): Lag | null {
    if (!this.#isKnown) return null;
    const records = Math.max(0, this.#marks.lsn - receivedLsn);
    return {
      records,
      bytes: Math.round(records * this.#bytesPerRecord),
      seconds: this.behindMs(receivedLsn, nowMs) / 1_000,
    };
  }
}
