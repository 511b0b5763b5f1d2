import { type OpenSetup, openMessage, openNext } from '#main/setup';
import type { PairTile } from '#shared/contract';

/**
 * A tile with what is open of the pair's set-up: a P3 of its own until the step is done (UX "Wizards"). Whatever is wrong
 * with the pair itself comes first, and whoever maintains it expects trouble.
 */
export function withOpenSetup(tile: PairTile, open: OpenSetup | undefined): PairTile {
  const said = open && openMessage(open.steps);
  if (!said || tile.severity !== 'none' || tile.state !== 'normal') return tile;
  return { ...tile, severity: 'p3', reason: said, next: openNext(open.steps), sinceMs: open.sinceMs };
}
