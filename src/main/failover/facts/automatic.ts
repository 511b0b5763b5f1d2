import {
  type CompletedFailover,
  MAX_CARRIED_FAILOVERS,
  type PolicyRecord,
  type PolicySettings,
  type SwitchoverRecord,
} from '#shared/domain';

/** The cap of the policy counts the automatic failovers of this long. */
export const CAP_WINDOW_MS = 86_400_000;

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
  if (trigger !== 'automatic' || outcome !== 'done' || endedAtMs === null) return earlier;
  return [...earlier, { operationId, endedAtMs }].slice(-MAX_CARRIED_FAILOVERS);
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
