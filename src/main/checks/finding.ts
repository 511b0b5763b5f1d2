import type { CommandResult } from '#main/hosts';
import { type CheckVerdict, type Message, message } from '#shared/domain';

/** What a look found, before it is told when and how long it took. */
export interface Finding {
  result: CheckVerdict;
  reason: Message;
  evidence: readonly string[];
  remedy: Message | null;
  /** What can be run for it on that server. */
  commands?: readonly (readonly string[])[];
}

export const passed = (reason: Message, evidence: readonly string[] = []): Finding => ({
  result: 'pass',
  reason,
  evidence,
  remedy: null,
});
export const warned = (reason: Message, evidence: readonly string[], remedy: Message): Finding => ({
  result: 'warn',
  reason,
  evidence,
  remedy,
});
/** The same with what can be run for it. */
export const withCommands = (finding: Finding, commands: readonly (readonly string[])[]): Finding => ({
  ...finding,
  commands,
});
export const failed = (reason: Message, evidence: readonly string[], remedy: Message): Finding => ({
  result: 'fail',
  reason,
  evidence,
  remedy,
});
export const unknown = (reason: Message, evidence: readonly string[] = [], remedy: Message | null = null): Finding => ({
  result: 'unknown',
  reason,
  evidence,
  remedy,
});

/** A look that ends early with its finding: what it needed could not be had. */
export class LookEnded extends Error {
  readonly finding: Finding;
  constructor(finding: Finding) {
    super(finding.reason.key);
    this.name = 'LookEnded';
    this.finding = finding;
  }
}

/** What a look needs and the configuration does not say; `field` is its name there. */
export function notConfigured(field: string): LookEnded {
  return new LookEnded(
    unknown(message('check.notConfigured', { field }), [], message('check.remedy.configure', { field })),
  );
}

/** What a command printed. Throws {@link LookEnded} where it did not end well, with the reason. */
export function printed(argv: readonly string[], result: CommandResult, allowed: readonly number[] = [0]): string {
  const trouble = commandTrouble(argv, result, allowed);
  if (trouble) throw new LookEnded(trouble);
  return result.stdout.toString('utf8');
}

/** Why a command is of no use; undefined where it ended with an allowed code. */
export function commandTrouble(
  argv: readonly string[],
  result: CommandResult,
  allowed: readonly number[] = [0],
): Finding | undefined {
  const command = argv.join(' ');
  const said = [`$ ${command}`, ...result.stderr.split('\n').filter((line) => line !== '')];
  const seconds = Math.round(result.tookMs / 100) / 10;
  if (result.kind === 'timeout') return unknown(message('check.command.timeout', { command, seconds }), said);
  if (result.kind === 'overflow')
    return unknown(message('check.command.overflow', { command, bytes: result.stdout.length }), said);
  if (result.kind === 'missing') return unknown(message('check.command.missing', { command: argv[0] ?? '' }), said);
  if (result.kind === 'lost') return unknown(message('check.command.lost', { command, detail: result.stderr }), said);
  if (result.exitCode !== null && allowed.includes(result.exitCode)) return undefined;
  if (/^sudo: /m.test(result.stderr))
    return unknown(message('check.command.sudo', { command }), said, message('check.remedy.sudo', { command }));
  if (/permission denied|operation not permitted|must be root|you need to be root|not authorized/i.test(result.stderr))
    return unknown(message('check.command.denied', { command }), said, message('check.remedy.sudo', { command }));
  return unknown(message('check.command.failed', { command, code: result.exitCode ?? -1 }), said);
}
