import { availableParallelism } from 'node:os';
import { hunt, type MutationResult } from './hunt.ts';
import { MUTATIONS } from './list.ts';
import { checkEdits } from './patch.ts';

export interface MutationReport {
  mutations: MutationResult[];
  tookMs: number;
}

/** Hunts for several at a time. Throws MutationDoesNotFit before anything is run. */
export async function huntAll(
  names: readonly string[],
  jobs: number,
  progress: (result: MutationResult) => void = () => {},
): Promise<MutationReport> {
  const beganMs = performance.now();
  const chosen = MUTATIONS.filter(({ name }) => names.includes(name));
  for (const { edits } of chosen) checkEdits(edits);
  const results = new Map<string, MutationResult>();
  const left = [...chosen];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const result = await hunt(next);
      results.set(next.name, result);
      progress(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
  const mutations = chosen.flatMap(({ name }) => results.get(name) ?? []);
  return { mutations, tookMs: Math.round(performance.now() - beganMs) };
}

/** `--mutate`. Returns the exit code: 0 only where every mutation was caught. */
export async function runMutations({
  names,
  json,
  jobs = availableParallelism(),
}: {
  names: readonly string[];
  json: boolean;
  jobs?: number | undefined;
}): Promise<number> {
  const report = await huntAll(names, jobs, (result) => {
    if (!json) console.log(lineOf(result));
  });
  if (json) console.log(JSON.stringify(report));
  return report.mutations.every(({ caught }) => caught) ? 0 : 1;
}

/** `--mutate list`. */
export function listMutations(json: boolean): number {
  const told = MUTATIONS.map(({ name, what }) => ({ name, what }));
  console.log(json ? JSON.stringify({ mutations: told }) : told.map(({ name, what }) => `${name}: ${what}`).join('\n'));
  return 0;
}

function lineOf({ name, caught, seed, invariant, what, tookMs }: MutationResult): string {
  const took = `${Math.round(tookMs / 100) / 10} s`;
  return caught
    ? `${name}: caught by seed ${seed}, ${invariant}: ${what} (${took})`
    : `${name}: NOT CAUGHT, ${what} (${took})`;
}
