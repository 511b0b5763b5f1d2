import { readU32, readU64 } from './bytes.ts';
import type { Pause } from './pause.ts';
import type { Disk } from './ports.ts';
import {
  MAX_PAYLOAD_BYTES,
  type ParseStop,
  parseRecordAt,
  parseRecords,
  RECORD_HEAD_BYTES,
  type RedoRecord,
} from './record.ts';
import { MAX_HEADER_BYTES, parseSegmentHeader } from './segment.ts';

/** Far more than the longest record, and a millisecond or so of work. */
const CHUNK_BYTES = 256 * 1_024;
const SEARCH_BYTES = 1_024 * 1_024;
/** No segment holds more records than this. */
const MAX_RECORDS_AHEAD = 2 ** 32;

/** Where a scan ended, in the file: after the last record that is whole. */
export interface ScanEnd {
  offset: number;
  nextLsn: number;
  /** null: the file ends there. */
  stop: ParseStop | null;
}

/** Reads a segment's records from a place on; yields them in pieces, and returns where and why it ended. */
export async function* scanRecords(
  disk: Disk,
  name: string,
  from: { lsn: number; offset: number },
  pause: Pause,
): AsyncGenerator<RedoRecord[], ScanEnd> {
  let { lsn, offset } = from;
  for (;;) {
    const bytes = await disk.read(name, offset, CHUNK_BYTES);
    const parsed = parseRecords(bytes, { expectLsn: lsn });
    const begin = offset;
    offset += parsed.bytes;
    lsn += parsed.records.length;
    if (parsed.records.length > 0) yield parsed.records;
    const stop = parsed.stop && { ...parsed.stop, offset: begin + parsed.stop.offset };
    const isAtEnd = bytes.length < CHUNK_BYTES;
    if (isAtEnd || stop?.kind === 'damaged') return { offset, nextLsn: lsn, stop };
    await pause();
  }
}

/** Reads a segment's header as {@link parseSegmentHeader} does; `incomplete` means that the file is too short. */
export async function readSegmentHeader(disk: Disk, name: string): Promise<ReturnType<typeof parseSegmentHeader>> {
  const header = parseSegmentHeader(await disk.read(name, 0, CHUNK_BYTES));
  if (!('kind' in header) || header.kind !== 'incomplete') return header;
  return parseSegmentHeader(await disk.read(name, 0, MAX_HEADER_BYTES));
}

/**
 * The highest durable LSN that any whole record at or after `offset` with an LSN of `lsn` or more speaks of: what was
 * written after damaged bytes tells whether those had been forced to disk. 0: there is no such record.
 */
export async function durableSeenAfter(
  disk: Disk,
  name: string,
  from: { lsn: number; offset: number },
  pause: Pause,
): Promise<number> {
  let highest = 0;
  let { offset } = from;
  for (;;) {
    const bytes = await disk.read(name, offset, SEARCH_BYTES);
    highest = Math.max(highest, durableSeenIn(bytes, from.lsn));
    if (bytes.length < SEARCH_BYTES) return highest;
    // The next piece begins before the first record that this one may not hold whole.
    offset += SEARCH_BYTES - RECORD_HEAD_BYTES - MAX_PAYLOAD_BYTES;
    await pause();
  }
}

function durableSeenIn(bytes: Uint8Array, lsn: number): number {
  // Keeps checksums to places that look like records.
  const most = lsn + MAX_RECORDS_AHEAD;
  let highest = 0;
  for (let at = 0; at + RECORD_HEAD_BYTES <= bytes.length; at++) {
    const length = readU32(bytes, at);
    if (length > MAX_PAYLOAD_BYTES || at + RECORD_HEAD_BYTES + length > bytes.length) continue;
    const found = readU64(bytes, at + 8);
    if (found < lsn || found > most) continue;
    const record = parseRecordAt(bytes, at, null);
    if ('kind' in record) continue;
    highest = Math.max(highest, record.durableLsn);
    at += RECORD_HEAD_BYTES + length - 1;
  }
  return highest;
}
