import { datName, newestDat, RedoDamage, type RedoLog } from '#mtnode/redo';
import type { MountCalls } from './mount-calls.ts';
import { CHUNK_BYTES } from './segment-tail.ts';
import { codeOf, localFailure, mountFailure, redoFailure, SyncFailure } from './sync-failure.ts';

/** The dat that was being copied has gone: the primary has a newer one. */
export class DatMoved extends Error {
  constructor(file: string) {
    super(`${file} is no longer there`);
    this.name = 'DatMoved';
  }
}

/** The LSN of the share's newest dat; undefined: there is none. */
export async function newestShareDat(calls: MountCalls): Promise<number | undefined> {
  return newestDat(await calls.call('list', (mount) => mount.list()))?.lsn;
}

/**
 * Copies the share's dat of that LSN to the own disk, in pieces between which other calls of the mount get their turn,
 * and takes it over once it is whole and right. Rejects with {@link SyncFailure}, with {@link DatMoved}, or where the
 * signal aborts with its reason; all is as before then.
 */
export async function copyDat(calls: MountCalls, log: RedoLog, lsn: number, signal: AbortSignal): Promise<void> {
  try {
    await log.adoptDat(lsn, pieces(calls, datName(lsn), signal));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SyncFailure || error instanceof DatMoved) throw error;
    if (error instanceof RedoDamage) throw redoFailure(error.file, error.offset, error.detail);
    throw localFailure(error);
  }
}

async function* pieces(calls: MountCalls, file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let offset = 0; ; ) {
    signal.throwIfAborted();
    const bytes = await piece(calls, file, offset);
    if (bytes.length > 0) yield bytes;
    offset += bytes.length;
    if (bytes.length < CHUNK_BYTES) return;
  }
}

async function piece(calls: MountCalls, file: string, offset: number): Promise<Uint8Array> {
  try {
    return await calls.call(file, (mount) => mount.read(file, offset, CHUNK_BYTES));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new DatMoved(file);
    throw mountFailure(error, file);
  }
}
