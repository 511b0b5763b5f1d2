import { readU64, writeU64 } from './bytes.ts';
import type { DatBatch, DatContent, DatHeader } from './dat-content.ts';
import {
  BLOCK,
  type Block,
  BlockReader,
  BlockWriter,
  decodeEntries,
  decodeHeader,
  encodeHeader,
  encodeOrderEntry,
  encodePrefix,
  encodeSessionEntry,
} from './dat-format.ts';
import { EntryError } from './errors.ts';
import { datName, parseDatName } from './names.ts';
import type { Pause } from './pause.ts';
import type { Disk } from './ports.ts';

export interface DatReader {
  readonly header: DatHeader;
  /** In the order they were written. Throws {@link RedoDamage}, at the latest at the end, where a byte is wrong. */
  batches(): AsyncIterable<DatBatch>;
}

const BLOCK_BYTES = 64 * 1_024;
const READ_BYTES = 256 * 1_024;

/**
 * Writes a dat under its name, whole or not at all. The log must be durable through its LSN already. Throws what
 * `signal` was aborted with, and RangeError where there are not as many entries as the header says.
 */
export async function writeDat(disk: Disk, content: DatContent, pause: Pause, signal?: AbortSignal): Promise<void> {
  await disk.replace(datName(content.lsn), datBytes(content, pause, signal));
}

async function* datBytes(content: DatContent, pause: Pause, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const prefix = encodePrefix();
  const writer = new BlockWriter(prefix);
  yield prefix;
  yield writer.block(BLOCK.header, encodeHeader(content));
  const counts = { orders: 0, sessions: 0 };
  for (const pieces of blocksOf(content, counts)) {
    yield writer.block(BLOCK.entries, pieces);
    await pause();
    signal?.throwIfAborted();
  }
  if (counts.orders !== content.orders || counts.sessions !== content.sessions)
    throw new RangeError('a dat with other entries than its header says');
  yield writer.block(BLOCK.trailer, encodeTrailer(content));
}

function* blocksOf(content: DatContent, counts: { orders: number; sessions: number }): Generator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for (const piece of entriesOf(content, counts)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < BLOCK_BYTES) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}

function* entriesOf(content: DatContent, counts: { orders: number; sessions: number }): Generator<Buffer> {
  for (const order of content.entries) {
    counts.orders++;
    yield encodeOrderEntry(order);
  }
  for (const session of content.sessionEntries) {
    counts.sessions++;
    yield encodeSessionEntry(session);
  }
}

function encodeTrailer(header: DatHeader): Buffer {
  const bytes = Buffer.alloc(16);
  writeU64(bytes, 0, header.orders);
  writeU64(bytes, 8, header.sessions);
  return bytes;
}

/** Opens a dat. Throws {@link RedoDamage} where it is not what was written. */
export async function readDat(disk: Disk, name: string): Promise<DatReader> {
  const parser = new DatParser(name);
  const source = parser.parse(readAll(disk, name));
  // The first thing that comes is the header's batch, empty.
  const first = await source.next();
  const { header } = parser;
  if (first.done || header === undefined) throw new Error('a dat without a header was let through');
  return { header, batches: () => source };
}

/**
 * Passes a dat's bytes on and throws {@link RedoDamage}, at the end at the latest, where they are not the dat of that
 * name. `onHeader` is told the header.
 */
export async function* checkedDat(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  onHeader?: (header: DatHeader) => void,
): AsyncGenerator<Uint8Array> {
  const parser = new DatParser(name);
  let told = false;
  for await (const piece of bytes) {
    parser.check(piece);
    if (!told && parser.header) onHeader?.(parser.header);
    told = parser.header !== undefined;
    yield piece;
  }
  parser.end();
}

/** Reads a dat through and says its header; throws {@link RedoDamage} where a byte is wrong. */
export async function verifyDat(disk: Disk, name: string, pause: Pause): Promise<DatHeader> {
  const parser = new DatParser(name);
  for await (const piece of readAll(disk, name)) {
    parser.check(piece);
    await pause();
  }
  return parser.end();
}

async function* readAll(disk: Disk, name: string): AsyncGenerator<Uint8Array> {
  for (let offset = 0; ; offset += READ_BYTES) {
    const bytes = await disk.read(name, offset, READ_BYTES);
    if (bytes.length > 0) yield bytes;
    if (bytes.length < READ_BYTES) return;
  }
}

/** Knows where in a dat it is, and that everything is as it must be there. */
class DatParser {
  header: DatHeader | undefined;
  readonly #name: string;
  readonly #blocks: BlockReader;
  #isComplete = false;
  #orders = 0;
  #sessions = 0;
  #lastLsn = 0;

  constructor(name: string) {
    this.#name = name;
    this.#blocks = new BlockReader(name);
  }

  /** Yields an empty batch at the header, then one for each block. */
  async *parse(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<DatBatch> {
    for await (const piece of bytes) {
      for (const block of this.check(piece)) {
        if (block.kind === BLOCK.header) yield { orders: [], sessions: [] };
        if (block.kind === BLOCK.entries) yield this.#entries(block);
      }
    }
    const header = this.end();
    if (this.#orders !== header.orders || this.#sessions !== header.sessions)
      this.#blocks.damaged(this.#blocks.offset, 'not as many entries as its header says');
  }

  /** Takes more bytes; the blocks that are complete now, in their right order. */
  check(bytes: Uint8Array): Block[] {
    const blocks = this.#blocks.push(bytes);
    for (const block of blocks) {
      if (this.#isComplete) this.#blocks.damaged(block.offset, 'goes on after its end');
      if (block.kind === BLOCK.header && this.header === undefined) this.#begin(block);
      else if (this.header === undefined) this.#blocks.damaged(block.offset, 'does not begin with its header');
      else if (block.kind === BLOCK.trailer) this.#complete(block, this.header);
      else if (block.kind !== BLOCK.entries) this.#blocks.damaged(block.offset, 'a block of an unknown kind');
    }
    return blocks;
  }

  /** No more bytes come. */
  end(): DatHeader {
    this.#blocks.end();
    if (!this.#isComplete || this.header === undefined) this.#blocks.damaged(this.#blocks.offset, 'ends too early');
    return this.header;
  }

  #begin({ content, offset }: Block): void {
    const header = decodeHeader(content);
    if (header === undefined) this.#blocks.damaged(offset, 'a header that is none');
    if (header.lsn !== parseDatName(this.#name))
      this.#blocks.damaged(offset, `the dat of LSN ${header.lsn}, not of its name's`);
    this.header = header;
  }

  #complete({ content, offset }: Block, header: DatHeader): void {
    const isRight =
      content.length === 16 && readU64(content, 0) === header.orders && readU64(content, 8) === header.sessions;
    if (!isRight) this.#blocks.damaged(offset, 'an end that does not fit the beginning');
    this.#isComplete = true;
  }

  #entries({ content, offset }: Block): DatBatch {
    const batch = this.#decode(content, offset);
    this.#orders += batch.orders.length;
    this.#sessions += batch.sessions.length;
    const most = this.header?.lsn ?? 0;
    for (const { lsn } of batch.orders) {
      if (lsn <= this.#lastLsn || lsn > most) this.#blocks.damaged(offset, 'an order out of its place');
      this.#lastLsn = lsn;
    }
    return batch;
  }

  #decode(content: Uint8Array, offset: number): DatBatch {
    try {
      return decodeEntries(content);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      return this.#blocks.damaged(offset, error.message);
    }
  }
}
