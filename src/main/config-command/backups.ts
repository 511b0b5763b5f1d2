import { type ApplyDeps, listBackups, rollBack } from '#main/config-files';
import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { ConfigCommandOptions } from './arguments.ts';
import type { Answer } from './outcome.ts';

/** `backups`: those of a file, the latest first. */
export async function backupsAnswer({ file }: ConfigCommandOptions, deps: ApplyDeps): Promise<Answer> {
  const backups = await listBackups(file, deps);
  const json = {
    file,
    backups: backups.map(({ name, path, atMs, digest }) => ({ name, path, at: new Date(atMs).toISOString(), digest })),
  };
  return { lines: backups.map(({ name }) => name), json, findings: [], isRefused: false };
}

/** `rollback`: a backup put back. */
export async function rollbackAnswer(
  { file, backup = '', expectedDigest }: ConfigCommandOptions,
  deps: ApplyDeps,
  locale: Locale,
): Promise<Answer> {
  const name = backup.slice(Math.max(backup.lastIndexOf('/'), backup.lastIndexOf('\\')) + 1);
  const outcome = await rollBack(file, name, deps, expectedDigest);
  const kept = outcome.kind === 'applied' ? outcome.backup : null;
  const said =
    kept === null
      ? message('configFile.nothingToDo', { file })
      : message('configFile.rolledBack', { file, from: name, backup: kept });
  const json = { file, outcome: outcome.kind, from: name, backup: kept };
  return { lines: [sentence(locale, said)], json, findings: [], isRefused: false };
}
