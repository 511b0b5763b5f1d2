import { type Clock, every, type Timer } from '#core/clock';
import { shortTrouble } from '#main/checks';
import type { Journal } from '#main/journal';
import type { PairEvent } from '#main/pairs';
import type { CheckRunView, CheckView, PairChecksView, PairTile, TroublesState } from '#shared/contract';
import {
  type CheckName,
  type CheckResult,
  checkIntervalMs,
  type Environment,
  isScheduled,
  type Message,
  message,
  PAIR_HOST,
  type PairConfig,
  type ReadinessWord,
  sharedReasons,
} from '#shared/domain';
import type { RunChecks } from './ports.ts';
import { troublesOf } from './troubles.ts';

/** How often is looked for pairs whose checks are due. */
const LOOK_MS = 1_000;
/** Of a large fleet the checks are spread: each has some twenty commands on two servers. */
const MOST_AT_ONCE = 4;
const MOST_REASONS = 5;
/** What is due so soon that a run of its own would be waste is made along, as a share of its interval. */
const ALONG_SHARE = 0.25;
/** What a missed beat may come from, and what keeps the standby from taking over. */
const ON_SUSPICION: ReadonlySet<string> = new Set([
  'access',
  'process',
  't2-listening',
  'f2-listening',
  't2-from-console',
  't2-from-peer',
  'mount',
  'mount-answers',
]);
/** A pair that is suspected again and again is not looked at without end. */
const SUSPICION_MS = 10_000;

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
  /** Who was primary when it was begun; undefined: that is not remembered. */
  primary?: string | null;
}

interface Asked {
  /** Somebody asked for it, now. */
  asked: boolean;
  /** These checks alone; undefined: all of them. */
  isWanted?: ((check: CheckName) => boolean) | undefined;
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
  journal: Pick<Journal, 'recordChecks' | 'lastChecks'>;
  /** A run was made; told before whoever asked for it has it. */
  made(pairKey: string, run: CheckRunView): void;
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
  /** Null: there was none, as far as the journal knows. */
  readonly #last = new Map<string, Kept | null>();
  #timer: Timer | undefined;
  readonly #running = new Map<string, { run: Promise<CheckRunView>; isWhole: boolean }>();
  /** Asked for, and waiting for their turn. */
  readonly #wanted = new Set<string>();
  /** Suspected, and waiting for their turn. */
  readonly #suspected = new Set<string>();
  /** When pairs were last looked at for a suspicion, on the monotonic clock. */
  readonly #suspectedMs = new Map<string, number>();

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
    const kept = this.#kept(pairKey);
    if (!kept) return undefined;
    const { readiness: word, reasons, atMs } = kept.view;
    const [first] = reasons;
    const said = word === 'not-ready' && first ? shortTrouble(first) : null;
    return { word, reasons: reasons.slice(0, MOST_REASONS), said, sinceMs: kept.wordSinceMs, atMs };
  }

  /** What is known of this pair's servers. */
  view(pairKey: string): PairChecksView {
    return { run: this.#kept(pairKey)?.view ?? null, running: this.#isAsked(pairKey) };
  }

  /** What does not pass, across all pairs. */
  troubles(): TroublesState {
    const keys = this.#deps.keys();
    return troublesOf(keys.map((key) => ({ key, run: this.#kept(key)?.view ?? null, running: this.#isAsked(key) })));
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

  /** Beats are missed: looks at what that may come from, once in a while. Only where there is a server to look at. */
  suspect(pairKey: string): void {
    const { pair } = this.#deps.find(pairKey);
    const nowMs = this.#deps.clock.monotonicMs();
    const isRecent = nowMs - (this.#suspectedMs.get(pairKey) ?? Number.NEGATIVE_INFINITY) < SUSPICION_MS;
    if (isRecent || this.#running.has(pairKey) || !pair.instances.some(({ server }) => server?.access)) return;
    this.#suspectedMs.set(pairKey, nowMs);
    // Where many are suspected at once they take their turns: the console has its pairs to watch.
    this.#suspected.add(pairKey);
    this.#runDue();
  }

  /** The last run, as the journal has it where there was none yet. */
  #kept(pairKey: string): Kept | null {
    const known = this.#last.get(pairKey);
    if (known !== undefined) return known;
    // A practice pair is another one at each start, with other directories and processes.
    const isPractice = this.#deps.find(pairKey).environment.kind === 'practice';
    const view = isPractice ? null : this.#deps.journal.lastChecks(pairKey);
    const wordSinceMs = view ? Math.max(0, ...view.checks.map(({ sinceMs }) => sinceMs)) : 0;
    const lookedAtMs = view ? Math.max(view.atMs, ...view.checks.map(({ atMs }) => atMs)) : 0;
    const kept = view && { view, wordSinceMs, looksByItself: 0, lookedAtMs };
    this.#last.set(pairKey, kept);
    return kept;
  }

  #isAsked(pairKey: string): boolean {
    return this.#running.has(pairKey) || this.#wanted.has(pairKey);
  }

  /** A pair that is gone may come back as another one: what the journal has of it is read again then. */
  #forgetGone(keys: readonly string[]): void {
    const there = new Set(keys);
    for (const key of [...this.#last.keys()]) if (!there.has(key)) this.#last.delete(key);
  }

  #runDue(): void {
    const keys = this.#deps.keys();
    this.#forgetGone(keys);
    const rank = (key: string) => (this.#wanted.has(key) ? 0 : this.#suspected.has(key) ? 1 : 2);
    for (const key of [0, 1, 2].flatMap((each) => keys.filter((one) => rank(one) === each))) {
      if (this.#running.size >= MOST_AT_ONCE) return;
      if (this.#running.has(key)) continue;
      const asked = this.#askedOf(key);
      if (!asked) continue;
      void this.#begin(key, this.#deps.find(key), asked).then(
        () => this.#runWanted(),
        () => {},
      );
    }
  }

  #askedOf(key: string): Asked | undefined {
    if (this.#wanted.has(key)) return { asked: true };
    if (!this.#suspected.has(key)) return this.#due(key);
    // What was never looked at as a whole is now: a part of it says nothing of readiness.
    return { asked: false, isWanted: this.#kept(key) ? ({ id }) => ON_SUSPICION.has(id) : undefined };
  }

  /** The next one that waits need not wait for the next look. */
  #runWanted(): void {
    if (this.#wanted.size > 0 || this.#suspected.size > 0) this.#runDue();
  }

  /** What is to be made by itself now; undefined: nothing. */
  #due(key: string): Asked | undefined {
    const { environment, pair } = this.#deps.find(key);
    const kept = this.#kept(key);
    const whole: Asked = { asked: false };
    if (!kept) return isScheduled(pair, environment) ? whole : undefined;
    // What was found of the standby is of another one's by now.
    const primary = this.#deps.primary(key);
    if (kept.primary !== undefined && primary !== null && primary !== kept.primary) return whole;
    const nowMs = this.#deps.clock.wallMs();
    const againMs = LOOK_AGAIN_MS[Math.min(kept.looksByItself, LOOK_AGAIN_MS.length - 1)] ?? 0;
    if (kept.view.readiness === 'not-ready' && Math.abs(nowMs - kept.lookedAtMs) >= againMs) return whole;
    const ages = new Map<string, number>();
    // A clock that was set back must not put the next run off for as long.
    for (const { id, host, atMs } of kept.view.checks) ages.set(`${host}/${id}`, Math.abs(nowMs - atMs));
    const isOlder = ({ id, host }: CheckName, share: number) =>
      (ages.get(`${host}/${id}`) ?? Number.POSITIVE_INFINITY) >=
      share * (checkIntervalMs(id, pair, environment) ?? Number.POSITIVE_INFINITY);
    if (!kept.view.checks.some((check) => isOlder(check, 1))) return undefined;
    return { asked: false, isWanted: (check) => isOlder(check, 1 - ALONG_SHARE) };
  }

  /** Makes the checks now; who asks while all of them are being made gets the same run. */
  run(pairKey: string): Promise<CheckRunView> {
    const watched = this.#deps.find(pairKey);
    const running = this.#running.get(pairKey);
    if (!running) return this.#begin(pairKey, watched, { asked: true });
    return running.isWhole ? running.run : running.run.then(() => this.run(pairKey));
  }

  /** The same, but never a run that has begun before this moment. */
  async runAfresh(pairKey: string): Promise<CheckRunView> {
    this.#deps.find(pairKey);
    await this.#running.get(pairKey)?.run.catch(() => {});
    return this.run(pairKey);
  }

  /** Makes one check again, beside what the others found last. */
  async runOnly(pairKey: string, only: CheckName): Promise<CheckRunView> {
    const watched = this.#deps.find(pairKey);
    await this.#running.get(pairKey)?.run.catch(() => {});
    const isWanted = ({ id, host }: CheckName) => id === only.id && host === only.host;
    return this.#running.get(pairKey)?.run ?? this.#begin(pairKey, watched, { asked: true, isWanted });
  }

  #begin(pairKey: string, watched: Watched, how: Asked): Promise<CheckRunView> {
    this.#wanted.delete(pairKey);
    this.#suspected.delete(pairKey);
    const isWhole = how.isWanted === undefined || !this.#kept(pairKey);
    const run = this.#make(pairKey, watched, how).finally(() => {
      this.#running.delete(pairKey);
      this.#deps.changed(pairKey);
    });
    this.#running.set(pairKey, { run, isWhole });
    this.#deps.changed(pairKey);
    return run;
  }

  async #make(pairKey: string, { environment, pair }: Watched, { asked, isWanted }: Asked): Promise<CheckRunView> {
    const { clock, runChecks, journal } = this.#deps;
    const began = clock.monotonicMs();
    const before = this.#kept(pairKey);
    const again = isWanted && before ? { again: { isWanted, before: before.view.checks } } : {};
    const primary = this.#deps.primary(pairKey);
    const { checks, made, readiness } = await runChecks(environment, pair, { ...again, asked });
    const nowMs = clock.wallMs();
    const view: CheckRunView = {
      atMs: Math.min(nowMs, ...checks.map(({ atMs }) => atMs)),
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
    const isMade = (check: CheckName) => made.some(({ id, host }) => id === check.id && host === check.host);
    journal.recordChecks(pairKey, view, view.checks.filter(isMade));
    this.#deps.made(pairKey, view);
    if (isChanged) this.#tell(pairKey, pair, view, nowMs);
    return view;
  }

  /** Told when it changes: every run of a schedule would fill the journal. */
  #tell(pairKey: string, { node }: PairConfig, { readiness, reasons }: CheckRunView, atMs: number): void {
    const severity = readiness === 'not-ready' ? 'p2' : 'none';
    this.#deps.event(pairKey, { atMs, severity, instance: null, message: changeOf(node, readiness, reasons) });
  }
}

/** The word that has come, with the first of its reasons. */
function changeOf(node: string, word: ReadinessWord, reasons: readonly Message[]): Message {
  const [first, ...others] = sharedReasons(reasons);
  if (!first) return message(KEYS[word], { node });
  const { server = '' } = first.params;
  const why = { ...first.params, node, server: server === PAIR_HOST ? node : server };
  if (others.length === 0) return message(`${KEYS[word]}.one`, why);
  return message(`${KEYS[word]}.why`, { ...why, more: others.length });
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
