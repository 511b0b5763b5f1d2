import { commandTrouble } from '#main/checks';
import { type Message, message } from '#shared/domain';
import { StepCommandError } from './files.ts';

/** Why something could not be done on a server, in a sentence; what is no command's trouble is thrown on. */
export function troubleOf(error: unknown): { reason: Message; remedy: Message | null; evidence: string[] } {
  if (!(error instanceof StepCommandError)) throw error;
  const { reason, remedy, evidence } = commandTrouble(error.argv, error.result) ?? {
    reason: message('check.command.failed', { command: error.argv.join(' '), code: error.result.exitCode ?? -1 }),
    remedy: null,
    evidence: [error.result.stderr],
  };
  return { reason, remedy, evidence: [...evidence] };
}
