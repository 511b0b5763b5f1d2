import { deeperThan, jsonBreak, jsonPlaces, placeAt, pointer, undecodedAt } from '#core/json-text';
import {
  type ConfigDocument,
  ConfigFileError,
  type ConfigFiles,
  type ConfigFinding,
  type Profiles,
  parseDocument,
  parseProfile,
  readFields,
} from '#main/config-files';
import { MAX_CONFIG_LEVELS, parseConfig } from '#main/environments';
import { readExchange } from '#main/exchange';
import { type Message, message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { ConfigCommandOptions } from './arguments.ts';
import type { Answer } from './outcome.ts';
import { namedProfile, profilesKnowing } from './profile-choice.ts';

/** What a file is found to be: a message that says so, with what is wrong in it. */
interface Verdict {
  what: string;
  ok: Message;
  findings: ConfigFinding[];
}

/** A kind of JSON file: how it is known, and how it is checked. Throws {@link ConfigFileError}, or answers with findings. */
interface JsonKind {
  what: string;
  isOne(value: Record<string, unknown>): boolean;
  findings(text: string, file: string): ConfigFinding[];
}

const JSON_KINDS: readonly JsonKind[] = [
  {
    what: 'profile',
    isOne: (value) => 'files' in value,
    findings: (text, file) => {
      parseProfile(text, file);
      return [];
    },
  },
  { what: 'exchange', isOne: (value) => 'format' in value, findings: exchangeFindings },
  { what: 'environments', isOne: (value) => 'environments' in value, findings: environmentFindings },
];

/** `validate`: ok, or file, place and reason. The lines are the answer itself. */
export async function validateAnswer(
  options: ConfigCommandOptions,
  files: ConfigFiles,
  profiles: Profiles,
  locale: Locale,
): Promise<Answer> {
  const { file } = options;
  const { bytes } = await files.read(file);
  const { what, ok, findings } = looksLikeJson(bytes, file)
    ? jsonVerdict(Buffer.from(bytes).toString('utf8'), file)
    : await xmlVerdict(parseDocument(bytes, file), options.profile, profiles);
  const isRefused = findings.some(({ severity }) => severity === 'error');
  const lines = isRefused ? [] : [sentence(locale, ok)];
  return { lines, json: { file, what }, findings, isRefused };
}

function looksLikeJson(bytes: Uint8Array, file: string): boolean {
  const head = Buffer.from(bytes.subarray(0, 256))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  return head.startsWith('{') || head.startsWith('[') || (/\.json$/i.test(file) && !head.startsWith('<'));
}

function jsonVerdict(text: string, file: string): Verdict {
  const value = parsedJson(text, file);
  const kind =
    typeof value === 'object' && value !== null ? JSON_KINDS.find(({ isOne }) => isOne(value as never)) : undefined;
  if (!kind) throw new ConfigFileError('profile', message('configFile.unknownJson', { file }));
  const findings = kind.findings(text, file);
  return { what: kind.what, ok: message(`configFile.ok.${kind.what}`, { file }), findings };
}

/** The console's configuration: each problem with its place, and a warning for keys of which the console reads one alone. */
function environmentFindings(text: string, file: string): ConfigFinding[] {
  const parsed = parseConfig(file, text);
  const errors =
    'problems' in parsed
      ? parsed.problems.map(({ path, line, column, message: { key, params }, said }): ConfigFinding => {
          // Its own parameters are those of the sentence within.
          const inner = { ...params, file, line, column, path, reason: key };
          const words = path === '' ? said : message('configFile.environmentProblem', inner);
          return { severity: 'error', field: null, said: words, place: { line, column } };
        })
      : [];
  return [...errors, ...doubledKeys(text, file)];
}

function doubledKeys(given: string, file: string): ConfigFinding[] {
  const text = given.replace(/^\ufeff/, '');
  // What is nested deeper than any configuration has been refused as something else.
  if (deeperThan(text, MAX_CONFIG_LEVELS) !== undefined) return [];
  const places = jsonPlaces(text);
  return places.doubled.map((path) => {
    const place = placeAt(text, places.offsetOf(path));
    const said = message('configFile.keyTwice', { file, ...place, pointer: pointer(path) });
    return { severity: 'warning', field: null, said, place };
  });
}

/** Exported environments: each problem with its place, and a warning for what an import would leave out. */
function exchangeFindings(text: string, file: string): ConfigFinding[] {
  const read = readExchange(text);
  if (!read.ok)
    return read.problems.map(({ pointer, line, column, message: { key, params } }) => ({
      severity: 'error',
      field: null,
      // Its own parameters are those of the sentence within.
      said: message('configFile.exchangeProblem', {
        ...params,
        file,
        line,
        column,
        pointer: pointer || '/',
        reason: key,
      }),
      place: { line, column },
    }));
  if (read.ignored.length === 0) return [];
  const said = message('configFile.exchangeIgnored', { file, places: read.ignored.join(', ') });
  return [{ severity: 'warning', field: null, said, place: null }];
}

/** Where JSON breaks is said without quoting the file: what stands there may be a secret. */
function parsedJson(text: string, file: string): unknown {
  const plain = text.replace(/^\ufeff/, '');
  const undecoded = undecodedAt(plain);
  if (undecoded !== undefined) {
    const place = placeAt(plain, undecoded);
    throw new ConfigFileError('encoding', message('configFile.noUtf8', { file, ...place }), place);
  }
  try {
    return JSON.parse(plain);
  } catch {
    const place = placeAt(plain, jsonBreak(plain));
    throw new ConfigFileError('malformed', message('configFile.notJson', { file, ...place }), place);
  }
}

async function xmlVerdict(document: ConfigDocument, name: string | undefined, profiles: Profiles): Promise<Verdict> {
  const { file, root } = document;
  const encoding = document.encoding.toUpperCase();
  const [profile] =
    name === undefined ? await profilesKnowing(document, profiles) : [await namedProfile(name, profiles)];
  if (!profile)
    return { what: 'xml', ok: message('configFile.ok.unknown', { file, encoding, root: root.name }), findings: [] };
  const { kind, fields, findings } = readFields(document, profile);
  const params = { file, encoding, kind, profile: profile.name, count: fields.size };
  return { what: kind, ok: message('configFile.ok.xml', params), findings };
}
