/** A binary heap of entries by the time at which they are due: the next one in constant, a change in logarithmic time. */
export class DueQueue<T> {
  readonly #heap: { dueMs: number; value: T }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the next entry is due; undefined when there is none. */
  nextDueMs(): number | undefined {
    return this.#heap[0]?.dueMs;
  }

  add(dueMs: number, value: T): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push({ dueMs, value });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#due(parent) <= dueMs) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes out the next entry if it is due at `nowMs`. */
  takeDue(nowMs: number): T | undefined {
    const first = this.#heap[0];
    if (!first || first.dueMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last && last !== first) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.value;
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const smaller = this.#due(left + 1) < this.#due(left) ? left + 1 : left;
      if (this.#due(smaller) >= this.#due(at)) return;
      this.#swap(at, smaller);
      at = smaller;
    }
  }

  #due(index: number): number {
    return this.#heap[index]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
