import type { Clock } from '#core/clock';

/** A write that a server has put its wall time to, and when it was sent and answered here. */
export interface TimeSample {
  sentMonotonicMs: number;
  answeredMonotonicMs: number;
  serverWallMs: number;
}

/** The server's wall time as the own monotonic clock plus something. */
export interface TimeEstimate {
  baseMs: number;
  /** At most so far off, when it was taken. */
  errorMs: number;
  takenMonotonicMs: number;
}

/** A server tells whole milliseconds. */
const TRUNCATED_MS = 0.5;
/** How far two quartz clocks may run apart, as a part of the time that goes by. */
const DRIFT = 1e-4;
/** So long it is good enough without another look. */
const REFRESH_MS = 3_600_000;
/** The own two clocks have gone apart by more: one was set, or the machine slept. */
const APART_MS = 500;

/** The server put its time to it at some moment between question and answer: in the middle it is least wrong. Pure. */
export function estimateOf({ sentMonotonicMs, answeredMonotonicMs, serverWallMs }: TimeSample): TimeEstimate {
  const halfMs = (answeredMonotonicMs - sentMonotonicMs) / 2;
  return {
    baseMs: serverWallMs + TRUNCATED_MS - (sentMonotonicMs + halfMs),
    errorMs: halfMs + TRUNCATED_MS,
    takenMonotonicMs: answeredMonotonicMs,
  };
}

/** The better of two; where they cannot both be true something has changed since, and the later one is. Pure. */
export function betterOf(before: TimeEstimate | undefined, next: TimeEstimate): TimeEstimate {
  if (before === undefined) return next;
  const errorMs = before.errorMs + (next.takenMonotonicMs - before.takenMonotonicMs) * DRIFT;
  const canBothBe = Math.abs(next.baseMs - before.baseMs) <= errorMs + next.errorMs;
  return canBothBe && errorMs < next.errorMs ? { ...before, errorMs, takenMonotonicMs: next.takenMonotonicMs } : next;
}

/** How far the own wall clock is ahead of ZooKeeper's, and how exactly that is known. */
export interface ClockSkew {
  skewMs: number;
  errorMs: number;
}

/**
 * Wall time as ZooKeeper has it: what one console writes (the end of a cooldown, of a maintenance) the others count by the
 * same clock. It goes by the own monotonic clock, so that the own wall may be set meanwhile. Before the first answer, and
 * where a server tells no time, it is the own wall.
 */
export class SharedClock {
  readonly #clock: Clock;
  #estimate: TimeEstimate | undefined;
  #lookedMonotonicMs = Number.NEGATIVE_INFINITY;
  /** The own wall minus the own monotonic clock at the latest sample. */
  #apartMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(sample: TimeSample): void {
    this.#lookedMonotonicMs = sample.answeredMonotonicMs;
    this.#apartMs = this.#ownApartMs();
    if (sample.serverWallMs > 0) this.#estimate = betterOf(this.#estimate, estimateOf(sample));
  }

  wallMs(): number {
    const estimate = this.#estimate;
    return estimate === undefined ? this.#clock.wallMs() : this.#clock.monotonicMs() + estimate.baseMs;
  }

  /** Null: not known. */
  skew(): ClockSkew | null {
    const estimate = this.#estimate;
    return estimate === undefined ? null : { skewMs: this.#clock.wallMs() - this.wallMs(), errorMs: estimate.errorMs };
  }

  /** Whether another sample is wanted. */
  isDue(): boolean {
    const isApart = Math.abs(this.#ownApartMs() - this.#apartMs) > APART_MS;
    return isApart || this.#clock.monotonicMs() - this.#lookedMonotonicMs > REFRESH_MS;
  }

  #ownApartMs(): number {
    return this.#clock.wallMs() - this.#clock.monotonicMs();
  }
}
