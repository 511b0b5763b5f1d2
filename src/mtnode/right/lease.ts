import type { Clock } from '#core/clock';

/** One instant on both clocks. */
export interface Moment {
  monotonicMs: number;
  wallMs: number;
}

/** Something that ends as soon as either clock says so: the monotonic one may stand still, the wall may be set. */
export interface TwoClockSpan {
  untilMonotonicMs: number;
  untilWallMs: number;
}

/** Now, on both clocks. */
export function momentOf(clock: Clock): Moment {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
}

/** What lasts `durationMs` from `start`, on both clocks. */
export function spanFrom(start: Moment, durationMs: number): TwoClockSpan {
  return { untilMonotonicMs: start.monotonicMs + durationMs, untilWallMs: start.wallMs + durationMs };
}

/** What is left of a span by the clock that leaves less; 0 once it ended or where there is none. */
export function spanLeftMs(span: TwoClockSpan | undefined, now: Moment): number {
  if (span === undefined) return 0;
  return Math.max(0, Math.min(span.untilMonotonicMs - now.monotonicMs, span.untilWallMs - now.wallMs));
}

/** What a primary's right to serve rests on at one instant. */
export interface RightFacts {
  now: Moment;
  /** ZooKeeper's lease, where the session it belongs to is the one in which the route was last read. */
  lease: TwoClockSpan | undefined;
  /** The standby's promise, reckoned from when it was asked for. */
  promise: TwoClockSpan | undefined;
  /** True from the moment the right was lost until the route has been read again. */
  lapsed: boolean;
}

export interface Right {
  basis: 'lease' | 'promise' | 'none';
  leftMs: number;
}

/** A primary may answer 0 only on a basis other than `none`; the lease is preferred to the promise. */
export function servingRight(facts: RightFacts): Right {
  const leaseLeftMs = spanLeftMs(facts.lease, facts.now);
  const promiseLeftMs = spanLeftMs(facts.promise, facts.now);
  if (facts.lapsed || (leaseLeftMs <= 0 && promiseLeftMs <= 0)) return { basis: 'none', leftMs: 0 };
  return { basis: leaseLeftMs > 0 ? 'lease' : 'promise', leftMs: Math.max(leaseLeftMs, promiseLeftMs) };
}

/** Whether a primary should ask for, or renew, a promise: ZooKeeper is away, or a third of the lease is left. */
export function needsPromise(connected: boolean, leaseLeftMs: number, negotiatedTimeoutMs: number): boolean {
  return !connected || leaseLeftMs < promiseLeadMs(negotiatedTimeoutMs);
}

/** How much of a lease is left, at the least, when a promise is asked for: a third of it. */
export function promiseLeadMs(negotiatedTimeoutMs: number): number {
  return (negotiatedTimeoutMs * 2) / 9;
}
