import { constants } from 'node:fs';
import { access, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deeperThan, jsonBreak, jsonPlaces, placeAt, type TextPlace } from '#core/json-text';
import { writeWholeFile } from '#core/whole-file';
import type { FieldProblem } from '#shared/contract';
import { type ConfigFile, configFileSchema, type Message, message } from '#shared/domain';
import { fieldProblems, pathText } from './problems.ts';
import { siteProblems } from './site.ts';

const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** The file holds sessions and tokens: its owner's alone. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;
const CURRENT_VERSION = 1;
/** Twice what a configuration needs: places are looked for by walking down into it. */
export const MAX_CONFIG_LEVELS = 24;

/** Upgrades by the version they start from: pure, each to the next version. Version 1 is the first. */
const UPGRADES: Readonly<Record<number, (file: Record<string, unknown>) => Record<string, unknown>>> = {};

/** What the file held. `text` is undefined where there was none. */
export type FileContent =
  | { ok: true; text: string | undefined; config: ConfigFile; writable: boolean }
  | { ok: false; text: string | undefined; problem: Message };

/** Something that is wrong with the text of the file: what, in words for a field, and where in it. */
export interface ConfigTextProblem extends TextPlace {
  /** As a person writes it: `environments[0].pairs[1].node`; empty: the text is no JSON, or all of it is of a newer version. */
  path: string;
  message: Message;
  /** The same as a sentence of the whole file. */
  said: Message;
}

/** The file that `--config` names does not exist. */
export class ConfigFileMissingError extends Error {
  readonly file: string;
  constructor(file: string) {
    super(`the configuration file ${file} does not exist`);
    this.name = 'ConfigFileMissingError';
    this.file = file;
  }
}

/** Reads the file. Whatever is wrong with it is told in words that name file, place and reason; nothing is changed. */
export async function readConfigFile(file: string): Promise<FileContent> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES)
      return { ok: false, text: undefined, problem: message('shell.config.tooLarge', { file, bytes: size }) };
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT')
      return { ok: true, text: undefined, config: { version: CURRENT_VERSION, environments: [] }, writable: true };
    return { ok: false, text: undefined, problem: message('shell.config.unreadable', { file, code }) };
  }
  const parsed = parseConfig(file, text);
  if ('problems' in parsed) return { ok: false, text, problem: parsed.problems[0].said };
  const writable = await access(file, constants.W_OK).then(
    () => true,
    () => false,
  );
  return { ok: true, text, config: parsed.config, writable };
}

/** Replaces the file in one step, so that a crash leaves the old one or the new one. Throws the system's error. */
export async function writeConfigFile(file: string, config: ConfigFile): Promise<string> {
  const text = `${JSON.stringify(config, null, 2)}\n`;
  await mkdir(dirname(file), { recursive: true, mode: DIRECTORY_MODE });
  await writeWholeFile(file, text, { mode: FILE_MODE });
  return text;
}

/** The text of the file through upgrades and schema, or everything that is wrong with it, in order. Pure. */
export function parseConfig(
  file: string,
  given: string,
): { config: ConfigFile } | { problems: [ConfigTextProblem, ...ConfigTextProblem[]] } {
  // Some editors put a byte order mark before what they save.
  const text = given.replace(/^\ufeff/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: [wholeProblem(file, placeAt(text, jsonBreak(text)), 'notJson')] };
  }
  const version = versionOf(value);
  if (version > CURRENT_VERSION) {
    const place = placesIn(text)(['version']);
    return { problems: [wholeProblem(file, place, 'newer', { version })] };
  }
  const upgraded = upgrade(value, version);
  const parsed = configFileSchema.safeParse(upgraded);
  const found = parsed.success
    ? parsed.data.environments.flatMap((environment, index) =>
        siteProblems(environment).map((problem) => ({ ...problem, path: ['environments', index, ...problem.path] })),
      )
    : fieldProblems(parsed.error, upgraded);
  const placeOf = placesIn(text);
  const [first, ...others] = found.map((problem) => placedProblem(file, problem, placeOf(problem.path)));
  if (first) return { problems: [first, ...others] };
  if (!parsed.success) throw parsed.error;
  return { config: parsed.data };
}

/** Says where each path stands; in a text that is nested too deep for that, where it begins to be. */
function placesIn(text: string): (path: readonly (string | number)[]) => TextPlace {
  const deep = deeperThan(text, MAX_CONFIG_LEVELS);
  if (deep !== undefined) return () => placeAt(text, deep);
  const places = jsonPlaces(text);
  return (path) => placeAt(text, places.offsetOf(path));
}

function wholeProblem(
  file: string,
  place: TextPlace,
  key: 'notJson' | 'newer',
  params: Message['params'] = {},
): ConfigTextProblem {
  const said = message(`shell.config.${key}`, { file, ...place, ...params });
  return { ...place, path: '', message: said, said };
}

function placedProblem(file: string, { path, message: what }: FieldProblem, place: TextPlace): ConfigTextProblem {
  const where = pathText(path);
  const said = message(`shell.config.${what.key}`, { ...what.params, file, path: where, ...place });
  return { ...place, path: where, message: what, said };
}

function versionOf(value: unknown): number {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  return typeof version === 'number' && Number.isInteger(version) ? version : CURRENT_VERSION;
}

function upgrade(value: unknown, from: number): unknown {
  let current = value;
  for (let version = from; version < CURRENT_VERSION; version++) {
    const step = UPGRADES[version];
    if (!step) return current;
    current = step(current as Record<string, unknown>);
  }
  return current;
}

/** The system's code of an error, or all of it. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
