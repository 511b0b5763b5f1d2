import type { CommonSight } from './facts/common-cause.ts';
import type { PairFacts } from './facts/facts.ts';
import type { Now } from './facts/ledger.ts';
import type { Ability } from './guards/ability.ts';
import type { Picture } from './picture/picture.ts';

/** While a pair is calm, what time alone brings about is noticed this late at most: a phase of the day, an old failover's end. */
const CALM_LOOK_MS = 2_000;

/** What is known of the pair. */
export interface Known {
  facts: PairFacts;
  picture: Picture;
  ability: Ability;
}

/**
 * Whether all is well: both instances are registered and answer, the console doubts nothing, and nothing is under way.
 * Only what is not well may turn out worse by time alone within two seconds. Pure.
 */
export function isWell(known: Known): boolean {
  if (!isUndoubted(known) || !isInOrder(known.picture)) return false;
  return known.facts.instances.every(({ ledger, assessment }) => {
    return assessment.verdict === 'alive' && ledger.registered && ledger.network.failingSinceMs === null;
  });
}

/**
 * Whether the pair does not run, as by night: both instances count as gone, neither is registered, and no question is
 * answered. Nobody can do anything for it until one of them comes back, and its registration is heard of at once. Pure.
 */
export function isStopped(known: Known): boolean {
  if (!isUndoubted(known)) return false;
  return known.facts.instances.every(({ ledger, assessment }) => {
    return assessment.verdict === 'gone' && !ledger.registered && ledger.network.failingSinceMs !== null;
  });
}

/** Whether the console doubts nothing, itself least of all, and nothing is under way. */
function isUndoubted({ facts, ability }: Known): boolean {
  if (!facts.sight.live || !facts.sight.settled || facts.tilt !== null || facts.running !== null) return false;
  return facts.broken === null && !ability.unable && ability.reason === null;
}

/** Of a pair in maintenance: nothing beneath it is an alarm or kept from being one. */
function isInOrder({ state, severity }: Picture): boolean {
  return state === 'normal' || state === 'degraded' || (state === 'maintenance' && severity === 'none');
}

/** Whether something that is in force until then has come to its end: it is looked at when its time is over, to the tick. */
export function isOver({ maintenance, approval, loosening }: PairFacts, now: Now): boolean {
  const sharedMs = now.sharedWallMs ?? now.wallMs;
  return [maintenance, approval, loosening].some((one) => one !== null && sharedMs >= one.untilMs);
}

/** What else is known when a tick comes: `common` of the console's pairs together, `lastLook` of a tick that looked. */
export interface KnownAtTick extends Known {
  common: CommonSight;
  lastLook: Now;
}

/**
 * Whether a tick has nothing to look at: all is well or all is stopped, nothing that is in force ends by itself just now, and
 * a tick has looked at everything a moment ago. Whatever happens is looked at when it happens. `common`: as it is known
 * now. Pure.
 */
export function isCalm(known: KnownAtTick, now: Now, common: CommonSight): boolean {
  const { facts, lastLook } = known;
  const sinceMs = now.monotonicMs - lastLook.monotonicMs;
  if (sinceMs < 0 || sinceMs >= CALM_LOOK_MS || known.common !== common) return false;
  if (isOver(facts, now)) return false;
  return now.zookeeperLive === facts.now.zookeeperLive && (isWell(known) || isStopped(known));
}
