import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writeWholeFile } from '#core/whole-file';
import type { NodeStorage } from './ports.ts';
import { nodeStateSchema } from './state.ts';

const SQLITE_BUSY = 5;

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
  release(): void;
}

/**
 * Opens the state of an instance in a folder, made where there is none. A living holder, even a stopped one, makes it
 * throw {@link StorageError} IN_USE: were two processes of one instance to share the state, either could claim what the
 * other holds.
 */
export async function openFileStorage(folder: string, instance: string): Promise<FileStorage> {
  const stem = join(folder, encodeURIComponent(instance));
  const statePath = `${stem}.json`;
  const lockPath = `${stem}.lock`;
  await mkdir(folder, { recursive: true });
  const lock = takeLock(lockPath);
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
      await writeWholeFile(statePath, `${JSON.stringify(state)}\n`);
      await syncFolder(folder);
    },
    release() {
      lock.close();
    },
  };
}

/**
 * The lock is the kernel's, held through an empty SQLite database: it goes with the process, however that ends, and two
 * that start at the same instant cannot both have it. Node has no other call for such a lock.
 */
function takeLock(lockPath: string): DatabaseSync {
  const database = new DatabaseSync(lockPath);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)
      throw new StorageError('IN_USE', lockPath, 'another process of this instance lives');
    throw new StorageError('UNREADABLE', lockPath, error instanceof Error ? error.message : String(error));
  }
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
