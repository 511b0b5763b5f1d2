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

/** The shape of one piece of evidence. */
export function evidenceSeverity(says: EvidenceSays): Severity {
  switch (says) {
    case 'alive':
      return 'none';
    case 'gone':
      return 'p1';
    case 'silent':
      return 'p2';
    case 'nothing':
      return 'no-data';
  }
}

/** Whether promoting an instance makes sense at all: not the primary, not one that is gone or on its way already. */
export function canBecomePrimary({ name, role, verdict }: InstanceView, { tile }: PairView): boolean {
  return tile.primary !== name && role !== 'primary' && role !== 'promoting' && verdict !== 'gone';
}
