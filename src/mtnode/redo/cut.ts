import type { Aside } from '#shared/domain';
import { readDat } from './dat.ts';
import { asideName, type NumberedFile } from './names.ts';
import type { Pause } from './pause.ts';
import type { Disk } from './ports.ts';
import { type EpochStart, encodeRecord, RECORD_HEAD_BYTES, type RedoRecord } from './record.ts';
import type { LogState } from './recover.ts';
import { scanRecords } from './scan.ts';
import { encodeSegmentHeader, type Segment } from './segment.ts';

/**
 * Writes what this instance has above `lsn` to a file of its own, as a segment with gaps: the segments' records, and where
 * those begin later, the orders that a dat still has. Durable when it resolves.
 */
export async function writeAside(
  disk: Disk,
  state: LogState,
  lsn: number,
  dat: NumberedFile | undefined,
  pause: Pause,
): Promise<Aside> {
  let orders = 0;
  for await (const records of recordsAbove(disk, state, lsn, dat, pause))
    orders += records.filter(({ type }) => type === 'order').length;
  const epoch = state.epochs.at(-1)?.epoch ?? 0;
  const file = asideName(epoch, lsn + 1, state.lastLsn, orders);
  await disk.replace(file, asideBytes(disk, state, lsn, dat, pause));
  return { epoch, fromLsn: lsn + 1, records: state.lastLsn - lsn, writes: orders, file };
}

async function* asideBytes(
  disk: Disk,
  state: LogState,
  lsn: number,
  dat: NumberedFile | undefined,
  pause: Pause,
): AsyncGenerator<Uint8Array> {
  yield encodeSegmentHeader(lsn + 1, epochsThrough(state.epochs, lsn));
  for await (const records of recordsAbove(disk, state, lsn, dat, pause))
    yield Buffer.concat(records.map((record) => encodeRecord(record)));
}

async function* recordsAbove(
  disk: Disk,
  state: LogState,
  lsn: number,
  dat: NumberedFile | undefined,
  pause: Pause,
): AsyncGenerator<RedoRecord[]> {
  const firstLsn = state.segments[0]?.firstLsn ?? state.lastLsn + 1;
  if (dat !== undefined && firstLsn > lsn + 1)
    yield* ordersOf(disk, dat, { above: lsn, below: firstLsn }, state, pause);
  for (const segment of state.segments) {
    if (segment.lastLsn <= lsn) continue;
    for await (const records of scanRecords(disk, segment.name, segment.before(lsn + 1), pause)) {
      const above = records.filter((record) => record.lsn > lsn && record.lsn <= state.lastLsn);
      if (above.length > 0) yield above;
    }
  }
}

/** A dat's orders, as the records that made them. */
async function* ordersOf(
  disk: Disk,
  dat: NumberedFile,
  range: { above: number; below: number },
  state: LogState,
  pause: Pause,
): AsyncGenerator<RedoRecord[]> {
  const { batches } = await readDat(disk, dat.name);
  for await (const batch of batches()) {
    const records: RedoRecord[] = [];
    for (const { payload, lsn: first, repeats = [] } of batch.orders) {
      for (const lsn of [first, ...repeats]) {
        if (lsn <= range.above || lsn >= range.below) continue;
        records.push({ lsn, epoch: epochAt(state.epochs, lsn), durableLsn: lsn - 1, type: 'order', payload });
      }
    }
    if (records.length > 0) yield records;
    await pause();
  }
}

function epochAt(epochs: readonly EpochStart[], lsn: number): number {
  return epochs.findLast((start) => start.firstLsn <= lsn)?.epoch ?? 0;
}

/** The epochs of a log that ends with `lsn`. */
export function epochsThrough(epochs: readonly EpochStart[], lsn: number): EpochStart[] {
  return epochs.filter(({ firstLsn }) => firstLsn <= lsn);
}

/** Where in the segment the record after `lsn` begins. */
export async function endOf(disk: Disk, segment: Segment, lsn: number, pause: Pause): Promise<number> {
  let { offset } = segment.before(lsn);
  for await (const records of scanRecords(disk, segment.name, segment.before(lsn), pause)) {
    for (const record of records) {
      if (record.lsn > lsn) return offset;
      offset += RECORD_HEAD_BYTES + record.payload.length;
    }
  }
  return offset;
}
