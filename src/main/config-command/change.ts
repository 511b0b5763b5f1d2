import {
  type ApplyDeps,
  applyEdit,
  type ChangedMeanwhile,
  type ConfigFiles,
  type ConfigFinding,
  changedMeanwhile,
  digestOf,
  type EditPlan,
  editDiff,
  listBackups,
  type Profile,
  type Profiles,
  parseDocument,
  planEdit,
  threeWayText,
} from '#main/config-files';
import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { ConfigCommandOptions } from './arguments.ts';
import { errorFinding } from './findings.ts';
import type { Answer } from './outcome.ts';
import { profileFor } from './profile-choice.ts';

interface Planned {
  plan: EditPlan;
  profile: Profile;
  /** The file's bytes now. */
  bytes: Uint8Array;
}

/** `diff`: what a change would do. */
export async function diffAnswer(
  options: ConfigCommandOptions,
  files: ConfigFiles,
  profiles: Profiles,
  locale: Locale,
): Promise<Answer> {
  const { plan, profile } = await planned(options, files, profiles);
  return planAnswer(plan, profile, locale);
}

/** `apply`: the change made, or why not. */
export async function applyAnswer(
  options: ConfigCommandOptions,
  deps: ApplyDeps,
  profiles: Profiles,
  locale: Locale,
): Promise<Answer> {
  const { plan, profile, bytes } = await planned(options, deps.files, profiles);
  const shown = planAnswer(plan, profile, locale);
  const { expectedDigest } = options;
  if (expectedDigest !== undefined && digestOf(bytes) !== expectedDigest)
    return changedAnswer(shown, await againstBase(options, deps, profile, bytes), options.file);
  if (shown.isRefused) return shown;
  const outcome = await applyEdit(plan, deps);
  if (outcome.kind === 'changed') return changedAnswer(shown, outcome, options.file);
  const backup = outcome.kind === 'applied' ? outcome.backup : null;
  const done = backup === null ? [] : [say(locale, 'configFile.applied', { file: options.file, backup })];
  return { ...shown, lines: [...shown.lines, ...done], json: { ...shown.json, outcome: outcome.kind, backup } };
}

async function planned(options: ConfigCommandOptions, files: ConfigFiles, profiles: Profiles): Promise<Planned> {
  const { bytes } = await files.read(options.file);
  const document = parseDocument(bytes, options.file);
  const profile = await profileFor(document, options.profile, profiles);
  return { plan: planEdit(document, profile, options.settings), profile, bytes };
}

function planAnswer(plan: EditPlan, profile: Profile, locale: Locale): Answer {
  const { base, next, kind, changes, findings } = plan;
  const isRefused = findings.some(({ severity }) => severity === 'error');
  const diff = editDiff(plan);
  const json = {
    file: base.file,
    kind,
    profile: profile.name,
    assumption: profile.assumption,
    encoding: base.encoding,
    digest: base.digest,
    nextDigest: next.digest,
    changes: changes.map(({ field, from, to, place, range, bytes }) => ({
      field,
      from,
      to,
      ...place,
      /** Bytes of the file that are replaced, and by how many. */
      offset: range.from,
      length: range.to - range.from,
      newLength: bytes.length,
    })),
    diff,
  };
  const unchanged = [say(locale, 'configFile.nothingToDo', { file: base.file })];
  return { lines: diff.length === 0 && !isRefused ? unchanged : diff, json, findings, isRefused };
}

/** What was changed since the change was looked at, as far as what it was then is still to be had. */
async function againstBase(
  options: ConfigCommandOptions,
  deps: ApplyDeps,
  profile: Profile,
  current: Uint8Array,
): Promise<ChangedMeanwhile | null> {
  const base = await baseBytes(options, deps);
  if (base === undefined) return null;
  return changedMeanwhile(planEdit(parseDocument(base, options.file), profile, options.settings), current);
}

async function baseBytes({ base, file, expectedDigest = '' }: ConfigCommandOptions, deps: ApplyDeps) {
  if (base !== undefined) return (await deps.files.read(base)).bytes;
  const kept = (await listBackups(file, deps)).find(({ digest }) => expectedDigest.startsWith(digest));
  return kept ? (await deps.files.read(kept.path)).bytes : undefined;
}

function changedAnswer(shown: Answer, outcome: ChangedMeanwhile | null, file: string): Answer {
  const finding: ConfigFinding = {
    severity: 'error',
    field: null,
    said: message(outcome ? 'configFile.changed' : 'configFile.changedUnknown', { file }),
    place: null,
  };
  const findings = [finding, ...(outcome?.unshown ? [errorFinding(outcome.unshown)] : [])];
  const hunks = outcome?.hunks ?? [];
  const lines = outcome
    ? threeWayText(hunks, { base: `${file} (base)`, ours: `${file} (ours)`, theirs: `${file} (theirs)` })
    : shown.lines;
  const json = { ...shown.json, outcome: 'changed', backup: null, digestNow: outcome?.digest ?? null, threeWay: hunks };
  return { lines, json, findings, isRefused: true };
}

function say(locale: Locale, key: string, params: Record<string, string>): string {
  return sentence(locale, message(key, params));
}
