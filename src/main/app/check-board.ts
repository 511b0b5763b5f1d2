import { type Clock, every, type Timer } from '#core/clock';
import { shortTrouble } from '#main/checks';
import type { PairEvent } from '#main/pairs';
import type { CheckRunView, CheckView, PairChecksView, PairTile, TroublesState } from '#shared/contract';
import {
  type CheckName,
  type CheckResult,
  type Environment,
  message,
  type PairConfig,
  type ReadinessWord,
} from '#shared/domain';
import type { RunChecks } from './ports.ts';
import { troublesOf } from './troubles.ts';

/** How often is looked for pairs whose checks are due. */
const LOOK_MS = 1_000;
/** Of a large fleet the checks are spread: each has some twenty commands on two servers. */
const MOST_AT_ONCE = 4;
const MOST_REASONS = 5;

interface Watched {
  environment: Environment;
  pair: PairConfig;
}

interface Kept {
  view: CheckRunView;
  /** Since when its word is what it is. */
  wordSinceMs: number;
  /** How often it has been looked at since anybody asked, or the word changed. */
  looksByItself: number;
  /** When any of its checks was last made. */
  lookedAtMs: number;
  /** Who was primary when it was begun. */
  primary: string | null;
}

interface Asked {
  /** Somebody asked for it, now. */
  asked: boolean;
  /** This check alone. */
  only?: CheckName;
}

export interface CheckBoardDeps {
  clock: Clock;
  runChecks: RunChecks;
  /** Throws where there is no such pair. */
  find(pairKey: string): Watched;
  /** The keys of all pairs. */
  keys(): readonly string[];
  /** Who serves now, as far as is known. */
  primary(pairKey: string): string | null;
  /** What is known of a pair's checks is another thing now, or they are being made. */
  changed(pairKey: string): void;
  event(pairKey: string, event: PairEvent): void;
}

/**
 * A pair that is not ready is looked at again after this long, each time the next of them and in the end the last, until
 * it is: what is amiss is not shown for longer than it lasts.
 */
const LOOK_AGAIN_MS = [2_000, 5_000, 10_000, 30_000] as const;

/** The checks of the pairs' servers as this console makes them: one run of a pair at a time, and the last one kept. */
export class CheckBoard {
  readonly #deps: CheckBoardDeps;
  readonly #last = new Map<string, Kept>();
  #timer: Timer | undefined;
  readonly #running = new Map<string, Promise<CheckRunView>>();
  /** Asked for, and waiting for their turn. */
  readonly #wanted = new Set<string>();

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
    const kept = this.#last.get(pairKey);
    if (!kept) return undefined;
    const { readiness: word, reasons, atMs } = kept.view;
    const [first] = reasons;
    const said = word === 'not-ready' && first ? shortTrouble(first) : null;
    return { word, reasons: reasons.slice(0, MOST_REASONS), said, sinceMs: kept.wordSinceMs, atMs };
  }

  /** What is known of this pair's servers. */
  view(pairKey: string): PairChecksView {
    return { run: this.#last.get(pairKey)?.view ?? null, running: this.#isAsked(pairKey) };
  }

  /** What does not pass, across all pairs. */
  troubles(): TroublesState {
    const keys = this.#deps.keys();
    return troublesOf(
      keys.map((key) => ({ key, run: this.#last.get(key)?.view ?? null, running: this.#isAsked(key) })),
    );
  }

  /** Has the checks of these pairs made, as soon as it is their turn. Throws where there is no such pair. */
  ask(pairKeys: readonly string[]): void {
    for (const key of pairKeys) this.#deps.find(key);
    for (const key of pairKeys) {
      this.#wanted.add(key);
      this.#deps.changed(key);
    }
    this.#runDue();
  }

  #isAsked(pairKey: string): boolean {
    return this.#running.has(pairKey) || this.#wanted.has(pairKey);
  }

  #runDue(): void {
    const nowMs = this.#deps.clock.wallMs();
    const keys = this.#deps.keys();
    const wanted = keys.filter((key) => this.#wanted.has(key));
    for (const key of [...wanted, ...keys.filter((each) => this.#isDue(each, nowMs))]) {
      if (this.#running.size >= MOST_AT_ONCE) return;
      if (this.#running.has(key)) continue;
      const asked = this.#wanted.has(key);
      void this.#begin(key, this.#deps.find(key), { asked }).then(
        () => this.#runWanted(),
        () => {},
      );
    }
  }

  /** The next one that was asked for need not wait for the next look. */
  #runWanted(): void {
    if (this.#wanted.size > 0) this.#runDue();
  }

  #isDue(key: string, nowMs: number): boolean {
    if (this.#wanted.has(key)) return false;
    const { checkIntervalMs = Number.POSITIVE_INFINITY } = this.#deps.find(key).pair;
    const last = this.#last.get(key);
    if (!last) return checkIntervalMs < Number.POSITIVE_INFINITY;
    // What was found of the standby is of another one's by now.
    const primary = this.#deps.primary(key);
    if (primary !== null && primary !== last.primary) return true;
    const againMs =
      last.view.readiness === 'not-ready'
        ? LOOK_AGAIN_MS[Math.min(last.looksByItself, LOOK_AGAIN_MS.length - 1)]
        : undefined;
    // A clock that was set back must not put the next run off for as long.
    return Math.abs(nowMs - last.lookedAtMs) >= Math.min(checkIntervalMs, againMs ?? Number.POSITIVE_INFINITY);
  }

  /** Makes the checks now; who asks while they are being made gets the same run. */
  run(pairKey: string): Promise<CheckRunView> {
    const watched = this.#deps.find(pairKey);
    return this.#running.get(pairKey) ?? this.#begin(pairKey, watched, { asked: true });
  }

  /** The same, but never a run that has begun before this moment. */
  async runAfresh(pairKey: string): Promise<CheckRunView> {
    this.#deps.find(pairKey);
    await this.#running.get(pairKey)?.catch(() => {});
    return this.run(pairKey);
  }

  /** Makes one check again, beside what the others found last. */
  async runOnly(pairKey: string, only: CheckName): Promise<CheckRunView> {
    const watched = this.#deps.find(pairKey);
    await this.#running.get(pairKey)?.catch(() => {});
    return this.#running.get(pairKey) ?? this.#begin(pairKey, watched, { asked: true, only });
  }

  #begin(pairKey: string, watched: Watched, how: Asked): Promise<CheckRunView> {
    this.#wanted.delete(pairKey);
    const run = this.#make(pairKey, watched, how).finally(() => {
      this.#running.delete(pairKey);
      this.#deps.changed(pairKey);
    });
    this.#running.set(pairKey, run);
    this.#deps.changed(pairKey);
    return run;
  }

  async #make(pairKey: string, { environment, pair }: Watched, { asked, only }: Asked): Promise<CheckRunView> {
    const { clock, runChecks } = this.#deps;
    const began = clock.monotonicMs();
    const before = this.#last.get(pairKey);
    const again = only && before ? { only, before: before.view.checks } : undefined;
    const primary = this.#deps.primary(pairKey);
    const { checks, readiness } = await runChecks(environment, pair, again);
    const nowMs = clock.wallMs();
    const view: CheckRunView = {
      atMs: again && before ? before.view.atMs : nowMs,
      tookMs: Math.round(clock.monotonicMs() - began),
      readiness: readiness.word,
      reasons: readiness.reasons,
      checks: withSince(checks, before?.view.checks ?? []),
    };
    const isChanged = view.readiness !== before?.view.readiness;
    this.#last.set(pairKey, {
      view,
      wordSinceMs: isChanged || !before ? nowMs : before.wordSinceMs,
      looksByItself: asked || isChanged || !before ? 0 : before.looksByItself + 1,
      lookedAtMs: nowMs,
      primary,
    });
    if (isChanged) this.#tell(pairKey, pair, view, nowMs);
    return view;
  }

  /** Told when it changes: every run of a schedule would fill the journal. */
  #tell(pairKey: string, { node }: PairConfig, { readiness, reasons }: CheckRunView, atMs: number): void {
    const [first] = reasons;
    const said = first
      ? message(`${KEYS[readiness]}.why`, { ...first.params, node, more: reasons.length - 1 })
      : message(KEYS[readiness], { node });
    const severity = readiness === 'not-ready' ? 'p2' : 'none';
    this.#deps.event(pairKey, { atMs, severity, instance: null, message: said });
  }
}

/** Since when each finds what it finds. */
function withSince(checks: readonly CheckResult[], before: readonly CheckView[]): CheckView[] {
  const known = new Map(before.map((check) => [`${check.host}/${check.id}`, check]));
  return checks.map((check) => {
    const last = known.get(`${check.host}/${check.id}`);
    return { ...check, sinceMs: last?.result === check.result ? last.sinceMs : check.atMs };
  });
}

const KEYS: Record<ReadinessWord, string> = {
  ready: 'check.event.ready',
  'not-ready': 'check.event.notReady',
  unknown: 'check.event.unknown',
};
