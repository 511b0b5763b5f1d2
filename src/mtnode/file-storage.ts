import { mkdir, open, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { readProcess } from '#core/process';
import { type ProcessIdentity, processIdentitySchema } from '#shared/domain';
import type { NodeStorage } from './ports.ts';
import { nodeStateSchema } from './state.ts';

/** The data directory cannot be used: `IN_USE` by a living process of the instance, or `UNREADABLE`. */
export class StorageError extends Error {
  readonly code: 'IN_USE' | 'UNREADABLE';
  readonly path: string;
  constructor(code: 'IN_USE' | 'UNREADABLE', path: string, detail: string) {
    super(`${path}: ${detail}`);
    this.name = 'StorageError';
    this.code = code;
    this.path = path;
  }
}

/** A {@link NodeStorage} in files, held by this process alone. */
export interface FileStorage extends NodeStorage {
  /** Lets other processes have it. */
  release(): Promise<void>;
}

/**
 * Opens the state of an instance in a folder, made where there is none. A lock file that names a dead process is taken
 * over; a living holder, even a stopped one, makes it throw {@link StorageError} IN_USE: were two processes of one
 * instance to share the state, either could claim what the other holds.
 */
export async function openFileStorage(folder: string, instance: string, self: ProcessIdentity): Promise<FileStorage> {
  const stem = join(folder, encodeURIComponent(instance));
  const statePath = `${stem}.json`;
  const lockPath = `${stem}.lock`;
  await mkdir(folder, { recursive: true });
  await takeLock(lockPath, self);
  return {
    async load() {
      const bytes = await readIfThere(statePath);
      if (bytes === undefined) return undefined;
      const parsed = nodeStateSchema.safeParse(asJson(bytes));
      if (!parsed.success)
        throw new StorageError('UNREADABLE', statePath, 'is no state of an instance; it is neither used nor replaced');
      return parsed.data;
    },
    async save(state) {
      await writeFileAtomic(statePath, `${JSON.stringify(state)}\n`);
      await syncFolder(folder);
    },
    async release() {
      await unlink(lockPath);
    },
  };
}

async function takeLock(lockPath: string, self: ProcessIdentity): Promise<void> {
  const mine = JSON.stringify(self);
  const found = await readIfThere(lockPath);
  const holder = found === undefined ? undefined : processIdentitySchema.safeParse(asJson(found)).data;
  if (holder !== undefined && (await lives(holder)))
    throw new StorageError('IN_USE', lockPath, `process ${holder.pid} of this instance lives`);
  const ownPath = `${lockPath}.${self.pid}`;
  await writeFile(ownPath, mine);
  await rename(ownPath, lockPath);
  // Two that found the same dead holder: the one whose lock did not last gives way.
  if ((await readIfThere(lockPath)) !== mine) throw new StorageError('IN_USE', lockPath, 'another process was faster');
}

async function lives(holder: ProcessIdentity): Promise<boolean> {
  const found = await readProcess(holder.pid);
  if (!found.found || found.state === 'dead') return false;
  return found.identity.bootId === holder.bootId && found.identity.startTime === holder.startTime;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller's schema refuses it.
    return undefined;
  }
}

/** A renamed file survives a power cut once its folder is written; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
