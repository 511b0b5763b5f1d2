import { constants, type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppendFile, Disk, FileInfo } from './ports.ts';

/** A {@link Disk} in files. */
export interface FileDisk extends Disk {
  /** Lets its open files go. */
  close(): Promise<void>;
}

/** Of a file that is being written to replace another. */
const UNFINISHED = '.new';
/** No name leads out of the folder or is hidden. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/;

/** Opens a folder, made where there is none; what an interrupted replacement left behind is removed. */
export async function openFileDisk(folder: string): Promise<FileDisk> {
  await mkdir(folder, { recursive: true });
  const disk = new FolderDisk(folder);
  await disk.removeUnfinished();
  return disk;
}

class FolderDisk implements FileDisk {
  readonly #folder: string;
  /** Open for overwriting: done after every fsync. */
  readonly #poked = new Map<string, Promise<FileHandle>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<FileInfo[]> {
    const files: FileInfo[] = [];
    for (const entry of await readdir(this.#folder, { withFileTypes: true })) {
      if (!entry.isFile() || !NAME.test(entry.name) || entry.name.endsWith(UNFINISHED)) continue;
      const bytes = await sizeIfThere(join(this.#folder, entry.name));
      if (bytes !== undefined) files.push({ name: entry.name, bytes });
    }
    return files;
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array> {
    const file = await open(this.#path(name), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return await readFully(file, offset, length);
    } finally {
      await file.close();
    }
  }

  async openAppend(name: string): Promise<AppendFile> {
    const path = this.#path(name);
    const isNew = (await sizeIfThere(path)) === undefined;
    const file = await openToWrite(path);
    try {
      if (isNew) await this.#syncFolder();
      return new FolderAppendFile(file, path, await file.stat({ bigint: true }));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async replace(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    const path = this.#path(name);
    const unfinished = `${path}${UNFINISHED}`;
    try {
      await writeWhole(unfinished, content);
      await this.#forget(name);
      await rename(unfinished, path);
    } catch (error) {
      await removeIfThere(unfinished);
      throw error;
    }
    await this.#syncFolder();
  }

  async poke(name: string, offset: number, bytes: Uint8Array): Promise<void> {
    const opened = this.#poked.get(name) ?? openToWrite(this.#path(name));
    this.#poked.set(name, opened);
    try {
      await writeFully(await opened, bytes, offset);
    } catch (error) {
      this.#poked.delete(name);
      await opened.then(
        (file) => file.close(),
        () => undefined,
      );
      throw error;
    }
  }

  async truncate(name: string, bytes: number): Promise<void> {
    const file = await open(this.#path(name), constants.O_RDWR | constants.O_NOFOLLOW);
    try {
      await file.truncate(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async remove(name: string): Promise<void> {
    await this.#forget(name);
    if (await removeIfThere(this.#path(name))) await this.#syncFolder();
  }

  async removeUnfinished(): Promise<void> {
    for (const name of await readdir(this.#folder))
      if (NAME.test(name) && name.endsWith(UNFINISHED)) await removeIfThere(join(this.#folder, name));
  }

  async close(): Promise<void> {
    for (const name of [...this.#poked.keys()]) await this.#forget(name);
  }

  async #forget(name: string): Promise<void> {
    const opened = this.#poked.get(name);
    this.#poked.delete(name);
    await (await opened)?.close();
  }

  #path(name: string): string {
    if (!NAME.test(name) || name.endsWith(UNFINISHED)) throw new TypeError(`'${name}' is no plain file name`);
    return join(this.#folder, name);
  }

  /** A made, renamed or removed file survives a power cut once its folder is written; Windows needs no such call. */
  async #syncFolder(): Promise<void> {
    if (process.platform === 'win32') return;
    const handle = await open(this.#folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** What tells a file from another that has its name. */
interface Identity {
  dev: bigint;
  ino: bigint;
}

/** Appends at positions of its own, so that whoever else writes to the file cannot move them. */
class FolderAppendFile implements AppendFile {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #identity: Identity;
  #end: number;

  constructor(file: FileHandle, path: string, { dev, ino, size }: Identity & { size: bigint }) {
    this.#file = file;
    this.#path = path;
    this.#identity = { dev, ino };
    this.#end = Number(size);
  }

  async append(pieces: readonly Uint8Array[]): Promise<void> {
    const [first] = pieces;
    if (first === undefined) return;
    const bytes = pieces.length === 1 ? first : Buffer.concat(pieces);
    await writeFully(this.#file, bytes, this.#end);
    this.#end += bytes.length;
  }

  /**
   * The file's length goes with the data; its times need not. What is in a file that was removed or moved away, alone or
   * with its folder, nobody finds again: rejects then.
   */
  async sync(): Promise<void> {
    await this.#file.datasync();
    const { dev, ino } = await stat(this.#path, { bigint: true });
    if (dev !== this.#identity.dev || ino !== this.#identity.ino)
      throw Object.assign(new Error(`ESTALE: another file has taken the place of ${this.#path}`), { code: 'ESTALE' });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function openToWrite(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
}

async function writeWhole(path: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await open(path, flags, 0o600);
  try {
    let offset = 0;
    for await (const piece of content instanceof Uint8Array ? [content] : content) {
      await writeFully(file, piece, offset);
      offset += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

async function readFully(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

async function sizeIfThere(path: string): Promise<number | undefined> {
  return unlessMissing(async () => (await stat(path)).size);
}

/** Whether there was one. */
async function removeIfThere(path: string): Promise<boolean> {
  return (await unlessMissing(() => unlink(path).then(() => true))) ?? false;
}

async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
