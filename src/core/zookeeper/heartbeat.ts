import { type Clock, every, type Timer } from '#core/clock';

/**
 * The session's own heartbeat. The library waits for ever for an answer, and its ping is put off by every event that
 * comes in; so a call is made every sixth of the negotiated time-out, and one that stays unanswered for a third of it
 * ends the connection.
 */
export class Heartbeat {
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `beat` makes one call with the given deadline; `missed` is called when it got no answer. */
  start(
    negotiatedTimeoutMs: number,
    beat: (deadlineMs: number) => Promise<unknown>,
    missed: (deadlineMs: number) => void,
  ): void {
    this.stop();
    const deadlineMs = Math.round(negotiatedTimeoutMs / 3);
    const timer = every(this.#clock, negotiatedTimeoutMs / 6, () => {
      beat(deadlineMs).catch(() => {
        // A beat of an earlier connection says nothing about the present one.
        if (this.#timer === timer) missed(deadlineMs);
      });
    });
    this.#timer = timer;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
