import type { Encoding } from './encodings.ts';

/** What stands for a byte that is no character of its own. No part of XML's syntax, and taken for a letter. */
const FILLER = 0xff;

/** The sequence is one of GB18030's four-byte ones, which GBK does not have. */
export class FourByteInGbkError extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`a four-byte code at ${offset}`);
    this.name = 'FourByteInGbkError';
    this.offset = offset;
  }
}

/**
 * The bytes of a file as a string of the same length, one unit a byte: an index in it is an offset in the file. ASCII
 * characters stand for themselves; what belongs to a longer character is 0x80 or above, so that the second byte of a
 * GBK character, which may be `[` or `]` or a letter, is never taken for one. The bytes must have been decoded strictly
 * before. Throws {@link FourByteInGbkError}.
 */
export function skeleton(bytes: Uint8Array, encoding: Encoding): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding === 'utf-8') return view.toString('latin1');
  const copy = Buffer.from(view);
  for (let at = 0; at < copy.length; ) {
    const length = characterLength(copy, at);
    if (length === 4 && encoding !== 'gb18030') throw new FourByteInGbkError(at);
    for (let trail = at + 1; trail < at + length; trail++) copy[trail] = FILLER;
    at += length;
  }
  return copy.toString('latin1');
}

/** How many bytes the character at an offset has. 0x80 alone is the euro sign of Windows. */
function characterLength(bytes: Uint8Array, at: number): 1 | 2 | 4 {
  const lead = bytes[at] ?? 0;
  if (lead <= 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  return second >= 0x30 && second <= 0x39 ? 4 : 2;
}
