/** A stretch of lines that differs: `[from, to)` in the old lines and in the new ones, from 0. */
export interface Hunk {
  old: { from: number; to: number };
  new: { from: number; to: number };
}

/** Beyond this many differing lines the search is given up, and what differs is one stretch. */
const MOST_EDITS = 300;

/** How two lists of lines differ: the shortest edit (Myers), between what they have in common at both ends. */
export function diffLines(old: readonly string[], now: readonly string[]): Hunk[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let oldEnd = old.length;
  let newEnd = now.length;
  while (oldEnd > start && newEnd > start && old[oldEnd - 1] === now[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  if (oldEnd === start && newEnd === start) return [];
  const whole = { old: { from: start, to: oldEnd }, new: { from: start, to: newEnd } };
  if (oldEnd === start || newEnd === start) return [whole];
  const kept = commonLines(old.slice(start, oldEnd), now.slice(start, newEnd));
  return kept ? between(kept, whole) : [whole];
}

/** Pairs of equal lines, in order; undefined: there are too many differences to look for them. */
function commonLines(old: readonly string[], now: readonly string[]): [number, number][] | undefined {
  /** The furthest old line that each diagonal reaches, for each number of edits before. */
  const history: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  const most = Math.min(MOST_EDITS, old.length + now.length);
  for (let edits = 0; edits <= most; edits++) {
    history.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const isDown = isInsertion(furthest, diagonal, edits);
      let x = isDown ? (furthest.get(diagonal + 1) ?? 0) : (furthest.get(diagonal - 1) ?? 0) + 1;
      let y = x - diagonal;
      while (x < old.length && y < now.length && old[x] === now[y]) {
        x += 1;
        y += 1;
      }
      furthest.set(diagonal, x);
      if (x >= old.length && y >= now.length) return walkedBack(history, old.length, now.length);
    }
    furthest = new Map(furthest);
  }
  return undefined;
}

function isInsertion(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1);
}

function walkedBack(history: readonly Map<number, number>[], oldEnd: number, newEnd: number): [number, number][] {
  const pairs: [number, number][] = [];
  let x = oldEnd;
  let y = newEnd;
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const furthest = history[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const from = isInsertion(furthest, diagonal, edits) ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : (furthest.get(from) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) pairs.push([--x, --y]);
    x = fromX;
    y = fromY;
  }
  return pairs.reverse();
}

/** What lies between the pairs of equal lines. */
function between(kept: readonly [number, number][], whole: Hunk): Hunk[] {
  const hunks: Hunk[] = [];
  let old = whole.old.from;
  let now = whole.new.from;
  const end: [number, number] = [whole.old.to - whole.old.from, whole.new.to - whole.new.from];
  for (const [x, y] of [...kept, end]) {
    const oldTo = whole.old.from + x;
    const newTo = whole.new.from + y;
    if (oldTo > old || newTo > now) hunks.push({ old: { from: old, to: oldTo }, new: { from: now, to: newTo } });
    old = oldTo + 1;
    now = newTo + 1;
  }
  return hunks;
}
