import { TroubleBoard } from '#main/failover';

/** What one pair has told last of its trouble, by the console's clock. */
interface Told {
  sinceMs: number;
  /** Undefined while it lasts. */
  overMs: number | undefined;
}

/**
 * A console's board of its pairs' troubles, with the judge listening to what is told to it: who is in trouble together is
 * judged by that, whatever the board makes of it.
 */
export class ToldTroubles extends TroubleBoard {
  readonly #told = new Map<string, Told>();
  #releasedMs = Number.NEGATIVE_INFINITY;

  override tell(...told: Parameters<TroubleBoard['tell']>): void {
    const [{ key }, { troubled, acting, monotonicMs }] = told;
    const before = this.#told.get(key);
    const lasts = before !== undefined && before.overMs === undefined;
    if (troubled && !lasts) this.#told.set(key, { sinceMs: monotonicMs, overMs: undefined });
    // A switchover that trouble has led to is a part of it.
    else if (lasts && !troubled && !acting) before.overMs = monotonicMs;
    super.tell(...told);
  }

  override forget(key: string): void {
    this.#told.delete(key);
    super.forget(key);
  }

  override release(monotonicMs: number): void {
    this.#releasedMs = monotonicMs;
    super.release(monotonicMs);
  }

  /**
   * How many other pairs came into trouble within so long of that one, as is known at `nowMs` of the console's clock. What
   * is within `certainMs` of a limit does not count.
   */
  othersBeside(key: string, windowMs: number, nowMs: number, certainMs: number): number {
    const sinceMs = this.#told.get(key)?.sinceMs ?? nowMs;
    if (sinceMs <= this.#releasedMs) return 0;
    const isBeside = ([other, told]: [string, Told]) =>
      other !== key &&
      told.sinceMs > this.#releasedMs &&
      told.sinceMs < nowMs - certainMs &&
      Math.abs(told.sinceMs - sinceMs) < windowMs - certainMs &&
      (told.overMs === undefined || nowMs - told.overMs < windowMs - certainMs);
    return [...this.#told].filter(isBeside).length;
  }
}
