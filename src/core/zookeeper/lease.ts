import type { Clock } from '#core/clock';
import type { Moment } from './client-adapter.ts';
import type { SessionLease } from './port.ts';

/** A session lives on the server for the negotiated time-out after our last request; we count on two thirds of it. */
const TRUSTED_SHARE = 2 / 3;

/** How long the session surely lives, reckoned from the requests that were answered, on both clocks. */
export class Lease {
  readonly #clock: Clock;
  #current: SessionLease | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  current(): SessionLease | undefined {
    return this.#current;
  }

  /** A request sent at `sentAt` was answered. An older request never shortens the lease on the monotonic clock. */
  extend(sentAt: Moment, negotiatedTimeoutMs: number): void {
    const trustedMs = negotiatedTimeoutMs * TRUSTED_SHARE;
    const untilMonotonicMs = sentAt.monotonicMs + trustedMs;
    if (this.#current && untilMonotonicMs < this.#current.untilMonotonicMs) return;
    this.#current = { untilMonotonicMs, untilWallMs: sentAt.wallMs + trustedMs };
  }

  clear(): void {
    this.#current = undefined;
  }

  /** False once either clock has passed the end. */
  lives(): boolean {
    const lease = this.#current;
    if (!lease) return false;
    return this.#clock.monotonicMs() < lease.untilMonotonicMs && this.#clock.wallMs() < lease.untilWallMs;
  }
}
