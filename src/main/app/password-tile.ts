import type { PairTile } from '#shared/contract';
import { type Message, message } from '#shared/domain';

/** The tile of a pair whose ZooKeeper this console has no password for: nothing else can be said of it before it has. */
export function withoutPassword(tile: PairTile, why: Message): PairTile {
  const next = message('zookeeperLogin.next', { environment: tile.environmentName });
  return { ...tile, reason: why, next };
}
