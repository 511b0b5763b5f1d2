import type { SwitchoverNotice } from '#main/pairs';
import type { SimInstance } from './instance.ts';
import type { SimPair } from './pair.ts';
import { INSTANCES } from './setting.ts';
import type { SimWatch } from './watch.ts';

/** Older than any evidence that a console may still rest on. */
const LONG_WELL_MS = 20_000;
/** Whoever is asked over a way that is whole has answered by then. */
const ANSWERED_WITHIN_MS = 2_000;
/** By then whoever hears an instance has said so, and since when. */
const TOLD_WITHIN_MS = 6_000;
/** The policy's window for starts, and how late a console that was cut off from ZooKeeper may have seen one. */
const CRASH_LOOP_WINDOW_MS = 120_000;
const SEEN_WITHIN_MS = 30_000;

/** What was seen of an instance. */
interface Seen {
  /** When each process of it was seen first. */
  starts: { pid: number; atMs: number }[];
  /** Since when it has served and run without a break; undefined: it does not now. */
  wellSinceMs: number | undefined;
}

/** Whether a console that begins a switchover by itself could have known that there is no need for it. */
export class Cause {
  readonly #pair: SimPair;
  readonly #seen = new Map<SimInstance, Seen>();
  /** When a console had its latest good answer of an instance. */
  readonly #goodMs = new Map<string, number>();

  constructor(pair: SimPair) {
    this.#pair = pair;
  }

  /** After every event. */
  look(instance: SimInstance, isServing: boolean): void {
    const { process } = instance;
    const { nowMs } = this.#pair.world.timeline;
    const seen = this.#seenOf(instance);
    if (process && seen.starts.at(-1)?.pid !== process.pid) seen.starts.push({ pid: process.pid, atMs: nowMs });
    const isWell = isServing && process !== undefined && !process.hangs && process.slowMs === 0;
    if (!isWell) seen.wellSinceMs = undefined;
    else seen.wellSinceMs ??= nowMs;
  }

  #seenOf(instance: SimInstance): Seen {
    let seen = this.#seen.get(instance);
    if (seen === undefined) {
      seen = { starts: [], wellSinceMs: undefined };
      this.#seen.set(instance, seen);
    }
    return seen;
  }

  goodReply(who: string, instance: string): void {
    this.#goodMs.set(`${who} ${instance}`, this.#pair.world.timeline.nowMs);
  }

  judge(watch: SimWatch, { from, steps }: SwitchoverNotice): void {
    const name = INSTANCES.find((each) => each === from);
    if (name === undefined) return;
    const old = this.#pair.instance(name);
    const isOrderly = steps.some((step) => step.name === 'drain');
    const against = isOrderly ? this.#againstOrderly(watch, old) : this.#againstFailover(watch, old);
    if (against === null) return;
    const what = `${watch.console.name} ${isOrderly ? 'switches over in order' : 'fails over'} from ${old.party}`;
    this.#pair.fail('failover-without-cause', `${what}, which ${against}`);
  }

  /** What shows that an instance is not gone; null: nothing that this console could know. */
  #againstFailover(watch: SimWatch, old: SimInstance): string | null {
    const wellMs = this.#wellMs(old);
    if (wellMs < LONG_WELL_MS) return null;
    const serves = `has served for ${Math.round(wellMs / 1_000)} s and`;
    if (this.#pair.json(this.#pair.paths.instance(old.name)) !== undefined) return `${serves} is registered`;
    // A console that is slow may well miss an answer.
    if (watch.process.slowMs === 0 && this.#isWhole(watch.console.name, old.party, 't2', ANSWERED_WITHIN_MS))
      return `${serves} answers it`;
    return this.#isHeardOnPromise(watch, old) ? `${serves} is heard to serve by the other one` : null;
  }

  /** What shows that a primary need not hand over: the policy does not ask for it, or not yet, or its standby reaches it. */
  #againstOrderly(watch: SimWatch, old: SimInstance): string | null {
    const { setting, timeline } = this.#pair.world;
    const starts = this.#startsOf(old);
    if (setting.crashLoopStarts > 0 && starts >= setting.crashLoopStarts) return null;
    if (setting.unreachableSwitchMs === 0) return `has started ${starts} times lately`;
    const answeredMs = timeline.nowMs - (this.#goodMs.get(`${watch.console.name} ${old.name}`) ?? 0);
    if (answeredMs < setting.unreachableSwitchMs) return `answered it ${Math.round(answeredMs)} ms ago`;
    return this.#wellMs(old) >= LONG_WELL_MS && this.#isHeardByOther(watch, old) ? 'is reached by its standby' : null;
  }

  #wellMs(instance: SimInstance): number {
    return this.#sinceMs(this.#seenOf(instance).wellSinceMs);
  }

  /** The first process is no start. */
  #startsOf(instance: SimInstance): number {
    const later = this.#seenOf(instance).starts.slice(1);
    return later.filter(({ atMs }) => this.#sinceMs(atMs) <= CRASH_LOOP_WINDOW_MS + SEEN_WITHIN_MS).length;
  }

  /** The other instance has heard it say so since ZooKeeper let it go. */
  #isHeardOnPromise(watch: SimWatch, old: SimInstance): boolean {
    const letGoMs = this.#pair.world.zookeeper.letGoMs(old.process?.name ?? '');
    return this.#sinceMs(letGoMs) >= TOLD_WITHIN_MS && this.#isHeardByOther(watch, old);
  }

  /** The pair's other instance hears it, and this console hears that one. */
  #isHeardByOther({ console, process }: SimWatch, old: SimInstance): boolean {
    const { other } = old;
    if (!other.isUp || other.process?.hangs || other.process?.slowMs !== 0 || process.slowMs !== 0) return false;
    if (this.#sinceMs(this.#seenOf(other).starts.at(-1)?.atMs) < LONG_WELL_MS) return false;
    return (
      this.#isWhole(old.party, other.party, 'f2', TOLD_WITHIN_MS) &&
      this.#isWhole(console.name, other.party, 't2', TOLD_WITHIN_MS)
    );
  }

  #isWhole(one: string, other: string, kind: 't2' | 'f2', forMs: number): boolean {
    const sinceMs = this.#pair.world.network.wholeSinceMs(one, other, kind);
    return sinceMs !== undefined && this.#sinceMs(sinceMs) >= forMs;
  }

  /** 0 where it never was. */
  #sinceMs(atMs: number | undefined): number {
    return atMs === undefined ? 0 : this.#pair.world.timeline.nowMs - atMs;
  }
}
