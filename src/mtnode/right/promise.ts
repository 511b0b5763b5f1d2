import { ERROR_NUMBERS, type InstanceRole, type Route } from '#shared/domain';
import type { PromiseRequest } from '#shared/protocol';

/**
 * The promises that a standby gave. They end by the monotonic clock alone: where that one stands still (a machine that
 * sleeps), the promise lasts longer than the primary counts on, never shorter. What a former life of this instance may
 * have promised is not known: for one promise time after the start it counts as a promise, until the primary says that
 * it holds none.
 */
export class GivenPromises {
  #untilMs: number;
  #formerLifeUntilMs: number;

  constructor(startedAtMs: number, promiseMs: number) {
    this.#untilMs = startedAtMs;
    this.#formerLifeUntilMs = startedAtMs + promiseMs;
  }

  give(nowMs: number, promiseMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, nowMs + promiseMs);
  }

  /** What is left of a promise given in this life. */
  givenLeftMs(nowMs: number): number {
    return Math.max(0, this.#untilMs - nowMs);
  }

  /** For how long promotion must be refused. */
  bindingLeftMs(nowMs: number): number {
    return Math.max(this.givenLeftMs(nowMs), this.#formerLifeUntilMs - nowMs, 0);
  }

  /** Nothing of a former life binds any more: the primary holds no promise, has stepped down, or never was. */
  forgetFormerLife(): void {
    this.#formerLifeUntilMs = 0;
  }
}

export interface PromiseFacts {
  role: InstanceRole;
  /** A promotion of this instance has begun. */
  promotionBegun: boolean;
  highestEpoch: number;
  route: Route | undefined;
}

/** Whether the promise may be given: null, or the error number that says why not. */
export function refusePromise(request: PromiseRequest, facts: PromiseFacts): number | null {
  if (request.epoch < facts.highestEpoch) return ERROR_NUMBERS.staleEpoch;
  if (facts.role !== 'standby' || facts.promotionBegun) return ERROR_NUMBERS.wrongState;
  const { route } = facts;
  const named = route?.instance === request.instance && route.incarnation === request.incarnation;
  return named && route.epoch === request.epoch ? null : ERROR_NUMBERS.wrongState;
}
