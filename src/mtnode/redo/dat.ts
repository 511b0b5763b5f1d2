import type { Order } from '#shared/domain';
import type { SessionEntry } from './entry.ts';
import type { Pause } from './pause.ts';
import type { Disk } from './ports.ts';
import type { EpochStart } from './record.ts';

/** An order with where it was written. */
export interface StoredOrder {
  key: string;
  order: Order;
  /** Of the first write of its key. */
  lsn: number;
  epoch: number;
  /** LSNs of further writes of the same key, which nobody should have made; undefined: none. */
  repeats: readonly number[] | undefined;
}

/** A dat's first block. */
export interface DatHeader {
  /** Everything through this LSN is in the dat. */
  lsn: number;
  /** The last record's epoch. */
  epoch: number;
  /** Every epoch's beginning, oldest first. */
  epochs: readonly EpochStart[];
  orders: number;
  sessions: number;
  /** The chained checksum of all orders written, as UFT keeps it. */
  digest: string;
}

/** What a dat is made of. The iterables yield exactly as many as `orders` and `sessions` in the header say. */
export interface DatContent extends DatHeader {
  entries: Iterable<StoredOrder>;
  sessionEntries: Iterable<SessionEntry>;
}

export interface DatBatch {
  orders: StoredOrder[];
  sessions: SessionEntry[];
}

export interface DatReader {
  readonly header: DatHeader;
  /** In the order they were written. Throws {@link RedoDamage}, at the latest at the end, where a byte is wrong. */
  batches(): AsyncIterable<DatBatch>;
}

/** Writes a dat under its name, whole or not at all. The log must be durable through its LSN already. */
export async function writeDat(_disk: Disk, _content: DatContent, _pause: Pause): Promise<void> {
  throw new Error('not yet');
}

/** Opens a dat. Throws {@link RedoDamage} where it is not what was written. */
export async function readDat(_disk: Disk, _name: string): Promise<DatReader> {
  throw new Error('not yet');
}

/** Passes a dat's bytes on and throws {@link RedoDamage}, at the end at the latest, where they are none. */
export function checkedDat(_name: string, _bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  throw new Error('not yet');
}
