/** A file in a folder. */
export interface FileInfo {
  name: string;
  bytes: number;
}

/**
 * The folder that holds an instance's redo and dat, and that the other instance mounts (F3). Every call rejects with the
 * system's error (its `code`), and with ENOENT where the file is not there. Names are plain file names.
 */
export interface Disk {
  list(): Promise<FileInfo[]>;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  /** Opens for appending; makes the file, durably, where there is none. */
  openAppend(name: string): Promise<AppendFile>;
  /** Replaces the whole file, or makes it: after a crash either the old or the new content is there, whole. Durable. */
  replace(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void>;
  /** Overwrites bytes within a file, or makes it, and does not wait for the disk. */
  poke(name: string, offset: number, bytes: Uint8Array): Promise<void>;
  /** Durable. */
  truncate(name: string, bytes: number): Promise<void>;
  /** Durable. No error where the file is not there. */
  remove(name: string): Promise<void>;
}

export interface AppendFile {
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /** Resolves when everything appended would survive a power cut. Rejects where the file no longer has its name. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
