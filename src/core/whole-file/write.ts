import type { Stats } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';

export interface WholeFileOptions {
  /** Left out: a file that is there keeps its own, and a new one has what the system gives it. */
  mode?: number;
  /** Whether it is not replaced where the new file could not have the old one's owner and group. */
  keepsOwner?: boolean;
}

/** Whoever runs this may not give a file to the one whom it belongs to. */
export class OwnerNotKeptError extends Error {
  readonly file: string;
  constructor(file: string, options?: ErrorOptions) {
    super(`${file}: its owner and group cannot be kept`, options);
    this.name = 'OwnerNotKeptError';
    this.file = file;
  }
}

const NEW_FILE_MODE = 0o666;
const MODE_BITS = 0o7777;

/**
 * Replaces a file, or makes it: written beside it, forced to disk, then renamed. A symbolic link is followed; owner and
 * group stay, as far as they may be given. Rejects with the system's error or {@link OwnerNotKeptError}; then the file
 * is as it was.
 */
export async function writeWholeFile(
  file: string,
  content: string | Uint8Array,
  { mode, keepsOwner = false }: WholeFileOptions = {},
): Promise<void> {
  const path = await realpath(file).catch(() => file);
  const old = await stat(path).catch(() => undefined);
  const { handle, made } = await openBeside(path, mode ?? old?.mode ?? NEW_FILE_MODE);
  try {
    try {
      // A single write may write a part and call that done, as on a full disk; this goes on until it fails.
      await handle.writeFile(content);
      if (old) await giveTo(old, handle, file, keepsOwner);
      const kept = mode ?? old?.mode;
      if (kept !== undefined) await handle.chmod(kept & MODE_BITS);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(made, path);
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
}

/** A new file beside another; a name that is taken was left by a process that ended while it wrote. */
async function openBeside(path: string, mode: number): Promise<{ handle: FileHandle; made: string }> {
  for (let number = 1; ; number++) {
    const made = `${path}.${process.pid}.${number}.new`;
    try {
      return { handle: await open(made, 'wx', mode & MODE_BITS), made };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

async function giveTo({ uid, gid }: Stats, handle: FileHandle, file: string, keepsOwner: boolean): Promise<void> {
  const made = await handle.stat();
  if (made.uid === uid && made.gid === gid) return;
  try {
    await handle.chown(uid, gid);
  } catch (error) {
    if (keepsOwner) throw new OwnerNotKeptError(file, { cause: error });
    // Others than root may give nothing away, and some file systems know no owners: it stays this process's.
    if (!['EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP'].includes(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
