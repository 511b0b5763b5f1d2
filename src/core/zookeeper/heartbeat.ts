import type { Clock, Timer } from '#core/clock';

/** What is due sooner is due: a wait for less than a clock can tell would never end. */
const LEAST_WAIT_MS = 1;

export interface HeartbeatHooks {
  /** Makes one call with the given deadline. */
  beat(deadlineMs: number): Promise<unknown>;
  /** A beat got no answer within its deadline. */
  missed(deadlineMs: number): void;
  /** When the latest request that was answered was sent, on the monotonic clock. */
  lastContactMs(): number;
}

/**
 * The session's own heartbeat. The library waits for ever for an answer, and its ping is put off by every event that
 * comes in; so a call is made a sixth of the negotiated time-out after the last request that was answered, and for as
 * long as none is, and one that stays unanswered for a third of it ends the connection.
 */
export class Heartbeat {
  readonly #clock: Clock;
  #timer: Timer | undefined;
  /** Counts connections: a beat of an earlier one says nothing about the present one. */
  #connection = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(negotiatedTimeoutMs: number, hooks: HeartbeatHooks): void {
    this.stop();
    this.#look(negotiatedTimeoutMs / 6, Math.round(negotiatedTimeoutMs / 3), hooks);
  }

  stop(): void {
    this.#connection += 1;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(periodMs: number, deadlineMs: number, hooks: HeartbeatHooks): void {
    // What has just been answered is worth as much as a beat.
    const leftMs = hooks.lastContactMs() + periodMs - this.#clock.monotonicMs();
    const isDue = leftMs < LEAST_WAIT_MS;
    this.#timer = this.#clock.setTimer(isDue ? periodMs : leftMs, () => this.#look(periodMs, deadlineMs, hooks));
    if (isDue) this.#beat(deadlineMs, hooks);
  }

  #beat(deadlineMs: number, hooks: HeartbeatHooks): void {
    const connection = this.#connection;
    hooks.beat(deadlineMs).catch(() => {
      if (this.#connection === connection) hooks.missed(deadlineMs);
    });
  }
}
