import { type ConfigFileProblem, placedError } from '../errors.ts';
import type { DecodedFile } from '../text/decode.ts';

/** A name of ASCII and whatever is not ASCII; what of the latter is allowed is judged once it is decoded. */
const NAME = /[A-Za-z_:\x80-\xff][\w:.\-\x80-\xff]*/y;
const SPACE = /[ \t\r\n]*/y;

/** A position in a file's skeleton, with what every rule of the syntax needs. */
export class Cursor {
  readonly source: DecodedFile;
  readonly text: string;
  at: number;

  constructor(source: DecodedFile) {
    this.source = source;
    this.text = source.skeleton;
    this.at = source.markBytes;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  /** Goes past what must stand here. */
  expect(what: string): void {
    if (!this.startsWith(what)) this.fail('malformed', 'expected', { expected: what });
    this.at += what.length;
  }

  /** Goes past white space; whether there was any. */
  space(): boolean {
    SPACE.lastIndex = this.at;
    const { 0: found } = SPACE.exec(this.text) ?? [''];
    this.at += found.length;
    return found.length > 0;
  }

  /** Goes past a name; undefined where none begins here. */
  name(): { from: number; to: number } | undefined {
    NAME.lastIndex = this.at;
    const found = NAME.exec(this.text);
    if (!found) return undefined;
    const from = this.at;
    this.at += found[0].length;
    return { from, to: this.at };
  }

  /** Goes past the next `end`, and says where it began. `from`: where what it ends has begun. */
  past(end: string, from: number): number {
    const found = this.text.indexOf(end, this.at);
    if (found < 0) this.fail('malformed', 'unended', { expected: end }, from);
    this.at = found + end.length;
    return found;
  }

  /** Throws {@link ConfigFileError} for an offset, the current one by default. */
  fail(problem: ConfigFileProblem, key: string, params: Record<string, string | number> = {}, at = this.at): never {
    throw placedError(problem, this.source.file, this.source.places.at(at), key, params);
  }
}
