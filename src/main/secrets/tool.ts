import type { CommandResult, Host } from '#main/hosts';
import type { SecretPlace } from '#shared/contract';
import { SecretStoreError } from './port.ts';

/** Runs this machine's own tools. */
export type RunTool = Host['run'];

const TOOL_TIMEOUT_MS = 10_000;
const MAX_DETAIL_CHARACTERS = 200;

/** A tool of a store, with what it reads on its standard input: a secret never stands on a command line. */
export async function runTool(run: RunTool, argv: readonly string[], input = ''): Promise<CommandResult> {
  return run(argv, { timeoutMs: TOOL_TIMEOUT_MS, input });
}

/** Whether a tool ran and was content. */
export function didWell(result: CommandResult): boolean {
  return result.kind === 'ended' && result.exitCode === 0;
}

/** Throws where a tool did not do it. What it printed on its standard output may be a secret, and is not said. */
export function mustDo(place: SecretPlace, result: CommandResult): void {
  if (didWell(result)) return;
  const how = result.kind === 'ended' ? `exit code ${result.exitCode}` : result.kind;
  throw new SecretStoreError(place, `${how} ${result.stderr}`.trim().slice(0, MAX_DETAIL_CHARACTERS));
}
