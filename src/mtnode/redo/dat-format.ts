import { crc32c, readU32, readU64, writeU64 } from './bytes.ts';
import type { DatBatch, DatHeader, StoredOrder } from './dat-content.ts';
import { decodeEntry, encodeEntry, type SessionEntry } from './entry.ts';
import { EntryError, RedoDamage } from './errors.ts';
import { EPOCH_BYTES, MAX_EPOCHS, readEpochs, writeEpochs } from './segment.ts';

// A dat: magic, u32 version, then blocks: u32 CRC-32C over what follows, seeded with the block's before (so that none can
// be missing, doubled or moved), u32 length, u8 kind, content. First a header, then entries, last a trailer.
export const DAT_MAGIC = Buffer.from('KTDAT\r\n\0', 'latin1');
const VERSION = 1;
export const PREFIX_BYTES = DAT_MAGIC.length + 4;
export const BLOCK_HEAD_BYTES = 9;
export const MAX_BLOCK_BYTES = 2 * 1_024 * 1_024;
export const BLOCK = { header: 1, entries: 2, trailer: 3 } as const;
const HEADER_BYTES = 44;

/** What every dat begins with. */
export function encodePrefix(): Buffer {
  const bytes = Buffer.alloc(PREFIX_BYTES);
  bytes.set(DAT_MAGIC, 0);
  bytes.writeUInt32LE(VERSION, DAT_MAGIC.length);
  return bytes;
}

/** Makes blocks out of contents, one after the other. */
export class BlockWriter {
  #crc: number;

  constructor(prefix: Uint8Array) {
    this.#crc = crc32c(prefix);
  }

  block(kind: number, content: Uint8Array): Buffer {
    const bytes = Buffer.allocUnsafe(BLOCK_HEAD_BYTES + content.length);
    bytes.writeUInt32LE(content.length, 4);
    bytes[8] = kind;
    bytes.set(content, BLOCK_HEAD_BYTES);
    this.#crc = crc32c(bytes.subarray(4), this.#crc);
    bytes.writeUInt32LE(this.#crc, 0);
    return bytes;
  }
}

export interface Block {
  kind: number;
  content: Uint8Array;
  /** Where the content begins in the file. */
  offset: number;
}

/** Takes a dat's bytes as they come and gives out whole, checked blocks. */
export class BlockReader {
  readonly #name: string;
  #rest: Uint8Array = new Uint8Array();
  /** Where `#rest` begins in the file. */
  #offset = 0;
  #crc: number | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** The blocks that are complete now. Throws {@link RedoDamage} at the first byte that cannot be right. */
  push(bytes: Uint8Array): Block[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const blocks: Block[] = [];
    if (this.#crc === undefined && !this.#prefix()) return blocks;
    for (let block = this.#next(); block !== undefined; block = this.#next()) blocks.push(block);
    return blocks;
  }

  /** No more bytes come. */
  end(): void {
    if (this.#crc === undefined || this.#rest.length > 0) this.damaged(this.#offset, 'ends in the middle');
  }

  damaged(offset: number, detail: string): never {
    throw new RedoDamage(this.#name, offset, detail);
  }

  get offset(): number {
    return this.#offset;
  }

  #prefix(): boolean {
    if (this.#rest.length < PREFIX_BYTES) return false;
    const prefix = this.#rest.subarray(0, PREFIX_BYTES);
    if (DAT_MAGIC.compare(prefix, 0, DAT_MAGIC.length) !== 0) this.damaged(0, 'not the beginning of a dat');
    const version = readU32(prefix, DAT_MAGIC.length);
    if (version !== VERSION) this.damaged(DAT_MAGIC.length, `version ${version} is not known here`);
    this.#crc = crc32c(prefix);
    this.#take(PREFIX_BYTES);
    return true;
  }

  #next(): Block | undefined {
    const rest = this.#rest;
    if (rest.length < BLOCK_HEAD_BYTES) return undefined;
    const length = readU32(rest, 4);
    if (length > MAX_BLOCK_BYTES) this.damaged(this.#offset + 4, `a block of ${length} bytes, which none has`);
    const end = BLOCK_HEAD_BYTES + length;
    if (rest.length < end) return undefined;
    this.#crc = crc32c(rest.subarray(4, end), this.#crc);
    if (this.#crc !== readU32(rest, 0)) this.damaged(this.#offset, 'a block with a wrong checksum');
    const block = {
      kind: rest[8] ?? 0,
      content: rest.subarray(BLOCK_HEAD_BYTES, end),
      offset: this.#offset + BLOCK_HEAD_BYTES,
    };
    this.#take(end);
    return block;
  }

  #take(bytes: number): void {
    this.#rest = this.#rest.subarray(bytes);
    this.#offset += bytes;
  }
}

/** A dat's header. */
export function encodeHeader(header: DatHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + header.epochs.length * EPOCH_BYTES);
  writeU64(bytes, 0, header.lsn);
  writeU64(bytes, 8, header.epoch);
  writeU64(bytes, 16, header.orders);
  writeU64(bytes, 24, header.sessions);
  bytes.set(Buffer.from(header.digest, 'hex').subarray(0, 8), 32);
  bytes.writeUInt32LE(header.epochs.length, 40);
  writeEpochs(bytes, HEADER_BYTES, header.epochs);
  return bytes;
}

/** undefined: not what {@link encodeHeader} makes. */
export function decodeHeader(content: Uint8Array): DatHeader | undefined {
  const count = readU32(content, 40);
  if (count > MAX_EPOCHS || content.length !== HEADER_BYTES + count * EPOCH_BYTES) return undefined;
  return {
    lsn: readU64(content, 0),
    epoch: readU64(content, 8),
    orders: readU64(content, 16),
    sessions: readU64(content, 24),
    digest: Buffer.from(content.subarray(32, 40)).toString('hex'),
    epochs: readEpochs(content, HEADER_BYTES, count),
  };
}

const ORDER = 2;
const SESSION = 3;

/** u8 kind, u16 payload length, payload, u64 LSN, u64 epoch, u32 number of repeats, their LSNs. */
export function encodeOrderEntry({ payload, lsn, epoch, repeats = [] }: StoredOrder): Buffer {
  const bytes = Buffer.allocUnsafe(3 + payload.length + 20 + repeats.length * 8);
  bytes[0] = ORDER;
  bytes.writeUInt16LE(payload.length, 1);
  bytes.set(payload, 3);
  const at = 3 + payload.length;
  writeU64(bytes, at, lsn);
  writeU64(bytes, at + 8, epoch);
  bytes.writeUInt32LE(repeats.length, at + 16);
  repeats.forEach((repeat, index) => {
    writeU64(bytes, at + 20 + index * 8, repeat);
  });
  return bytes;
}

/** One session in a dat. */
export function encodeSessionEntry(session: SessionEntry): Buffer {
  const payload = encodeEntry({ type: 'session', ...session });
  const bytes = Buffer.allocUnsafe(3 + payload.length);
  bytes[0] = SESSION;
  bytes.writeUInt16LE(payload.length, 1);
  bytes.set(payload, 3);
  return bytes;
}

/**
 * The entries of a block; the payloads are views on it, and not looked into. Throws {@link EntryError} where they are not
 * what was written.
 */
export function decodeEntries(content: Uint8Array): DatBatch {
  const batch: DatBatch = { orders: [], sessions: [] };
  let at = 0;
  const need = (bytes: number) => {
    if (at + bytes > content.length) throw new EntryError('shorter than it says');
  };
  while (at < content.length) {
    need(3);
    const kind = content[at];
    const length = (content[at + 1] ?? 0) + (content[at + 2] ?? 0) * 256;
    at += 3;
    need(length);
    const payload = content.subarray(at, at + length);
    at += length;
    if (kind === SESSION) {
      const entry = decodeEntry('session', payload);
      if (entry.type === 'session') batch.sessions.push({ kind: entry.kind, value: entry.value });
      continue;
    }
    if (kind !== ORDER) throw new EntryError('an entry of an unknown kind');
    need(20);
    const count = readU32(content, at + 16);
    need(20 + count * 8);
    const from = at + 20;
    const repeats =
      count === 0 ? undefined : Array.from({ length: count }, (_, index) => readU64(content, from + index * 8));
    batch.orders.push({ payload, lsn: readU64(content, at), epoch: readU64(content, at + 8), repeats });
    at = from + count * 8;
  }
  return batch;
}
