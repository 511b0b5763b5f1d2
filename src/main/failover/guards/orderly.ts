import { type Message, message } from '#shared/domain';
import { type Aim, aimOf } from '../facts/aim.ts';
import { crashLoopReason } from '../facts/crash-loop.ts';
import type { PairFacts } from '../facts/facts.ts';
import { handsOver } from '../facts/proof.ts';
import { isBroughtOut, reasonForUnreachable, unreachableBlockers, unreachableSwitchAim } from '../facts/unreachable.ts';

/**
 * Whom the policy has switched over to in an orderly way, with no failover: the primary cannot be reached but is
 * registered, or it starts again and again. Undefined: neither.
 */
export function orderlyAim(facts: PairFacts): Aim | undefined {
  return unreachableSwitchAim(facts) ?? crashLoopAim(facts);
}

/** One that starts again and again hands over while it answers; while it does not, it is judged as any other is. */
function crashLoopAim(facts: PairFacts): Aim | undefined {
  const { crashLoop, route, named } = facts;
  const aim = crashLoop && route?.state === 'open' ? aimOf(facts) : undefined;
  if (!aim || aim.from !== named || !handsOver(facts, aim.from)) return undefined;
  const { registered, network } = aim.from.ledger;
  return registered && network.failingSinceMs === null ? aim : undefined;
}

/** Why the orderly switchover is begun; null: there is none to begin, or not yet. */
export function reasonForOrderly(facts: PairFacts): Message | null {
  const { crashLoop } = facts;
  return crashLoop && crashLoopAim(facts) ? crashLoopReason(crashLoop) : reasonForUnreachable(facts);
}

/** What holds an orderly switchover back. */
export function orderlyBlockers(facts: PairFacts): Message[] {
  return [...unreachableBlockers(facts), ...crashLoopBlockers(facts)];
}

function crashLoopBlockers(facts: PairFacts): Message[] {
  const aim = crashLoopAim(facts);
  if (!aim || isBroughtOut(facts, aim)) return [];
  return [message('blocker.noProof', { instance: aim.from.ledger.name })];
}
