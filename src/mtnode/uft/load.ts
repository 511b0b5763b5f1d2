import type { Disk, Pause, RedoLog } from '#mtnode/redo';
import type { LoadProgress } from '#shared/domain';
import type { Uft } from './uft.ts';

export interface LoadOptions {
  /** Asked between pieces of work of a millisecond or less; `slices(clock)` keeps every turn at 8 ms. */
  pause: Pause;
  onProgress?(progress: LoadProgress): void;
  /** Up to this LSN, instead of everything durable. */
  throughLsn?: number;
  signal?: AbortSignal;
}

/**
 * Empties UFT and loads the newest dat, then the redo after it (F8). Rejects with RedoDamage where the dat is damaged, and
 * with the signal's reason. Progress counts orders and sessions of the dat and records of redo.
 */
export async function loadUft(_uft: Uft, _disk: Disk, _log: RedoLog, _options: LoadOptions): Promise<void> {
  throw new Error('not yet');
}
