import { checkOrder, decodeEntry, type StoredOrder } from '#mtnode/redo';
import { hashOf, KeyTable } from './key-table.ts';
import type { UftOrder } from './order.ts';

const SLAB_BYTES = 1_024 * 1_024;
/** The first slab begins with so much and doubles: most instances of a small site never need more. */
const FIRST_BYTES = 16 * 1_024;
/** Orders begin at multiples of it, so that a 32-bit number finds them in as much memory as there is. */
const UNIT_BYTES = 8;
const SLAB_UNITS = SLAB_BYTES / UNIT_BYTES;
/** f64 LSN, f64 epoch, u16 payload length, payload. */
const HEAD_BYTES = 18;
/** In an order's payload the key's length comes first, in two bytes. */
const KEY_AT = HEAD_BYTES + 2;
/** More writes of one key than these are not told apart. */
const MAX_REPEATS = 10_000;

/**
 * Orders by key, which are only ever added. They lie as bytes one behind the other: a million of them as objects would
 * keep the garbage collector busy and take several times the memory.
 */
export class OrderStore {
  readonly #slabs: Buffer[] = [];
  readonly #keys = new KeyTable();
  /** LSNs of further writes of a key, by the place of its first. */
  readonly #repeats = new Map<number, number[]>();
  /** Where the next order goes, in units. */
  #end = 0;
  #count = 0;

  /** Distinct keys. */
  get count(): number {
    return this.#count;
  }

  /** Keys that were written more than once. */
  get duplicated(): number {
    return this.#repeats.size;
  }

  /** Adds what follows by its LSN. Throws EntryError where the payload is no order; then nothing has changed. */
  add({ payload, lsn, epoch, repeats }: StoredOrder): void {
    const { keyStart, keyEnd } = checkOrder(payload);
    const hash = hashOf(payload, keyStart, keyEnd);
    const known = this.#find(hash, payload, keyStart, keyEnd);
    if (known !== undefined) {
      this.#repeat(known, lsn);
      return;
    }
    const place = this.#put(payload, lsn, epoch);
    this.#keys.add(hash, place);
    this.#count++;
    if (repeats !== undefined) this.#repeats.set(place, [...repeats]);
  }

  get(key: string): UftOrder | undefined {
    const bytes = Buffer.from(key);
    const place = this.#find(hashOf(bytes, 0, bytes.length), bytes, 0, bytes.length);
    if (place === undefined) return undefined;
    const { payload, lsn, epoch } = this.#at(place);
    const entry = decodeEntry('order', payload);
    if (entry.type !== 'order') return undefined;
    return { key: entry.key, order: entry.order, lsn, epoch, times: 1 + (this.#repeats.get(place)?.length ?? 0) };
  }

  /** The first `count` orders as they were when nothing after `lsn` had been added. */
  *through(count: number, lsn: number): Generator<StoredOrder> {
    let place = 0;
    for (let left = count; left > 0; left--) {
      place = this.#skipPadding(place);
      const { payload, lsn: first, epoch } = this.#at(place);
      const repeats = this.#repeats.get(place)?.filter((repeat) => repeat <= lsn);
      yield { payload, lsn: first, epoch, repeats: repeats?.length ? repeats : undefined };
      place += unitsOf(payload);
    }
  }

  #find(hash: number, bytes: Uint8Array, start: number, end: number): number | undefined {
    return this.#keys.find(hash, (place) => {
      const slab = this.#slab(place);
      const at = offsetOf(place);
      if (slab.readUInt16LE(at + HEAD_BYTES) !== end - start) return false;
      for (let i = start, j = at + KEY_AT; i < end; i++, j++) if (bytes[i] !== slab[j]) return false;
      return true;
    });
  }

  #repeat(place: number, lsn: number): void {
    const repeats = this.#repeats.get(place);
    if (repeats === undefined) this.#repeats.set(place, [lsn]);
    else if (repeats.length < MAX_REPEATS) repeats.push(lsn);
  }

  #put(payload: Uint8Array, lsn: number, epoch: number): number {
    const units = unitsOf(payload);
    const room = this.#slabs.length * SLAB_UNITS - this.#end;
    if (room < units) {
      this.#end = this.#slabs.length * SLAB_UNITS;
      // Of zeros: an LSN of 0 says that the next order is in the next slab.
      this.#slabs.push(Buffer.alloc(this.#slabs.length === 0 ? FIRST_BYTES : SLAB_BYTES));
    }
    const place = this.#end;
    const at = offsetOf(place);
    if (place < SLAB_UNITS) this.#growFirst(at + units * UNIT_BYTES);
    const slab = this.#slab(place);
    slab.writeDoubleLE(lsn, at);
    slab.writeDoubleLE(epoch, at + 8);
    slab.writeUInt16LE(payload.length, at + 16);
    slab.set(payload, at + HEAD_BYTES);
    this.#end += units;
    return place;
  }

  #growFirst(bytes: number): void {
    const first = this.#slabs[0];
    if (first === undefined || bytes <= first.length) return;
    let room = first.length;
    while (room < bytes) room *= 2;
    const grown = Buffer.alloc(room);
    grown.set(first);
    this.#slabs[0] = grown;
  }

  #at(place: number): { payload: Uint8Array; lsn: number; epoch: number } {
    const slab = this.#slab(place);
    const at = offsetOf(place);
    const begin = at + HEAD_BYTES;
    const payload = slab.subarray(begin, begin + slab.readUInt16LE(at + 16));
    return { payload, lsn: slab.readDoubleLE(at), epoch: slab.readDoubleLE(at + 8) };
  }

  /** Where the next order is, from where one ended. */
  #skipPadding(place: number): number {
    const at = offsetOf(place);
    if (at === 0 || this.#slab(place).readDoubleLE(at) !== 0) return place;
    return place - at / UNIT_BYTES + SLAB_UNITS;
  }

  #slab(place: number): Buffer {
    const slab = this.#slabs[Math.floor(place / SLAB_UNITS)];
    if (slab === undefined) throw new RangeError('no order is there');
    return slab;
  }
}

function unitsOf(payload: Uint8Array): number {
  return Math.ceil((HEAD_BYTES + payload.length) / UNIT_BYTES);
}

function offsetOf(place: number): number {
  return (place % SLAB_UNITS) * UNIT_BYTES;
}
