import type { InstanceFacts, PairFacts } from './facts.ts';
import { said } from './ledger.ts';
import { exceeds, isPromotable, lossOutlook } from './loss.ts';

/** Who would be promoted next, and who has to be out for it. */
export interface Aim {
  to: InstanceFacts;
  from: InstanceFacts;
}

/**
 * The other instance than the route names; where a switchover to the named one failed, that is the way back. The named
 * one itself, as it is by now, only where it is the better of the two. Undefined where the route names neither.
 */
export function aimOf(facts: PairFacts): Aim | undefined {
  const { named, other } = facts;
  if (!named || !other) return undefined;
  const again = isAfterFailure(facts) && fitness(facts, named) > fitness(facts, other);
  return again ? { to: named, from: other } : { to: other, from: named };
}

/**
 * The last switchover closed the route and failed for certain, or failed before it changed anything about a route that
 * an earlier one had left closed: nobody serves until another one is done.
 */
export function isAfterFailure({ route, record }: PairFacts): boolean {
  if (record?.outcome !== 'failed' || route?.state !== 'closed') return false;
  // A route without a token was claimed by an instance at its start, which opens it itself.
  const foundClosed = route.token !== null && record.epochAfter === null && record.epochBefore === route.epoch;
  return record.operationId === route.operationId || foundClosed;
}

/**
 * A standby that is ready, or the one that a failed switchover left half way: promoted, with nobody who completes it. When
 * the route is closed anew, at a higher epoch, that one lets go and stands by again.
 */
export function canBePromoted(facts: PairFacts, instance: InstanceFacts): boolean {
  const { role } = said(instance.ledger);
  const isHalfWay = role === 'promoting' && instance === facts.named && isAfterFailure(facts);
  return isHalfWay || isPromotable(instance.ledger);
}

/** 2: may be promoted by itself; 1: only by an operator who accepts what may be lost; 0: not at all. */
function fitness(facts: PairFacts, instance: InstanceFacts): 0 | 1 | 2 {
  const { ledger, assessment } = instance;
  if (assessment.verdict !== 'alive' || !ledger.registered || !canBePromoted(facts, instance)) return 0;
  return exceeds(lossOutlook(facts, instance), facts.maxLossRecords) ? 1 : 2;
}
