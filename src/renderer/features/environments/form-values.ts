import { z } from 'zod';
import {
  type CheckIntervals,
  COMMAND_PURPOSES,
  type CommandConfig,
  type CommandPurpose,
  DEFAULT_PATH_TEMPLATE,
  type Environment,
  environmentSchema,
  type InstanceCommands,
} from '#shared/domain';

import { type ServerValues, serverValues, toServer } from './server-values.ts';

/** What stands in the form where no time-out was chosen. */
const USUAL_COMMAND_MS = 10_000;

/** A credential as the form holds it. `system` empty: the console beats without one. */
export interface CredentialValues {
  system: '' | 'O3' | 'O45';
  sessionId: string;
  userToken: string;
  /** The kind of the one stored in main, which stays when nothing is typed; empty: none is stored. */
  stored: '' | 'O3' | 'O45';
}
/** Who the console is to ZooKeeper. `type` empty: nobody. The password is not among the values. */
interface DigestValues {
  type: '' | 'digest';
  user: string;
  passwordEnv: string;
}
/** A command as the form holds it: one argument a line; empty: there is none. */
export interface CommandValues {
  text: string;
  timeoutMs: number;
  /** Of a fence hook alone. */
  requirement: 'optional' | 'required';
}
export interface InstanceValues {
  name: string;
  host: string;
  t2Port: number;
  f2Port: number;
  hostCheck: 'local' | 'ssh' | 'none';
  server: ServerValues;
  credential: CredentialValues;
  commands: Record<CommandPurpose, CommandValues>;
}
export type PairValues = Omit<Environment['pairs'][number], 'instances'> & {
  instances: [InstanceValues, InstanceValues];
};
/** The form's values: the configuration's own shape, so that a problem's path is a field's name. */
export type FormValues = Omit<Environment, 'pairs' | 'kind' | 'zookeeper'> & {
  zookeeper: Omit<Environment['zookeeper'], 'digest'> & { digest: DigestValues };
  pairs: PairValues[];
};

const newInstance = (name: string): InstanceValues => ({
  name,
  host: '',
  t2Port: Number.NaN,
  f2Port: Number.NaN,
  hostCheck: 'none',
  credential: { system: '', sessionId: '', userToken: '', stored: '' },
  commands: commandsOf(undefined),
  server: serverValues(undefined),
});

/** The form's values of what an instance has of commands. */
function commandsOf(commands: InstanceCommands | undefined): InstanceValues['commands'] {
  const valuesOf = (command: CommandConfig | undefined, required = false): CommandValues => ({
    text: command?.arguments.join('\n') ?? '',
    timeoutMs: command?.timeoutMs ?? USUAL_COMMAND_MS,
    requirement: required ? 'required' : 'optional',
  });
  return {
    fence: valuesOf(commands?.fence, commands?.fence?.required),
    stop: valuesOf(commands?.stop),
    start: valuesOf(commands?.start),
  };
}

/** What the schema checks: what was left empty is not there. */
function toCommands(values: InstanceValues['commands']) {
  const given = COMMAND_PURPOSES.flatMap((purpose) => {
    const { text, timeoutMs, requirement } = values[purpose];
    if (text.trim() === '') return [];
    // A line that is left empty within is an empty argument; at the end it is none.
    const command = { arguments: text.trimEnd().split(/\r?\n/), timeoutMs };
    return [[purpose, purpose === 'fence' ? { ...command, required: requirement === 'required' } : command]];
  });
  return given.length > 0 ? { commands: Object.fromEntries(given) } : {};
}

/** A pair to fill in. */
export function newPair(): PairValues {
  return {
    id: '',
    system: '',
    node: '',
    instances: [newInstance('a'), newInstance('b')],
    driver: 'console',
    policy: 'assist',
    beatIntervalMs: 1_000,
    timeouts: {},
  };
}

/** An environment to fill in. */
export function newEnvironment(): FormValues {
  return {
    id: '',
    name: '',
    zookeeper: { connectString: '', chroot: '', sessionTimeoutMs: 6_000, digest: digestValues(undefined) },
    pathTemplate: DEFAULT_PATH_TEMPLATE,
    policyDefaults: { timeouts: {} },
    pairs: [newPair()],
  };
}

function digestValues(digest: Environment['zookeeper']['digest']): DigestValues {
  return { type: digest ? 'digest' : '', user: digest?.user ?? '', passwordEnv: digest?.passwordEnv ?? '' };
}

function toZooKeeper({ digest: { type, user, passwordEnv }, ...zookeeper }: FormValues['zookeeper']) {
  if (type === '') return zookeeper;
  const variable = passwordEnv.trim();
  return { ...zookeeper, digest: { user: user.trim(), ...(variable === '' ? {} : { passwordEnv: variable }) } };
}

/** Whether main keeps what it has: one is stored, its kind is unchanged, and nothing new was typed. */
export function keepsStored({ stored, system, sessionId, userToken }: CredentialValues): boolean {
  return stored !== '' && stored === system && (system === 'O3' ? sessionId : userToken) === '';
}

/** What the schema checks and main is sent. A credential that stays is left out here and named in {@link kept}. */
export function toEnvironment({ checkIntervals, pairs, zookeeper, ...values }: FormValues): Record<string, unknown> {
  return {
    ...values,
    kind: 'site',
    zookeeper: toZooKeeper(zookeeper),
    ...toIntervals(checkIntervals),
    pairs: pairs.map(({ checkIntervals: own, ...pair }) => ({
      ...pair,
      ...toIntervals(own),
      instances: pair.instances.map(({ commands, server, ...instance }) => ({
        ...instance,
        credential: credentialOf(instance.credential),
        ...toCommands(commands),
        ...toServer(server),
      })),
    })),
  };
}

/** A check whose field is empty has no interval of its own. */
function toIntervals(values: { [check in keyof CheckIntervals]?: number | undefined } | undefined) {
  const given = Object.entries(values ?? {}).filter(([, intervalMs]) => intervalMs !== undefined);
  return given.length > 0 ? { checkIntervals: Object.fromEntries(given) } : {};
}

function credentialOf(credential: CredentialValues) {
  if (credential.system === '' || keepsStored(credential)) return null;
  return credential.system === 'O3'
    ? { system: 'O3', sessionId: credential.sessionId }
    : { system: 'O45', userToken: credential.userToken };
}

/** `[pair, instance]` of the credentials that stay as they are stored. */
export function kept(values: FormValues): [number, number][] {
  return values.pairs.flatMap((pair, pairIndex) =>
    pair.instances.flatMap(({ credential }, index): [number, number][] =>
      keepsStored(credential) ? [[pairIndex, index]] : [],
    ),
  );
}

/** As much of an environment for editing as tells the kinds of its stored credentials: their secrets are empty. */
const credentialKindsSchema = z.object({
  pairs: z.array(
    z.looseObject({
      instances: z.array(z.looseObject({ credential: z.object({ system: z.enum(['O3', 'O45']) }).nullish() })),
    }),
  ),
});

/** The form's values of an environment that main gave for editing. Throws a ZodError where it is not one. */
export function fromEnvironment(editable: unknown, storedCredentials: readonly [number, number][]): FormValues {
  const kinds = credentialKindsSchema.loose().parse(editable);
  const { kind: _kind, ...environment } = environmentSchema.parse({
    ...kinds,
    pairs: kinds.pairs.map((pair) => ({
      ...pair,
      instances: pair.instances.map((instance) => ({ ...instance, credential: null })),
    })),
  });
  const credentialAt = (pairIndex: number, index: number): CredentialValues => {
    const system = kinds.pairs[pairIndex]?.instances[index]?.credential?.system ?? '';
    const stored = storedCredentials.some(([pair, instance]) => pair === pairIndex && instance === index);
    return { system, sessionId: '', userToken: '', stored: stored ? system : '' };
  };
  return {
    ...environment,
    zookeeper: { ...environment.zookeeper, digest: digestValues(environment.zookeeper.digest) },
    pairs: environment.pairs.map((pair, pairIndex) => {
      const [a, b] = pair.instances;
      return {
        ...pair,
        instances: [
          {
            ...a,
            credential: credentialAt(pairIndex, 0),
            commands: commandsOf(a.commands),
            server: serverValues(a.server),
          },
          {
            ...b,
            credential: credentialAt(pairIndex, 1),
            commands: commandsOf(b.commands),
            server: serverValues(b.server),
          },
        ],
      };
    }),
  };
}
