import { TroubleBoard } from '#main/failover';

/** What one pair has told last of its trouble, by the console's clock. */
interface Told {
  sinceMs: number;
  /** Undefined while it lasts. */
  overMs: number | undefined;
  /** Since when this console switches it over; undefined: it does not. */
  actingMs: number | undefined;
}

/** What counts as trouble together, and how near to a limit nobody can say. */
export interface Together {
  breakerPairs: number;
  breakerWindowMs: number;
  certainMs: number;
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
    const lasting = before?.overMs === undefined ? before : undefined;
    // A switchover that trouble has led to is a part of it.
    if (troubled || (acting && lasting)) {
      const { sinceMs = monotonicMs, actingMs = monotonicMs } = lasting ?? {};
      this.#told.set(key, { sinceMs, overMs: undefined, actingMs: acting ? actingMs : undefined });
    } else if (lasting) this.#told.set(key, { ...lasting, overMs: monotonicMs, actingMs: undefined });
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

  /** How many other pairs were in trouble together with that one for long enough that every decision knew of it. */
  othersBeside(key: string, together: Together, nowMs: number): number {
    return this.#beside(key, together, nowMs).filter(({ sinceMs }) => sinceMs < nowMs - together.certainMs).length;
  }

  /** Whether this console has begun with that pair while it switched another one over, with which it is in trouble together. */
  actsBeside(key: string, together: Together, nowMs: number): boolean {
    const ownMs = this.#told.get(key)?.actingMs ?? nowMs;
    const others = this.#beside(key, together, nowMs).filter(({ sinceMs }) => sinceMs < ownMs);
    return 1 + others.length >= together.breakerPairs && others.some(({ actingMs = ownMs }) => actingMs < ownMs);
  }

  /** Other pairs whose troubles began within the window around that one's, neither over for longer nor released. */
  #beside(key: string, { breakerWindowMs, certainMs }: Together, nowMs: number): Told[] {
    const windowMs = breakerWindowMs - certainMs;
    const counts = ({ sinceMs, overMs = nowMs }: Told) => sinceMs > this.#releasedMs && nowMs - overMs < windowMs;
    const own = this.#told.get(key) ?? { sinceMs: nowMs, overMs: undefined, actingMs: undefined };
    if (!counts(own)) return [];
    return [...this.#told]
      .filter(([other]) => other !== key)
      .map(([, told]) => told)
      .filter((told) => counts(told) && Math.abs(told.sinceMs - own.sinceMs) < windowMs);
  }
}
