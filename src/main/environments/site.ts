import type { FieldProblem } from '#shared/contract';
import { type Environment, message } from '#shared/domain';

/** The id that the practice environment has in the fleet; no site may take it. */
export const PRACTICE_ENVIRONMENT_ID = 'practice';

/** What the schema allows of any environment, and the configuration file does not of a site's. */
export function siteProblems(environment: Environment): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (environment.kind === 'practice') problems.push({ path: ['kind'], message: message('problem.practice') });
  if (environment.id === PRACTICE_ENVIRONMENT_ID)
    problems.push({ path: ['id'], message: message('problem.reservedId') });
  return problems;
}
