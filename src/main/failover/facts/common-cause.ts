import { type Message, message, type PolicySettings } from '#shared/domain';

/** A pair among those of its console. */
export interface PairIdentity {
  key: string;
  /** The node's name, for people. */
  name: string;
  /** What it stands on and others may stand on too: ZooKeeper, hosts, subnets. */
  standsOn: readonly string[];
}

/** A pair of this console whose primary is in trouble, or was until lately. */
export interface Trouble extends PairIdentity {
  sinceMonotonicMs: number;
  /** Null while it lasts. */
  overMonotonicMs: number | null;
  /** Whether this console is switching it over just now. */
  acting: boolean;
}

/** What a console knows of all of its pairs together. */
export interface CommonSight {
  troubles: readonly Trouble[];
  /** Troubles that began before that were released by an operator. */
  releasedMonotonicMs: number;
}
export const NOTHING_COMMON: CommonSight = { troubles: [], releasedMonotonicMs: Number.NEGATIVE_INFINITY };

/** Pairs that came into trouble together, and what most of them share. */
export interface CommonCause {
  pairs: readonly string[];
  shared: readonly string[];
}

/**
 * The latest burst: at least `breakerPairs` pairs whose troubles began within `breakerWindowMs`, and that are not over
 * for longer than that. So it ends by itself once so many of them are well again, or when an operator releases it. Pure.
 */
export function commonCauseOf(
  { troubles, releasedMonotonicMs }: CommonSight,
  { breakerPairs, breakerWindowMs }: Pick<PolicySettings, 'breakerPairs' | 'breakerWindowMs'>,
  nowMonotonicMs: number,
): CommonCause | null {
  if (troubles.length < breakerPairs) return null;
  const counting = troubles
    .filter(({ sinceMonotonicMs }) => sinceMonotonicMs > releasedMonotonicMs)
    .filter(({ overMonotonicMs }) => overMonotonicMs === null || nowMonotonicMs - overMonotonicMs < breakerWindowMs)
    .sort((a, b) => b.sinceMonotonicMs - a.sinceMonotonicMs);
  for (let first = 0; first + breakerPairs <= counting.length; first++) {
    const latestMs = counting[first]?.sinceMonotonicMs ?? 0;
    const burst = counting.slice(first).filter((each) => latestMs - each.sinceMonotonicMs <= breakerWindowMs);
    if (burst.length >= breakerPairs) return { pairs: burst.map(({ name }) => name), shared: sharedBy(burst) };
  }
  return null;
}

/** What the most of them stand on, at least two. */
function sharedBy(burst: readonly Trouble[]): string[] {
  const counts = new Map<string, number>();
  for (const { standsOn } of burst) for (const each of new Set(standsOn)) counts.set(each, (counts.get(each) ?? 0) + 1);
  const most = Math.max(2, ...counts.values());
  return [...counts].filter(([, count]) => count === most).map(([name]) => name);
}

/** Longer lists say no more to a person. */
const MOST_NAMED = 5;

/** Which pairs failed together, and what they share. */
export function commonCauseMessage({ pairs, shared }: CommonCause): Message {
  const named = pairs.slice(0, MOST_NAMED).join(', ') + (pairs.length > MOST_NAMED ? ', …' : '');
  const params = { count: pairs.length, pairs: named };
  return shared.length === 0
    ? message('blocker.commonCauseUnknown', params)
    : message('blocker.commonCause', { ...params, shared: shared.slice(0, MOST_NAMED).join(', ') });
}

/** What a pair stands on, as it is configured: its ZooKeeper, its servers, and the /24 that an IPv4 server is in. */
export function standsOn(connectString: string, hosts: readonly string[]): string[] {
  const subnets = hosts.flatMap((host) => {
    const prefix = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(host)?.[1];
    return prefix === undefined ? [] : [`${prefix}.0/24`];
  });
  return [...new Set([`ZooKeeper ${connectString}`, ...hosts, ...subnets])];
}

/** How long a trouble that is over is remembered: the longest window that a policy can have. */
const REMEMBERED_MS = 3_600_000;

/** The troubles of all pairs of a console, as each of them tells it. Keeps no time of its own. */
export class TroubleBoard {
  readonly #troubles = new Map<string, Trouble>();
  #sight: CommonSight = NOTHING_COMMON;

  sight(): CommonSight {
    return this.#sight;
  }

  tell(pair: PairIdentity, now: { troubled: boolean; acting: boolean; monotonicMs: number }): void {
    const before = this.#troubles.get(pair.key);
    const next = nextTrouble(before, pair, now);
    if (next === before) return;
    if (next) this.#troubles.set(pair.key, next);
    else this.#troubles.delete(pair.key);
    this.#sight = { ...this.#sight, troubles: [...this.#troubles.values()] };
  }

  /** The pair is watched no more. */
  forget(key: string): void {
    if (this.#troubles.delete(key)) this.#sight = { ...this.#sight, troubles: [...this.#troubles.values()] };
  }

  /** An operator has looked: what is in trouble by now holds nobody back any more. */
  release(monotonicMs: number): void {
    this.#sight = { ...this.#sight, releasedMonotonicMs: monotonicMs };
  }
}

function nextTrouble(
  before: Trouble | undefined,
  { key, name, standsOn }: PairIdentity,
  { troubled, acting, monotonicMs }: { troubled: boolean; acting: boolean; monotonicMs: number },
): Trouble | undefined {
  const lasting = before?.overMonotonicMs === null ? before : undefined;
  // A planned switchover is no trouble; one that trouble has led to lasts until it is through.
  if (troubled || (acting && lasting)) {
    if (lasting?.acting === acting) return lasting;
    const sinceMonotonicMs = lasting?.sinceMonotonicMs ?? monotonicMs;
    return { key, name, standsOn, sinceMonotonicMs, overMonotonicMs: null, acting };
  }
  if (!before) return undefined;
  if (before.overMonotonicMs === null) return { ...before, overMonotonicMs: monotonicMs, acting: false };
  return monotonicMs - before.overMonotonicMs < REMEMBERED_MS ? before : undefined;
}
