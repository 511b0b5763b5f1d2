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
    return textOf(Buffer.concat(this.#err)).trim();
  }

  #take(list: Buffer[], chunk: Buffer): void {
    const room = this.#limitBytes - this.#bytes;
    if (room > 0) list.push(chunk.subarray(0, room));
    this.#bytes += chunk.length;
    if (chunk.length > room) this.#onOverflow();
  }
}

/** What does not know the locale C speaks the server's own language: UTF-8, or what a Chinese system had before it. */
function textOf(bytes: Buffer): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // It is not that.
    }
  }
  return bytes.toString('latin1');
}
