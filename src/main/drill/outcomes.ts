/** How a write ended, as one byte each: a drill makes hundreds of thousands. `unknown` until it has ended. */
export const OUTCOMES = { unknown: 0, acked: 1, rejected: 2 } as const;
export type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

const FIRST_CAPACITY = 1_024;

/** The writes of a run, in order; each one's key follows from its place. */
export class Outcomes {
  readonly #run: string;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  constructor(run: string) {
    this.#run = run;
  }

  get length(): number {
    return this.#length;
  }

  /** The key of the write that is added next. */
  nextKey(): string {
    return keyOf(this.#run, this.#length);
  }

  /** Takes the next place, whose outcome is not known yet. */
  add(): number {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return this.#length++;
  }

  set(index: number, outcome: Outcome): void {
    this.#bytes[index] = outcome;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** The unique key of a run's write. */
export function keyOf(run: string, index: number): string {
  return `${run}.${index}`;
}

/** The keys of a run's writes from `from` to before `to`. */
export function keysOf(run: string, from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, offset) => keyOf(run, from + offset));
}
