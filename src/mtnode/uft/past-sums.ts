import type { DataSums } from '#shared/domain';

/** So many records back a sum is still known: at 2,000 records a second, some eight seconds. */
const KEPT = 16_384;

/** What UFT held after each of the latest records: as columns, written at every record, and read at a switchover. */
export class PastSums {
  readonly #lsn = new Float64Array(KEPT);
  readonly #a = new Uint32Array(KEPT);
  readonly #b = new Uint32Array(KEPT);
  readonly #orders = new Float64Array(KEPT);
  readonly #sessions = new Float64Array(KEPT);
  readonly #sessionSum = new Uint32Array(KEPT);

  /** `digest`: its two halves. */
  put(lsn: number, digest: { a: number; b: number }, orders: number, sessions: number, sessionSum: number): void {
    const at = lsn % KEPT;
    this.#lsn[at] = lsn;
    this.#a[at] = digest.a;
    this.#b[at] = digest.b;
    this.#orders[at] = orders;
    this.#sessions[at] = sessions;
    this.#sessionSum[at] = sessionSum;
  }

  /** Undefined: not known any more, or never. */
  at(lsn: number): DataSums | undefined {
    const at = lsn % KEPT;
    if (lsn === 0 || this.#lsn[at] !== lsn) return undefined;
    return {
      lsn,
      orders: this.#orders[at] ?? 0,
      digest: hex(this.#a[at] ?? 0) + hex(this.#b[at] ?? 0),
      sessions: this.#sessions[at] ?? 0,
      sessionDigest: hex(this.#sessionSum[at] ?? 0),
    };
  }

  clear(): void {
    this.#lsn.fill(0);
  }
}

/** A sum as the protocol writes it. */
export function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
