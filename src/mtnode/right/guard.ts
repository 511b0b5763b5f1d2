import type { Clock } from '#core/clock';
import type { ZooKeeperSession } from '#core/zookeeper';
import {
  type Moment,
  momentOf,
  needsPromise,
  promiseLeadMs,
  type Right,
  servingRight,
  spanFrom,
  spanLeftMs,
  type TwoClockSpan,
} from './lease.ts';

/**
 * Keeps the primary's right to serve: ZooKeeper's lease in the session in which the route was last read, or the
 * standby's promise. Once neither holds, the right is lapsed until {@link trust}: a process that was frozen, and wakes
 * with answers to give, finds it so before the first of them.
 */
export class Guard {
  readonly #clock: Clock;
  readonly #zookeeper: ZooKeeperSession;
  readonly #onLapse: () => void;
  #trustedGeneration: number | undefined;
  #promise: TwoClockSpan | undefined;
  /** What the promise asked for last would last, from when it was asked for. */
  #asked: TwoClockSpan | undefined;
  #lapsed = false;

  constructor(clock: Clock, zookeeper: ZooKeeperSession, onLapse: () => void) {
    this.#clock = clock;
    this.#zookeeper = zookeeper;
    this.#onLapse = onLapse;
  }

  get lapsed(): boolean {
    return this.#lapsed;
  }

  right(): Right {
    return servingRight({
      now: momentOf(this.#clock),
      lease: this.#trustedLease(),
      promise: this.#promise,
      lapsed: this.#lapsed,
    });
  }

  /** For an instance that is primary: its right now; the moment it has none, it lapses. */
  check(): Right {
    const right = this.right();
    if (right.basis === 'none') this.lapse();
    return right;
  }

  lapse(): void {
    if (this.#lapsed) return;
    this.#lapsed = true;
    this.#promise = undefined;
    this.#onLapse();
  }

  /** In this session the instance is registered and the route, read after that, names it at its epoch. */
  trust(generation: number): void {
    this.#trustedGeneration = generation;
    this.#lapsed = false;
  }

  /** Whether the route should be read again before anything is served by the lease. */
  needsRecheck(): boolean {
    return this.#lapsed || this.#trustedGeneration !== this.#zookeeper.status().generation;
  }

  /** A promise is being asked for: until it would run out it may come in, from a standby that is no more since. */
  askedForPromise(sentAt: Moment, promiseMs: number): void {
    this.#asked = spanFrom(sentAt, promiseMs);
  }

  /** The standby promised, to a request sent at `sentAt`. A right that lapsed meanwhile does not come back by it. */
  promised(sentAt: Moment, promiseMs: number): void {
    if (!this.#lapsed) this.#promise = spanFrom(sentAt, promiseMs);
  }

  /** Whether it counts on a promise, or may yet come to count on one that was given. */
  mayHoldPromise(): boolean {
    const now = momentOf(this.#clock);
    return spanLeftMs(this.#promise, now) > 0 || spanLeftMs(this.#asked, now) > 0;
  }

  needsPromise(): boolean {
    const { state, negotiatedTimeoutMs } = this.#zookeeper.status();
    const leaseLeftMs = spanLeftMs(this.#trustedLease(), momentOf(this.#clock));
    return needsPromise(state === 'connected', leaseLeftMs, negotiatedTimeoutMs ?? 0);
  }

  /** How long until a promise is needed, if ZooKeeper stays connected and answers nothing meanwhile. */
  promiseNeededInMs(): number {
    const { negotiatedTimeoutMs } = this.#zookeeper.status();
    return spanLeftMs(this.#trustedLease(), momentOf(this.#clock)) - promiseLeadMs(negotiatedTimeoutMs ?? 0);
  }

  /** The instance is not primary any more: nothing of its right remains. */
  forget(): void {
    this.#trustedGeneration = undefined;
    this.#promise = undefined;
    this.#lapsed = false;
  }

  #trustedLease(): TwoClockSpan | undefined {
    const { generation } = this.#zookeeper.status();
    return generation === this.#trustedGeneration ? this.#zookeeper.lease() : undefined;
  }
}
