import { message, type SwitchoverRecord } from '#shared/domain';
import type { PairFacts } from './facts/facts.ts';
import type { MeasuredOutage, SwitchoverProgress } from './procedure/ports.ts';

/** Which switchover of somebody else this console follows. */
export interface Followed {
  operationId: string | null;
  state: 'none' | 'running' | 'recovering' | 'ended';
  /** The instance being promoted, whose first good reply ends the outage. */
  to: string | null;
  /** When the record ended, to wait a little for the first good reply. */
  endedMonotonicMs: number;
}

export const NOTHING_FOLLOWED: Followed = { operationId: null, state: 'none', to: null, endedMonotonicMs: 0 };

export interface FollowStep {
  followed: Followed;
  news: 'began' | 'ended' | null;
  progress: SwitchoverProgress | null;
}

/** Follows `/switchover` where this console runs none itself. Pure. */
export function followRecord(before: Followed, facts: PairFacts, outage: MeasuredOutage | null): FollowStep {
  const { record, now } = facts;
  const same = record !== null && record.operationId === before.operationId;
  if (!record) {
    // From now on whatever appears has happened under the eyes of this console.
    const seenNone = before.state === 'none' && facts.sight.settled;
    return { followed: seenNone ? { ...before, state: 'ended' } : before, news: null, progress: null };
  }
  const isOver = same && record.outcome !== 'running' && (before.state === 'ended' || before.state === 'none');
  if (facts.running !== null || isOver) return { followed: before, news: null, progress: null };
  const progress = progressOf(record, outage);
  if (!same && before.state === 'none' && record.outcome !== 'running') return unseenEnd(before, record, progress);
  if (!same || (record.outcome === 'running' && before.state !== 'running')) {
    const followed: Followed = {
      operationId: record.operationId,
      state: 'running',
      to: record.to,
      endedMonotonicMs: 0,
    };
    return { followed, news: 'began', progress };
  }
  if (record.outcome === 'running') return { followed: before, news: null, progress };
  if (before.state === 'running')
    return { followed: { ...before, state: 'recovering', endedMonotonicMs: now.monotonicMs }, news: null, progress };
  const over =
    record.outcome !== 'done' ||
    outage !== null ||
    now.monotonicMs - before.endedMonotonicMs >= facts.timeouts.reportMs;
  return over
    ? { followed: { ...before, state: 'ended', to: null }, news: 'ended', progress }
    : { followed: before, news: null, progress };
}

/** A switchover that was over when it was first seen: shown, but no news. */
function unseenEnd(before: Followed, record: SwitchoverRecord, progress: SwitchoverProgress): FollowStep {
  const followed: Followed = { ...before, operationId: record.operationId, state: 'ended', to: null };
  return { followed, news: null, progress: { ...progress, outage: null } };
}

function progressOf(record: SwitchoverRecord, outage: MeasuredOutage | null): SwitchoverProgress {
  const failed = record.steps.find(({ result }) => result === 'failed' || result === 'unknown');
  const reason =
    record.steps.find((step) => step.name === 'detect')?.detail ?? message(`failover.trigger.${record.trigger}`);
  return { record, reason, failure: failed?.detail ?? null, outage };
}
