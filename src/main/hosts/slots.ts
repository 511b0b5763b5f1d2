/** So many at once, the others in the order in which they came; the number shrinks where the other side takes fewer. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when there is room, with how to give it back. */
  async take(): Promise<() => void> {
    if (this.#taken >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken++;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#giveBack();
    };
  }

  /** One was refused for want of room: as many as there are now are the most. False where this was the only one. */
  shrink(): boolean {
    if (this.#taken <= 1) return false;
    this.#limit = Math.max(1, this.#taken - 1);
    return true;
  }

  /** The room passes to the next, unless there is less of it than before. */
  #giveBack(): void {
    if (this.#taken <= this.#limit) {
      const next = this.#waiting.shift();
      if (next) {
        next();
        return;
      }
    }
    this.#taken--;
  }
}
