import { constants } from 'node:fs';
import { access, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWholeFile } from '#core/whole-file';
import { type ConfigFile, configFileSchema, type Message, message } from '#shared/domain';
import { fieldProblems, pathText } from './problems.ts';
import { siteProblems } from './site.ts';

const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** The file holds sessions and tokens: its owner's alone. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;
const CURRENT_VERSION = 1;

/** Upgrades by the version they start from: pure, each to the next version. Version 1 is the first. */
const UPGRADES: Readonly<Record<number, (file: Record<string, unknown>) => Record<string, unknown>>> = {};

/** What the file held. `text` is undefined where there was none. */
export type FileContent =
  | { ok: true; text: string | undefined; config: ConfigFile; writable: boolean }
  | { ok: false; text: string | undefined; problem: Message };

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
  if ('problem' in parsed) return { ok: false, text, problem: parsed.problem };
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

/** The text of the file through upgrades and schema. Pure. */
export function parseConfig(file: string, text: string): { config: ConfigFile } | { problem: Message } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: message('shell.config.notJson', { file, detail: placeOf(error) }) };
  }
  const version = versionOf(value);
  if (version > CURRENT_VERSION) return { problem: message('shell.config.newer', { file, version }) };
  const upgraded = upgrade(value, version);
  const parsed = configFileSchema.safeParse(upgraded);
  const problems = parsed.success
    ? parsed.data.environments.flatMap((environment, index) =>
        siteProblems(environment).map((problem) => ({ ...problem, path: ['environments', index, ...problem.path] })),
      )
    : fieldProblems(parsed.error, upgraded);
  const [first] = problems;
  if (first) {
    const { key, params } = first.message;
    return { problem: message(`shell.config.${key}`, { ...params, file, path: pathText(first.path) }) };
  }
  if (!parsed.success) throw parsed.error;
  return { config: parsed.data };
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

/** Where the JSON breaks, without quoting the file: what stands there may be a secret. */
function placeOf(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  return /(line \d+ column \d+|position \d+)/.exec(text)?.[1] ?? 'unexpected end or character';
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
