import { availableParallelism } from 'node:os';
import type { Violation } from './invariants.ts';
import { SeedPool, type SeedTask } from './pool.ts';
import { type Report, Tally, type ToldViolation } from './report.ts';
import { shrink } from './shrink.ts';

/** Violations that are made smaller; of any further the whole seed is told. */
const MOST_SHRUNK = 3;

export interface SeedsRequest {
  firstSeed: number;
  seeds: number;
  hours: number;
  jobs: number | undefined;
}

/** Runs seeds on every processor, and makes what fails as small as it can be. */
export async function runSeeds(
  { firstSeed, seeds, hours, jobs }: SeedsRequest,
  progress: (done: number, violations: number) => void,
): Promise<Report> {
  const pool = new SeedPool(Math.min(seeds, jobs ?? availableParallelism()));
  const tally = new Tally(firstSeed);
  const violations: Violation[] = [];
  let done = 0;
  try {
    const each = Array.from({ length: seeds }, async (_, index) => {
      const seed = firstSeed + index;
      const result = await pool.run({ seed, hours }).catch((error: unknown) => {
        tally.violations.push(told(threadEnded(seed, error), hours, undefined));
      });
      if (result) tally.add(result);
      violations.push(...(result?.violations ?? []));
      progress(++done, tally.violations.length + violations.length);
    });
    await Promise.all(each);
    violations.sort((one, other) => one.seed - other.seed);
    for (const [index, violation] of violations.entries()) {
      const task: SeedTask = { seed: violation.seed, hours };
      const small = index < MOST_SHRUNK ? await shrink(task, violation, (one) => pool.run(one)) : undefined;
      tally.violations.push(told(small?.violation ?? violation, hours, small?.only));
    }
    return tally.report();
  } finally {
    await pool.close();
  }
}

/** A seed that took its thread with it: what it came to is not known, and that is told. */
function threadEnded(seed: number, error: unknown): Violation {
  const what = `the thread ended: ${error instanceof Error ? error.message : String(error)}`;
  return { seed, invariant: 'fault-of-the-code', round: 0, atMs: 0, what, trace: [] };
}

/** A violation with the command that replays it. */
export function told(violation: Violation, hours: number, only: readonly string[] | undefined): ToldViolation {
  const kept = only === undefined ? '' : ` --only ${only.join(',')}`;
  const replay = `npm run simulate -- --seed ${violation.seed} --hours ${hours}${kept}`;
  return { ...violation, replay };
}
