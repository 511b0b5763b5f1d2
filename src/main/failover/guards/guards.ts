import { type Message, message } from '#shared/domain';
import { aimOf, isAfterFailure } from '../facts/aim.ts';
import { commonCauseMessage } from '../facts/common-cause.ts';
import type { PairFacts } from '../facts/facts.ts';
import { lateStartBlockers } from '../facts/late-start.ts';
import { hasOwnProof } from '../facts/proof.ts';
import { orderlyAim, orderlyBlockers } from './orderly.ts';

/** What the operators and earlier failovers have set against acting by itself. */
export function guardBlockers(facts: PairFacts): Message[] {
  return [
    ...maintenanceBlocker(facts),
    ...automaticBlockers(facts),
    ...evidenceBlocker(facts),
    ...orderlyBlockers(facts),
    ...(orderlyAim(facts) ? [] : lateStartBlockers(facts)),
    ...commonCauseBlockers(facts),
  ];
}

function maintenanceBlocker({ maintenance }: PairFacts): Message[] {
  if (!maintenance) return [];
  const { operator, reason, untilMs: untilAt } = maintenance;
  return [message('blocker.maintenance', { operator, why: reason, untilAt })];
}

/** After a failed switchover the recovery is not complete: what ends it is part of it, and not held back. */
function automaticBlockers(facts: PairFacts): Message[] {
  const { problem } = facts.coordination.switchover;
  if (problem) return [problem];
  if (isAfterFailure(facts)) return [];
  const { cooldownUntilMs, capUntilMs, recent } = facts.automatic;
  const { maxPerDay: max } = facts.settings;
  return [
    ...(cooldownUntilMs === null ? [] : [message('blocker.cooldown', { untilAt: cooldownUntilMs })]),
    ...(capUntilMs === null ? [] : [message('blocker.dailyCap', { done: recent.length, max, untilAt: capUntilMs })]),
  ];
}

/**
 * Where the policy wants the server's own word, nothing else is enough, and what cannot give it is told beforehand. An
 * orderly switchover takes nobody for dead: it rests on the old primary's own word.
 */
function evidenceBlocker(facts: PairFacts): Message[] {
  const from = aimOf(facts)?.from;
  if (facts.settings.evidence !== 'host' || !from || orderlyAim(facts)) return [];
  const { name: instance, hostCheck } = from.ledger;
  if (!hostCheck) return [message('blocker.noHostCheck', { instance })];
  const says = from.assessment.evidence.find((source) => source.class === 'host')?.says;
  return from.assessment.verdict === 'alive' || says === 'gone' ? [] : [message('blocker.hostEvidence', { instance })];
}

/** Those without a proof of their own are frozen; those with one go on, one after the other. */
function commonCauseBlockers(facts: PairFacts): Message[] {
  const { commonCause, actingElsewhere, sight, route } = facts;
  const from = aimOf(facts)?.from;
  if (!commonCause || !from || !route) return [];
  if (!hasOwnProof(from.ledger, sight, route.epoch)) return [commonCauseMessage(commonCause)];
  return actingElsewhere === null ? [] : [message('blocker.oneAtATime', { pair: actingElsewhere })];
}
