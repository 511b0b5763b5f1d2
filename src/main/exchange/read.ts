import { z } from 'zod';
import { deeperThan, jsonBreak, jsonPlaces, placeAt, pointer, undecodedAt } from '#core/json-text';
import { fieldProblems, siteProblems } from '#main/environments';
import type { ImportProblem } from '#shared/contract';
import { configFileSchema, type Environment, type Message, message } from '#shared/domain';
import { EXCHANGE_FORMAT, EXCHANGE_VERSION, upgraded, versionOf } from './upgrade.ts';

/** One message of a screen has to hold a file. */
export const MAX_EXCHANGE_BYTES = 1_000_000;

export interface ReadEnvironment {
  /** Without credentials. */
  environment: Environment;
  /** Which systems sessions or tokens are of, by `PAIR/INSTANCE`: they have to be entered, or are stored. */
  credentialSystems: ReadonlyMap<string, 'O3' | 'O45'>;
}

export type ReadExchange =
  | { ok: true; version: number; environments: ReadEnvironment[]; ignored: string[] }
  | { ok: false; problems: ImportProblem[] };

const MAX_PROBLEMS = 50;
/** Twice what an environment needs: everything after this walks down into it. */
const MAX_LEVELS = 24;
const credentialSchema = z.strictObject({ system: z.enum(['O3', 'O45']) }).nullable();

/**
 * Reads a file of exported environments, of this version or an older one. Everything that is wrong is told with its
 * place in the text; what stands there is not quoted, since it may be a secret. `ignored`: places of fields that are not
 * known and were left out. Pure.
 */
export function readExchange(text: string): ReadExchange {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_EXCHANGE_BYTES)
    return refused(text, 0, [], message('exchange.tooLarge', { bytes, most: MAX_EXCHANGE_BYTES }));
  const plain = text.replace(/^\ufeff/, '');
  const undecoded = undecodedAt(plain);
  if (undecoded !== undefined) return refused(plain, undecoded, [], message('exchange.notUtf8'));
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch {
    // It is not quoted: what stands there may be a secret.
    return refused(plain, jsonBreak(plain), [], message('exchange.notJson'));
  }
  const deep = deeperThan(plain, MAX_LEVELS);
  if (deep !== undefined) return refused(plain, deep, [], message('exchange.deep', { levels: MAX_LEVELS }));
  const version = versionOf(value);
  if (version === undefined) return refused(plain, 0, [], message('exchange.notOne', { format: EXCHANGE_FORMAT }));
  if (version > EXCHANGE_VERSION || version < 1)
    return refused(
      plain,
      jsonPlaces(plain).offsetOf(['version']),
      ['version'],
      message('exchange.version', { version, known: EXCHANGE_VERSION }),
    );
  return checked(plain, upgraded(value, version), version);
}

function refused(text: string, offset: number, path: (string | number)[], said: Message): ReadExchange {
  return { ok: false, problems: [{ pointer: pointer(path), ...placeAt(text, offset), message: said }] };
}

function checked(text: string, value: unknown, version: number): ReadExchange {
  const places = jsonPlaces(text);
  const problems: { path: (string | number)[]; message: Message }[] = places.doubled.map((path) => ({
    path,
    message: message('exchange.twice'),
  }));
  const { without, systems, wrong } = credentialsTaken(value);
  problems.push(...wrong);
  const input = { version: 1, environments: (without as { environments?: unknown }).environments };
  const parsed = configFileSchema.safeParse(input);
  if (!parsed.success) problems.push(...fieldProblems(parsed.error, input));
  else
    problems.push(
      ...parsed.data.environments.flatMap((environment, index) =>
        siteProblems(environment).map((each) => ({ ...each, path: ['environments', index, ...each.path] })),
      ),
    );
  if (problems.length > 0 || !parsed.success)
    return {
      ok: false,
      problems: problems.slice(0, MAX_PROBLEMS).map(({ path, message: said }) => ({
        pointer: pointer(path),
        ...placeAt(text, places.offsetOf(path)),
        message: said,
      })),
    };
  const environments = parsed.data.environments.map((environment, index) => ({
    environment,
    credentialSystems: systemsOf(environment, index, systems),
  }));
  const known = { format: EXCHANGE_FORMAT, version: EXCHANGE_VERSION, environments: parsed.data.environments };
  return { ok: true, version, environments, ignored: unknownFields(without, known).slice(0, MAX_PROBLEMS) };
}

type Systems = ReadonlyMap<string, 'O3' | 'O45'>;
const placeKey = (...path: (string | number)[]): string => path.join('/');

/** Takes out the systems of credentials, which the schema of the configuration file has with their secrets alone. */
function credentialsTaken(value: unknown) {
  const without = structuredClone(value);
  const systems = new Map<string, 'O3' | 'O45'>();
  const wrong: { path: (string | number)[]; message: Message }[] = [];
  for (const [path, instance] of instancesIn(without)) {
    if (!('credential' in instance)) continue;
    const parsed = credentialSchema.safeParse(instance.credential);
    const at = [...path, 'credential'];
    if (!parsed.success)
      wrong.push(
        ...fieldProblems(parsed.error, instance.credential).map((each) => ({ ...each, path: [...at, ...each.path] })),
      );
    else if (parsed.data) systems.set(placeKey(...path), parsed.data.system);
    instance.credential = null;
  }
  return { without, systems, wrong };
}

function* instancesIn(value: unknown): Generator<[(string | number)[], Record<string, unknown>]> {
  const list = (of: unknown, key: string): unknown[] => {
    const found = typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[key] : undefined;
    return Array.isArray(found) ? found : [];
  };
  for (const [e, environment] of list(value, 'environments').entries())
    for (const [p, pair] of list(environment, 'pairs').entries())
      for (const [i, instance] of list(pair, 'instances').entries())
        if (typeof instance === 'object' && instance !== null && !Array.isArray(instance))
          yield [['environments', e, 'pairs', p, 'instances', i], instance as Record<string, unknown>];
}

function systemsOf({ pairs }: Environment, index: number, systems: Systems): Systems {
  const found = pairs.flatMap((pair, p) =>
    pair.instances.flatMap(({ name }, i) => {
      const system = systems.get(placeKey('environments', index, 'pairs', p, 'instances', i));
      return system ? [[`${pair.id}/${name}`, system] as const] : [];
    }),
  );
  return new Map(found);
}

/** Where the input has keys that the schema did not take over. */
function unknownFields(input: unknown, taken: unknown, path: (string | number)[] = []): string[] {
  if (typeof input !== 'object' || input === null || typeof taken !== 'object' || taken === null) return [];
  return Object.entries(input).flatMap(([key, value]) => {
    const at = [...path, Array.isArray(input) ? Number(key) : key];
    return Object.hasOwn(taken, key)
      ? unknownFields(value, (taken as Record<string, unknown>)[key], at)
      : [pointer(at)];
  });
}
