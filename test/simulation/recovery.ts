import { STATUS_CODES } from '#shared/domain';
import type { SimInstance } from './instance.ts';
import type { InvariantName } from './invariants.ts';
import { Operator } from './operator.ts';
import type { SimPair } from './pair.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 250;
/** A person looks at the screen less often. */
const LOOKS_A_SECOND = 4;

/** How a round ended for a pair. */
export interface RoundEnd {
  /** From the end of the faults to the first write acknowledged after it. */
  servedMs: number;
  /** Until both instances were good again and no switchover was left half done. */
  goodMs: number;
  /** Why an operator had to act; null: nobody had to. */
  excuse: string | null;
}

/**
 * Within so long of the end of all faults a pair serves, and within so long again both instances are good: see
 * `docs/simulation.md` for what it is made of.
 */
export function boundMs(sessionTimeoutMs: number): number {
  return 2 * sessionTimeoutMs + 60_000;
}

/**
 * Everything is healed: waits until each pair is as it should be, and leaves the site in peace then. How it ended, one of
 * every pair; undefined where one is not in time, and told.
 */
export async function recover(world: World, restMs: number): Promise<RoundEnd[] | undefined> {
  const { timeline, trace, pairs, instances, violations } = world;
  trace.say('every fault is over');
  world.heal();
  for (const { client } of pairs) client.hurry();
  const recoveries = pairs.map((pair) => new Recovery(pair));
  for (let looks = 1; ; looks++) {
    await timeline.runUntil(timeline.nowMs + LOOK_EVERY_MS);
    // Whoever ended of itself meanwhile is started by what watches over its process.
    for (const instance of instances) if (!recoveries.some((one) => one.keepsOff(instance))) instance.start();
    if (violations.length > 0) return undefined;
    for (const recovery of recoveries) recovery.look(looks % LOOKS_A_SECOND === 0);
    const ends = recoveries.flatMap(({ end }) => end ?? []);
    if (ends.length < pairs.length) continue;
    await timeline.runUntil(timeline.nowMs + restMs);
    return ends;
  }
}

/** A pair on its way back to good order. */
class Recovery {
  readonly #pair: SimPair;
  readonly #operator: Operator;
  readonly #healedMs: number;
  #servedMs: number | undefined;
  /** Since when it has been good without a break. */
  #goodMs: number | undefined;

  constructor(pair: SimPair) {
    this.#pair = pair;
    this.#operator = new Operator(pair);
    this.#healedMs = pair.world.timeline.nowMs;
  }

  /** How it ended, where it is good. */
  get end(): RoundEnd | undefined {
    if (this.#servedMs === undefined || this.#goodMs === undefined) return undefined;
    return { servedMs: this.#servedMs, goodMs: this.#goodMs, excuse: this.#operator.acted ?? null };
  }

  keepsOff(instance: SimInstance): boolean {
    return this.#operator.keepsOff(instance);
  }

  look(byOperator: boolean): void {
    const { client, world } = this.#pair;
    const sinceMs = world.timeline.nowMs - this.#healedMs;
    if (client.lastGoodMs > this.#healedMs) this.#servedMs ??= client.lastGoodMs - this.#healedMs;
    if (byOperator) this.#operator.look();
    const lacking = this.#servedMs === undefined ? undefined : whatIsLacking(this.#pair);
    if (this.#servedMs === undefined || lacking) this.#goodMs = undefined;
    else this.#goodMs ??= sinceMs;
    const bound = boundMs(world.setting.sessionTimeoutMs);
    const late = `${Math.round(sinceMs / 1_000)} s after the last fault`;
    if (this.#servedMs === undefined && sinceMs > bound) this.#fail('not-serving', `nobody serves ${late}`);
    else if (lacking && sinceMs > 2 * bound) this.#fail(lacking.invariant, `${late} ${lacking.what}`);
  }

  #fail(invariant: InvariantName, what: string): void {
    tellState(this.#pair);
    this.#pair.fail(invariant, what);
  }
}

/** For the reader of a trace: what everybody takes to be the case. */
function tellState(pair: SimPair): void {
  const { paths, world } = pair;
  const { instance, epoch, state } = pair.json(paths.route) ?? {};
  pair.say(`the route names ${instance} at epoch ${epoch}, ${state}`);
  const record = pair.json(paths.switchover);
  if (record) pair.say(`the last switchover was to ${record.to}: ${record.outcome}`);
  for (const each of pair.instances) world.trace.say(wordsOf(each));
  for (const console of world.consoles) {
    const watch = console.watchOf(pair);
    if (!watch) continue;
    const { tile, blockers, lock, instances } = watch.monitor.view();
    const verdicts = instances.map((one) => `${one.name} ${one.verdict}`).join(', ');
    const keys = [tile.reason, ...(tile.next ? [tile.next] : [])].map(({ key }) => key).join(', ');
    pair.say(
      `${console.name}: ${tile.state} (${keys}); lock ${lock.holder}; ${verdicts}; blocked by ${blockers.map(({ key }) => key).join(', ') || 'nothing'}`,
    );
  }
}

function wordsOf({ node, isUp, party }: SimInstance): string {
  if (!isUp || !node) return isUp ? `${party} is starting` : `${party} is not up`;
  const { role, status, epoch, data, note } = node.record();
  return `${party} is ${role}, status ${status}, epoch ${epoch}, synchronisation ${data?.sync.state}${note ? `: ${note}` : ''}`;
}

/** What keeps the pair from being good; undefined: nothing. */
function whatIsLacking(pair: SimPair): { invariant: 'no-standby' | 'switchover-stuck'; what: string } | undefined {
  const record = pair.json(pair.paths.switchover);
  if (record?.outcome === 'running' || record?.outcome === 'unknown')
    return { invariant: 'switchover-stuck', what: `the switchover to ${record.to} is ${record.outcome}` };
  const records = pair.instances.map(({ node }) => node?.record());
  const isPrimary = records.map((one) => one?.role === 'primary' && one.status === STATUS_CODES.serving);
  const isStandby = records.map(
    (one) => one?.role === 'standby' && one.status === STATUS_CODES.loading && one.data?.sync.state === 'following',
  );
  if ((isPrimary[0] && isStandby[1]) || (isPrimary[1] && isStandby[0])) return undefined;
  return {
    invariant: 'no-standby',
    what: `there is no standby: ${pair.instances.map(wordsOf).join('; ')}`,
  };
}
