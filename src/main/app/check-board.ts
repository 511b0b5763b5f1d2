import { type Clock, every, type Timer } from '#core/clock';
import type { PairEvent } from '#main/pairs';
import type { CheckRunView, PairTile } from '#shared/contract';
import { type Environment, message, type PairConfig, type ReadinessWord } from '#shared/domain';
import type { RunChecks } from './ports.ts';

/** How often is looked for pairs whose checks are due. */
const LOOK_MS = 1_000;
/** Of a large fleet the checks are spread: each has some twenty commands on two servers. */
const MOST_AT_ONCE = 4;
const MOST_REASONS = 5;

interface Watched {
  environment: Environment;
  pair: PairConfig;
}

export interface CheckBoardDeps {
  clock: Clock;
  runChecks: RunChecks;
  /** Throws where there is no such pair. */
  find(pairKey: string): Watched;
  /** The keys of all pairs. */
  keys(): readonly string[];
  /** The last run of a pair is another one now. */
  changed(pairKey: string): void;
  event(pairKey: string, event: PairEvent): void;
}

/** The checks of the pairs' servers as this console makes them: one run of a pair at a time, and the last one kept. */
export class CheckBoard {
  readonly #deps: CheckBoardDeps;
  readonly #last = new Map<string, CheckRunView>();
  #timer: Timer | undefined;
  readonly #running = new Map<string, Promise<CheckRunView>>();

  constructor(deps: CheckBoardDeps) {
    this.#deps = deps;
  }

  /** Begins to make the checks of pairs that are configured with an interval, a few at a time. */
  start(): void {
    this.#timer ??= every(this.#deps.clock, LOOK_MS, () => this.#runDue());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** What a tile shows of the last run; undefined: there was none. */
  readiness(pairKey: string): PairTile['readiness'] {
    const run = this.#last.get(pairKey);
    return run && { word: run.readiness, reasons: run.reasons.slice(0, MOST_REASONS), atMs: run.atMs };
  }

  #runDue(): void {
    const nowMs = this.#deps.clock.wallMs();
    for (const key of this.#deps.keys()) {
      if (this.#running.size >= MOST_AT_ONCE) return;
      const { checkIntervalMs } = this.#deps.find(key).pair;
      if (checkIntervalMs === undefined || this.#running.has(key)) continue;
      // A clock that was set back must not put the next run off for as long.
      const ageMs = Math.abs(nowMs - (this.#last.get(key)?.atMs ?? Number.NEGATIVE_INFINITY));
      if (ageMs >= checkIntervalMs) void this.run(key).catch(() => {});
    }
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
    this.#deps.changed(pairKey);
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
