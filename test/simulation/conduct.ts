import type { SwitchoverNotice } from '#main/pairs';
import type { SwitchoverRecord } from '#shared/domain';
import type { SimInstance } from './instance.ts';
import type { SimPair } from './pair.ts';
import { PolicyConduct } from './policy-conduct.ts';
import { INSTANCES } from './setting.ts';
import type { SimWatch } from './watch.ts';

/** Older than any evidence that a console may still rest on. */
const LONG_WELL_MS = 20_000;
const COUNTED_WITHIN_MS = 1_000;

/** What consoles do by themselves: with cause, not before they may, and not before they know what is going on. */
export class Conduct {
  readonly policy: PolicyConduct;
  readonly #pair: SimPair;
  /** Since when an instance has served and run without a break. */
  readonly #wellSinceMs = new Map<SimInstance, number>();
  #latest: SwitchoverRecord | undefined;
  /** When the latest record came to say that it is done. */
  #doneMs = 0;

  constructor(pair: SimPair) {
    this.#pair = pair;
    this.policy = new PolicyConduct(pair);
  }

  /** After every event. */
  look(instance: SimInstance, isServing: boolean): void {
    const { process } = instance;
    const isWell = isServing && process !== undefined && !process.hangs && process.slowMs === 0;
    if (isWell === this.#wellSinceMs.has(instance)) return;
    if (isWell) this.#wellSinceMs.set(instance, this.#pair.world.timeline.nowMs);
    else this.#wellSinceMs.delete(instance);
  }

  recordWritten(record: SwitchoverRecord): void {
    const isNews = this.#latest?.operationId !== record.operationId || this.#latest.outcome !== record.outcome;
    if (record.outcome === 'done' && isNews) this.#doneMs = this.#pair.world.timeline.nowMs;
    this.#latest = record;
    this.policy.recordWritten(record);
  }

  /** A console has begun a switchover by itself. */
  begunBy(watch: SimWatch, notice: SwitchoverNotice): void {
    const { from, operationId, steps } = notice;
    this.#judgeCause(
      watch,
      from,
      steps.some(({ name }) => name === 'drain'),
    );
    this.#judgeCooldown(watch, operationId);
    this.#judgeDoubt(watch);
    this.policy.begunBy(watch, notice);
  }

  #judgeCause({ console }: SimWatch, from: string | null, isOrderly: boolean): void {
    const name = INSTANCES.find((each) => each === from);
    if (isOrderly || name === undefined) return;
    const instance = this.#pair.instance(name);
    const wellMs = this.#pair.world.timeline.nowMs - (this.#wellSinceMs.get(instance) ?? Number.POSITIVE_INFINITY);
    const isRegistered = this.#pair.json(this.#pair.paths.instance(name)) !== undefined;
    if (!isRegistered || wellMs < LONG_WELL_MS) return;
    const forSeconds = Math.round(wellMs / 1_000);
    this.#pair.fail(
      'failover-without-cause',
      `${console.name} fails over from ${instance.party}, which has served for ${forSeconds} s and is registered`,
    );
  }

  #judgeCooldown({ console }: SimWatch, operationId: string): void {
    const { timeline, setting } = this.#pair.world;
    const last = this.#latest;
    if (last?.trigger !== 'automatic' || last.outcome !== 'done' || last.operationId === operationId) return;
    const cleared = this.#pair.json(this.#pair.paths.policy)?.cooldownCleared as
      | { operationId: string }
      | null
      | undefined;
    if (cleared?.operationId === last.operationId) return;
    const sinceMs = timeline.nowMs - this.#doneMs;
    // Consoles count by ZooKeeper's clock, which each knows to within half of the time that an answer took.
    if (sinceMs >= setting.cooldownMs - COUNTED_WITHIN_MS) return;
    this.#pair.fail(
      'acted-in-cooldown',
      `${console.name} fails over ${Math.round(sinceMs)} ms after a failover, with a cooldown of ${setting.cooldownMs} ms`,
    );
  }

  #judgeDoubt({ console, process, answeredSinceMs }: SimWatch): void {
    const wokeMs = process.stalledUntilMs;
    if (wokeMs === undefined || answeredSinceMs >= wokeMs) return;
    const agoMs = Math.round(this.#pair.world.timeline.nowMs - wokeMs);
    this.#pair.fail(
      'acted-in-doubt',
      `${console.name} fails over ${agoMs} ms after it stood still, and has had no answer since`,
    );
  }
}
