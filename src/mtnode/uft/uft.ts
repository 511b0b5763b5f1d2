import type { DatBatch, DatContent, DatHeader, EpochStart, RedoRecord, SessionEntry } from '#mtnode/redo';
import type { Order } from '#shared/domain';

/** An order as UFT has it. */
export interface UftOrder {
  key: string;
  order: Order;
  /** Of the first write of the key. */
  lsn: number;
  epoch: number;
  /** How often the key was written: more than once means that something was applied twice. */
  times: number;
}

/** Orders and sessions in memory, made by redo records in the order of their LSNs and by nothing else. */
export class Uft {
  /** The last record applied; 0: none. */
  get lastLsn(): number {
    throw new Error('not yet');
  }
  /** Distinct keys. */
  get count(): number {
    throw new Error('not yet');
  }
  /** Keys that were written more than once. */
  get duplicated(): number {
    throw new Error('not yet');
  }
  get sessionCount(): number {
    throw new Error('not yet');
  }
  /** Applies the record that follows. Throws RedoOrder where it does not, EntryError where its payload is none. */
  apply(_record: Pick<RedoRecord, 'lsn' | 'epoch' | 'type' | 'payload'>): void {
    throw new Error('not yet');
  }
  /** Begins anew from a dat, whose batches follow through {@link addBatch}. */
  restore(_header: DatHeader): void {
    throw new Error('not yet');
  }
  addBatch(_batch: DatBatch): void {
    throw new Error('not yet');
  }
  /** The orders of these keys; keys that were never written are left out. */
  read(_keys: readonly string[]): UftOrder[] {
    throw new Error('not yet');
  }
  sessions(): Iterable<SessionEntry> {
    throw new Error('not yet');
  }
  /** Over every order written, in the order of their LSNs: the same on every instance that has the same (hex). */
  digest(): string {
    throw new Error('not yet');
  }
  /**
   * A dat of what is here now; `lsn` must be `lastLsn`. It stays exact while further records are applied, and also when
   * UFT is emptied.
   */
  snapshot(_lsn: number, _epoch: number, _epochs: readonly EpochStart[]): DatContent {
    throw new Error('not yet');
  }
  /** Forgets everything. */
  clear(): void {
    throw new Error('not yet');
  }
}
