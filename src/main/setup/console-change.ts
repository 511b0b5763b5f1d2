import { copyFile, readFile } from 'node:fs/promises';
import { type ConfigFile, configFileSchema, type Environment, message } from '#shared/domain';
import { lineDiff } from '#shared/setup';
import { ChangeError, type MadeChange, type PreparedChange, type TakeBack } from './change.ts';
import type { SetupDeps } from './port.ts';
import { digest } from './registration.ts';

export const CONSOLE_CHANGE = 'console';

type Deps = Pick<SetupDeps, 'clock' | 'environments'>;

/** What the configuration is to hold from now on. */
export interface WantedConfiguration {
  environment: Environment;
  /** The environment that it replaces; undefined: it is a new one. */
  replaces: string | undefined;
  pairIndex: number;
  /** The session or token; undefined: what is stored stays, where something is. */
  secret: string | undefined;
  /** Whether the pair's instances have a credential stored that is to stay. */
  keepsCredentials: boolean;
}

/** Puts the environment into the console's own configuration file, with a copy of the file as it was. */
export function prepareConfiguration(wanted: WantedConfiguration, deps: Deps): PreparedChange {
  const { environments } = deps;
  const before = stored(environments.list(), wanted.replaces);
  const beforeText = before ? environmentText(before) : '';
  const afterText = environmentText(shownAfter(wanted, before));
  return {
    shown: {
      id: CONSOLE_CHANGE,
      place: { kind: 'console' },
      title: message('setup.change.configuration', { name: wanted.environment.name }),
      path: environments.file,
      needsConfirmation: false,
      undo: message('setup.undo.configuration'),
      undoable: true,
      idle: beforeText === afterText && wanted.secret === undefined,
      diff: lineDiff(beforeText, afterText),
      tree: null,
      notes: [],
    },
    async apply() {
      if (
        environmentText(stored(environments.list(), wanted.replaces)) !==
        (before ? beforeText : environmentText(undefined))
      )
        throw new ChangeError(message('setup.apply.configurationChanged'));
      return saved(wanted, deps);
    },
  };
}

async function saved(wanted: WantedConfiguration, { clock, environments }: Deps): Promise<MadeChange> {
  const { environment, replaces, pairIndex, keepsCredentials } = wanted;
  const backup = await backedUp(environments.file, clock.wallMs());
  const result = await environments.save({
    environment: withSecret(wanted),
    replaces,
    keepCredentials: keepsOf(environment, pairIndex, keepsCredentials),
  });
  if (!result.ok) {
    const [problem] = result.problems;
    const field = problem?.path.join('.') ?? '';
    throw new ChangeError(message('setup.apply.notSaved', { field, because: problem?.message.key ?? '' }));
  }
  const left = digest(stored(environments.list(), environment.id) ?? null);
  return { detail: message('setup.apply.saved', { file: environments.file }), backup, left };
}

/** Other pairs of the environment keep what is stored for them. */
function keepsOf({ pairs }: Environment, pairIndex: number, own: boolean): [number, number][] {
  return pairs.flatMap((pair, at) =>
    at === pairIndex
      ? own
        ? ([
            [at, 0],
            [at, 1],
          ] as [number, number][])
        : []
      : pair.instances.flatMap(({ credential }, index): [number, number][] => (credential ? [[at, index]] : [])),
  );
}

function withSecret({
  environment,
  pairIndex,
  secret,
  keepsCredentials,
}: WantedConfiguration): Record<string, unknown> {
  const pairs = environment.pairs.map((pair, at) => {
    if (at !== pairIndex) return pair;
    const instances = pair.instances.map((instance) => {
      const system = instance.credential?.system;
      if (keepsCredentials || system === undefined || secret === undefined) return instance;
      return {
        ...instance,
        credential: system === 'O3' ? { system, sessionId: secret } : { system, userToken: secret },
      };
    });
    return { ...pair, instances };
  });
  return { ...environment, pairs };
}

/** Where there was no file yet, nothing is to be kept of it. */
async function backedUp(file: string, nowMs: number): Promise<string | null> {
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
  const backup = `${file}.before-${stamp}`;
  try {
    await copyFile(file, backup);
    return backup;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ChangeError(message('setup.apply.noBackup', { file: backup }), { cause: error });
  }
}

/** Puts back the environment as it was, and leaves every other one alone; one that is another by now stays. */
export function takeConfigurationBack(environmentId: string, { environments }: Deps): TakeBack {
  return async ({ backup, left }) => {
    const now = stored(environments.list(), environmentId);
    if (digest(now ?? null) !== left) throw new ChangeError(message('setup.rollback.changedSince'));
    const before = backup === null ? undefined : stored((await readBackup(backup)).environments, environmentId);
    if (before) {
      const result = await environments.save({ environment: before, replaces: environmentId, keepCredentials: [] });
      if (!result.ok) throw new ChangeError(message('setup.rollback.refused'));
    } else await environments.remove(environmentId);
    return message(before ? 'setup.rollback.restored' : 'setup.rollback.removed', { file: environments.file });
  };
}

async function readBackup(backup: string): Promise<ConfigFile> {
  try {
    return configFileSchema.parse(JSON.parse(await readFile(backup, 'utf8')));
  } catch (error) {
    throw new ChangeError(message('setup.rollback.noBackup', { file: backup }), { cause: error });
  }
}

function stored(environments: readonly Environment[], id: string | undefined): Environment | undefined {
  return environments.find((environment) => environment.id === id);
}

const HIDDEN = '•••';

/** Secrets are shown as being there. */
function environmentText(environment: Environment | undefined): string {
  return environment === undefined
    ? ''
    : JSON.stringify(environment, (key, value) => (key === 'sessionId' || key === 'userToken' ? HIDDEN : value), 2);
}

/** As it will be, with the credentials that stay. */
function shownAfter(
  { environment, pairIndex, keepsCredentials }: WantedConfiguration,
  before: Environment | undefined,
): Environment {
  const kept = before?.pairs[pairIndex];
  if (!kept || !keepsCredentials) return environment;
  const pairs = environment.pairs.map((pair, at) => {
    if (at !== pairIndex) return pair;
    const [a, b] = pair.instances;
    const instances: typeof pair.instances = [
      { ...a, credential: kept.instances[0].credential },
      { ...b, credential: kept.instances[1].credential },
    ];
    return { ...pair, instances };
  });
  return { ...environment, pairs };
}
