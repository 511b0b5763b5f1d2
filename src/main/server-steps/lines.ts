import type { LineSubject } from './step.ts';
import { ours, readable } from './text.ts';

/** A text with a line in it. `foreign`: another line was on the same subject, and `text` has ours in its place. */
export interface LineChange {
  kind: 'there' | 'added' | 'foreign';
  text: string;
}

/** Adds a line at the end, unless it is there. Pure; the text's bytes are its characters. */
export function withLine(text: string, line: string, about: LineSubject | null): LineChange {
  const added = ours(line);
  const lines = text.split('\n');
  if (lines.some((each) => fieldsOf(each).join(' ') === fieldsOf(added).join(' ') && each.trim() !== ''))
    return { kind: 'there', text };
  const isOnSubject = (each: string) => about !== null && unescaped(fieldsOf(each)[about.field] ?? '') === about.value;
  if (lines.some(isOnSubject)) {
    const first = lines.findIndex(isOnSubject);
    const kept = lines.flatMap((each, index) => (index === first ? [added] : isOnSubject(each) ? [] : [each]));
    return { kind: 'foreign', text: kept.join('\n') };
  }
  // A backslash at the end would take our line for its continuation.
  const gap = text === '' || text.endsWith('\n') ? (/\\\n$/.test(text) ? '\n' : '') : '\n';
  return { kind: 'added', text: `${text}${gap}${added}\n` };
}

/** The fields between blanks, of a line that is no comment; what is quoted is one field. */
function fieldsOf(line: string): string[] {
  return line.trimStart().startsWith('#') ? [] : (line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []);
}

/** A field as it was meant, without quotes, octal escapes and a slash at its end. */
function unescaped(field: string): string {
  const plain = field
    .replaceAll('"', '')
    .replace(/\\([0-7]{3})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return readable(plain).replace(/(.)\/+$/, '$1');
}
