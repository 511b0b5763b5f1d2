import type { Disk, RedoLog } from '#mtnode/redo';
import { type LoadOptions, UftLoader } from './loader.ts';
import type { Uft } from './uft.ts';

/**
 * Empties UFT and loads the newest dat, then the redo after it, up to what is durable when it begins (F8). Rejects with
 * RedoDamage where the dat is damaged, EntryError where a record says nothing known, and with the signal's reason.
 * Progress counts orders and sessions of the dat and records of redo.
 */
export function loadUft(uft: Uft, disk: Disk, log: RedoLog, options: LoadOptions): Promise<void> {
  return new UftLoader(uft, disk, log).load(options);
}
