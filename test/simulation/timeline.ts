/** Something due at a moment of virtual time. */
export interface Due {
  at: number;
  order: number;
  /** Undefined once it was called off. */
  run: (() => void) | undefined;
}

const isBefore = (one: Due, other: Due) => one.at < other.at || (one.at === other.at && one.order < other.order);

/** A binary heap: what is due first is taken first, of what is due together what was asked for first. */
class DueHeap {
  readonly #items: Due[] = [];

  get first(): Due | undefined {
    return this.#items[0];
  }

  push(due: Due): void {
    const items = this.#items;
    let at = items.length;
    items.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !isBefore(due, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = due;
  }

  pop(): Due | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let least = items[child];
      if (least === undefined) break;
      const right = items[child + 1];
      if (right !== undefined && isBefore(right, least)) {
        least = right;
        child += 1;
      }
      if (!isBefore(least, last)) break;
      items[at] = least;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

/** The machine's own: the product's is replaced while a simulation runs. */
const immediate = globalThis.setImmediate;
/** More events than this at one moment never end. */
const MOST_AT_ONCE = 100_000;
/** Events run in one turn of the machine's loop; after each of them every promise settles that can. */
const A_TURN = 256;

/**
 * Virtual time: one queue of everything that is going to happen. Between two events every microtask runs, by letting the
 * machine's loop do it: one event an immediate.
 */
export class Timeline {
  nowMs = 0;
  events = 0;
  /** Called after every event, once everything that follows from it at once has happened. */
  afterEach: () => void = () => {};
  readonly #heap = new DueHeap();
  #order = 0;
  #hashA = 0x811c9dc5;
  #hashB = 0x1b873593;
  #stop = false;
  #atOnce = 0;

  at(at: number, run: () => void): Due {
    const due: Due = { at: Math.max(at, this.nowMs), order: this.#order++, run };
    this.#heap.push(due);
    return due;
  }

  /** Ends the present run after the event under way. */
  stop(): void {
    this.#stop = true;
  }

  /** Takes a text into the hash of everything that has happened. */
  note(text: string): void {
    for (let at = 0; at < text.length; at++) this.#mix(text.charCodeAt(at));
  }

  hash(): string {
    const part = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
    return part(this.#hashA) + part(this.#hashB);
  }

  /** Lets time pass up to a moment; rejects with what an event throws. */
  runUntil(untilMs: number): Promise<void> {
    this.#stop = false;
    return new Promise((resolve, reject) => {
      let isOver = false;
      const finish = () => {
        isOver = true;
        if (!this.#stop) this.nowMs = Math.max(this.nowMs, untilMs);
        resolve();
      };
      const step = () => {
        if (isOver) return;
        try {
          this.afterEach();
          if (this.#stop || !this.#runNext(untilMs)) finish();
        } catch (error) {
          isOver = true;
          reject(error);
        }
      };
      const turn = () => {
        if (isOver) return;
        for (let count = 0; count < A_TURN; count++) immediate(step);
        immediate(turn);
      };
      turn();
    });
  }

  #runNext(untilMs: number): boolean {
    for (let due = this.#heap.first; due !== undefined && due.at <= untilMs; due = this.#heap.first) {
      this.#heap.pop();
      if (due.run === undefined) continue;
      this.#atOnce = due.at === this.nowMs ? this.#atOnce + 1 : 0;
      if (this.#atOnce > MOST_AT_ONCE) throw new Error(`time stands still: ${MOST_AT_ONCE} events at ${due.at} ms`);
      this.nowMs = due.at;
      this.events += 1;
      this.#mix(Math.round(due.at * 1_000) | 0);
      this.#mix(due.order);
      const { run } = due;
      due.run = undefined;
      run();
      return true;
    }
    return false;
  }

  #mix(value: number): void {
    this.#hashA = Math.imul(this.#hashA ^ value, 0x01000193);
    this.#hashB = Math.imul(((this.#hashB << 13) | (this.#hashB >>> 19)) ^ value, 0x5bd1e995);
  }
}

/**
 * While `run` lasts, whatever asks for an immediate gets it in virtual time. The product does so in two places, to let
 * what has arrived be read before something times out.
 */
export async function withVirtualImmediates<T>(timeline: Timeline, run: () => Promise<T>): Promise<T> {
  const virtual = (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    timeline.at(timeline.nowMs, () => callback(...args));
  globalThis.setImmediate = virtual as unknown as typeof globalThis.setImmediate;
  try {
    return await run();
  } finally {
    globalThis.setImmediate = immediate;
  }
}
