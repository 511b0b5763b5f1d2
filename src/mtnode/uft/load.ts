import { type Disk, datName, type Pause, type RedoLog, readDat } from '#mtnode/redo';
import type { LoadProgress } from '#shared/domain';
import type { Uft } from './uft.ts';

export interface LoadOptions {
  /** Asked between pieces of work of a millisecond or two; `slices(clock)` keeps every turn at 8 ms. */
  pause: Pause;
  /** Told at the beginning, at the end, and at most once in a piece of work between. */
  onProgress?(progress: LoadProgress): void;
  /** Up to this LSN, instead of everything durable. */
  throughLsn?: number;
  signal?: AbortSignal;
}

/**
 * Empties UFT and loads the newest dat, then the redo after it, up to what is durable when it begins (F8). Rejects with
 * RedoDamage where the dat is damaged, EntryError where a record says nothing known, and with the signal's reason.
 * Progress counts orders and sessions of the dat and records of redo.
 */
export async function loadUft(uft: Uft, disk: Disk, log: RedoLog, options: LoadOptions): Promise<void> {
  const { pause, signal } = options;
  const throughLsn = Math.min(options.throughLsn ?? log.durableLsn, log.durableLsn);
  uft.clear();
  const dat = log.datLsn === null ? undefined : await readDat(disk, datName(log.datLsn));
  const ofDat = dat === undefined ? 0 : dat.header.orders + dat.header.sessions;
  const progress = { done: 0, total: ofDat + Math.max(0, throughLsn - (dat?.header.lsn ?? 0)) };
  const step = async (by: number) => {
    progress.done += by;
    if (by > 0) options.onProgress?.({ ...progress });
    signal?.throwIfAborted();
    await pause();
    signal?.throwIfAborted();
  };
  options.onProgress?.({ ...progress });
  if (dat !== undefined) {
    uft.restore(dat.header);
    for await (const batch of dat.batches()) {
      uft.addBatch(batch);
      await step(batch.orders.length + batch.sessions.length);
    }
  }
  for await (const records of log.read(uft.lastLsn + 1, PIECE)) {
    const wanted = records.filter(({ lsn }) => lsn <= throughLsn);
    for (const record of wanted) uft.apply(record);
    await step(wanted.length);
    if (wanted.length < records.length) return;
  }
}

/** Records applied in a millisecond or so. */
const PIECE = 500;
