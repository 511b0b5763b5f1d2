import type { Host } from '#main/hosts';
import { message } from '#shared/domain';
import { ran, report } from './apply.ts';
import { unifiedDiff } from './diff.ts';
import { digestOf, must, readText, restoreText } from './files.ts';
import { removeRule } from './nft-rules.ts';
import type { StepReport, StepUndo } from './sight.ts';
import { troubleOf } from './trouble.ts';

/** Takes back what a step did. A file that was changed since is left as it is, and `reason` says so. */
export async function undoStep(host: Host, undo: StepUndo): Promise<StepReport> {
  try {
    return await takenBack(host, undo);
  } catch (error) {
    const { reason, evidence } = troubleOf(error);
    return report('failed', reason, evidence);
  }
}

async function takenBack(host: Host, undo: StepUndo): Promise<StepReport> {
  switch (undo.kind) {
    case 'directories':
      // Not where something has been put into one, or is mounted there.
      return ran(host, ['rmdir', '--', ...undo.paths], null);
    case 'command':
      return ran(host, undo.argv, null);
    case 'nft-rule':
      return ruleRemoved(host, undo);
    case 'file':
      return fileRestored(host, undo);
  }
}

async function ruleRemoved(host: Host, undo: Extract<StepUndo, { kind: 'nft-rule' }>): Promise<StepReport> {
  return report((await removeRule(host, undo)) ? 'done' : 'nothing', null);
}

async function fileRestored(host: Host, undo: Extract<StepUndo, { kind: 'file' }>): Promise<StepReport> {
  const { path, backup, digest, afterwards } = undo;
  const now = await readText(host, path);
  if (now === null && backup === null) return report('nothing', null);
  if (now === null || digestOf(now) !== digest) {
    const old = backup === null ? null : await readText(host, backup);
    return report('refused', message('serverStep.changedSince', { path }), [unifiedDiff(path, now, old)]);
  }
  if (backup === null) await must(host, ['rm', '-f', '--', path]);
  else await restoreText(host, path, backup);
  return afterwards ? ran(host, afterwards, null) : report('done', null);
}
