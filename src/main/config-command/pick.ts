import { writeFile } from 'node:fs/promises';
import {
  type ConfigDocument,
  ConfigFileError,
  type ConfigFiles,
  type Profiles,
  parseDocument,
  pickableValues,
  pickedProfile,
} from '#main/config-files';
import { message } from '#shared/domain';
import type { ConfigCommandOptions } from './arguments.ts';
import type { Answer } from './outcome.ts';
import { namedProfile } from './profile-choice.ts';

/** `pick`: the values of a sample, or the profile that comes of pointing at some. */
export async function pickAnswer(
  options: ConfigCommandOptions,
  files: ConfigFiles,
  profiles: Profiles,
): Promise<Answer> {
  const { file, name, find } = options;
  const document = parseDocument((await files.read(file)).bytes, file);
  if (name !== undefined) return profileAnswer(options, document, profiles);
  const { values, isCut } = pickableValues(document, find === undefined ? {} : { find });
  const lines = values.map(
    ({ selector, value, place }) =>
      `${place.line}:${place.column}  ${selector}  ${value === null ? '(hidden)' : JSON.stringify(value)}`,
  );
  const json = { file, values: values.map(({ place, ...value }) => ({ ...value, ...place })), isCut };
  return { lines: isCut ? [...lines, '…'] : lines, json, findings: [], isRefused: false };
}

async function profileAnswer(
  { file, name = '', picks, profile: base, out, save }: ConfigCommandOptions,
  document: ConfigDocument,
  profiles: Profiles,
): Promise<Answer> {
  const selectors = Object.fromEntries(picks.map(({ field, value }) => [field, value]));
  const made = pickedProfile(
    document,
    name,
    selectors,
    base === undefined ? undefined : await namedProfile(base, profiles),
  );
  if ('said' in made) throw new ConfigFileError('profile', made.said);
  const { profile, findings } = made;
  const isRefused = findings.some(({ severity }) => severity === 'error');
  const text = JSON.stringify(profile, null, 2);
  if (isRefused) return { lines: [], json: { file, profile }, findings, isRefused };
  if (out !== undefined) await write(out, `${text}\n`);
  const saved = save ? await profiles.save(profile) : (out ?? null);
  return { lines: saved === null ? [text] : [saved], json: { file, profile, saved }, findings, isRefused };
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigFileError('unwritable', message('configFile.unwritable', { file, code }), null, { cause: error });
  }
}
