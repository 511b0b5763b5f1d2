import { type Disk, type Entry, encodeEntry, openRedoLog, type RedoLog, type RedoRecord } from '#mtnode/redo';
import { loadUft, Uft } from '#mtnode/uft';
import { ModelDisk } from '#test/model-disk';

const SEGMENT_BYTES = 400;

export function orderEntry(key: string): Entry {
  return { type: 'order', key, order: { account: 'A1', instrument: 'IF2509', side: 'buy', price: 1.5, quantity: 2 } };
}

export function append(log: RedoLog, epoch: number, entry: Entry): number {
  return log.append(epoch, entry.type, encodeEntry(entry));
}

/** Appends orders `key-<LSN>`; does not force them. */
export function appendOrders(log: RedoLog, epoch: number, count: number): void {
  for (let left = count; left > 0; left--) append(log, epoch, orderEntry(`key-${log.lastLsn + 1}`));
}

export function openLog(disk: Disk, segmentBytes = SEGMENT_BYTES): Promise<RedoLog> {
  return openRedoLog(disk, { segmentBytes });
}

/** A log of one epoch with `count` records, on disk, of which every segment holds about four. */
export async function filledLog(count = 20): Promise<{ model: ModelDisk; log: RedoLog }> {
  const model = new ModelDisk();
  const log = await openLog(model);
  append(log, 1, { type: 'epoch', instance: 'a' });
  appendOrders(log, 1, count - 1);
  await log.flush();
  return { model, log };
}

/** Forces what is pending, and saves all of it. */
export async function saveDat(disk: Disk, log: RedoLog): Promise<void> {
  await log.flush();
  const uft = new Uft();
  await loadUft(uft, disk, log, { pause: () => undefined });
  await log.saveDat(uft.snapshot(uft.lastLsn, log.lastEpoch, log.epochs()));
}

export async function readAll(log: RedoLog, fromLsn = log.firstLsn): Promise<RedoRecord[]> {
  const records: RedoRecord[] = [];
  for await (const batch of log.read(fromLsn, 3)) records.push(...batch);
  return records;
}

export async function* pieces(bytes: Uint8Array, size = 100): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
