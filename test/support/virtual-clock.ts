import type { Clock, Timer } from '#core/clock';

interface Pending {
  at: number;
  order: number;
  callback: () => void;
}

/** A clock that stands still until it is told to move; timers fire in order of their time, then of their making. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallOffsetMs: number;
  #order = 0;
  #pending = new Set<Pending>();

  constructor(wallStartMs = Date.UTC(2026, 0, 5, 1, 25)) {
    this.#wallOffsetMs = wallStartMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs;
  }

  /** A wall clock step or a machine that slept: the wall moves, the monotonic clock does not. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const entry = { at: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#pending.add(entry);
    return { cancel: () => void this.#pending.delete(entry) };
  }

  /** How many timers are set. */
  pendingTimers(): number {
    return this.#pending.size;
  }

  /** Moves time forward by `byMs`, firing what falls due and letting promises settle in between. */
  async advance(byMs: number): Promise<void> {
    const end = this.#nowMs + byMs;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#pending.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.at);
      next.callback();
      await settle();
    }
    this.#nowMs = end;
    await settle();
  }

  #next(end: number): Pending | undefined {
    let best: Pending | undefined;
    for (const entry of this.#pending) {
      if (entry.at > end) continue;
      if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry;
    }
    return best;
  }
}

/** Lets every promise that can settle without time passing do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
