import type { Clock } from '#core/clock';
import type { EditPlan } from '../change/edit.ts';
import { shownLines, shownLinesOf } from '../change/shown.ts';
import { type ThreeWayHunk, threeWayDiff } from '../change/three-way.ts';
import { digestOf } from '../document.ts';
import { ConfigFileError, fileError } from '../errors.ts';
import { type BackupName, backupName, backupsAmong } from './backup-name.ts';
import { pathParts } from './paths.ts';
import type { ConfigFiles } from './port.ts';

/** A backup of a file. */
export interface Backup extends BackupName {
  path: string;
}

export interface ApplyDeps {
  clock: Clock;
  files: ConfigFiles;
  /** Where backups are kept. Default: beside the file. */
  backupDirectory?: string | undefined;
}

export type ApplyOutcome =
  | { kind: 'applied'; backup: string; digest: string }
  /** Every value is there already; nothing was written. */
  | { kind: 'unchanged' }
  /** The file is another one than the change was planned for; nothing was written. */
  | ChangedMeanwhile;

export interface ChangedMeanwhile {
  kind: 'changed';
  /** Of what is there now. */
  digest: string;
  hunks: ThreeWayHunk[];
  /** Why what is there now cannot be shown; null: it is. */
  unshown: ConfigFileError | null;
}

/**
 * Makes a planned change: a backup beside the file, then the new content in one step. Stops where the file is not any
 * more what the plan was made for. Rejects with {@link ConfigFileError}; then the file is as it was.
 */
export async function applyEdit(plan: EditPlan, deps: ApplyDeps): Promise<ApplyOutcome> {
  const { base, next } = plan;
  if (plan.findings.some(({ severity }) => severity === 'error'))
    throw new RangeError('a plan with errors is not to be applied');
  const { path, bytes } = await deps.files.read(base.file);
  if (digestOf(bytes) !== base.digest) return changedMeanwhile(plan, bytes);
  if (plan.changes.length === 0) return { kind: 'unchanged' };
  try {
    const backup = await replaceWithBackup(path, base.bytes, next.bytes, deps);
    return { kind: 'applied', backup, digest: next.digest };
  } catch (error) {
    if (!(error instanceof ConfigFileError) || error.problem !== 'changed') throw error;
    return changedMeanwhile(plan, (await deps.files.read(base.file)).bytes);
  }
}

/** What was changed on both sides since the plan's base was read. */
export function changedMeanwhile({ base, next }: EditPlan, current: Uint8Array): ChangedMeanwhile {
  const theirs = shownLinesOf(current, base.file);
  const digest = digestOf(current);
  if ('error' in theirs) return { kind: 'changed', digest, hunks: [], unshown: theirs.error };
  const hunks = threeWayDiff(shownLines(base), shownLines(next), theirs.lines);
  return { kind: 'changed', digest, hunks, unshown: null };
}

/** Keeps a file's bytes under a name with time and digest, then replaces them; answers with the backup's path. */
async function replaceWithBackup(
  path: string,
  old: Uint8Array,
  bytes: Uint8Array,
  { clock, files, backupDirectory }: ApplyDeps,
): Promise<string> {
  const { name, join } = pathParts(path);
  const backup = join(backupName(name, clock.wallMs(), digestOf(old)), backupDirectory);
  await files.replace(path, bytes, { expectedDigest: digestOf(old), backup });
  return backup;
}

/** The backups of a file, the latest first. */
export async function listBackups(
  file: string,
  { files, backupDirectory }: Omit<ApplyDeps, 'clock'>,
): Promise<Backup[]> {
  const { path } = await files.read(file);
  const { directory, name, join } = pathParts(path);
  const names = await files.list(backupDirectory ?? directory);
  return backupsAmong(names, name).map((backup) => ({ ...backup, path: join(backup.name, backupDirectory) }));
}

/**
 * Puts a backup's bytes back, and keeps those of now as a backup of their own, so that this can be undone too. Rejects
 * with {@link ConfigFileError}: no such backup, one whose bytes are not those of its name, or (`expectedDigest`) a file
 * that is another one by now.
 */
export async function rollBack(
  file: string,
  backup: string,
  deps: ApplyDeps,
  expectedDigest?: string,
): Promise<{ kind: 'applied'; backup: string; digest: string } | { kind: 'unchanged' }> {
  const found = (await listBackups(file, deps)).find(({ name }) => name === backup);
  if (!found) throw fileError('backup', file, 'noBackup', { backup });
  const { path, bytes: current } = await deps.files.read(file);
  if (expectedDigest !== undefined && digestOf(current) !== expectedDigest) throw fileError('changed', file, 'changed');
  const { bytes } = await deps.files.read(found.path);
  const digest = digestOf(bytes);
  if (!digest.startsWith(found.digest)) throw fileError('backup', file, 'damagedBackup', { backup });
  if (digest === digestOf(current)) return { kind: 'unchanged' };
  return { kind: 'applied', backup: await replaceWithBackup(path, current, bytes, deps), digest };
}
