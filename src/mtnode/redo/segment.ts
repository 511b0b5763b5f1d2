import { crc32c, readU32, readU64, writeU64 } from './bytes.ts';
import { segmentName } from './names.ts';
import type { EpochStart } from './record.ts';

export interface SegmentHeader {
  firstLsn: number;
  /** Every epoch that began before this segment, oldest first. */
  epochs: readonly EpochStart[];
  /** Length of the header: the first record begins here. */
  bytes: number;
}

export type HeaderProblem =
  /** More bytes are needed. */
  { kind: 'incomplete' } | { kind: 'damaged' | 'unknown-version'; offset: number; detail: string };

const MAGIC = Buffer.from('KTREDO\r\n', 'latin1');
const VERSION = 1;
const VERSION_AT = 8;
const FIRST_LSN_AT = 12;
const EPOCHS_AT = 20;
const FIXED_BYTES = 24;
export const EPOCH_BYTES = 16;
/** Terms of a primary that a log remembers; no site ever comes near. */
export const MAX_EPOCHS = 65_536;
/** The longest header there is. */
export const MAX_HEADER_BYTES = FIXED_BYTES + MAX_EPOCHS * EPOCH_BYTES + 4;

/** Magic, u32 version, u64 first LSN, u32 number of epochs, the epochs, u32 CRC-32C over all of it. */
export function encodeSegmentHeader(firstLsn: number, epochs: readonly EpochStart[]): Buffer {
  const bytes = Buffer.alloc(FIXED_BYTES + epochs.length * EPOCH_BYTES + 4);
  bytes.set(MAGIC, 0);
  bytes.writeUInt32LE(VERSION, VERSION_AT);
  writeU64(bytes, FIRST_LSN_AT, firstLsn);
  bytes.writeUInt32LE(epochs.length, EPOCHS_AT);
  writeEpochs(bytes, FIXED_BYTES, epochs);
  const end = bytes.length - 4;
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, end)), end);
  return bytes;
}

/** The header that a segment's bytes begin with. */
export function parseSegmentHeader(bytes: Uint8Array): SegmentHeader | HeaderProblem {
  for (let at = 0; at < MAGIC.length; at++) {
    if (at >= bytes.length) return { kind: 'incomplete' };
    if (bytes[at] !== MAGIC[at]) return { kind: 'damaged', offset: at, detail: 'not the beginning of a redo segment' };
  }
  if (bytes.length < FIXED_BYTES) return { kind: 'incomplete' };
  const version = readU32(bytes, VERSION_AT);
  if (version !== VERSION && version !== 0)
    return { kind: 'unknown-version', offset: VERSION_AT, detail: `version ${version} is not known here` };
  const count = readU32(bytes, EPOCHS_AT);
  if (count > MAX_EPOCHS) return { kind: 'damaged', offset: EPOCHS_AT, detail: 'more epochs than there can be' };
  const end = FIXED_BYTES + count * EPOCH_BYTES;
  if (bytes.length < end + 4) return { kind: 'incomplete' };
  if (version === 0 || readU32(bytes, end) !== crc32c(bytes.subarray(0, end)))
    return { kind: 'damaged', offset: 0, detail: 'a header with a wrong checksum' };
  return { firstLsn: readU64(bytes, FIRST_LSN_AT), epochs: readEpochs(bytes, FIXED_BYTES, count), bytes: end + 4 };
}

/** Writes where each epoch began. */
export function writeEpochs(bytes: Buffer, at: number, epochs: readonly EpochStart[]): void {
  epochs.forEach(({ epoch, firstLsn }, index) => {
    writeU64(bytes, at + index * EPOCH_BYTES, epoch);
    writeU64(bytes, at + index * EPOCH_BYTES + 8, firstLsn);
  });
}

/** Reads what {@link writeEpochs} wrote. */
export function readEpochs(bytes: Uint8Array, at: number, count: number): EpochStart[] {
  return Array.from({ length: count }, (_, index) => ({
    epoch: readU64(bytes, at + index * EPOCH_BYTES),
    firstLsn: readU64(bytes, at + index * EPOCH_BYTES + 8),
  }));
}

/** Every so many records their place in the segment is noted. */
const INDEX_EVERY = 64;

/** A segment on disk and where its records are. */
export class Segment {
  readonly name: string;
  readonly firstLsn: number;
  readonly headerBytes: number;
  /** Of its last record; `firstLsn` - 1: it has none. */
  lastLsn: number;
  /** Length, up to the end of the last record. */
  bytes: number;
  /** Offsets of every {@link INDEX_EVERY}th record. */
  #index: number[] = [];

  constructor(firstLsn: number, headerBytes: number) {
    this.name = segmentName(firstLsn);
    this.firstLsn = firstLsn;
    this.headerBytes = headerBytes;
    this.lastLsn = firstLsn - 1;
    this.bytes = headerBytes;
  }

  /** The next record is there, and so long. */
  add(recordBytes: number): void {
    this.lastLsn++;
    if ((this.lastLsn - this.firstLsn) % INDEX_EVERY === 0) this.#index.push(this.bytes);
    this.bytes += recordBytes;
  }

  /** A record at or before the one with this LSN, and where it begins. */
  before(lsn: number): { lsn: number; offset: number } {
    const place = Math.floor((Math.min(lsn, this.lastLsn) - this.firstLsn) / INDEX_EVERY);
    const offset = this.#index[place];
    if (place < 0 || offset === undefined) return { lsn: this.firstLsn, offset: this.headerBytes };
    return { lsn: this.firstLsn + place * INDEX_EVERY, offset };
  }

  /** What is left when everything after `lsn`, which ends at `bytes`, has been cut off. */
  cut(lsn: number, bytes: number): void {
    this.lastLsn = lsn;
    this.bytes = bytes;
    this.#index.length = Math.min(this.#index.length, Math.ceil((lsn - this.firstLsn + 1) / INDEX_EVERY));
  }
}
