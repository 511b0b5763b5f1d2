import type { Approval, PolicyRecord } from '#shared/domain';

/** The request that counts at a moment, decided on or not; null: there is none, it served, or its time is over. Pure. */
export function approvalAt(policy: Pick<PolicyRecord, 'approval'> | null, wallMs: number): Approval | null {
  const approval = policy?.approval ?? null;
  return approval && approval.used === null && wallMs < approval.untilMs ? approval : null;
}
