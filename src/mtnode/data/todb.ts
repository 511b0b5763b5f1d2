import type { Clock } from '#core/clock';
import type { DatabaseRow, LocalDatabase } from '#core/local-database';
import { type Disk, decodeEntry, type Pause, type RedoLog, type RedoRecord, slices } from '#mtnode/redo';
import { type BaseDataCopy, type OrderBatch, type OrderSource, TodbWriter } from '#mtnode/todb';
import type { Uft } from '#mtnode/uft';
import { OlderOrders } from './older-orders.ts';

const BASE_DATA_FILE = 'base-data.json';
const MAX_BASE_DATA_BYTES = 64 * 1024 * 1024;
/** As many records are looked at for a batch at most: one that holds no orders must come to an end too. */
const MAX_LOOKED_AT = 10_000;

/** The writer to the local database, over the own redo. */
export function todbWriter(
  node: string,
  todb: { digest: string; database: LocalDatabase },
  own: { disk: Disk; log: RedoLog; uft: Uft; clock: Clock },
  changed: () => void,
): TodbWriter {
  return new TodbWriter(
    { node, digest: todb.digest },
    {
      database: todb.database,
      source: ordersOf(own.log, own.uft, slices(own.clock)),
      copy: copyIn(own.disk),
      clock: own.clock,
      changed,
    },
  );
}

/** The orders in redo; those that it no longer has, for which a local database was found wanting, out of UFT. */
function ordersOf(log: RedoLog, uft: Uft, pause: Pause): OrderSource {
  const older = new OlderOrders(log, uft, pause);
  return {
    async read(fromLsn, throughLsn, maxOrders): Promise<OrderBatch> {
      const { firstLsn } = log;
      if (fromLsn < firstLsn) return older.read(fromLsn, Math.min(throughLsn, firstLsn - 1), maxOrders);
      const batch: OrderBatch = { rows: [], throughLsn: fromLsn - 1 };
      for await (const records of log.read(fromLsn, Math.min(maxOrders, throughLsn - fromLsn + 1))) {
        for (const record of records) {
          if (record.lsn > throughLsn || batch.rows.length >= maxOrders) return batch;
          const row = rowOf(record);
          if (row !== undefined) batch.rows.push(row);
          batch.throughLsn = record.lsn;
        }
        if (batch.throughLsn >= throughLsn || batch.throughLsn - fromLsn >= MAX_LOOKED_AT) break;
      }
      return batch;
    },
  };
}

function rowOf(record: RedoRecord): DatabaseRow | undefined {
  if (record.type !== 'order') return undefined;
  const entry = decodeEntry(record.type, record.payload);
  if (entry.type !== 'order') return undefined;
  return { epoch: record.epoch, lsn: record.lsn, key: entry.key, payload: JSON.stringify(entry.order) };
}

/** The copy of the base data, beside redo. */
function copyIn(disk: Disk): BaseDataCopy {
  return {
    async load() {
      try {
        const bytes = await disk.read(BASE_DATA_FILE, 0, MAX_BASE_DATA_BYTES);
        return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
      } catch (error) {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        // A copy that is no JSON is as good as none: it is made anew from the database.
        if (isMissing || error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    save: (rows) => disk.replace(BASE_DATA_FILE, new TextEncoder().encode(JSON.stringify(rows))),
  };
}
