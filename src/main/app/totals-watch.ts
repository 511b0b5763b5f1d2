import type { Clock, Timer } from '#core/clock';
import { sameValue, type TotalsView } from '#shared/contract';

const TOTALS_INTERVAL_MS = 250;

/** Tells a shell's tray about totals that differ, a few times a second at most. Costs nothing where there is no tray. */
export class TotalsWatch {
  readonly #clock: Clock;
  readonly #now: () => TotalsView;
  readonly #changed: ((totals: TotalsView) => void) | undefined;
  #last: TotalsView | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, now: () => TotalsView, changed: ((totals: TotalsView) => void) | undefined) {
    this.#clock = clock;
    this.#now = now;
    this.#changed = changed;
  }

  touch(): void {
    if (this.#changed) this.#timer ??= this.#clock.setTimer(TOTALS_INTERVAL_MS, () => this.#tell());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #tell(): void {
    this.#timer = undefined;
    const totals = this.#now();
    if (sameValue(this.#last, totals)) return;
    this.#last = totals;
    this.#changed?.(totals);
  }
}
