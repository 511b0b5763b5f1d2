import type { Clock } from '#core/clock';
import type { PairEvent } from '#main/pairs';
import type { CheckRunView } from '#shared/contract';
import { type Environment, message, type PairConfig, type ReadinessWord } from '#shared/domain';
import type { RunChecks } from './ports.ts';

interface Watched {
  environment: Environment;
  pair: PairConfig;
}

export interface CheckBoardDeps {
  clock: Clock;
  runChecks: RunChecks;
  /** Throws where there is no such pair. */
  find(pairKey: string): Watched;
  event(pairKey: string, event: PairEvent): void;
}

/** The checks of the pairs' servers as this console makes them: one run of a pair at a time, and the last one kept. */
export class CheckBoard {
  readonly #deps: CheckBoardDeps;
  readonly #last = new Map<string, CheckRunView>();
  readonly #running = new Map<string, Promise<CheckRunView>>();

  constructor(deps: CheckBoardDeps) {
    this.#deps = deps;
  }

  /** The last run of this pair; null: none since the console started. */
  last(pairKey: string): CheckRunView | null {
    this.#deps.find(pairKey);
    return this.#last.get(pairKey) ?? null;
  }

  /** Makes the checks now; who asks while they are being made gets the same run. */
  run(pairKey: string): Promise<CheckRunView> {
    const { environment, pair } = this.#deps.find(pairKey);
    const running = this.#running.get(pairKey);
    if (running) return running;
    const run = this.#make(pairKey, environment, pair).finally(() => this.#running.delete(pairKey));
    this.#running.set(pairKey, run);
    return run;
  }

  async #make(pairKey: string, environment: Environment, pair: PairConfig): Promise<CheckRunView> {
    const { clock, runChecks } = this.#deps;
    const began = clock.monotonicMs();
    const { checks, readiness } = await runChecks(environment, pair);
    const view: CheckRunView = {
      atMs: clock.wallMs(),
      tookMs: Math.round(clock.monotonicMs() - began),
      readiness: readiness.word,
      reasons: readiness.reasons,
      checks,
    };
    const before = this.#last.get(pairKey)?.readiness ?? null;
    this.#last.set(pairKey, view);
    if (view.readiness !== before) this.#tell(pairKey, pair, view);
    return view;
  }

  /** Told when it changes: every run of a schedule would fill the journal. */
  #tell(pairKey: string, { node }: PairConfig, { atMs, readiness, reasons }: CheckRunView): void {
    const [first] = reasons;
    const said = first
      ? message(`${KEYS[readiness]}.why`, { ...first.params, node, more: reasons.length - 1 })
      : message(KEYS[readiness], { node });
    const severity = readiness === 'not-ready' ? 'p2' : 'none';
    this.#deps.event(pairKey, { atMs, severity, instance: null, message: said });
  }
}

const KEYS: Record<ReadinessWord, string> = {
  ready: 'check.event.ready',
  'not-ready': 'check.event.notReady',
  unknown: 'check.event.unknown',
};
