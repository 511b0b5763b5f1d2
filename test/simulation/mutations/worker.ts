/** A worker thread with a mutation in it: runs seeds until one violates something, or its time is over. */
import { parentPort, workerData } from 'node:worker_threads';
import { HOURS, type Mutation } from './mutation.ts';
import { loadMutated } from './patch.ts';

export interface HuntTask {
  mutation: Mutation;
  /** Without its edits: the seeds as they are. */
  isBaseline: boolean;
  seeds: readonly number[];
}

export interface Caught {
  seed: number;
  invariant: string;
  what: string;
}

const { mutation, isBaseline, seeds } = workerData as HuntTask;
if (!isBaseline) loadMutated(mutation.edits);
// Only now: what is imported from here on has the mutation in it.
const { runSeed } = await import('../run-seed.ts');

async function hunt(): Promise<Caught | undefined> {
  // A second pair costs time, and only where pairs are looked at together does it show anything.
  const setting = { pairs: 1, ...mutation.bias.setting };
  for (const seed of seeds) {
    const { violations } = await runSeed(seed, HOURS, { bias: { ...mutation.bias, setting } });
    const [first] = violations;
    if (first) return { seed, invariant: first.invariant, what: first.what };
  }
  return undefined;
}

parentPort?.postMessage(await hunt());
