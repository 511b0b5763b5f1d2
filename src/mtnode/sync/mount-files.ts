import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { FileInfo } from '#mtnode/redo';

/** Largest file that is read whole. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** Most that one read brings. */
export const MAX_READ_BYTES = 4 * 1024 * 1024;

/** Names of ours: nothing that leads out of the directory, names a stream on Windows or hides. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;

export type MountRequest =
  | { kind: 'readFile'; name: string }
  | { kind: 'list' }
  | { kind: 'read'; name: string; offset: number; length: number }
  | { kind: 'writeFile'; name: string; bytes: Uint8Array }
  | { kind: 'checkWritable' };

/** Calls in the mounted directory, synchronous: for a thread that may hang in one of them. They throw system errors. */
export class MountFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  perform(request: MountRequest): unknown {
    switch (request.kind) {
      case 'readFile':
        return this.#readFile(request.name);
      case 'list':
        return this.#list();
      case 'read':
        return this.#read(request.name, request.offset, request.length);
      case 'writeFile':
        return this.#writeFile(request.name, request.bytes);
      case 'checkWritable':
        return accessSync(this.#directory, constants.W_OK);
    }
  }

  #readFile(name: string): Uint8Array {
    return withFile(this.#path(name), constants.O_RDONLY, (file) => {
      const { size } = regular(file, name);
      if (size > MAX_FILE_BYTES) throw failure('EFBIG', name, `has ${size} bytes, more than ${MAX_FILE_BYTES}`);
      return readUpTo(file, 0, size);
    });
  }

  /** Regular files only: whatever else is there is none of ours. */
  #list(): FileInfo[] {
    const found = readdirSync(this.#directory, { withFileTypes: true }).filter(
      (entry) => entry.isFile() && NAME.test(entry.name),
    );
    return found.flatMap(({ name }) => {
      const stat = lstatSync(join(this.#directory, name), { throwIfNoEntry: false });
      return stat?.isFile() ? [{ name, bytes: stat.size }] : [];
    });
  }

  #read(name: string, offset: number, length: number): Uint8Array {
    if (!isCount(offset) || !isCount(length) || length > MAX_READ_BYTES)
      throw failure('EINVAL', name, `cannot be read at ${offset} for ${length} bytes`);
    return withFile(this.#path(name), constants.O_RDONLY, (file) => {
      const { size } = regular(file, name);
      return readUpTo(file, offset, Math.min(length, Math.max(0, size - offset)));
    });
  }

  #writeFile(name: string, bytes: Uint8Array): void {
    const path = this.#path(name);
    const { O_WRONLY, O_CREAT, O_EXCL } = constants;
    // Hidden, so that whoever lists the directory does not take half a file for one of ours.
    const temporary = join(this.#directory, `.${name}.new`);
    rmSync(temporary, { force: true });
    withFile(temporary, O_WRONLY | O_CREAT | O_EXCL, (file) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done);
      fsyncSync(file);
    });
    renameSync(temporary, path);
    // Windows has no such call and needs none.
    if (process.platform !== 'win32') withFile(this.#directory, constants.O_RDONLY | constants.O_DIRECTORY, fsyncSync);
  }

  #path(name: string): string {
    if (!NAME.test(name)) throw failure('EINVAL', name, 'is no name of a file in the mount');
    const path = join(this.#directory, name);
    // Windows opens what a link points to, whatever is asked; elsewhere the call that opens refuses it.
    if (process.platform === 'win32' && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      throw failure('ELOOP', name, 'is a symbolic link');
    return path;
  }
}

function withFile<T>(path: string, flags: number, use: (file: number) => T): T {
  const isDirectory = (flags & (constants.O_DIRECTORY ?? 0)) !== 0;
  const file = openSync(path, isDirectory ? flags : flags | (constants.O_NOFOLLOW ?? 0), 0o644);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function regular(file: number, name: string): { size: number } {
  const stat = fstatSync(file);
  if (!stat.isFile()) throw failure('EINVAL', name, 'is no regular file');
  return stat;
}

/** Fewer bytes where the file ends before. In memory of its own, so that it can be handed to another thread. */
function readUpTo(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(file, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return done === length ? bytes : bytes.slice(0, done);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function failure(code: string, name: string, detail: string): Error {
  return Object.assign(new Error(`${code}: ${JSON.stringify(name.slice(0, 255))} ${detail}`), { code });
}
