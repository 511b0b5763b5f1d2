import type { Clock } from '#core/clock';
import type { PairView, SwitchoverView } from '#shared/contract';
import type { StepName } from '#shared/domain';

type Seen = Pick<PairView, 'tile' | 'switchover'>;
type Phase = 'before' | 'under-way' | 'over';

export interface KillDeps {
  clock: Clock;
  /** Ends this process at once; `underWayMs`: since the step had begun. */
  kill(underWayMs: number): void;
}

/**
 * Kills a console while a step of its next switchover is under way: so long after its begin, or at its end if that comes
 * first. Shown the pair at every change, within that very change, it is never late. `detect` begins with the first sign
 * of trouble, or with the operator's request.
 */
export class KillAtStep {
  readonly #step: StepName;
  readonly #delayMs: number;
  readonly #earlier: string | null;
  readonly #deps: KillDeps;
  #begunMs: number | undefined;

  constructor(step: StepName, delayMs: number, before: Seen, deps: KillDeps) {
    this.#step = step;
    this.#delayMs = delayMs;
    this.#earlier = before.switchover?.operationId ?? null;
    this.#deps = deps;
  }

  see({ tile, switchover }: Seen): void {
    const own = switchover && switchover.operationId !== this.#earlier ? switchover : null;
    const phase = this.#step === 'detect' ? detecting(own, tile.state !== 'normal') : phaseOf(own, this.#step);
    if (phase === 'before') return;
    const first = this.#begunMs === undefined;
    this.#begunMs ??= this.#deps.clock.monotonicMs();
    if (phase === 'over' || this.#delayMs === 0) this.#kill();
    else if (first) this.#deps.clock.setTimer(this.#delayMs, () => this.#kill());
  }

  #kill(): void {
    this.#deps.kill(this.#deps.clock.monotonicMs() - (this.#begunMs ?? 0));
  }
}

function detecting(own: SwitchoverView | null, troubled: boolean): Phase {
  if (phaseOf(own, 'lock') !== 'before') return 'over';
  return own || troubled ? 'under-way' : 'before';
}

function phaseOf(own: SwitchoverView | null, name: StepName): Phase {
  const result = own?.steps.find((step) => step.name === name)?.result ?? 'pending';
  if (result === 'pending') return 'before';
  return result === 'running' ? 'under-way' : 'over';
}
