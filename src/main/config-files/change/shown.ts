import { type ConfigDocument, parseDocument } from '../document.ts';
import { ConfigFileError } from '../errors.ts';
import { isSecret } from '../xml/secrets.ts';
import type { XmlElement } from '../xml/tree.ts';

const HIDDEN = '(hidden)';

interface Range {
  from: number;
  to: number;
}

/** A file's lines for a person, secrets hidden; line ends of every kind are left out. */
export function shownLines(document: ConfigDocument): string[] {
  const pieces: string[] = [];
  let at: number = document.markBytes;
  for (const range of secretRanges(document)) {
    // As many lines as there are, so that line numbers are the file's.
    const lines = document.textOf(range).replace(/[^\r\n]+/g, '');
    pieces.push(document.textOf({ from: at, to: range.from }), HIDDEN, lines);
    at = range.to;
  }
  const text = pieces.join('') + document.textOf({ from: at, to: document.bytes.length });
  const lines = text.split(/\r\n|\r|\n/);
  // What ends with a line end has no further line.
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The same for bytes that may be no configuration file at all: then nothing of them is shown but why. */
export function shownLinesOf(bytes: Uint8Array, file: string): { lines: string[] } | { error: ConfigFileError } {
  try {
    return { lines: shownLines(parseDocument(bytes, file)) };
  } catch (error) {
    if (error instanceof ConfigFileError) return { error };
    throw error;
  }
}

function secretRanges(document: ConfigDocument): Range[] {
  const ranges: Range[] = [];
  const waiting: XmlElement[] = [document.root];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    const { attributes, children, runs } = element;
    for (const attribute of attributes) if (isSecret(document, element, attribute.name)) ranges.push(attribute);
    if (runs.length > 0 && isSecret(document, element, null)) ranges.push(...runs);
    for (const child of children) waiting.push(child);
  }
  return ranges.sort((one, other) => one.from - other.from);
}
