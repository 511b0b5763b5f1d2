import type { DataHolder, SyncMode, SyncRecord } from '#shared/domain';
import { DurableMarks } from './durable-marks.ts';
import { PossibleRecords } from './possible-records.ts';
import type { SyncChange, SyncRecordValue } from './sync-records.ts';

/** A ceiling lasts for about so long at the present rate of writes. */
const CEILING_MS = 2_000;
const MIN_CHUNK = 1_000;
const RETRY_MS = 50;

export interface LossLimitOptions {
  /** The primary's epoch. */
  epoch: number;
  self: DataHolder;
  mode: SyncMode;
  /** Mode `async`: so many records may be acknowledged without the standby's confirmation. */
  lossBound: number;
  /** A standby that confirms nothing for this long is not waited for. */
  confirmTimeoutMs: number;
  /** What was durable when the term began. */
  durableLsn: number;
}

/**
 * `unset`: the record does not speak of this term yet. `within`: acknowledging waits for the standby, up to the bound.
 * `beyond`: the standby does not keep up, and the record says up to which LSN may be acknowledged without it.
 * `returning`: the record still says so, but acknowledging waits for the standby again, so that it can say `within`.
 * `passed`: a higher epoch's primary has taken the record.
 */
export type LossLimitState = 'unset' | 'within' | 'beyond' | 'returning' | 'passed';

export interface LossLimitView {
  /** Everything up to here may be acknowledged, as far as the loss bound goes. Never falls. */
  acknowledgeableLsn: number;
  state: LossLimitState;
  /** What the standby that counts has confirmed; null: nothing in this epoch. */
  confirmedLsn: number | null;
  /** Look again no later than this (monotonic); undefined: only when something happens. */
  wakeAtMs: number | undefined;
}

/** What is to be done in ZooKeeper; one at a time, and its outcome must be reported. */
export type LossLimitStep =
  | { kind: 'read' }
  | { kind: 'change'; record: SyncRecord; expectedVersion: number | undefined };

/**
 * Decides up to which LSN a primary may acknowledge, and what `/sync` must say before it may go further. It keeps to
 * every record that someone may find there, so a change whose outcome is not known counts for the stricter of both; and
 * it proposes no record that does not cover what it allowed before. One object for one term. Times are monotonic.
 */
export class LossLimit {
  readonly #options: LossLimitOptions;
  readonly #possible: PossibleRecords;
  readonly #marks: DurableMarks;
  readonly #confirmed = new Map<string, number>();
  #standby: DataHolder | undefined;
  #isRegistered = false;
  #granted = 0;
  #isBusy = false;
  #notBeforeMs = 0;
  #isReturning = false;
  #freshSinceMs: number | undefined;

  constructor(options: LossLimitOptions) {
    this.#options = options;
    this.#possible = new PossibleRecords({ epoch: options.epoch, dataId: options.self.dataId });
    this.#marks = new DurableMarks(options.durableLsn);
  }

  /** Everything up to `lsn` is on the primary's own disk. */
  durable(lsn: number, nowMs: number): void {
    this.#marks.add(lsn, nowMs);
  }

  /** The standby has everything up to `lsn` on its disk, as this epoch's primary wrote it. */
  confirmed(standby: DataHolder, lsn: number): void {
    this.#standby = standby;
    this.#confirmed.set(standby.dataId, Math.max(lsn, this.#confirmed.get(standby.dataId) ?? 0));
  }

  /** Whether a standby is registered in ZooKeeper. */
  registered(isRegistered: boolean): void {
    this.#isRegistered = isRegistered;
  }

  /** What may be acknowledged now. */
  look(nowMs: number): LossLimitView {
    const state = this.#decide(nowMs);
    const caught = this.#caughtUpTo();
    this.#marks.forget(Math.min(caught, this.#granted));
    return {
      acknowledgeableLsn: this.#granted,
      state,
      confirmedLsn: this.#standby === undefined ? null : this.#confirmedBy(this.#standby.dataId),
      wakeAtMs: this.#wakeAt(state, nowMs),
    };
  }

  /** What is to be done in ZooKeeper now; undefined: nothing, or something is under way. `wallMs` goes into records. */
  next(nowMs: number, wallMs: number): LossLimitStep | undefined {
    const state = this.#decide(nowMs);
    if (this.#isBusy || nowMs < this.#notBeforeMs) return undefined;
    if (this.#possible.needsRead) {
      this.#isBusy = true;
      return { kind: 'read' };
    }
    const wanted = this.#wanted(state, nowMs);
    if (wanted === undefined) return undefined;
    const { epoch, self, mode, lossBound } = this.#options;
    const bound = mode === 'sync' ? 0 : lossBound;
    const record = { version: 1 as const, epoch, primary: self, bound, changedAtMs: wallMs, ...wanted };
    this.#isBusy = true;
    this.#possible.sent(record);
    return { kind: 'change', record, expectedVersion: this.#possible.expectedVersion };
  }

  /** The outcome of a `read`; `failed`: ZooKeeper gave none. */
  readEnded(outcome: { value: SyncRecordValue | undefined } | 'failed', nowMs: number): void {
    this.#isBusy = false;
    if (outcome === 'failed') this.#notBeforeMs = nowMs + RETRY_MS;
    else this.#possible.seen(outcome.value);
  }

  /** The outcome of a `change`. */
  changeEnded(outcome: SyncChange, nowMs: number): void {
    this.#isBusy = false;
    if (outcome !== 'done') this.#notBeforeMs = nowMs + RETRY_MS;
    this.#possible.answered(outcome);
  }

  /** Settles the state and what is granted in it. */
  #decide(nowMs: number): LossLimitState {
    this.#noteFreshness(nowMs);
    const state = this.#state(nowMs);
    const allowed = this.#possible.allowedLsn((dataId) => this.#confirmedBy(dataId));
    const wished = state === 'returning' ? Math.min(allowed, this.#caughtUpTo()) : allowed;
    this.#granted = Math.max(this.#granted, Math.min(this.#marks.lsn, wished));
    return state;
  }

  #state(nowMs: number): LossLimitState {
    const { record } = this.#possible;
    const { epoch, self } = this.#options;
    if (record !== undefined && record.epoch > epoch) return 'passed';
    if (record === undefined || record.epoch !== epoch || record.primary.dataId !== self.dataId) return 'unset';
    if (record.ceilingLsn === null) {
      this.#isReturning = false;
      return 'within';
    }
    if (!this.#isRegistered || this.#isLate(this.#caughtUpTo(), nowMs)) this.#isReturning = false;
    else if (this.#freshSinceMs !== undefined && nowMs - this.#freshSinceMs >= this.#options.confirmTimeoutMs)
      this.#isReturning = true;
    return this.#isReturning ? 'returning' : 'beyond';
  }

  #wanted(state: LossLimitState, nowMs: number): Pick<SyncRecord, 'standby' | 'ceilingLsn'> | undefined {
    const standby = this.#standby ?? null;
    const raised = () => ({ standby, ceilingLsn: Math.max(this.#marks.lsn, this.#granted) + this.#chunk(nowMs) });
    if (state === 'passed') return undefined;
    // Nobody waits for a standby that has not confirmed anything in this term yet.
    if (state === 'unset') return this.#canTighten() && this.#isRegistered ? tightened(standby) : raised();
    if (state === 'within') {
      if (this.#mustRaise(nowMs)) return raised();
      // A standby whose directory is new is named: else nobody could say what its promotion would lose.
      const isNamed = standby === null || standby.dataId === this.#possible.record?.standby?.dataId;
      if (!isNamed && this.#isRegistered && this.#canTighten()) return tightened(standby);
      return this.#possible.isCertain ? undefined : tightened(this.#possible.record?.standby ?? null);
    }
    if (state === 'returning') return this.#canTighten() ? tightened(standby) : undefined;
    const left = (this.#possible.record?.ceilingLsn ?? 0) - this.#marks.lsn;
    return left < this.#chunk(nowMs) / 2 || !this.#possible.isCertain ? raised() : undefined;
  }

  /** In `within`: somebody waits, and for longer than the standby is given, or for one that is not there. */
  #mustRaise(nowMs: number): boolean {
    if (this.#granted >= this.#marks.lsn) return false;
    return !this.#isRegistered || this.#isLate(this.#granted, nowMs);
  }

  /** A record without ceiling would cover everything that was granted. */
  #canTighten(): boolean {
    return this.#standby !== undefined && this.#caughtUpTo() >= this.#granted && this.#freshSinceMs !== undefined;
  }

  /** Everything up to here would be allowed in `within`. */
  #caughtUpTo(): number {
    if (this.#standby === undefined) return 0;
    const { mode, lossBound } = this.#options;
    return this.#confirmedBy(this.#standby.dataId) + (mode === 'sync' ? 0 : lossBound);
  }

  #isLate(lsn: number, nowMs: number): boolean {
    const since = this.#marks.waitingSinceMs(lsn);
    return since !== undefined && nowMs - since >= this.#options.confirmTimeoutMs;
  }

  /** Fresh: the standby is behind by less than half the time that it is given. */
  #noteFreshness(nowMs: number): void {
    const since = this.#marks.waitingSinceMs(this.#caughtUpTo());
    const isBehind = since !== undefined && nowMs - since >= this.#options.confirmTimeoutMs / 2;
    const isFresh = this.#standby !== undefined && this.#caughtUpTo() > 0 && !isBehind;
    this.#freshSinceMs = isFresh ? (this.#freshSinceMs ?? nowMs) : undefined;
  }

  #chunk(nowMs: number): number {
    return Math.max(MIN_CHUNK, Math.ceil((this.#marks.ratePerSecond(nowMs) * CEILING_MS) / 1_000));
  }

  #confirmedBy(dataId: string): number {
    return Math.min(this.#confirmed.get(dataId) ?? 0, this.#marks.lsn);
  }

  #wakeAt(state: LossLimitState, nowMs: number): number | undefined {
    const { confirmTimeoutMs } = this.#options;
    const times: number[] = [];
    const waitingSince = this.#marks.waitingSinceMs(state === 'within' ? this.#granted : this.#caughtUpTo());
    if (waitingSince !== undefined && state !== 'beyond') times.push(waitingSince + confirmTimeoutMs);
    if (state === 'beyond' && this.#isRegistered && this.#freshSinceMs !== undefined)
      times.push(this.#freshSinceMs + confirmTimeoutMs);
    if (!this.#isBusy && (this.#possible.needsRead || state === 'unset' || this.#notBeforeMs > nowMs))
      times.push(this.#notBeforeMs);
    const later = times.filter((time) => time > nowMs);
    return later.length === 0 ? undefined : Math.min(...later);
  }
}

function tightened(standby: DataHolder | null): Pick<SyncRecord, 'standby' | 'ceilingLsn'> {
  return { standby, ceilingLsn: null };
}
