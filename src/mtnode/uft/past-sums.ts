import type { DataSums } from '#shared/domain';

/** So many records back a sum is still known: at 2,000 records a second, some eight seconds. */
const KEPT = 16_384;
/** Room is made as records come: twice as much whenever it is full, a power of two up to {@link KEPT}. */
const FIRST_ROOM = 256;

/** What UFT held after each of the latest records: as columns, written at every record, and read at a switchover. */
export class PastSums {
  #columns = new Columns(FIRST_ROOM);

  /** `digest`: its two halves. */
  put(lsn: number, digest: { a: number; b: number }, orders: number, sessions: number, sessionSum: number): void {
    let columns = this.#columns;
    if (columns.room < KEPT && columns.isTaken(lsn)) {
      columns = columns.grown();
      this.#columns = columns;
    }
    const at = columns.placeOf(lsn);
    columns.lsn[at] = lsn;
    columns.a[at] = digest.a;
    columns.b[at] = digest.b;
    columns.orders[at] = orders;
    columns.sessions[at] = sessions;
    columns.sessionSum[at] = sessionSum;
  }

  /** Undefined: not known any more, or never. */
  at(lsn: number): DataSums | undefined {
    const { lsn: known, a, b, orders, sessions, sessionSum } = this.#columns;
    const at = this.#columns.placeOf(lsn);
    if (lsn === 0 || known[at] !== lsn) return undefined;
    return {
      lsn,
      orders: orders[at] ?? 0,
      digest: hex(a[at] ?? 0) + hex(b[at] ?? 0),
      sessions: sessions[at] ?? 0,
      sessionDigest: hex(sessionSum[at] ?? 0),
    };
  }

  clear(): void {
    this.#columns = new Columns(FIRST_ROOM);
  }
}

class Columns {
  readonly room: number;
  readonly lsn: Float64Array;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly orders: Float64Array;
  readonly sessions: Float64Array;
  readonly sessionSum: Uint32Array;

  constructor(room: number) {
    // In one piece of memory: to make one takes much longer than to fill it.
    const bytes = new ArrayBuffer(room * (3 * 8 + 3 * 4));
    this.room = room;
    this.lsn = new Float64Array(bytes, 0, room);
    this.orders = new Float64Array(bytes, room * 8, room);
    this.sessions = new Float64Array(bytes, room * 16, room);
    this.a = new Uint32Array(bytes, room * 24, room);
    this.b = new Uint32Array(bytes, room * 28, room);
    this.sessionSum = new Uint32Array(bytes, room * 32, room);
  }

  placeOf(lsn: number): number {
    return lsn % this.room;
  }

  /** Another record's sum is where this one's would go. */
  isTaken(lsn: number): boolean {
    const there = this.lsn[this.placeOf(lsn)];
    return there !== 0 && there !== lsn;
  }

  /** The same in twice the room. */
  grown(): Columns {
    const grown = new Columns(2 * this.room);
    for (const lsn of this.lsn) {
      if (lsn === 0) continue;
      const from = this.placeOf(lsn);
      const to = grown.placeOf(lsn);
      grown.lsn[to] = lsn;
      grown.a[to] = this.a[from] ?? 0;
      grown.b[to] = this.b[from] ?? 0;
      grown.orders[to] = this.orders[from] ?? 0;
      grown.sessions[to] = this.sessions[from] ?? 0;
      grown.sessionSum[to] = this.sessionSum[from] ?? 0;
    }
    return grown;
  }
}

/** A sum as the protocol writes it. */
export function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
