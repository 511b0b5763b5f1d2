/** A file as a server has it. */
export interface StoredFile {
  /** Where it really is: symbolic links resolved. */
  path: string;
  bytes: Uint8Array;
}

export interface ReplaceRequest {
  /** SHA-256 of what the file must hold, in hex. */
  expectedDigest: string;
  /** The path of the backup. */
  backup: string;
}

/**
 * Where configuration files are: this machine, or a server over SSH. Every call rejects with {@link ConfigFileError}
 * that names the file.
 */
export interface ConfigFiles {
  /** For people: `localhost`, or `user@host:port`. */
  readonly name: string;
  /** Reads a file of at most 16 MiB. */
  read(path: string): Promise<StoredFile>;
  /**
   * Puts bytes in a file's place in one step, with the mode and the owner that it has, after what it held was kept as
   * `backup`. No other console does that with the file at the same time; where it is not `expectedDigest` any more this
   * rejects with the problem `changed`, and nothing is done. `path` is where the file really is.
   */
  replace(path: string, bytes: Uint8Array, request: ReplaceRequest): Promise<void>;
  /** The names in a directory; none where there is no such directory. */
  list(directory: string): Promise<string[]>;
}
