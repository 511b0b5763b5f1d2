import { readable } from './text.ts';

const CONTEXT_LINES = 3;
/** Beyond it a changed stretch is shown as one: the table would be larger than it is worth. */
const MAX_CELLS = 1_000_000;

type Line = { mark: ' ' | '-' | '+'; text: string };

/** What changes from one text to another, as `diff -u` shows it, for a person. Empty where nothing does. */
export function unifiedDiff(path: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const lines = compared(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines);
  const names = [before === null ? '/dev/null' : path, after === null ? '/dev/null' : path];
  return `--- ${names[0]}\n+++ ${names[1]}\n${hunks.join('')}`;
}

function linesOf(text: string | null): string[] {
  if (text === null || text === '') return [];
  const lines = readable(text).split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines.with(-1, `${lines.at(-1)}\n\\ No newline at end of file`);
}

function compared(a: readonly string[], b: readonly string[]): Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: ' ', text }));
  return [
    ...same(a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

/** The longest common subsequence, from a table of the lengths that are left. */
function middle(a: readonly string[], b: readonly string[]): Line[] {
  const removed = (text: string): Line => ({ mark: '-', text });
  const added = (text: string): Line => ({ mark: '+', text });
  if (a.length * b.length > MAX_CELLS) return [...a.map(removed), ...b.map(added)];
  const width = b.length + 1;
  const left = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => left[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      left[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i++] ?? '' });
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push(removed(a[i++] ?? ''));
    else lines.push(added(b[j++] ?? ''));
  }
  return lines;
}

function hunksOf(lines: readonly Line[]): string[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some(({ mark }) => mark !== ' '),
  );
  const hunks: string[] = [];
  let [before, after] = [1, 1];
  let index = 0;
  while (index < lines.length) {
    if (!near[index]) {
      before++;
      after++;
      index++;
      continue;
    }
    const end = near.indexOf(false, index);
    const hunk = lines.slice(index, end < 0 ? undefined : end);
    const count = (mark: '-' | '+') => hunk.filter((line) => line.mark === ' ' || line.mark === mark).length;
    const span = (from: number, of: number) => `${of === 0 ? from - 1 : from},${of}`;
    const body = hunk.map(({ mark, text }) => `${mark}${text}\n`).join('');
    hunks.push(`@@ -${span(before, count('-'))} +${span(after, count('+'))} @@\n${body}`);
    before += count('-');
    after += count('+');
    index += hunk.length;
  }
  return hunks;
}
