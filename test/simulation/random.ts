import type { Random } from '#core/clock';

/** A generator that repeats itself from its seed, with a stream of its own for every name. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;
  readonly #label: string;

  constructor(seed: number, label: string) {
    let hash = 2_166_136_261 ^ seed;
    for (let at = 0; at < label.length; at++) hash = Math.imul(hash ^ label.charCodeAt(at), 16_777_619);
    this.#label = label;
    this.#a = hash | 0;
    this.#b = Math.imul(hash ^ (hash >>> 15), 2_246_822_519) | 0;
    this.#c = seed | 0;
    for (let turn = 0; turn < 12; turn++) this.next();
  }

  /** sfc32: small, fast, good enough for choosing faults. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  uuid(): string {
    const part = () =>
      Math.floor(this.next() * 4_294_967_296)
        .toString(16)
        .padStart(8, '0');
    return `${this.#label}-${part()}${part()}`;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.next() * values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }
}
