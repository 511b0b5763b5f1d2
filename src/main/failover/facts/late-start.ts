import { type Message, message } from '#shared/domain';
import type { InstanceFacts, PairFacts } from './facts.ts';
import { letGoOf } from './proof.ts';
import { isBroughtOut } from './unreachable.ts';

/**
 * For how long the instance that the open route names has run as a process that has not claimed it: what it was before
 * is gone, and what it is now serves nobody. Null: it is not so. Pure.
 */
function unclaimedForMs({ route, named, now }: PairFacts): number | null {
  const { ledger, assessment } = named ?? {};
  if (route?.state !== 'open' || assessment?.verdict !== 'alive' || !ledger?.registered) return null;
  const { lastRegistration, processSinceMs } = ledger;
  if (!lastRegistration || processSinceMs === null || lastRegistration.incarnation === route.incarnation) return null;
  const { role } = lastRegistration;
  // Who says itself that it has let go is waited for no more.
  const isWaitedFor = role !== 'primary' && role !== 'promoting' && letGoOf(route, ledger) === null;
  return isWaitedFor ? now.monotonicMs - processSinceMs : null;
}

/** Why its standby is promoted although it lives; null: it serves, or still may come to. */
export function reasonForLateStart(facts: PairFacts, from: InstanceFacts): Message | null {
  const forMs = from === facts.named ? unclaimedForMs(facts) : null;
  if (forMs === null || forMs < facts.timeouts.claimWithinMs) return null;
  return message('failover.lateStart', { instance: from.ledger.name, seconds: Math.round(forMs / 1_000) });
}

/** One that was started anew is given its time; and where nothing would keep it from serving after all, nobody acts. */
export function lateStartBlockers(facts: PairFacts): Message[] {
  const { named, other, now, timeouts } = facts;
  const forMs = unclaimedForMs(facts);
  if (forMs === null || !named || !other) return [];
  const instance = named.ledger.name;
  const to = other.ledger.name;
  if (!isBroughtOut(facts, { from: named, to: other })) return [message('blocker.noProof', { instance })];
  if (forMs >= timeouts.claimWithinMs) return [];
  const untilAt = now.wallMs + timeouts.claimWithinMs - forMs;
  return [message('blocker.startingUntil', { instance, to, untilAt })];
}
