import type { Clock, Timer } from '#core/clock';
import { type Confirmation, ConfirmationSender, type Hint } from '#mtnode/sync';

/** Sends a standby's confirmations when they are due, and again until the primary has taken note. */
export class Confirming {
  readonly #clock: Clock;
  readonly #send: (confirmation: Confirmation) => void;
  readonly #sender = new ConfirmationSender();
  #timer: Timer | undefined;

  constructor(clock: Clock, send: (confirmation: Confirmation) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Everything up to there is on the own disk. */
  received(confirmation: Confirmation): void {
    this.#sender.received(confirmation);
    this.#look();
  }

  /** What the primary said of itself. */
  heard(hint: Hint): void {
    this.#sender.heard(hint);
    this.#look();
  }

  /** Nothing is confirmed until something is received again. */
  stop(): void {
    this.#sender.forget();
    this.#timer?.cancel();
  }

  #look(): void {
    const due = this.#sender.take(this.#clock.monotonicMs());
    if (due !== undefined) this.#send(due);
    this.#timer?.cancel();
    const dueAtMs = this.#sender.dueAtMs();
    if (dueAtMs !== undefined)
      this.#timer = this.#clock.setTimer(Math.max(1, dueAtMs - this.#clock.monotonicMs()), () => this.#look());
  }
}
