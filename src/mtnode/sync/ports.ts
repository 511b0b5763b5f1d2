import type { FileInfo } from '#mtnode/redo';

/**
 * The other instance's share, mounted here (F3). Every call may take for ever: a mount can hang. Whoever calls sets a
 * deadline and goes on without the answer; the implementation keeps a hung call away from everything else.
 * Calls reject with the system's error and its `code`.
 */
export interface Mount {
  /** Where it is mounted, for people. */
  readonly directory: string;
  /** A small file's content (at most 1 MiB), always read anew. */
  readFile(name: string): Promise<Uint8Array>;
  list(): Promise<FileInfo[]>;
  /** Up to `length` bytes from `offset`, from a file opened anew (NFS shows a new size only then). */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  /** Writes a small file, durably, replacing what there is. */
  writeFile(name: string, bytes: Uint8Array): Promise<void>;
  /** Rejects where nothing can be written into the directory: it is mounted read-only, or not permitted. */
  checkWritable(): Promise<void>;
  close(): void;
}
