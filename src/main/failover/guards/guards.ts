import {
  type CompletedFailover,
  MAX_CARRIED_FAILOVERS,
  type Maintenance,
  type Message,
  message,
  type PolicyRecord,
  type PolicySettings,
  type SwitchoverRecord,
} from '#shared/domain';
import { aimOf, isAfterFailure } from '../facts/aim.ts';
import { commonCauseMessage } from '../facts/common-cause.ts';
import type { PairFacts } from '../facts/facts.ts';
import { hasOwnProof } from '../facts/proof.ts';
import { orderlyAim, orderlyBlockers } from './orderly.ts';

/** The cap of the policy counts the automatic failovers of this long. */
export const CAP_WINDOW_MS = 86_400_000;

/** The maintenance in force; null: there is none, or its time is over. A console whose clock is behind obeys it too. */
export function maintenanceAt(policy: PolicyRecord | null, wallMs: number): Maintenance | null {
  const maintenance = policy?.maintenance ?? null;
  return maintenance && wallMs < maintenance.untilMs ? maintenance : null;
}

/** What earlier automatic failovers leave of the right to begin another one. */
export interface AutomaticRecord {
  /** Those that were completed within {@link CAP_WINDOW_MS}, oldest first. */
  recent: readonly CompletedFailover[];
  /** Until when none begins after the last one; null: no cooldown holds. */
  cooldownUntilMs: number | null;
  /** When another one is allowed under the cap; null: one is. */
  capUntilMs: number | null;
  /** Switchovers in a row that failed for certain, whichever console ran them. */
  failures: number;
}

/** Counts from the records in ZooKeeper alone: every console comes to the same, restarted or not. Pure. */
export function automaticAt(
  record: SwitchoverRecord | null,
  policy: Pick<PolicyRecord, 'cooldownCleared'> | null,
  { cooldownMs, maxPerDay }: PolicySettings,
  wallMs: number,
): AutomaticRecord {
  const recent = completedFailovers(record).filter(({ endedAtMs }) => wallMs - endedAtMs < CAP_WINDOW_MS);
  const last = recent.at(-1);
  const cleared = last?.operationId === policy?.cooldownCleared?.operationId;
  const untilMs = last && !cleared ? last.endedAtMs + cooldownMs : 0;
  // The oldest of those that fill the cap makes room when it leaves the window.
  const filling = maxPerDay === 0 ? undefined : recent.at(-maxPerDay);
  return {
    recent,
    cooldownUntilMs: wallMs < untilMs ? untilMs : null,
    capUntilMs: filling ? filling.endedAtMs + CAP_WINDOW_MS : null,
    failures: failuresUpTo(record),
  };
}

/**
 * The automatic failovers that a record knows to be complete: those carried along, and its own once it is done. One that
 * is under way, or of unknown outcome, is not complete however long ago it began: its cooldown has not begun either.
 */
export function completedFailovers(record: SwitchoverRecord | null): CompletedFailover[] {
  if (!record) return [];
  const { earlier = [], operationId, trigger, outcome, endedAtMs } = record;
  const own = trigger === 'automatic' && outcome === 'done' && endedAtMs !== null ? [{ operationId, endedAtMs }] : [];
  return [...earlier, ...own].slice(-MAX_CARRIED_FAILOVERS);
}

function failuresUpTo(record: SwitchoverRecord | null): number {
  if (!record || record.outcome === 'done') return 0;
  return (record.failuresBefore ?? 0) + (record.outcome === 'failed' ? 1 : 0);
}

/** What a new switchover's record takes over from the one before it. */
export function carriedFrom(before: SwitchoverRecord | null): Pick<SwitchoverRecord, 'earlier' | 'failuresBefore'> {
  const earlier = completedFailovers(before);
  const failuresBefore = failuresUpTo(before);
  return { ...(earlier.length > 0 ? { earlier } : {}), ...(failuresBefore > 0 ? { failuresBefore } : {}) };
}

/** What the operators and earlier failovers have set against acting by itself. */
export function guardBlockers(facts: PairFacts): Message[] {
  return [
    ...maintenanceBlocker(facts),
    ...automaticBlockers(facts),
    ...evidenceBlocker(facts),
    ...orderlyBlockers(facts),
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
