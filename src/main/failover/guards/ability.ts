import { type Message, message } from '#shared/domain';
import { aimOf } from '../facts/aim.ts';
import { factsOf, type PairFacts } from '../facts/facts.ts';
import type { Now } from '../facts/ledger.ts';
import { type Told, told } from '../facts/told.ts';

/**
 * Whether this console could act if it had to. One that holds the lock and could not gives it to one that can: by the
 * default time-outs within 5 s of what keeps it, the 3 s of silence that make an instance unheard among them. A reason
 * that passes soon is nobody else's business, and the lock is not to go to and fro.
 */
export interface Ability {
  /** What keeps it from acting, where that is its own and another console may be free of it; null: nothing. */
  reason: Message | null;
  /** Since when there has, or has not, been a reason. */
  sinceMonotonicMs: number;
  /** Whether the other consoles are told that it could not. */
  unable: boolean;
}

export const ABLE: Ability = { reason: null, sinceMonotonicMs: Number.NEGATIVE_INFINITY, unable: false };

export type AbilityEffect =
  | { kind: 'tell-unable'; unable: boolean }
  /** Whatever switchover this console runs is left as it is, for whoever leads next; then the lock is given up. */
  | { kind: 'yield-lock' };

/** What an event makes of the ability, and what follows for the lock. Pure. */
export function nextAbility(
  before: Ability,
  facts: PairFacts,
  now: Now,
): { ability: Ability; effects: (AbilityEffect | Told)[] } {
  const { unableAfterMs, ableAfterMs } = facts.timeouts;
  const reason = inabilityOf(facts);
  const isSame = (reason === null) === (before.reason === null);
  const sinceMonotonicMs = isSame ? before.sinceMonotonicMs : now.monotonicMs;
  const forMs = now.monotonicMs - sinceMonotonicMs;
  const unable = reason === null ? before.unable && forMs < ableAfterMs : before.unable || forMs >= unableAfterMs;
  const ability: Ability = { reason, sinceMonotonicMs, unable };
  const effects: (AbilityEffect | Told)[] = unable === before.unable ? [] : [{ kind: 'tell-unable', unable }];
  const { successor } = facts.coordination.lock;
  // It was told, and whoever could act is known: that was asked for since.
  const yields = reason !== null && unable && before.unable && successor !== undefined && mayLeave(facts);
  if (!yields) return { ability, effects };
  const line = told('p3', message('failover.event.lockYielded', { to: successor }));
  return { ability, effects: [...effects, line, told('none', reason), { kind: 'yield-lock' }] };
}

/** A switchover that this console can still bring to its end is its own to bring there. */
function mayLeave(facts: PairFacts): boolean {
  if (facts.coordination.lock.holder !== 'this') return false;
  const { running } = facts;
  return running === null || isOutOfSight(facts, running.to);
}

/** Only what another console may be free of. Without ZooKeeper the lock is lost in any case; driver `node` needs none. */
function inabilityOf(facts: PairFacts): Message | null {
  const { sight, tilt, coordination, running } = facts;
  if (!sight.live || facts.driver === 'node') return null;
  if (!sight.settled) return message('blocker.settling');
  if (tilt) return tilt.reason;
  const { policy, switchover, route } = coordination;
  const unreadable = policy.problem ?? switchover.problem ?? route.problem;
  if (unreadable) return unreadable;
  const target = running?.to ?? aimOf(facts)?.to.ledger.name;
  if (target === undefined || !isOutOfSight(facts, target)) return null;
  return message('blocker.standbyNotHeard', { instance: target });
}

/** An instance that is there for ZooKeeper and not for this console. */
function isOutOfSight(facts: PairFacts, instance: string): boolean {
  const found = factsOf(facts, instance);
  if (!found?.ledger.registered) return false;
  const { verdict } = found.assessment;
  return verdict === 'silent' || verdict === 'unreachable-registered';
}
