import { type AclEntry, ERROR, RequestError, type Stat } from './protocol.ts';

/** Reads ZooKeeper's serialisation; what does not fit the bytes at hand is a marshalling error, never a crash. */
export class JuteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  bool(): boolean {
    return this.#bytes.readUInt8(this.#take(1)) !== 0;
  }

  /** Null is written as length -1. */
  buffer(): Buffer | null {
    const length = this.int();
    if (length === -1) return null;
    const start = this.#take(length);
    return Buffer.from(this.#bytes.subarray(start, start + length));
  }

  string(): string {
    const length = this.int();
    if (length === -1) return '';
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  vector<T>(readItem: () => T): T[] {
    const count = this.int();
    if (count === -1) return [];
    // Every item takes a byte at least: a larger count cannot be true.
    if (count < 0 || count > this.remaining()) throw new RequestError(ERROR.marshalling);
    return Array.from({ length: count }, readItem);
  }

  acl(): AclEntry[] {
    return this.vector(() => ({ permissions: this.int(), identity: { scheme: this.string(), id: this.string() } }));
  }

  #take(length: number): number {
    if (length < 0 || length > this.remaining()) throw new RequestError(ERROR.marshalling);
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}

/** Writes ZooKeeper's serialisation. */
export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(value);
    return this.#add(bytes);
  }

  long(value: bigint): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64BE(value);
    return this.#add(bytes);
  }

  bool(value: boolean): this {
    return this.#add(Buffer.from([value ? 1 : 0]));
  }

  buffer(value: Buffer | null): this {
    if (value === null) return this.int(-1);
    return this.int(value.length).#add(value);
  }

  string(value: string): this {
    return this.buffer(Buffer.from(value));
  }

  vector<T>(items: readonly T[], writeItem: (item: T) => void): this {
    this.int(items.length);
    for (const item of items) writeItem(item);
    return this;
  }

  acl(entries: readonly AclEntry[]): this {
    return this.vector(entries, ({ permissions, identity }) => {
      this.int(permissions).string(identity.scheme).string(identity.id);
    });
  }

  stat(stat: Stat): this {
    this.long(stat.czxid).long(stat.mzxid).long(BigInt(stat.ctimeMs)).long(BigInt(stat.mtimeMs));
    this.int(stat.version).int(stat.cversion).int(stat.aversion).long(stat.ephemeralOwner);
    return this.int(stat.dataLength).int(stat.numChildren).long(stat.pzxid);
  }

  /** The bytes written so far, without a length. */
  body(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** The bytes written so far, as a frame with its 4-byte length. */
  frame(): Buffer {
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(this.#parts.reduce((sum, part) => sum + part.length, 0));
    return Buffer.concat([length, ...this.#parts]);
  }

  #add(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }
}
