import type { Approval, Loosening, Maintenance, PolicyRecord } from '#shared/domain';

/** The request that counts at a moment, decided on or not; null: there is none, it served, or its time is over. Pure. */
export function approvalAt(policy: Pick<PolicyRecord, 'approval'> | null, wallMs: number): Approval | null {
  const approval = policy?.approval ?? null;
  return approval && approval.used === null && wallMs < approval.untilMs ? approval : null;
}

/** Who has asked, at that moment, that one operator be enough for a loss; null: nobody, or it is too long ago. Pure. */
export function looseningAt(policy: Pick<PolicyRecord, 'loosening'> | null, wallMs: number): Loosening | null {
  const loosening = policy?.loosening ?? null;
  return loosening && wallMs < loosening.untilMs ? loosening : null;
}

/** The maintenance in force; null: there is none, or its time is over. A console whose clock is behind obeys it too. */
export function maintenanceAt(policy: PolicyRecord | null, wallMs: number): Maintenance | null {
  const maintenance = policy?.maintenance ?? null;
  return maintenance && wallMs < maintenance.untilMs ? maintenance : null;
}
