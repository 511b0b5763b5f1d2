import { posix } from 'node:path';
import type { Host } from '#main/hosts';
import { type Message, message } from '#shared/domain';
import { unifiedDiff } from './diff.ts';
import { digestOf, must, readText, StepCommandError, writeText } from './files.ts';
import { isDone, lookAtStep } from './look.ts';
import { removeRule } from './nft-rules.ts';
import type { FileChange, StepReport, StepSight, StepUndo } from './sight.ts';
import { commandOf, type ServerStep } from './step.ts';
import { troubleOf } from './trouble.ts';

export interface ApplyOptions {
  /** What the operator was shown; where something else is there by now, nothing is done. Absent: as it is now. */
  seen?: StepSight;
  /** What the backups of this run are called, `20261126-174500`. */
  stamp: string;
  /** The operator has seen the diff of what is somebody else's, and has it replaced. */
  replacesForeign?: boolean;
}

/** A restart of a service may take its time. */
const COMMAND_TIMEOUT_MS = 60_000;

/**
 * Does one step, unless it is done. It is looked at again first, and files once more right before they are written.
 * Rejects for nothing that the server does: that is the report.
 */
export async function applyStep(host: Host, step: ServerStep, options: ApplyOptions): Promise<StepReport> {
  const now = await lookAtStep(host, step);
  if (now.kind === 'done') return report('nothing', null);
  if (now.kind === 'blocked') return report('refused', now.reason, now.evidence);
  const { seen = now } = options;
  if (changeOf(seen)?.before !== changeOf(now)?.before) return changedMeanwhile(changeOf(seen), changeOf(now));
  const change = changeOf(now);
  if (now.kind === 'foreign' && !options.replacesForeign)
    return report('refused', message('serverStep.foreign'), [now.diff]);
  try {
    if (now.kind === 'foreign' && step.kind === 'nft-rule') await removeRule(host, step);
    return await made(host, step, change, options.stamp);
  } catch (error) {
    const { reason, evidence } = troubleOf(error);
    return report('failed', reason, evidence);
  }
}

const changeOf = (sight: StepSight): FileChange | null =>
  sight.kind === 'todo' || sight.kind === 'foreign' ? sight.change : null;

/** What became of a step. */
export function report(
  outcome: StepReport['outcome'],
  reason: Message | null,
  evidence: string[] = [],
  undo: StepUndo | null = null,
): StepReport {
  return { outcome, reason, evidence, undo };
}

/** Both what was shown and what is there now, against what was to be changed. */
function changedMeanwhile(seen: FileChange | null, now: FileChange | null): StepReport {
  const path = now?.path ?? seen?.path ?? '';
  const diff = unifiedDiff(path, seen?.before ?? null, now?.before ?? null);
  return report('refused', message('serverStep.changedMeanwhile', { path }), [diff, now?.diff ?? '']);
}

async function made(host: Host, step: ServerStep, change: FileChange | null, stamp: string): Promise<StepReport> {
  if (change) return written(host, step, change, stamp);
  if (step.kind === 'directory')
    return ran(host, commandOf(step), { kind: 'directories', paths: await missingDirectories(host, step.path) });
  if (step.kind === 'nft-rule')
    return ran(host, commandOf(step), { kind: 'nft-rule', chain: step.chain, comment: step.comment });
  if (step.kind === 'command') return commanded(host, step);
  return report('nothing', null);
}

/** What counts is what the command was for: one that complains of somebody else's lines may have done it. */
async function commanded(host: Host, step: Extract<ServerStep, { kind: 'command' }>): Promise<StepReport> {
  const undo: StepUndo | null = step.undo && { kind: 'command', argv: step.undo };
  try {
    return await ran(host, step.argv, undo);
  } catch (error) {
    if (!(error instanceof StepCommandError) || !(await isDone(host, step.doneWhen))) throw error;
    return report('done', null, [error.result.stderr], undo);
  }
}

/** The directory and those above it that are not there, the innermost first. */
async function missingDirectories(host: Host, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let each = path; each !== '/'; each = posix.dirname(each)) {
    if ((await must(host, ['test', '-d', each], { allowed: [0, 1] })).exitCode === 0) break;
    missing.push(each);
  }
  return missing;
}

/** Runs a command of a step. Throws StepCommandError where it did not end well. */
export async function ran(host: Host, argv: string[], undo: StepUndo | null): Promise<StepReport> {
  const result = await host.run(argv, { timeoutMs: COMMAND_TIMEOUT_MS, privileged: true });
  if (result.kind !== 'ended' || result.exitCode !== 0) throw new StepCommandError(argv, result);
  return report('done', null, result.stderr === '' ? [] : [result.stderr], undo);
}

async function written(host: Host, step: ServerStep, change: FileChange, stamp: string): Promise<StepReport> {
  const { path, before, after } = change;
  const backup = before === null ? null : `${path}.kuantu-${stamp}`;
  const current = await readText(host, path);
  if (current !== before) return changedMeanwhile(change, { ...change, before: current });
  await writeText(host, path, after, backup);
  const afterwards = ('afterwards' in step && step.afterwards) || null;
  const undo: StepUndo = { kind: 'file', path, backup, digest: digestOf(after), afterwards };
  if (!afterwards) return report('done', null, [], undo);
  const result = await host.run(afterwards, { timeoutMs: COMMAND_TIMEOUT_MS, privileged: true });
  if (result.kind === 'ended' && result.exitCode === 0) return report('done', null, [], undo);
  // The file is written: it has to be possible to take that back.
  const { reason, evidence } = troubleOf(new StepCommandError(afterwards, result));
  return report('failed', reason, evidence, undo);
}
