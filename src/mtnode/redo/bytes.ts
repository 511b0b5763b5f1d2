import library from 'crc-32/crc32c.js';

/** CRC-32C, as an unsigned number; `seed` is the checksum of what came before. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return library.buf(bytes, seed) >>> 0;
}

const TWO_32 = 2 ** 32;

/** Little-endian. Bytes beyond the end count as 0: the caller checks the length. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

/** Little-endian; beyond 2^53 not exact, which the caller checks. */
export function readU64(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) + readU32(bytes, at + 4) * TWO_32;
}

/** Little-endian; `value` is a safe integer. */
export function writeU64(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % TWO_32, at);
  bytes.writeUInt32LE(Math.floor(value / TWO_32), at + 4);
}
