import { crc32 } from 'node:zlib';
import {
  type DatBatch,
  type DatContent,
  type DatHeader,
  decodeEntry,
  type Entry,
  type EpochStart,
  RedoOrder,
  type RedoRecord,
  type SessionEntry,
  type StoredOrder,
} from '#mtnode/redo';
import type { DataSums } from '#shared/domain';
import type { UftOrder } from './order.ts';
import { OrderStore } from './order-store.ts';
import { hex, PastSums } from './past-sums.ts';

/** Orders and sessions in memory, made by redo records in the order of their LSNs and by nothing else. */
export class Uft {
  #lastLsn = 0;
  #orders = new OrderStore();
  #sessions = new Map<string, SessionEntry>();
  #digest = new Digest();
  /** Sessions come and go: a sum that each of them is added to and taken from. */
  #sessionSum = 0;
  readonly #past = new PastSums();

  /** The last record applied; 0: none. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** Distinct keys. */
  get count(): number {
    return this.#orders.count;
  }

  /** Keys that were written more than once. */
  get duplicated(): number {
    return this.#orders.duplicated;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /**
   * Applies the record that follows. Throws RedoOrder where it does not, EntryError where its payload is none; then
   * nothing has changed.
   */
  apply(record: Pick<RedoRecord, 'lsn' | 'epoch' | 'type' | 'payload'>): void {
    const { lsn, epoch, type, payload } = record;
    if (lsn !== this.#lastLsn + 1) throw new RedoOrder(`LSN ${lsn} does not follow on ${this.#lastLsn} in UFT`);
    if (type === 'order') {
      this.#orders.add({ payload, lsn, epoch, repeats: undefined });
      this.#digest.add(lsn, epoch, payload);
    } else {
      this.#session(decodeEntry(type, payload));
    }
    this.#lastLsn = lsn;
    this.#past.put(lsn, this.#digest, this.#orders.count, this.#sessions.size, this.#sessionSum);
  }

  /** Begins anew from a dat, whose batches follow through {@link addBatch}. */
  restore(header: DatHeader): void {
    this.clear();
    this.#lastLsn = header.lsn;
    this.#digest = new Digest(header.digest);
  }

  addBatch({ orders, sessions }: DatBatch): void {
    for (const order of orders) this.#orders.add(order);
    for (const session of sessions) this.#session({ type: 'session', ...session });
  }

  /** The orders of these keys; keys that were never written are left out. */
  read(keys: readonly string[]): UftOrder[] {
    return keys.flatMap((key) => this.#orders.get(key) ?? []);
  }

  sessions(): Iterable<SessionEntry> {
    return this.#sessions.values();
  }

  /** Over every order written, in the order of their LSNs: the same on every instance that has the same (hex). */
  digest(): string {
    return this.#digest.text();
  }

  /** What is here now. */
  sums(): DataSums {
    return {
      lsn: this.#lastLsn,
      orders: this.count,
      digest: this.digest(),
      sessions: this.sessionCount,
      sessionDigest: hex(this.#sessionSum),
    };
  }

  /** What was here once the record of that LSN had been applied; undefined: not known, or not any more. */
  sumsAt(lsn: number): DataSums | undefined {
    return lsn === this.#lastLsn ? this.sums() : this.#past.at(lsn);
  }

  /**
   * A dat of what is here now; `lsn` must be `lastLsn`, else RedoOrder is thrown. It stays exact while further records
   * are applied, and also when UFT is emptied.
   */
  snapshot(lsn: number, epoch: number, epochs: readonly EpochStart[]): DatContent {
    if (lsn !== this.#lastLsn) throw new RedoOrder(`UFT stands at LSN ${this.#lastLsn}, not at ${lsn}`);
    const sessions = [...this.#sessions.values()];
    const orders = this.#orders.count;
    return {
      lsn,
      epoch,
      epochs: epochs.filter(({ firstLsn }) => firstLsn <= lsn),
      orders,
      sessions: sessions.length,
      digest: this.digest(),
      entries: this.#orders.through(orders, lsn),
      sessionEntries: sessions,
    };
  }

  /** The orders written so far, in the order of their LSNs; exact also while further ones are written. */
  written(): Iterator<StoredOrder> {
    return this.#orders.through(this.#orders.count, this.#lastLsn);
  }

  /** Forgets everything. */
  clear(): void {
    // New ones: a snapshot that is being written goes on with the old.
    this.#orders = new OrderStore();
    this.#sessions = new Map();
    this.#lastLsn = 0;
    this.#digest = new Digest();
    this.#sessionSum = 0;
    this.#past.clear();
  }

  #session(entry: Entry): void {
    if (entry.type !== 'session' && entry.type !== 'session-end') return;
    const name = nameOf(entry);
    const isThere = this.#sessions.has(name);
    if (entry.type === 'session') this.#sessions.set(name, { kind: entry.kind, value: entry.value });
    else this.#sessions.delete(name);
    if (isThere === (entry.type === 'session')) return;
    this.#sessionSum = (this.#sessionSum + (isThere ? -1 : 1) * crc32(name)) >>> 0;
  }
}

function nameOf({ kind, value }: SessionEntry): string {
  return `${kind}:${value}`;
}

/** Two checksums chained over orders: where any of them, its LSN, epoch or place differs, so does the end. */
class Digest {
  a: number;
  b: number;
  #text: string | undefined;

  constructor(text = '0000000000000000') {
    this.a = Number.parseInt(text.slice(0, 8), 16);
    this.b = Number.parseInt(text.slice(8), 16);
  }

  add(lsn: number, epoch: number, payload: Uint8Array): void {
    const place = (Math.imul(lsn, 0x9e3779b1) ^ Math.imul(epoch, 0x85ebca6b)) >>> 0;
    const sum = crc32(payload, place);
    this.a = (Math.imul(this.a ^ sum, 0xcc9e2d51) + place) >>> 0;
    this.b = (Math.imul((this.b ^ (this.b >>> 15)) + sum, 0x1b873593) ^ this.a) >>> 0;
    this.#text = undefined;
  }

  /** Asked for again and again while nothing is added. */
  text(): string {
    this.#text ??= hex(this.a) + hex(this.b);
    return this.#text;
  }
}
