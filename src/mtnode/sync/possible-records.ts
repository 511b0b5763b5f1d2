import type { SyncRecord } from '#shared/domain';
import { allowedBy } from './loss-bound.ts';
import type { SyncChange, SyncRecordValue } from './sync-records.ts';

interface Pending {
  record: SyncRecord;
  /** −1: the record is to be made. */
  expectedVersion: number;
}

/**
 * Every record that someone who reads `/sync` may find now: the one known to stand, and those whose writing has no known
 * outcome. A change is settled by its answer, or by seeing a version above the one it expected: then it either was that
 * change, or can never come about.
 */
export class PossibleRecords {
  readonly #own: { epoch: number; dataId: string };
  #known: SyncRecordValue | undefined;
  #needsRead = true;
  #pending: Pending[] = [];
  #inFlight: Pending | undefined;

  constructor(own: { epoch: number; dataId: string }) {
    this.#own = own;
  }

  /** The record known to stand. */
  get record(): SyncRecord | undefined {
    return this.#known?.record;
  }

  /** What a change of the known record must expect. */
  get expectedVersion(): number | undefined {
    return this.#known?.version;
  }

  /** Whether the known record is all that can stand. */
  get isCertain(): boolean {
    return this.#pending.length === 0;
  }

  /** Whether the record must be read before it is changed. */
  get needsRead(): boolean {
    return this.#needsRead;
  }

  /** What every possible record allows; 0 while none is known to stand. */
  allowedLsn(confirmedLsn: (dataId: string) => number): number {
    const known = this.#known?.record;
    if (known === undefined) return 0;
    const records = [known, ...this.#pending.map((each) => each.record)];
    return Math.min(...records.map((record) => allowedBy(record, this.#own, confirmedLsn)));
  }

  /** What ZooKeeper shows; an older version than the one known is a stale answer. */
  seen(value: SyncRecordValue | undefined): void {
    if (value !== undefined && this.#known !== undefined && value.version < this.#known.version) return;
    this.#known = value;
    this.#needsRead = false;
    // A record that was removed is made again from version 0: what was to change the old one never can.
    this.#pending = this.#pending.filter((each) =>
      value === undefined ? each.expectedVersion < 0 : each.expectedVersion >= value.version,
    );
  }

  /** A change is about to be sent: from here on it may stand. */
  sent(record: SyncRecord): void {
    const pending = { record, expectedVersion: this.#known?.version ?? -1 };
    this.#inFlight = pending;
    // Changes that expect the same are settled together, so only the strictest of each kind matters.
    const isSame = (each: Pending) => each.expectedVersion === pending.expectedVersion;
    if (this.#pending.some((each) => isSame(each) && covers(each.record, record))) return;
    this.#pending = [...this.#pending.filter((each) => !(isSame(each) && covers(record, each.record))), pending];
  }

  /** The answer to the change that was sent last. */
  answered(outcome: SyncChange): void {
    const pending = this.#inFlight;
    this.#inFlight = undefined;
    if (pending === undefined) return;
    if (outcome === 'done') this.seen({ record: pending.record, version: pending.expectedVersion + 1 });
    if (outcome === 'lost' || outcome === 'none') this.#pending = this.#pending.filter((each) => each !== pending);
    if (outcome === 'lost' || outcome === 'unknown') this.#needsRead = true;
  }
}

/** Whether one record never allows more than the other, whatever is confirmed. */
function covers(one: SyncRecord, other: SyncRecord): boolean {
  if (one.ceilingLsn !== null) return other.ceilingLsn !== null && one.ceilingLsn <= other.ceilingLsn;
  return other.ceilingLsn === null && one.standby?.dataId === other.standby?.dataId && one.bound <= other.bound;
}
