/** Collects what a command prints, up to a number of bytes for both streams together. */
export class Output {
  readonly #limitBytes: number;
  readonly #onOverflow: () => void;
  readonly #out: Buffer[] = [];
  readonly #err: Buffer[] = [];
  #bytes = 0;

  constructor(limitBytes: number, onOverflow: () => void) {
    this.#limitBytes = limitBytes;
    this.#onOverflow = onOverflow;
  }

  readonly takeOut = (chunk: Buffer): void => this.#take(this.#out, chunk);
  readonly takeErr = (chunk: Buffer): void => this.#take(this.#err, chunk);

  stdout(): Buffer {
    return Buffer.concat(this.#out);
  }

  stderr(): string {
    return Buffer.concat(this.#err).toString('utf8').trim();
  }

  #take(list: Buffer[], chunk: Buffer): void {
    const room = this.#limitBytes - this.#bytes;
    if (room > 0) list.push(chunk.subarray(0, room));
    this.#bytes += chunk.length;
    if (chunk.length > room) this.#onOverflow();
  }
}
