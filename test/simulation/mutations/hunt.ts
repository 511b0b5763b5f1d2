import { Worker } from 'node:worker_threads';
import { MOST_SEEDS, type Mutation } from './mutation.ts';
import type { Caught, HuntTask } from './worker.ts';

/** Runs the seeds in a thread of their own, which has the mutation in it; the first that violates something. */
function inThread(task: HuntTask): Promise<Caught | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

export interface MutationResult {
  name: string;
  caught: boolean;
  seed: number | null;
  invariant: string | null;
  /** What was seen, or why it does not count. */
  what: string;
  tookMs: number;
}

/** Seeds until the first violation by one that is clean without the mutation. */
export async function hunt(mutation: Mutation): Promise<MutationResult> {
  const beganMs = performance.now();
  const { name } = mutation;
  const result = (rest: Omit<MutationResult, 'name' | 'tookMs'>): MutationResult => ({
    name,
    ...rest,
    tookMs: Math.round(performance.now() - beganMs),
  });
  for (let from = 1; from <= MOST_SEEDS; ) {
    const seeds = Array.from({ length: MOST_SEEDS - from + 1 }, (_, index) => from + index);
    const caught = await inThread({ mutation, isBaseline: false, seeds });
    if (!caught) break;
    const { seed, invariant, what } = caught;
    const baseline = await inThread({ mutation, isBaseline: true, seeds: [seed] });
    if (!baseline) return result({ caught: true, seed, invariant, what });
    // What happens without the mutation too says nothing of it.
    from = seed + 1;
  }
  return result({ caught: false, seed: null, invariant: null, what: `nothing seen in ${MOST_SEEDS} seeds` });
}
