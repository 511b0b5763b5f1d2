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
import type { Order } from '#shared/domain';

/** An order as UFT has it. */
export interface UftOrder {
  key: string;
  order: Order;
  /** Of the first write of the key. */
  lsn: number;
  epoch: number;
  /** How often the key was written: more than once means that something was applied twice. */
  times: number;
}

/** More writes of one key than these are not told apart. */
const MAX_REPEATS = 10_000;
/** Accounts and instruments recur: one copy of each serves, up to so many. */
const MAX_NAMES = 20_000;

interface Stored extends StoredOrder {
  repeats: number[] | undefined;
}

/** Orders and sessions in memory, made by redo records in the order of their LSNs and by nothing else. */
export class Uft {
  #lastLsn = 0;
  #orders = new Map<string, Stored>();
  #sessions = new Map<string, SessionEntry>();
  #duplicated = 0;
  #digest = new Digest();
  #names = new Map<string, string>();

  /** The last record applied; 0: none. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** Distinct keys. */
  get count(): number {
    return this.#orders.size;
  }

  /** Keys that were written more than once. */
  get duplicated(): number {
    return this.#duplicated;
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
    this.#take(decodeEntry(type, payload), lsn, epoch, payload);
    this.#lastLsn = lsn;
  }

  /** Begins anew from a dat, whose batches follow through {@link addBatch}. */
  restore(header: DatHeader): void {
    this.clear();
    this.#lastLsn = header.lsn;
    this.#digest = new Digest(header.digest);
  }

  addBatch({ orders, sessions }: DatBatch): void {
    for (const { key, order, lsn, epoch, repeats } of orders) {
      this.#share(order);
      this.#orders.set(key, { key, order, lsn, epoch, repeats: repeats && [...repeats] });
      if (repeats !== undefined) this.#duplicated++;
    }
    for (const session of sessions) this.#sessions.set(nameOf(session), session);
  }

  /** The orders of these keys; keys that were never written are left out. */
  read(keys: readonly string[]): UftOrder[] {
    return keys.flatMap((key) => {
      const stored = this.#orders.get(key);
      if (stored === undefined) return [];
      const { order, lsn, epoch, repeats } = stored;
      return { key, order, lsn, epoch, times: 1 + (repeats?.length ?? 0) };
    });
  }

  sessions(): Iterable<SessionEntry> {
    return this.#sessions.values();
  }

  /** Over every order written, in the order of their LSNs: the same on every instance that has the same (hex). */
  digest(): string {
    return this.#digest.text();
  }

  /**
   * A dat of what is here now; `lsn` must be `lastLsn`, else RedoOrder is thrown. It stays exact while further records
   * are applied, and also when UFT is emptied.
   */
  snapshot(lsn: number, epoch: number, epochs: readonly EpochStart[]): DatContent {
    if (lsn !== this.#lastLsn) throw new RedoOrder(`UFT stands at LSN ${this.#lastLsn}, not at ${lsn}`);
    const sessions = [...this.#sessions.values()];
    const orders = this.#orders.size;
    return {
      lsn,
      epoch,
      epochs: epochs.filter(({ firstLsn }) => firstLsn <= lsn),
      orders,
      sessions: sessions.length,
      digest: this.digest(),
      entries: ordersThrough(this.#orders, orders, lsn),
      sessionEntries: sessions,
    };
  }

  /** Forgets everything. */
  clear(): void {
    // New ones: a snapshot that is being written goes on with the old.
    this.#orders = new Map();
    this.#sessions = new Map();
    this.#names = new Map();
    this.#lastLsn = 0;
    this.#duplicated = 0;
    this.#digest = new Digest();
  }

  #take(entry: Entry, lsn: number, epoch: number, payload: Uint8Array): void {
    if (entry.type === 'order') {
      this.#order(entry.key, entry.order, lsn, epoch);
      this.#digest.add(lsn, epoch, payload);
    } else if (entry.type === 'session') {
      this.#sessions.set(nameOf(entry), { kind: entry.kind, value: entry.value });
    } else if (entry.type === 'session-end') {
      this.#sessions.delete(nameOf(entry));
    }
  }

  #order(key: string, order: Order, lsn: number, epoch: number): void {
    const known = this.#orders.get(key);
    if (known === undefined) {
      this.#share(order);
      this.#orders.set(key, { key, order, lsn, epoch, repeats: undefined });
    } else if (known.repeats === undefined) {
      known.repeats = [lsn];
      this.#duplicated++;
    } else if (known.repeats.length < MAX_REPEATS) {
      known.repeats.push(lsn);
    }
  }

  /** Memory, not meaning: a million orders would hold as many copies of a few names. */
  #share(order: Order): void {
    order.account = this.#shared(order.account);
    order.instrument = this.#shared(order.instrument);
  }

  #shared(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size < MAX_NAMES) this.#names.set(name, name);
    return name;
  }
}

/** The first `count` orders, without what came after `lsn`: orders are only ever added, at the end. */
function* ordersThrough(orders: ReadonlyMap<string, Stored>, count: number, lsn: number): Generator<StoredOrder> {
  let left = count;
  for (const stored of orders.values()) {
    if (left-- === 0) return;
    const repeats = stored.repeats?.filter((repeat) => repeat <= lsn);
    yield { ...stored, repeats: repeats?.length ? repeats : undefined };
  }
}

function nameOf({ kind, value }: SessionEntry): string {
  return `${kind}:${value}`;
}

/** Two checksums chained over orders: where any of them, its LSN, epoch or place differs, so does the end. */
class Digest {
  #a: number;
  #b: number;

  constructor(text = '0000000000000000') {
    this.#a = Number.parseInt(text.slice(0, 8), 16);
    this.#b = Number.parseInt(text.slice(8), 16);
  }

  add(lsn: number, epoch: number, payload: Uint8Array): void {
    const place = (Math.imul(lsn, 0x9e3779b1) ^ Math.imul(epoch, 0x85ebca6b)) >>> 0;
    const sum = crc32(payload, place);
    this.#a = (Math.imul(this.#a ^ sum, 0xcc9e2d51) + place) >>> 0;
    this.#b = (Math.imul((this.#b ^ (this.#b >>> 15)) + sum, 0x1b873593) ^ this.#a) >>> 0;
  }

  text(): string {
    return hex(this.#a) + hex(this.#b);
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
