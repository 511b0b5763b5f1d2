import { TextDecoder } from 'node:util';
import type { Place } from '../errors.ts';
import type { Encoding } from './encodings.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Lines of a file: LF, CRLF and CR alone end one. No byte of a longer character is any of these. */
export class Places {
  readonly #bytes: Uint8Array;
  readonly #decoder: TextDecoder;
  #starts: number[] | undefined;

  constructor(bytes: Uint8Array, encoding: Encoding) {
    this.#bytes = bytes;
    this.#decoder = new TextDecoder(encoding === 'gb2312' ? 'gbk' : encoding);
  }

  /** The place of a byte offset. A byte order mark is no character. */
  at(offset: number): Place {
    const starts = this.#lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const before = this.#decoder.decode(this.#bytes.subarray(starts[low] ?? 0, offset));
    return { line: low + 1, column: [...before].length + 1 };
  }

  #lineStarts(): number[] {
    this.#starts ??= lineStarts(this.#bytes);
    return this.#starts;
  }
}

function lineStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[at + 1] !== LINE_FEED)) starts.push(at + 1);
  }
  return starts;
}
