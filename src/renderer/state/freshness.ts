import type { PairTile, Severity } from '#shared/contract';

/** Data older than this counts as none, or three beats where the pair beats more slowly. */
export const STALE_AFTER_MS = 10_000;
/** A link that comes back within this was never worth a word. */
export const LINK_GRACE_MS = 2_000;

/**
 * `live`: to be believed. `aged`: nothing was heard from either instance for too long, whatever the state says.
 * `cut-off`: this screen hears nothing from main, and what it shows is of the past.
 */
export type Freshness = 'live' | 'aged' | 'cut-off';

/** How far a pair's picture can be believed: by the age of what was heard, never by a socket's state alone. */
export function freshnessOf(tile: PairTile, nowMs: number, linkLostAtMs: number | null): Freshness {
  if (linkLostAtMs !== null && nowMs - linkLostAtMs > LINK_GRACE_MS) return 'cut-off';
  // Main found out that nobody answers: that is a finding, and it stays one however long it lasts.
  const isFinding = tile.severity === 'p1' || tile.severity === 'p2' || tile.state === 'unknown';
  if (isFinding && !isOfTheChecks(tile)) return 'live';
  return heardLately(tile, nowMs) ? 'live' : 'aged';
}

/** What the checks of the servers found is no word of the pair itself: whether that is heard is another matter. */
function isOfTheChecks({ reason, readiness }: PairTile): boolean {
  return readiness?.said != null && reason.key === readiness.said.key;
}

/** Whether either instance was heard within what its beats allow. */
export function heardLately({ heardAtMs, beatIntervalMs }: PairTile, nowMs: number): boolean {
  const limitMs = Math.max(STALE_AFTER_MS, 3 * (beatIntervalMs ?? 0));
  return heardAtMs !== null && nowMs - heardAtMs <= limitMs;
}

/** The instance that main says to promote now; null where it says something else, or nothing. */
export function promotionAsked({ next }: PairTile): string | null {
  return next?.key === 'state.next.promoteNow' ? String(next.params.to) : null;
}

/** The instance that main names for a promotion, now or once its possible loss is accepted; null where it names none. */
export function promotionOffered(tile: PairTile): string | null {
  return tile.next?.key === 'state.next.mountOrAccept' ? String(tile.next.params.to) : promotionAsked(tile);
}

/** Whether main says that the operator has to choose which of two primaries stays. */
export function isChoiceOffered({ next }: PairTile): boolean {
  return next?.key === 'state.next.chooseOne';
}

/** The severity to show: what cannot be believed is shown as no data. */
export function shownSeverity(tile: PairTile, freshness: Freshness): Severity {
  return freshness === 'live' ? tile.severity : 'no-data';
}

const URGENCY: Record<Severity, number> = { p1: 0, p2: 1, 'no-data': 2, p3: 3, none: 4 };

/** The most urgent first; then the most recent, then by name so that equals never trade places. */
export function byUrgency(
  a: { tile: PairTile; severity: Severity },
  b: { tile: PairTile; severity: Severity },
): number {
  return (
    URGENCY[a.severity] - URGENCY[b.severity] || b.tile.sinceMs - a.tile.sinceMs || a.tile.key.localeCompare(b.tile.key)
  );
}
