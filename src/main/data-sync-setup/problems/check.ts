import { fieldProblems } from '#main/environments';
import { type DataSync, dataSyncSchema, message } from '#shared/domain';
import type { SetupProblem } from '../problem.ts';
import { mappingProblems } from './mappings.ts';
import { optionProblems } from './options.ts';
import { pairProblems, serverProblems } from './servers.ts';

export type CheckedDataSync = { ok: true; topology: DataSync } | { ok: false; problems: SetupProblem[] };

/** What somebody entered, through the schema and everything that a schema cannot say. Pure. */
export function checkDataSync(input: unknown): CheckedDataSync {
  const parsed = dataSyncSchema.safeParse(input);
  if (!parsed.success) {
    const remedy = message('dataSync.remedy.field');
    return { ok: false, problems: fieldProblems(parsed.error, input).map((each) => ({ ...each, remedy })) };
  }
  const problems = dataSyncProblems(parsed.data);
  return problems.length === 0 ? { ok: true, topology: parsed.data } : { ok: false, problems };
}

/** Everything that is wrong with a topology that the schema has passed. */
function dataSyncProblems(topology: DataSync): SetupProblem[] {
  return [
    ...serverProblems(topology),
    ...pairProblems(topology),
    ...mappingProblems(topology),
    ...optionProblems(topology),
  ];
}
