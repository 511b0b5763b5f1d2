import type { SessionEntry } from './entry.ts';
import type { EpochStart } from './record.ts';

/** An order with where it was written. */
export interface StoredOrder {
  /** As its redo record has it: key and order. */
  payload: Uint8Array;
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
  /** The chained checksum of all orders written, as UFT keeps it: 16 hexadecimal digits. */
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
