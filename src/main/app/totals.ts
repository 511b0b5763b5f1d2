import type { PairTile, Severity, TotalsView } from '#shared/contract';

/** Severities by precedence: what must be acted on first comes first; not knowing outranks all being well. */
export const ACTIONABLE_FIRST: readonly Severity[] = ['p1', 'p2', 'p3', 'no-data', 'none'];

/** The one line about the whole fleet that tray, title and favicon follow. */
export function totalsOf(tiles: Iterable<PairTile>): TotalsView {
  const count: Record<Severity, number> = { p1: 0, p2: 0, p3: 0, 'no-data': 0, none: 0 };
  for (const { severity } of tiles) count[severity] += 1;
  return {
    severity: ACTIONABLE_FIRST.find((severity) => count[severity] > 0) ?? 'none',
    p1: count.p1,
    p2: count.p2,
    p3: count.p3,
    ok: count.none,
    noData: count['no-data'],
  };
}
