/** Writes the source of one function, and keeps the values that it refers to. */
export class Writer {
  readonly #lines: string[] = [];
  readonly #constants: unknown[] = [];
  #names = 0;

  line(text: string): void {
    this.#lines.push(text);
  }

  /** A name that occurs nowhere else in the function. */
  name(): string {
    this.#names += 1;
    return `v${this.#names}`;
  }

  /** How the function refers to a value that is there before it. */
  constant(value: unknown): string {
    if (!this.#constants.includes(value)) this.#constants.push(value);
    return `c${this.#constants.indexOf(value)}`;
  }

  /** The function of one argument. Throws where this platform makes no functions of text. */
  function(argument: string): (value: unknown) => unknown {
    const names = this.#constants.map((_, index) => `c${index}`);
    const source = `return (${argument}) => {\n${this.#lines.join('\n')}\n};`;
    return new Function(...names, source)(...this.#constants) as (value: unknown) => unknown;
  }
}
