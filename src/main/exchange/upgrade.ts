/** What a file of exported environments says it is. */
export const EXCHANGE_FORMAT = 'kuantu-ha-console/environments';
export const EXCHANGE_VERSION = 2;

type JsonObject = Record<string, unknown>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Upgrades by the version they start from, each to the next; they take anything, and leave what is wrong for the schema. */
const UPGRADES: Readonly<Record<number, (file: JsonObject) => JsonObject>> = { 1: fromConfigFile };

/**
 * Version 1 is the configuration file itself, which had no format of its own and holds sessions and tokens: a credential
 * becomes its system alone.
 */
function fromConfigFile(file: JsonObject): JsonObject {
  return {
    ...file,
    format: EXCHANGE_FORMAT,
    version: 2,
    environments: withEach(file.environments, 'pairs', pairUpgraded),
  };
}

function pairUpgraded(pair: JsonObject): JsonObject {
  return { ...pair, instances: mapped(pair.instances, instanceUpgraded) };
}

function instanceUpgraded(instance: JsonObject): JsonObject {
  return isObject(instance.credential) ? { ...instance, credential: { system: instance.credential.system } } : instance;
}

function withEach(list: unknown, key: string, change: (value: JsonObject) => JsonObject): unknown {
  return mapped(list, (value) => ({ ...value, ...(key in value ? { [key]: mapped(value[key], change) } : {}) }));
}

function mapped(list: unknown, change: (value: JsonObject) => JsonObject): unknown {
  return Array.isArray(list) ? list.map((value) => (isObject(value) ? change(value) : value)) : list;
}

/** The version a file has; 1 where it is a configuration file; undefined where it is neither. */
export function versionOf(value: unknown): number | undefined {
  if (!isObject(value) || typeof value.version !== 'number' || !Number.isInteger(value.version)) return undefined;
  if (value.format === EXCHANGE_FORMAT) return value.version;
  return value.format === undefined && value.version === 1 && 'environments' in value ? 1 : undefined;
}

/** Brings a file of an older version to the present one. Pure; what it was given stays as it is. */
export function upgraded(value: unknown, from: number): unknown {
  let current = value;
  for (let version = from; version < EXCHANGE_VERSION; version++) {
    const step = UPGRADES[version];
    if (!step || !isObject(current)) return current;
    current = step(current);
  }
  return current;
}
