import type { Clock, Random } from '#core/clock';

interface Ticket {
  token: string;
  to: string;
  untilMonotonicMs: number;
}

/** The tokens that tie a promotion to what its preflight showed: one at a time, used once, short-lived. */
export class Tickets {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lifeMs: () => number;
  #valid: Ticket | undefined;

  /** `lifeMs`: how long one that is issued now counts. */
  constructor(clock: Clock, random: Random, lifeMs: () => number) {
    this.#clock = clock;
    this.#random = random;
    this.#lifeMs = lifeMs;
  }

  issue(to: string): { token: string; expiresAtMs: number } {
    const token = this.#random.uuid();
    const lifeMs = this.#lifeMs();
    this.#valid = { token, to, untilMonotonicMs: this.#clock.monotonicMs() + lifeMs };
    return { token, expiresAtMs: this.#clock.wallMs() + lifeMs };
  }

  isValid(to: string, token: string): boolean {
    const { clock, valid } = { clock: this.#clock, valid: this.#valid };
    return valid?.token === token && valid.to === to && clock.monotonicMs() < valid.untilMonotonicMs;
  }

  spend(): void {
    this.#valid = undefined;
  }
}
