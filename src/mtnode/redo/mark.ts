import { crc32c, readU32, readU64, writeU64 } from './bytes.ts';
import { RedoDamage } from './errors.ts';
import { MARK_FILE } from './names.ts';
import type { Disk } from './ports.ts';

/** How far the log is on disk. */
export interface Position {
  lsn: number;
  /** The first LSN of the segment that the next byte goes to. */
  segment: number;
  /** Where in it; 0: the segment is not there yet. */
  offset: number;
}

/** What the mark says. */
export interface Mark extends Position {
  /**
   * Not null while the log is being replaced by the dat of this LSN (0: by nothing): should the dat be there, every
   * segment is to go, and every dat above it.
   */
  restartLsn: number | null;
}

const MAGIC = 0x4d445551;
const VERSION = 1;
const SLOT_BYTES = 56;
const CRC_AT = SLOT_BYTES - 4;
/** In blocks of the disk's own, so that no torn write takes two. */
const SLOT_AT = [0, 4_096, 8_192] as const;
const MARK_BYTES = SLOT_AT[2] + SLOT_BYTES;

/**
 * The durable mark: two slots, written in turn, each with its sequence number and checksum. Overwriting does not wait for
 * the disk, so after a power cut it may lag behind, but it never says more than what was on disk. A third slot is written
 * durably or not at all: it is left where a power cut tears both others.
 */
export class MarkFile {
  readonly #disk: Disk;
  #sequence: number;

  constructor(disk: Disk, sequence: number) {
    this.#disk = disk;
    this.#sequence = sequence;
  }

  /** Notes the position; survives the process at once, a power cut sometime. */
  async poke(position: Position): Promise<void> {
    const sequence = ++this.#sequence;
    await this.#disk.poke(MARK_FILE, SLOT_AT[sequence % 2 === 0 ? 0 : 1], encodeSlot(sequence, position, null));
  }

  /** Notes it durably, in every slot. */
  async replace(position: Position, restartLsn: number | null = null): Promise<void> {
    const slot = encodeSlot(++this.#sequence, position, restartLsn);
    const bytes = Buffer.alloc(MARK_BYTES);
    for (const at of SLOT_AT) bytes.set(slot, at);
    await this.#disk.replace(MARK_FILE, bytes);
  }
}

function encodeSlot(sequence: number, position: Position, restartLsn: number | null): Buffer {
  // Written to the last byte. Zeros this short lie in the heap, and a view on them moves them out of it.
  const slot = Buffer.allocUnsafe(SLOT_BYTES);
  slot.writeUInt32LE(MAGIC, 0);
  slot.writeUInt32LE(VERSION, 4);
  writeU64(slot, 8, sequence);
  writeU64(slot, 16, position.lsn);
  writeU64(slot, 24, position.segment);
  writeU64(slot, 32, position.offset);
  writeU64(slot, 40, restartLsn === null ? 0 : restartLsn + 1);
  slot.writeUInt32LE(crc32c(slot.subarray(0, CRC_AT)), CRC_AT);
  return slot;
}

/** What there is of a mark. */
export interface ReadMark {
  file: MarkFile;
  /** Of the newest slot that is whole; undefined: there is none. */
  mark: Mark | undefined;
  isMissing: boolean;
}

/** Reads the mark. Throws {@link RedoDamage} for one of an unknown version. */
export async function readMark(disk: Disk): Promise<ReadMark> {
  const bytes = await readIfThere(disk);
  const newest = newestSlot(bytes ?? new Uint8Array());
  return { file: new MarkFile(disk, newest?.sequence ?? 0), mark: newest?.mark, isMissing: bytes === undefined };
}

/** What a mark's bytes say was durable; undefined: there is none in them, or of a version that is not known here. */
export function markedLsn(bytes: Uint8Array): number | undefined {
  try {
    return newestSlot(bytes)?.mark.lsn;
  } catch (error) {
    if (error instanceof RedoDamage) return undefined;
    throw error;
  }
}

function newestSlot(bytes: Uint8Array): { sequence: number; mark: Mark } | undefined {
  const slots = SLOT_AT.flatMap((at) => decodeSlot(bytes, at) ?? []);
  return slots.sort((a, b) => b.sequence - a.sequence)[0];
}

function decodeSlot(bytes: Uint8Array, at: number): { sequence: number; mark: Mark } | undefined {
  const slot = bytes.subarray(at, at + SLOT_BYTES);
  if (slot.length < SLOT_BYTES || readU32(slot, 0) !== MAGIC) return undefined;
  if (readU32(slot, CRC_AT) !== crc32c(slot.subarray(0, CRC_AT))) return undefined;
  if (readU32(slot, 4) !== VERSION) throw new RedoDamage(MARK_FILE, at + 4, 'a version that is not known here');
  const restart = readU64(slot, 40);
  const mark = { lsn: readU64(slot, 16), segment: readU64(slot, 24), offset: readU64(slot, 32) };
  return { sequence: readU64(slot, 8), mark: { ...mark, restartLsn: restart === 0 ? null : restart - 1 } };
}

async function readIfThere(disk: Disk): Promise<Uint8Array | undefined> {
  try {
    return await disk.read(MARK_FILE, 0, MARK_BYTES);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
