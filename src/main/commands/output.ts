import { MAX_KEPT_OUTPUT } from '#shared/domain';

/** More than this of what a program writes is not looked at; it may write on. */
const MAX_OUTPUT_BYTES = 64 * 1024;
const KEPT_LINES = 10;
const LONGEST_LINE = 200;

const SECRET =
  /((?:passw(?:or)?d|passphrase|secret|token|session_?id|authorization|credential)\w*["']?\s*[=: ]\s*)\S+/gi;

/** The end of what a program writes: the latest 64 KiB, of which {@link Output.tail} are the last lines. */
export class Output {
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.byteLength;
    for (let first = this.#pieces[0]; first && this.#bytes - first.byteLength >= MAX_OUTPUT_BYTES; ) {
      this.#bytes -= first.byteLength;
      this.#pieces.shift();
      first = this.#pieces[0];
    }
  }

  /** The last lines, each shortened, without control characters and without what looks like a secret. */
  tail(): string {
    const text = Buffer.concat(this.#pieces).subarray(-MAX_OUTPUT_BYTES).toString('utf8');
    const lines = text
      .split(/\r\n|\r|\n/)
      .map((line) => clean(line))
      .filter((line) => line !== '');
    return lines.slice(-KEPT_LINES).join('\n').slice(-MAX_KEPT_OUTPUT);
  }
}

function clean(line: string): string {
  const plain = line
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .replace(SECRET, '$1***');
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)}…` : plain;
}
