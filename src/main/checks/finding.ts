import { type CommandResult, shownCommand } from '#main/hosts';
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
  const command = shownCommand(argv);
  const printed = linesOf(result.stderr).length > 0 ? result.stderr : result.stdout.toString('utf8', 0, MAX_SAID_BYTES);
  const said = [`$ ${command}`, ...linesOf(printed)];
  const seconds = Math.round(result.tookMs / 100) / 10;
  if (result.kind === 'timeout') return unknown(message('check.command.timeout', { command, seconds }), said);
  if (result.kind === 'overflow')
    return unknown(message('check.command.overflow', { command, bytes: printedBytes(result) }), said);
  if (result.kind === 'missing') return missingProgram(argv[0] ?? '', said);
  if (result.kind === 'killed')
    return unknown(message('check.command.killed', { command, signal: result.stderr.split('\n').at(-1) || '?' }), said);
  if (result.kind === 'lost') return unknown(message('check.command.lost', { command, detail: result.stderr }), said);
  if (result.exitCode !== null && allowed.includes(result.exitCode)) return undefined;
  if (result.exitCode === NOT_FOUND) return missingProgram('sudo', said);
  if (/^sudo: /m.test(result.stderr))
    return unknown(message('check.command.sudo', { command }), said, message('check.remedy.sudo', { command }));
  if (/permission denied|operation not permitted|must be root|you need to be root|not authorized/i.test(result.stderr))
    return unknown(message('check.command.denied', { command }), said, message('check.remedy.denied', { command }));
  const params = { command, code: result.exitCode ?? -1 };
  const [, detail] = said;
  if (detail === undefined) return unknown(message('check.command.failed', params), said);
  return unknown(message('check.command.failedSaying', { ...params, detail: detail.slice(0, 200) }), said);
}

/** The same of a command that needs root. */
export function rootCommandTrouble(argv: readonly string[], result: CommandResult): Finding | undefined {
  const trouble = commandTrouble(argv, result);
  const isDenied = trouble?.reason.key === 'check.command.denied';
  return isDenied ? { ...trouble, remedy: message('check.remedy.sudo', { command: shownCommand(argv) }) } : trouble;
}

/** A shell's code for a program that is not there: the host tells it by its kind, unless it was sudo's. */
const NOT_FOUND = 127;
const MAX_SAID_BYTES = 2_000;

const missingProgram = (command: string, said: readonly string[]): Finding =>
  unknown(message('check.command.missing', { command }), said, message('check.remedy.install', { command }));

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const printedBytes = ({ stdout, stderr }: CommandResult): number => stdout.length + Buffer.byteLength(stderr);
