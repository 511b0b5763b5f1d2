import type { Host } from '#main/hosts';
import { message } from '#shared/domain';
import { unifiedDiff } from './diff.ts';
import { must, readText, StepCommandError } from './files.ts';
import { withValues } from './ini.ts';
import { withLine } from './lines.ts';
import { parseChain, ruleText } from './nft.ts';
import type { StepSight } from './sight.ts';
import { commandOf, type DoneWhen, programCommand, type ServerStep } from './step.ts';
import { ours } from './text.ts';
import { troubleOf } from './trouble.ts';

/** Looks at what there is of a step; changes nothing. Rejects for nothing that the server does: that is `blocked`. */
export async function lookAtStep(host: Host, step: ServerStep): Promise<StepSight> {
  try {
    return await look(host, step);
  } catch (error) {
    return { kind: 'blocked', ...troubleOf(error) };
  }
}

async function look(host: Host, step: ServerStep): Promise<StepSight> {
  switch (step.kind) {
    case 'require':
      return lookAtPrograms(host, step.programs);
    case 'directory':
      return lookAtDirectory(host, step);
    case 'file':
      return fileSight(step.path, await readText(host, step.path), ({ before }) => {
        const text = ours(step.content);
        return { kind: before === null ? 'added' : before === text ? 'there' : 'foreign', text };
      });
    case 'line':
      return fileSight(step.path, await readText(host, step.path), ({ before }) =>
        withLine(before ?? '', step.line, step.about),
      );
    case 'ini':
      return fileSight(step.path, await readText(host, step.path), ({ before }) =>
        withValues(before ?? '', step.values),
      );
    case 'command':
      return (await isDone(host, step.doneWhen)) ? DONE : todo([step.argv]);
    case 'nft-rule':
      return lookAtRule(host, step);
  }
}

const DONE: StepSight = { kind: 'done' };
const todo = (commands: string[][]): StepSight => ({ kind: 'todo', change: null, commands });

function fileSight(
  path: string,
  before: string | null,
  make: (now: { before: string | null }) => { kind: 'there' | 'added' | 'foreign'; text: string },
): StepSight {
  const { kind, text: after } = make({ before });
  if (kind === 'there') return DONE;
  const change = { path, before, after, diff: unifiedDiff(path, before, after) };
  return kind === 'foreign' ? { kind, diff: change.diff, change } : { kind: 'todo', change, commands: [] };
}

async function lookAtPrograms(host: Host, programs: readonly string[]): Promise<StepSight> {
  for (const program of programs) {
    const { exitCode } = await must(host, programCommand(program), { allowed: [0, 1, 127] });
    if (exitCode !== 0)
      return {
        kind: 'blocked',
        reason: message('check.command.missing', { command: program }),
        remedy: message('serverStep.remedy.install', { program }),
        evidence: [],
      };
  }
  return DONE;
}

async function lookAtDirectory(host: Host, step: Extract<ServerStep, { kind: 'directory' }>): Promise<StepSight> {
  const isThere = async (test: string) =>
    (await must(host, ['test', test, step.path], { allowed: [0, 1] })).exitCode === 0;
  if (await isThere('-d')) return DONE;
  if (!(await isThere('-e'))) return todo([commandOf(step)]);
  const reason = message('serverStep.notDirectory', { path: step.path });
  return { kind: 'blocked', reason, remedy: message('serverStep.remedy.otherPath'), evidence: [] };
}

/** A program that is not there blocks; any other answer than the wanted one means that there is something to do. */
export async function isDone(host: Host, { argv, prints }: DoneWhen): Promise<boolean> {
  const result = await host.run(argv, { timeoutMs: 10_000, outputBytes: 1024 * 1024, privileged: true });
  if (result.kind !== 'ended' || /^sudo: |permission denied|not permitted|must be root/im.test(result.stderr))
    throw new StepCommandError(argv, result);
  return prints === undefined ? result.exitCode === 0 : result.stdout.toString('utf8').includes(prints);
}

async function lookAtRule(host: Host, step: Extract<ServerStep, { kind: 'nft-rule' }>): Promise<StepSight> {
  const { family, table, chain } = step.chain;
  const result = await must(host, ['nft', '-n', '-a', 'list', 'chain', family, table, chain], { allowed: [0, 1] });
  if (result.exitCode !== 0)
    return {
      kind: 'blocked',
      reason: message('serverStep.noChain', { chain: `${family} ${table} ${chain}` }),
      remedy: message('serverStep.remedy.chain'),
      evidence: [result.stderr],
    };
  const found = parseChain(result.stdout.toString('utf8')).find(({ comment }) => comment === step.comment);
  if (!found) return todo([commandOf(step)]);
  const wanted = ruleText(step.rule);
  if (found.rule === wanted) return DONE;
  const diff = unifiedDiff(`nft ${family} ${table} ${chain}`, `${found.rule}\n`, `${wanted}\n`);
  return { kind: 'foreign', diff, change: null };
}
