import type { Violation } from './invariants.ts';
import { planRound } from './plan.ts';
import type { SeedTask } from './pool.ts';
import type { SeedResult } from './run-seed.ts';

/** Runs for one violation, at most: a minimum that takes an hour helps nobody. */
const MOST_RUNS = 80;

/** A violation with as few faults as are needed for it. */
export interface Shrunk {
  violation: Violation;
  /** Replays it; undefined: all faults are needed. */
  only: readonly string[] | undefined;
}

/**
 * Leaves out rounds and faults while the seed still violates the same invariant. What is left is smaller, not the
 * smallest there is.
 */
export async function shrink(
  { seed, hours }: SeedTask,
  violation: Violation,
  run: (task: SeedTask) => Promise<SeedResult>,
): Promise<Shrunk> {
  let best: Shrunk = { violation, only: undefined };
  let runs = 0;
  const fails = async (ids: readonly string[]): Promise<boolean> => {
    if (ids.length === 0 || runs++ >= MOST_RUNS) return false;
    const [found] = (await run({ seed, hours, only: new Set(ids) })).violations;
    if (found?.invariant !== violation.invariant) return false;
    best = { violation: found, only: ids };
    return true;
  };
  let kept: readonly string[] = [];
  for (let rounds = 1; ; rounds *= 2) {
    kept = faultsOf(seed, Math.max(1, violation.round - rounds + 1), violation.round);
    if ((await fails(kept)) || rounds >= violation.round) break;
  }
  if (best.only === undefined) return best;
  for (let size = Math.ceil(kept.length / 2); ; size = Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length; ) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails(fewer)) kept = fewer;
      else from += size;
    }
    if (size === 1 || runs >= MOST_RUNS) return best;
  }
}

function faultsOf(seed: number, firstRound: number, lastRound: number): string[] {
  const rounds = Array.from({ length: lastRound - firstRound + 1 }, (_, index) => planRound(seed, firstRound + index));
  return rounds.flatMap(({ faults }) => faults.map(({ id }) => id));
}
