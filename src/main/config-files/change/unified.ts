import { diffLines, type Hunk } from './line-diff.ts';

const CONTEXT = 3;

/** The difference of two lists of lines in the unified format, without line ends at its lines; empty where there is none. */
export function unifiedDiff(
  old: readonly string[],
  now: readonly string[],
  names: { old: string; new: string },
): string[] {
  const groups = grouped(diffLines(old, now));
  if (groups.length === 0) return [];
  return [`--- ${names.old}`, `+++ ${names.new}`, ...groups.flatMap((group) => groupLines(group, old, now))];
}

/** Hunks whose surroundings touch are shown as one. */
function grouped(hunks: readonly Hunk[]): Hunk[][] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1);
    if (last && hunk.old.from - last.old.to <= 2 * CONTEXT) groups.at(-1)?.push(hunk);
    else groups.push([hunk]);
  }
  return groups;
}

function groupLines(group: readonly Hunk[], old: readonly string[], now: readonly string[]): string[] {
  const [first] = group;
  const last = group.at(-1);
  if (!first || !last) return [];
  const from = Math.max(0, first.old.from - CONTEXT);
  const to = Math.min(old.length, last.old.to + CONTEXT);
  const newFrom = first.new.from - (first.old.from - from);
  const newTo = last.new.to + (to - last.old.to);
  const lines = [`@@ -${range(from, to)} +${range(newFrom, newTo)} @@`];
  let at = from;
  for (const hunk of group) {
    lines.push(...old.slice(at, hunk.old.from).map((line) => ` ${line}`));
    lines.push(...old.slice(hunk.old.from, hunk.old.to).map((line) => `-${line}`));
    lines.push(...now.slice(hunk.new.from, hunk.new.to).map((line) => `+${line}`));
    at = hunk.old.to;
  }
  return [...lines, ...old.slice(at, to).map((line) => ` ${line}`)];
}

/** As `diff -u` counts: from 1, and the line before for an empty range. */
function range(from: number, to: number): string {
  const count = to - from;
  return `${count === 0 ? from : from + 1}${count === 1 ? '' : `,${count}`}`;
}
