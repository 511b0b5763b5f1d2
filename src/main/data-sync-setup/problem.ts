import type { FieldProblem } from '#shared/contract';
import { type Message, message } from '#shared/domain';

/** What is wrong with an input, at which field, and what to do. */
export interface SetupProblem extends FieldProblem {
  remedy: Message;
}

/** A problem by its name: the sentences are those of the problem and the remedy, with the same parameters. */
export function problem(
  path: (string | number)[],
  name: string,
  params: Record<string, string | number> = {},
): SetupProblem {
  return {
    path,
    message: message(`dataSync.problem.${name}`, params),
    remedy: message(`dataSync.remedy.${name}`, params),
  };
}
