import { z } from 'zod';
import { safeParse } from '#shared/reading';
import { checkIntervalSchema, checkIntervalsSchema } from './check-schedule.ts';
import { instanceCommandsSchema } from './command.ts';
import { type PolicySettings, policyOverridesSchema, policySettings } from './policy.ts';
import { policyModeSchema } from './policy-mode.ts';
import { DEFAULT_PATH_TEMPLATE, driverSchema } from './records.ts';
import { serverConfigSchema } from './server.ts';

/**
 * The configuration of an environment: the file that `--config` takes and the form of the screen go through this one
 * schema. Codes in `message` are catalogue keys, so that the form can say them in the operator's language.
 */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'problem.id');
/** Names become parts of ZooKeeper paths: no slash, no dot-only names, no control characters. */
export const pathNameSchema = z
  .string()
  .min(1, 'problem.required')
  .max(64, 'problem.tooLong')
  .regex(/^(?!\.{1,2}$)[^/\p{Cc}\p{Cs}\ufff0-\uffff]+$/u, 'problem.pathName');
const host = z
  .string()
  .min(1, 'problem.required')
  .max(255, 'problem.tooLong')
  .regex(/^[^\s/]+$/, 'problem.host');
const port = z.number('problem.port').int('problem.port').min(1, 'problem.port').max(65535, 'problem.port');

/** F10: O3 clients beat with a session, O45 clients with a user token. */
export const credentialSchema = z.discriminatedUnion('system', [
  z.object({ system: z.literal('O3'), sessionId: z.string().min(1, 'problem.required').max(256, 'problem.tooLong') }),
  z.object({ system: z.literal('O45'), userToken: z.string().min(1, 'problem.required').max(1024, 'problem.tooLong') }),
]);
export type Credential = z.infer<typeof credentialSchema>;

export const instanceConfigSchema = z.object({
  name: pathNameSchema,
  host,
  t2Port: port,
  f2Port: port,
  /** What the console's beats carry; null: beats go without, and a node that wants a session answers with an error. */
  credential: credentialSchema.nullable().default(null),
  /**
   * Where its process is looked at as evidence: `local`, on this machine; `ssh`, on its server, which `server.access` says
   * the way to; `none`: nowhere.
   */
  hostCheck: z.enum(['local', 'ssh', 'none']).default('none'),
  /** What the console may run for it: to fence it off, to stop and to start it. */
  commands: instanceCommandsSchema.optional(),
  /** What the checks on the servers need to know; absent: none of them can be made but those from the console. */
  server: serverConfigSchema.optional(),
});
export type InstanceConfig = z.infer<typeof instanceConfigSchema>;

export const pairConfigSchema = z
  .object({
    id,
    /** The system that the pair belongs to, as in the ZooKeeper path. */
    system: pathNameSchema,
    /** The node name that both instances carry (F2). */
    node: pathNameSchema,
    instances: z.tuple([instanceConfigSchema, instanceConfigSchema]),
    driver: driverSchema.default('console'),
    /** The mode written to ZooKeeper where no policy is there yet; afterwards ZooKeeper's word counts. */
    policy: policyModeSchema.default('assist'),
    beatIntervalMs: z
      .number('problem.beatInterval')
      .int('problem.beatInterval')
      .min(100, 'problem.beatInterval')
      .max(60_000, 'problem.beatInterval')
      .default(1_000),
    /** How often the pair's servers are checked; absent: on demand alone. */
    checkIntervalMs: checkIntervalSchema.optional(),
    /** How often single checks are made, where that is not as often as by default. */
    checkIntervals: checkIntervalsSchema.optional(),
    /** Written with the policy, as the mode is: what differs from the environment's defaults. */
    ...policyOverridesSchema.shape,
  })
  .superRefine((pair, context) => {
    const [a, b] = pair.instances;
    if (a.name === b.name)
      context.addIssue({ code: 'custom', message: 'problem.sameName', path: ['instances', 1, 'name'] });
    if (a.host === b.host && a.t2Port === b.t2Port)
      context.addIssue({ code: 'custom', message: 'problem.samePort', path: ['instances', 1, 't2Port'] });
    if (a.host === b.host && a.f2Port === b.f2Port)
      context.addIssue({ code: 'custom', message: 'problem.samePort', path: ['instances', 1, 'f2Port'] });
    pair.instances.forEach(({ hostCheck, server }, index) => {
      if (hostCheck === 'ssh' && server?.access?.type !== 'ssh')
        context.addIssue({
          code: 'custom',
          message: 'problem.hostCheckAccess',
          path: ['instances', index, 'hostCheck'],
        });
    });
  });
export type PairConfig = z.infer<typeof pairConfigSchema>;

/** `host:port`, several separated by commas, IPv6 addresses in brackets. */
function isConnectString(text: string): boolean {
  return text.split(',').every((server) => {
    const port = Number(/^(?:\[[0-9a-fA-F:]+\]|[^\s:,/[\]]+):(\d{1,5})$/.exec(server)?.[1] ?? 0);
    return port >= 1 && port <= 65_535;
  });
}

export const environmentSchema = z
  .object({
    id,
    name: z.string().min(1, 'problem.required').max(64, 'problem.tooLong'),
    /** `practice` environments are made by the console itself and never written to the configuration file. */
    kind: z.enum(['site', 'practice']).default('site'),
    zookeeper: z.object({
      connectString: z
        .string()
        .min(1, 'problem.required')
        .max(1024, 'problem.tooLong')
        .refine(isConnectString, 'problem.connectString'),
      chroot: z
        .string()
        .regex(/^(\/[^/\s]+)*$/, 'problem.chroot')
        .default(''),
      sessionTimeoutMs: z
        .number('problem.sessionTimeout')
        .int('problem.sessionTimeout')
        .min(1_000, 'problem.sessionTimeout')
        .max(120_000, 'problem.sessionTimeout')
        .default(6_000),
      /**
       * Who the console is to ZooKeeper, where its nodes are protected. The password is in that environment variable; where
       * none is named or it is not set, in this machine's secret store.
       */
      digest: z
        .strictObject({
          user: z
            .string()
            .min(1, 'problem.required')
            .max(128, 'problem.tooLong')
            .regex(/^[^\s:\p{Cc}]+$/u, 'problem.user'),
          passwordEnv: z
            .string()
            .min(1, 'problem.required')
            .max(128, 'problem.tooLong')
            .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'problem.environmentVariable')
            .optional(),
        })
        .optional(),
    }),
    pathTemplate: z
      .string()
      .regex(/^\/(?!.*\/\/)[^\s]*[^/\s]$/, 'problem.pathTemplate')
      .refine((template) => template.includes('{node}'), 'problem.pathTemplateNode')
      .default(DEFAULT_PATH_TEMPLATE),
    /** What holds for every pair of the environment that does not say otherwise itself. */
    policyDefaults: policyOverridesSchema.prefault({}),
    /** How often the servers of pairs are checked that do not say so themselves. */
    checkIntervalMs: checkIntervalSchema.optional(),
    checkIntervals: checkIntervalsSchema.optional(),
    pairs: z.array(pairConfigSchema).min(1, 'problem.noPair').max(500, 'problem.tooManyPairs'),
  })
  .superRefine((environment, context) => {
    const seen = new Set<string>();
    const ids = new Set<string>();
    environment.pairs.forEach((pair, index) => {
      if (ids.has(pair.id))
        context.addIssue({ code: 'custom', message: 'problem.samePairId', path: ['pairs', index, 'id'] });
      ids.add(pair.id);
      const key = `${pair.system}/${pair.node}`;
      if (seen.has(key))
        context.addIssue({ code: 'custom', message: 'problem.samePair', path: ['pairs', index, 'node'] });
      seen.add(key);
    });
  });
export type Environment = z.infer<typeof environmentSchema>;

export const configFileSchema = z
  .object({ version: z.literal(1), environments: z.array(environmentSchema).max(200, 'problem.tooManyEnvironments') })
  .superRefine((file, context) => {
    const seen = new Set<string>();
    file.environments.forEach((environment, index) => {
      if (seen.has(environment.id))
        context.addIssue({ code: 'custom', message: 'problem.sameId', path: ['environments', index, 'id'] });
      seen.add(environment.id);
    });
  });
export type ConfigFile = z.infer<typeof configFileSchema>;

/** The policy that a pair's configuration amounts to: the product's defaults, the environment's, the pair's own. */
export function configuredPolicy(
  { policyDefaults }: Pick<Environment, 'policyDefaults'>,
  pair: PairConfig,
): PolicySettings {
  const { data: own, error } = safeParse(policyOverridesSchema, pair);
  if (own === undefined) throw error;
  return policySettings(pair.policy, policyDefaults, own);
}

/** How a ZooKeeper session of the environment is opened; `digestAuth`: `user:password`, where one is had. */
export function sessionOptions(
  { connectString, chroot, sessionTimeoutMs }: Environment['zookeeper'],
  digestAuth?: string,
): { connectString: string; chroot: string; sessionTimeoutMs: number; digestAuth?: string } {
  return { connectString, chroot, sessionTimeoutMs, ...(digestAuth === undefined ? {} : { digestAuth }) };
}

/** The account under which ZooKeeper's password is kept in a secret store: no server's address has that colon. */
export function zooKeeperAccount(environmentId: string, user: string): { host: string; user: string } {
  return { host: `zookeeper:${environmentId}`, user };
}

/** A pair's id across environments, as topics and commands use it. */
export function pairKey(environmentId: string, pairId: string): string {
  return `${environmentId}/${pairId}`;
}
