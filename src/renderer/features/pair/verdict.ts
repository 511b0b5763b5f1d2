import type { EvidenceSays, InstanceView, PairView, Severity, Verdict } from '#shared/contract';

/** How bad a verdict is: an instance that holds the route and is gone leaves no primary (P1), another no standby (P2). */
export function verdictSeverity(verdict: Verdict, holdsRoute: boolean): Severity {
  switch (verdict) {
    case 'alive':
      return 'none';
    case 'gone':
      return holdsRoute ? 'p1' : 'p2';
    case 'silent':
    case 'unreachable-registered':
      return 'p2';
    case 'unknown':
      return 'no-data';
  }
}

/** The shape of one piece of evidence: as bad as the verdict that it led to, and but a note where it led to none. */
export function evidenceSeverity(says: EvidenceSays, verdict: Severity): Severity {
  if (says === 'alive') return 'none';
  if (says === 'nothing') return 'no-data';
  return verdict === 'p1' || verdict === 'p2' ? verdict : 'p3';
}

/** Whether promoting an instance makes sense at all: there, not the primary, and not on its way already. */
export function canBecomePrimary({ name, role, verdict, registration }: InstanceView, { tile }: PairView): boolean {
  if (tile.primary === name || role === 'primary' || role === 'promoting') return false;
  return verdict === 'alive' || (registration !== null && verdict !== 'gone');
}
