import type { Clock, Random } from '#core/clock';

/** How long what the operator was shown counts. */
export const TICKET_LIFE_MS = 60_000;

interface Ticket {
  token: string;
  to: string;
  untilMonotonicMs: number;
}

/** The tokens that tie a promotion to what its preflight showed: one at a time, used once, short-lived. */
export class Tickets {
  readonly #clock: Clock;
  readonly #random: Random;
  #valid: Ticket | undefined;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  issue(to: string): { token: string; expiresAtMs: number } {
    const token = this.#random.uuid();
    this.#valid = { token, to, untilMonotonicMs: this.#clock.monotonicMs() + TICKET_LIFE_MS };
    return { token, expiresAtMs: this.#clock.wallMs() + TICKET_LIFE_MS };
  }

  isValid(to: string, token: string): boolean {
    const { clock, valid } = { clock: this.#clock, valid: this.#valid };
    return valid?.token === token && valid.to === to && clock.monotonicMs() < valid.untilMonotonicMs;
  }

  spend(): void {
    this.#valid = undefined;
  }
}
