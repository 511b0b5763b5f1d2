import { sleep } from '#core/clock';
import type { Leadership } from '#mtnode/leadership';
import type { NodeContext } from '#mtnode/parts';

/** More than these are answered at once. */
const MAX_WAITING = 16;

/** Questions (1403040) that wait for the end of a promotion's loading, so that nobody has to ask again and again. */
export class LoadWait {
  readonly #context: NodeContext;
  readonly #leadership: Leadership;
  readonly #waiting = new Set<AbortController>();

  constructor(context: NodeContext, leadership: Leadership) {
    this.#context = context;
    this.#leadership = leadership;
  }

  /** Resolves once this instance loads no more for a promotion, at the latest after `waitMs`; undefined: at once. */
  wait(waitMs: number): Promise<void> | undefined {
    if (waitMs === 0 || !this.#isLoading() || this.#waiting.size >= MAX_WAITING) return undefined;
    const over = new AbortController();
    this.#waiting.add(over);
    return sleep(this.#context.ports.clock, waitMs, over.signal).finally(() => this.#waiting.delete(over));
  }

  /** Something may have changed. */
  consider(): void {
    if (this.#waiting.size === 0 || this.#isLoading()) return;
    for (const over of this.#waiting) over.abort();
  }

  #isLoading(): boolean {
    const { self, phases } = this.#context;
    return self.facts.role === 'promoting' && !(phases.allDone() && this.#leadership.isDataLoaded);
  }
}
