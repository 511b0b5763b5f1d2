import type { SwitchoverNotice } from '#main/pairs';
import type { SwitchoverRecord } from '#shared/domain';
import type { SimConsole } from './console.ts';
import type { SimInstance } from './instance.ts';
import { PolicyConduct } from './policy-conduct.ts';
import { INSTANCES, PATHS } from './setting.ts';
import type { World } from './world.ts';

/** Older than any evidence that a console may still rest on. */
const LONG_WELL_MS = 20_000;
const COUNTED_WITHIN_MS = 1_000;

/** What consoles do by themselves: with cause, not before they may, and not before they know what is going on. */
export class Conduct {
  readonly policy: PolicyConduct;
  readonly #world: World;
  /** Since when an instance has served and run without a break. */
  readonly #wellSinceMs = new Map<SimInstance, number>();
  #latest: SwitchoverRecord | undefined;
  /** When the latest record came to say that it is done. */
  #doneMs = 0;

  constructor(world: World) {
    this.#world = world;
    this.policy = new PolicyConduct(world);
  }

  /** After every event. */
  look(instance: SimInstance, isServing: boolean): void {
    const { process } = instance;
    const isWell = isServing && process !== undefined && !process.hangs && process.slowMs === 0;
    if (isWell === this.#wellSinceMs.has(instance)) return;
    if (isWell) this.#wellSinceMs.set(instance, this.#world.timeline.nowMs);
    else this.#wellSinceMs.delete(instance);
  }

  recordWritten(record: SwitchoverRecord): void {
    const isNews = this.#latest?.operationId !== record.operationId || this.#latest.outcome !== record.outcome;
    if (record.outcome === 'done' && isNews) this.#doneMs = this.#world.timeline.nowMs;
    this.#latest = record;
    this.policy.recordWritten(record);
  }

  /** A console has begun a switchover by itself. */
  begunBy(console: SimConsole, notice: SwitchoverNotice): void {
    const { from, operationId, steps } = notice;
    this.#judgeCause(
      console,
      from,
      steps.some(({ name }) => name === 'drain'),
    );
    this.#judgeCooldown(console, operationId);
    this.#judgeDoubt(console);
    this.policy.begunBy(console, notice);
  }

  #judgeCause(console: SimConsole, from: string | null, isOrderly: boolean): void {
    const name = INSTANCES.find((each) => each === from);
    if (isOrderly || name === undefined) return;
    const instance = this.#world.instance(name);
    const wellMs = this.#world.timeline.nowMs - (this.#wellSinceMs.get(instance) ?? Number.POSITIVE_INFINITY);
    const isRegistered = this.#world.zookeeper.json(PATHS.instance(name)) !== undefined;
    if (!isRegistered || wellMs < LONG_WELL_MS) return;
    const forSeconds = Math.round(wellMs / 1_000);
    this.#world.invariants.fail(
      'failover-without-cause',
      `${console.name} fails over from ${name}, which has served for ${forSeconds} s and is registered`,
    );
  }

  #judgeCooldown(console: SimConsole, operationId: string): void {
    const { zookeeper, timeline, setting, invariants } = this.#world;
    const last = this.#latest;
    if (last?.trigger !== 'automatic' || last.outcome !== 'done' || last.operationId === operationId) return;
    const cleared = zookeeper.json(PATHS.policy)?.cooldownCleared as { operationId: string } | null | undefined;
    if (cleared?.operationId === last.operationId) return;
    const sinceMs = timeline.nowMs - this.#doneMs;
    // Consoles count by ZooKeeper's clock, which each knows to within half of the time that an answer took.
    if (sinceMs >= setting.cooldownMs - COUNTED_WITHIN_MS) return;
    invariants.fail(
      'acted-in-cooldown',
      `${console.name} fails over ${Math.round(sinceMs)} ms after a failover, with a cooldown of ${setting.cooldownMs} ms`,
    );
  }

  #judgeDoubt(console: SimConsole): void {
    const wokeMs = console.process?.stalledUntilMs;
    if (wokeMs === undefined || console.answeredSinceMs >= wokeMs) return;
    const agoMs = Math.round(this.#world.timeline.nowMs - wokeMs);
    this.#world.invariants.fail(
      'acted-in-doubt',
      `${console.name} fails over ${agoMs} ms after it stood still, and has had no answer since`,
    );
  }
}
