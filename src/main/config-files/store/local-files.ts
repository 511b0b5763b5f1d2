import { constants } from 'node:fs';
import { access, open, readdir, realpath, rm, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OwnerNotKeptError, writeWholeFile } from '#core/whole-file';
import { digestOf } from '../document.ts';
import { ConfigFileError, fileError } from '../errors.ts';
import { MAX_FILE_BYTES } from '../text/decode.ts';
import type { ConfigFiles, ReplaceRequest, StoredFile } from './port.ts';

/** How long another of our processes is waited for, which replaces the same file. */
const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 50;
/** A lock of this age is of a process that has ended without taking it away. */
const STALE_LOCK_MS = 30_000;
const FILE_MODE_BITS = 0o777;
const ANY_WRITE_BIT = 0o222;

/** The files of this machine. */
export function localConfigFiles(): ConfigFiles {
  return { name: 'localhost', read, replace, list };
}

async function read(path: string): Promise<StoredFile> {
  const real = await asked(path, 'unreadable', () => realpath(path));
  const handle = await asked(path, 'unreadable', () => open(real, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw fileError('unreadable', path, 'noFile');
    if (status.size > MAX_FILE_BYTES)
      throw fileError('too-large', path, 'tooLarge', { bytes: status.size, most: MAX_FILE_BYTES });
    return { path: real, bytes: await asked(path, 'unreadable', () => handle.readFile()) };
  } finally {
    await handle.close();
  }
}

async function replace(path: string, bytes: Uint8Array, { expectedDigest, backup }: ReplaceRequest): Promise<void> {
  const unlock = await lock(path);
  try {
    const { bytes: current } = await read(path);
    if (digestOf(current) !== expectedDigest) throw fileError('changed', path, 'changed');
    await mustBeWritable(path);
    await keep(backup, current, path);
    // Mode and owner are taken over from the file that is there.
    await asked(path, 'unwritable', () => writeWholeFile(path, bytes, { keepsOwner: true }));
    const { bytes: written } = await read(path);
    if (digestOf(written) !== digestOf(bytes)) throw fileError('unwritable', path, 'notAsWritten');
  } finally {
    await unlock();
  }
}

/** Replacing needs the directory alone: a file that is read-only on purpose would not be asked, and root asks none. */
async function mustBeWritable(path: string): Promise<void> {
  const { mode } = await asked(path, 'unreadable', () => stat(path));
  if ((mode & ANY_WRITE_BIT) === 0) throw fileError('unwritable', path, 'readOnly');
  await asked(path, 'unwritable', () => access(path, constants.W_OK));
}

/** Makes the backup, for those alone who may read the file. */
async function keep(backup: string, bytes: Uint8Array, like: string): Promise<void> {
  const { mode, uid, gid } = await asked(like, 'unreadable', () => stat(like));
  const handle = await asked(backup, 'unwritable', () => open(backup, 'wx', mode & FILE_MODE_BITS));
  try {
    await asked(backup, 'unwritable', async () => {
      await handle.writeFile(bytes);
      await handle.sync();
    });
    // Whoever runs this may not be allowed to give files away: then the backup is theirs.
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
  } catch (error) {
    await rm(backup, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw fileError('unreadable', directory, 'unreadable', { code: codeOf(error) }, { cause: error });
  }
}

/** Keeps others of ours from replacing the file; answers with what ends that. */
async function lock(path: string): Promise<() => Promise<void>> {
  const file = `${path}.lock`;
  for (let waitedMs = 0; ; waitedMs += LOCK_RETRY_MS) {
    try {
      await (await open(file, 'wx', 0o600)).close();
      return () => unlink(file).catch(() => {});
    } catch (error) {
      if (codeOf(error) !== 'EEXIST')
        throw fileError('unwritable', path, 'unwritable', { code: codeOf(error) }, { cause: error });
    }
    await removeStale(file);
    if (waitedMs >= LOCK_WAIT_MS) throw fileError('unwritable', path, 'locked', { lock: file });
    await sleep(LOCK_RETRY_MS);
  }
}

async function removeStale(file: string): Promise<void> {
  const status = await stat(file).catch(() => undefined);
  if (status && Date.now() - status.mtimeMs > STALE_LOCK_MS) await rm(file, { force: true });
}

/** Makes a call of the system's, whose failure is told with the file's name. */
async function asked<T>(path: string, problem: 'unreadable' | 'unwritable', call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ConfigFileError) throw error;
    if (error instanceof OwnerNotKeptError) throw fileError('unwritable', path, 'ownerNotKept', {}, { cause: error });
    const code = codeOf(error);
    if (code === 'ENOENT' && problem === 'unwritable')
      throw fileError(problem, dirname(path), 'noDirectory', {}, { cause: error });
    const key = code === 'ENOENT' ? 'missing' : problem;
    throw fileError(problem, path, key, { code }, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
