import type { Order } from '#shared/domain';
import { EntryError } from './errors.ts';
import type { RecordType } from './record.ts';

/** A session of system O3 or a user token of O45 (F10). */
export interface SessionEntry {
  kind: 'session' | 'token';
  value: string;
}

/** What a redo record says. */
export type Entry =
  | { type: 'epoch'; instance: string }
  | { type: 'order'; key: string; order: Order }
  | ({ type: 'session' | 'session-end' } & SessionEntry);

const SIDES = ['buy', 'sell'] as const;
const KINDS = ['session', 'token'] as const;
/** Side, price and quantity. */
const ORDER_BYTES = 1 + 8 + 4;
const MAX_NUMBER = 1e9;
/** Lengths of texts, as the protocol allows them. */
const MAX_KEY = 64;
const MAX_NAME = 32;
const MAX_INSTANCE = 64;
const MAX_VALUE = 1_024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The payload of the record that says this. Throws {@link EntryError} where a text is empty, too long or no well-formed
 * Unicode, or a number is out of its bounds.
 */
export function encodeEntry(entry: Entry): Uint8Array {
  switch (entry.type) {
    case 'epoch':
      return text(entry.instance, MAX_INSTANCE);
    case 'order':
      return encodeOrder(entry.key, entry.order);
    default:
      return Buffer.concat([Buffer.from([KINDS.indexOf(entry.kind)]), text(entry.value, MAX_VALUE)]);
  }
}

function encodeOrder(key: string, order: Order): Uint8Array {
  const { account, instrument, price, quantity } = order;
  if (!isPrice(price) || !isQuantity(quantity)) throw new EntryError('a price or quantity out of bounds');
  const texts = check(key, MAX_KEY) + check(account, MAX_NAME) + check(instrument, MAX_NAME);
  const bytes = Buffer.allocUnsafe(texts + ORDER_BYTES);
  let at = putText(bytes, 0, key);
  at = putText(bytes, at, account);
  at = putText(bytes, at, instrument);
  bytes[at] = SIDES.indexOf(order.side);
  bytes.writeDoubleLE(price, at + 1);
  bytes.writeUInt32LE(quantity, at + 9);
  return bytes.subarray(0, at + ORDER_BYTES);
}

/** A text as u16 length and UTF-8. */
function text(value: string, max: number): Buffer {
  const bytes = Buffer.allocUnsafe(check(value, max));
  return bytes.subarray(0, putText(bytes, 0, value));
}

/** Room that is enough for the text; UTF-8 needs at most three bytes for each of a string's units. */
function check(value: string, max: number): number {
  if (value.length === 0 || value.length > max || !value.isWellFormed())
    throw new EntryError(`a text that is empty, longer than ${max} or not well-formed`);
  return 2 + value.length * 3;
}

function putText(bytes: Buffer, at: number, value: string): number {
  const length = bytes.write(value, at + 2);
  bytes.writeUInt16LE(length, at);
  return at + 2 + length;
}

/** What a record's payload says. Throws {@link EntryError} where it is not exactly what {@link encodeEntry} makes. */
export function decodeEntry(type: RecordType, payload: Uint8Array): Entry {
  const reader = new PayloadReader(payload);
  const entry = readEntry(type, reader);
  reader.end();
  return entry;
}

/**
 * Checks an order's payload as {@link decodeEntry} does, in much less time: who keeps many orders keeps payloads. Where
 * the key's UTF-8 lies in it.
 */
export function checkOrder(payload: Uint8Array): { keyStart: number; keyEnd: number } {
  const reader = new PayloadReader(payload);
  const key = reader.skipText(MAX_KEY);
  reader.skipText(MAX_NAME);
  reader.skipText(MAX_NAME);
  readTerms(reader);
  reader.end();
  return { keyStart: key.start, keyEnd: key.end };
}

function readEntry(type: RecordType, reader: PayloadReader): Entry {
  switch (type) {
    case 'epoch':
      return { type, instance: reader.text(MAX_INSTANCE) };
    case 'order':
      return { type, key: reader.text(MAX_KEY), order: readOrder(reader) };
    default:
      return { type, kind: reader.choice(KINDS), value: reader.text(MAX_VALUE) };
  }
}

function readOrder(reader: PayloadReader): Order {
  const account = reader.text(MAX_NAME);
  const instrument = reader.text(MAX_NAME);
  return { account, instrument, ...readTerms(reader) };
}

function readTerms(reader: PayloadReader): Pick<Order, 'side' | 'price' | 'quantity'> {
  const side = reader.choice(SIDES);
  const price = reader.float();
  const quantity = reader.integer();
  if (!isPrice(price) || !isQuantity(quantity)) throw new EntryError('a price or quantity out of bounds');
  return { side, price, quantity };
}

function isPrice(price: number): boolean {
  return price > 0 && price <= MAX_NUMBER;
}

function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity > 0 && quantity <= MAX_NUMBER;
}

function checkLength(length: number, max: number): void {
  if (length === 0 || length > max) throw new EntryError(`a text that is empty or longer than ${max}`);
}

class PayloadReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(payload: Uint8Array) {
    this.#bytes = Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  text(max: number): string {
    const { start, end } = this.#span();
    const value = this.#isAscii(start, end) ? this.#bytes.toString('latin1', start, end) : this.#strict(start, end);
    checkLength(value.length, max);
    return value;
  }

  /** Checks a text without making it; where it lies. */
  skipText(max: number): { start: number; end: number } {
    const { start, end } = this.#span();
    checkLength(this.#isAscii(start, end) ? end - start : this.#strict(start, end).length, max);
    return { start, end };
  }

  choice<T>(values: readonly T[]): T {
    const value = values[this.#bytes[this.#take(1)] ?? values.length];
    if (value === undefined) throw new EntryError('a value that is none of the possible ones');
    return value;
  }

  float(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  integer(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new EntryError('bytes after the end');
  }

  #span(): { start: number; end: number } {
    const start = this.#take(2) + 2;
    const length = (this.#bytes[start - 2] ?? 0) + (this.#bytes[start - 1] ?? 0) * 256;
    this.#take(length);
    return { start, end: start + length };
  }

  /** Nearly all is, and goes by a much shorter way than the strict decoder's. */
  #isAscii(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if ((this.#bytes[at] ?? 0) >= 0x80) return false;
    return true;
  }

  #strict(start: number, end: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(start, end));
    } catch {
      throw new EntryError('a text that is no UTF-8');
    }
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new EntryError('shorter than it says');
    this.#at = at + length;
    return at;
  }
}
