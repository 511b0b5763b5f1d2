import type { BeatColumns } from '#shared/contract';

/**
 * One instance's latest beats in typed arrays, oldest first, ordered by the time of sending. Full, it overwrites the
 * oldest.
 */
export class BeatRing {
  readonly capacity: number;
  readonly #atMs: Float64Array;
  readonly #code: Uint8Array;
  readonly #latencyMs: Float32Array;
  #first = 0;
  #size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#atMs = new Float64Array(capacity);
    this.#code = new Uint8Array(capacity);
    this.#latencyMs = new Float32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }
  #slot(index: number): number {
    return (this.#first + index) % this.capacity;
  }
  /** Epoch ms at which the beat was sent; NaN outside of the ring. */
  atMs(index: number): number {
    return index < 0 || index >= this.#size ? Number.NaN : (this.#atMs[this.#slot(index)] ?? Number.NaN);
  }
  /** The index into BEAT_CODES. */
  code(index: number): number {
    return this.#code[this.#slot(index)] ?? 0;
  }
  /** NaN where there was no reply. */
  latencyMs(index: number): number {
    return this.#latencyMs[this.#slot(index)] ?? Number.NaN;
  }

  /** Adds beats; those not later than the last one are already here and are left out. */
  push(columns: BeatColumns): void {
    for (let i = 0; i < columns.atMs.length; i++) {
      const atMs = columns.atMs[i] ?? Number.NaN;
      if (!(this.#size === 0 || atMs > this.atMs(this.#size - 1))) continue;
      const slot = this.#slot(this.#size);
      this.#atMs[slot] = atMs;
      this.#code[slot] = columns.code[i] ?? 0;
      this.#latencyMs[slot] = columns.latencyMs[i] ?? Number.NaN;
      if (this.#size < this.capacity) this.#size++;
      else this.#first = (this.#first + 1) % this.capacity;
    }
  }

  /** Puts the past in: what main remembers, followed by what has come since and is later than it. */
  prepend(past: BeatColumns): void {
    const since = this.toColumns(past.instance);
    this.#first = 0;
    this.#size = 0;
    this.push(past);
    this.push(since);
  }

  toColumns(instance: string): BeatColumns {
    const columns: BeatColumns = {
      instance,
      atMs: new Float64Array(this.#size),
      code: new Uint8Array(this.#size),
      latencyMs: new Float32Array(this.#size),
    };
    for (let i = 0; i < this.#size; i++) {
      columns.atMs[i] = this.atMs(i);
      columns.code[i] = this.code(i);
      columns.latencyMs[i] = this.latencyMs(i);
    }
    return columns;
  }

  /** The index of the first beat at or after a time; the size where there is none. */
  indexAt(atMs: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.atMs(middle) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
