import type { PairTile } from '#shared/contract';
import { type Message, message } from '#shared/domain';

const OF_A_MOUNT: readonly unknown[] = ['check.short.mountMissing', 'check.short.mountHangs', 'check.short.mount'];

function nextOf({ params }: Message): Message {
  return OF_A_MOUNT.includes(params.what) ? message('check.tile.next.remount', params) : message('check.tile.next');
}

/**
 * A tile with what the checks of the servers say of the standby. One that cannot take over is a P2 of its own, whatever
 * is heard of the pair, until the checks find otherwise.
 */
export function withReadiness(tile: PairTile, readiness: PairTile['readiness']): PairTile {
  if (!readiness) return tile;
  const shown = { ...tile, readiness };
  const { said } = readiness;
  if (said === null || tile.severity === 'p1' || tile.severity === 'no-data') return shown;
  const isQuiet = tile.state === 'normal';
  // Without a standby there is something else to be said first.
  if (!isQuiet && (tile.state !== 'degraded' || tile.standby === null)) return shown;
  return {
    ...shown,
    severity: 'p2',
    reason: said,
    ...(isQuiet ? { state: 'degraded' as const, sinceMs: readiness.sinceMs } : {}),
    next: nextOf(said),
  };
}
