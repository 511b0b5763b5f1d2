import type { SyncRecord } from '#shared/domain';

/**
 * How many acknowledged records, at most, would be missing if the instance of this data directory were promoted with
 * what is on its own disk; null: nobody can say. `receivedLsn`: everything through here is on its disk and known to be
 * the record's primary's own redo; 0 where that is not known. The record must have been read after the route was closed
 * for the old primary; read earlier, the answer is an estimate.
 */
export function lossBoundOf(record: SyncRecord | undefined, dataId: string, receivedLsn: number): number | null {
  if (record === undefined) return null;
  if (record.primary.dataId === dataId) return 0;
  if (record.ceilingLsn !== null) return Math.max(0, record.ceilingLsn - receivedLsn);
  return record.standby?.dataId === dataId ? record.bound : null;
}

/**
 * Up to which LSN a primary may acknowledge while this record stands. `confirmedLsn` says what the holder of a data
 * directory confirmed in the primary's epoch. A record of another epoch or directory allows nothing.
 */
export function allowedBy(
  record: SyncRecord,
  own: { epoch: number; dataId: string },
  confirmedLsn: (dataId: string) => number,
): number {
  if (record.epoch !== own.epoch || record.primary.dataId !== own.dataId) return 0;
  if (record.ceilingLsn !== null) return record.ceilingLsn;
  return record.standby === null ? 0 : confirmedLsn(record.standby.dataId) + record.bound;
}
