import type { Clock } from '#core/clock';
import type { DatabaseRow, LocalDatabase } from '#core/local-database';
import type { TodbStatus } from '#shared/domain';

/** Executed orders out of redo, in LSN order. */
export interface OrderBatch {
  rows: DatabaseRow[];
  /** Every record from the LSN asked for up to this one is either in `rows` or no order. */
  throughLsn: number;
}

/** The redo log as the writer reads it. */
export interface OrderSource {
  /**
   * The orders from `fromLsn` on, not beyond `throughLsn` and about `maxOrders` at most. Rejects where they cannot be
   * had; the error says so in words.
   */
  read(fromLsn: number, throughLsn: number, maxOrders: number): Promise<OrderBatch>;
}

/** Where the copy of the base data is kept, for when the database cannot be reached at a start. */
export interface BaseDataCopy {
  /** What was saved last, not yet trusted; undefined where nothing was. */
  load(): Promise<unknown>;
  save(rows: Record<string, string>): Promise<void>;
}

export interface TodbWriterPorts {
  database: LocalDatabase;
  source: OrderSource;
  copy: BaseDataCopy;
  clock: Clock;
  /** Called when the state or its reason changes; not for figures alone. */
  changed?: (status: TodbStatus) => void;
}
