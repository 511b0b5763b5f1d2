import { diffLines, type Hunk } from './line-diff.ts';

/** A stretch of lines that somebody changed since the file was read. */
export interface ThreeWayHunk {
  /** `both`: the two changes touch the same lines and say different things. `same`: they say the same. */
  who: 'ours' | 'theirs' | 'both' | 'same';
  /** Of the base, from 1. */
  line: number;
  base: string[];
  ours: string[];
  theirs: string[];
}

interface Span {
  from: number;
  to: number;
}

/** What was changed on two sides of one base, in the order of the base. */
export function threeWayDiff(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): ThreeWayHunk[] {
  const ourHunks = diffLines(base, ours);
  const theirHunks = diffLines(base, theirs);
  return spans([...ourHunks, ...theirHunks].map((hunk) => hunk.old)).map((span) => {
    const mine = side(span, ourHunks, ours);
    const other = side(span, theirHunks, theirs);
    const isSame = mine.lines.join('\n') === other.lines.join('\n') && mine.lines.length === other.lines.length;
    const who = mine.isChanged && other.isChanged ? (isSame ? 'same' : 'both') : mine.isChanged ? 'ours' : 'theirs';
    return { who, line: span.from + 1, base: base.slice(span.from, span.to), ours: mine.lines, theirs: other.lines };
  });
}

/** Stretches of the base that touch count as one. */
function spans(all: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...all].sort((one, other) => one.from - other.from || one.to - other.to)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** A side's lines for a stretch of the base. */
function side(span: Span, hunks: readonly Hunk[], lines: readonly string[]): { isChanged: boolean; lines: string[] } {
  const within = hunks.filter(({ old }) => old.from >= span.from && old.to <= span.to);
  const before = hunks.filter(({ old }) => old.to <= span.from && !within.some((hunk) => hunk.old === old)).at(-1);
  const shift = before ? before.new.to - before.old.to : 0;
  const last = within.at(-1);
  const from = span.from + shift;
  const to = last ? last.new.to + (span.to - last.old.to) : span.to + shift;
  return { isChanged: within.length > 0, lines: lines.slice(from, to) };
}

/** What stands before each side of a hunk. */
interface Markers<Marker> {
  ours: Marker;
  base: Marker;
  theirs: Marker;
}

/** The three sides in the manner of `diff3 -m`, with markers of the caller's making, as where they are to be said in words. */
export function threeWayLines<Marker>(hunks: readonly ThreeWayHunk[], markers: Markers<Marker>): (string | Marker)[] {
  return hunks.flatMap(({ line, base, ours, theirs }) => [
    `@@ ${line} @@`,
    markers.ours,
    ...ours,
    markers.base,
    ...base,
    '=======',
    ...theirs,
    markers.theirs,
  ]);
}

/** The three sides as text, in the manner of `diff3 -m`, for what both touched; the rest with who did it. */
export function threeWayText(hunks: readonly ThreeWayHunk[], names: Markers<string>): string[] {
  return threeWayLines(hunks, {
    ours: `<<<<<<< ${names.ours}`,
    base: `||||||| ${names.base}`,
    theirs: `>>>>>>> ${names.theirs}`,
  });
}
