import { type Message, message } from '#shared/domain';
import { type Aim, aimOf } from './aim.ts';
import { fenceAhead } from './commands.ts';
import type { PairFacts } from './facts.ts';
import { letGoOf, stepsDownByRoute } from './proof.ts';

/**
 * Whom to switch over to while the open route names a primary that cannot be reached and yet is registered. Undefined:
 * it is not so, or it says itself that it serves no more.
 */
export function unreachableAim(facts: PairFacts): Aim | undefined {
  const { route } = facts;
  const aim = route?.state === 'open' ? aimOf(facts) : undefined;
  if (!aim || !route || letGoOf(route, aim.from.ledger)) return undefined;
  return aim.from.assessment.verdict === 'unreachable-registered' ? aim : undefined;
}

/** The same, where the policy has such a primary switched over in an orderly way: its process lives and steps down. */
export function unreachableSwitchAim(facts: PairFacts): Aim | undefined {
  return facts.settings.unreachableSwitchMs > 0 ? unreachableAim(facts) : undefined;
}

/** When the policy lets the orderly switchover begin, wall time; null: there is none to begin. */
export function orderlyAtMs(facts: PairFacts): number | null {
  const since = unreachableSwitchAim(facts)?.from.ledger.network.failingSinceAtMs ?? null;
  return since === null ? null : since + facts.settings.unreachableSwitchMs;
}

/** Why the orderly switchover is begun; null: the policy's time is not up, or has none. */
export function reasonForUnreachable(facts: PairFacts): Message | null {
  const from = unreachableSwitchAim(facts)?.from.ledger;
  const { failingSinceMs = null } = from?.network ?? {};
  if (!from || failingSinceMs === null) return null;
  const unreachableMs = facts.now.monotonicMs - failingSinceMs;
  if (unreachableMs < facts.settings.unreachableSwitchMs) return null;
  return message('failover.unreachable', { instance: from.name, seconds: Math.round(unreachableMs / 1_000) });
}

/** A primary that is out of this console's sight alone may serve: only the policy has it switched over, and not at once. */
export function unreachableBlockers(facts: PairFacts): Message[] {
  const aim = unreachableAim(facts);
  if (!aim) return [];
  const instance = aim.from.ledger.name;
  const untilAt = orderlyAtMs(facts);
  const to = aim.to.ledger.name;
  if (untilAt === null) return [message('blocker.unreachable', { instance })];
  // Where the standby reaches it, it is this console that may be cut off.
  if (aim.from.assessment.peerReaches) return [message('blocker.unreachablePeerReaches', { instance, to })];
  if (!isBroughtOut(facts, aim)) return [message('blocker.noProof', { instance })];
  return reasonForUnreachable(facts) ? [] : [message('blocker.unreachableUntil', { instance, to, untilAt })];
}

/** Whether an old primary that lives is brought out by an orderly switchover: by itself, or by its hook. */
export function isBroughtOut(facts: PairFacts, { from, to }: Aim): boolean {
  if (stepsDownByRoute(from.ledger, to.ledger)) return true;
  return fenceAhead(facts, from, to.ledger.name, true)?.filled.ok === true;
}
