import { crc32c, readU32, readU64, writeU64 } from './bytes.ts';

/** Longest payload of a redo record. */
export const MAX_PAYLOAD_BYTES = 4_096;

/**
 * - `epoch`: a term begins, the first record of every primary.
 * - `order`: an order was taken. `session` / `session-end`: a session or token began / is no more.
 */
export type RecordType = 'epoch' | 'order' | 'session' | 'session-end';

/** One redo record. LSNs have no gaps, across segments and epochs, from 1. */
export interface RedoRecord {
  lsn: number;
  epoch: number;
  /** What was on the writing instance's disk when this was written; each instance puts in its own. */
  durableLsn: number;
  type: RecordType;
  payload: Uint8Array;
}

/** Where an epoch's records begin. */
export interface EpochStart {
  epoch: number;
  firstLsn: number;
}

const TYPES: readonly (RecordType | undefined)[] = [undefined, 'epoch', 'order', 'session', 'session-end'];
const CODES: Record<RecordType, number> = { epoch: 1, order: 2, session: 3, 'session-end': 4 };

// u32 payload length, u32 CRC-32C over all that follows, u64 LSN, u64 epoch, u64 durable LSN, u8 type, payload.
const LSN_AT = 8;
const EPOCH_AT = 16;
const DURABLE_AT = 24;
const TYPE_AT = 32;
/** Bytes of a record without its payload. */
export const RECORD_HEAD_BYTES = 33;

/** The record as bytes. */
export function encodeRecord(record: RedoRecord): Uint8Array {
  const { payload } = record;
  if (payload.length > MAX_PAYLOAD_BYTES) throw new RangeError(`a payload of ${payload.length} bytes`);
  const bytes = Buffer.allocUnsafe(RECORD_HEAD_BYTES + payload.length);
  bytes.writeUInt32LE(payload.length, 0);
  writeU64(bytes, LSN_AT, record.lsn);
  writeU64(bytes, EPOCH_AT, record.epoch);
  writeU64(bytes, DURABLE_AT, record.durableLsn);
  bytes[TYPE_AT] = CODES[record.type];
  bytes.set(payload, RECORD_HEAD_BYTES);
  bytes.writeUInt32LE(crc32c(bytes.subarray(LSN_AT)), 4);
  return bytes;
}

/** Why parsing ended before the bytes did. */
export type ParseStop =
  /** The bytes end within a record: there may be more to come. */
  | { kind: 'incomplete'; offset: number }
  /** What is there is no record, or not the one that must follow. */
  | { kind: 'damaged'; offset: number; detail: string };

export interface ParsedRecords {
  records: RedoRecord[];
  /** Bytes from the beginning that `records` took. */
  bytes: number;
  /** null: the bytes ended with a record. The offset is relative to the bytes. */
  stop: ParseStop | null;
}

/**
 * Reads the records that `bytes` begin with. `expectLsn`: the first one's LSN; null takes any, and gaps.
 * The payloads are views on the bytes, not copies.
 */
export function parseRecords(
  bytes: Uint8Array,
  options: { expectLsn: number | null; maxRecords?: number },
): ParsedRecords {
  const records: RedoRecord[] = [];
  const most = options.maxRecords ?? Number.POSITIVE_INFINITY;
  let expectLsn = options.expectLsn;
  let offset = 0;
  while (offset < bytes.length && records.length < most) {
    const parsed = parseRecordAt(bytes, offset, expectLsn);
    if ('kind' in parsed) return { records, bytes: offset, stop: parsed };
    records.push(parsed);
    offset += RECORD_HEAD_BYTES + parsed.payload.length;
    if (expectLsn !== null) expectLsn++;
  }
  return { records, bytes: offset, stop: null };
}

/** The record at an offset, or why there is none. */
export function parseRecordAt(bytes: Uint8Array, offset: number, expectLsn: number | null): RedoRecord | ParseStop {
  const damaged = (detail: string): ParseStop => ({ kind: 'damaged', offset, detail });
  if (bytes.length - offset < RECORD_HEAD_BYTES) return { kind: 'incomplete', offset };
  const length = readU32(bytes, offset);
  if (length > MAX_PAYLOAD_BYTES) return damaged(`a record of ${length} bytes, which none has`);
  const end = offset + RECORD_HEAD_BYTES + length;
  if (end > bytes.length) return { kind: 'incomplete', offset };
  const lsn = readU64(bytes, offset + LSN_AT);
  if (expectLsn !== null && lsn !== expectLsn) return damaged(`not the record with LSN ${expectLsn}`);
  if (crc32c(bytes.subarray(offset + LSN_AT, end)) !== readU32(bytes, offset + 4)) return damaged('wrong checksum');
  const type = TYPES[bytes[offset + TYPE_AT] ?? 0];
  if (type === undefined) return damaged('a record of an unknown type');
  const epoch = readU64(bytes, offset + EPOCH_AT);
  const durableLsn = readU64(bytes, offset + DURABLE_AT);
  if (!Number.isSafeInteger(lsn + epoch + durableLsn)) return damaged('a number beyond what is exact');
  return { lsn, epoch, durableLsn, type, payload: bytes.subarray(offset + RECORD_HEAD_BYTES, end) };
}
