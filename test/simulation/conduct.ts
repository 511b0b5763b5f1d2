import type { SwitchoverNotice } from '#main/pairs';
import type { SwitchoverRecord } from '#shared/domain';
import { Cause } from './cause.ts';
import type { SimPair } from './pair.ts';
import { PolicyConduct } from './policy-conduct.ts';
import type { SimWatch } from './watch.ts';

const COUNTED_WITHIN_MS = 1_000;

/** What consoles do by themselves: with cause, not before they may, and not before they know what is going on. */
export class Conduct {
  readonly policy: PolicyConduct;
  readonly cause: Cause;
  readonly #pair: SimPair;
  #latest: SwitchoverRecord | undefined;
  /** When the latest record came to say that it is done. */
  #doneMs = 0;

  constructor(pair: SimPair) {
    this.#pair = pair;
    this.policy = new PolicyConduct(pair);
    this.cause = new Cause(pair);
  }

  recordWritten(record: SwitchoverRecord): void {
    const isNews = this.#latest?.operationId !== record.operationId || this.#latest.outcome !== record.outcome;
    if (record.outcome === 'done' && isNews) this.#doneMs = this.#pair.world.timeline.nowMs;
    this.#latest = record;
    this.policy.recordWritten(record);
  }

  /** A console has begun a switchover by itself. */
  begunBy(watch: SimWatch, notice: SwitchoverNotice): void {
    this.cause.judge(watch, notice);
    this.#judgeCooldown(watch, notice.operationId);
    this.#judgeDoubt(watch);
    this.policy.begunBy(watch, notice);
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
