import { z } from 'zod';
import { DEFAULT_PATH_TEMPLATE, driverSchema, policyModeSchema } from '#shared/domain';

/**
 * What was filled in so far. Everything may be empty or wrong: a draft is kept as it was typed, and `findingsOf` says
 * what is still to be done. It holds no secret: those stay in main's memory, or in the system's secret store.
 */
const text = z.string().max(1_024).default('');
/** As it was typed; null: nothing was. */
const number = z.number().nullable().default(null);

const viewSchema = z.strictObject({ host: text, t2Port: number, f2Port: number }).prefault({});
export type SeenAs = z.infer<typeof viewSchema>;

const accessSchema = z
  .strictObject({
    type: z.enum(['none', 'local', 'ssh']).default('none'),
    /** Where sshd listens; empty: the server's address as the console sees it. */
    host: text,
    port: z.number().nullable().default(22),
    user: text,
    auth: z.enum(['agent', 'key', 'password']).default('agent'),
    keyFile: text,
    passphraseEnv: text,
    passwordEnv: text,
    knownHostsFile: text,
    sudo: z.boolean().default(false),
  })
  .prefault({});
export type AccessValues = z.infer<typeof accessSchema>;

const serverSchema = z
  .strictObject({
    /** The server as the console reaches it. */
    host: text,
    /** Whether somebody else reaches it under another address (F3). */
    nat: z.boolean().default(false),
    /** With `nat`: as the other server reaches it. */
    peer: viewSchema,
    /** With `nat`: as it stands in its registration, for clients of ZooKeeper. */
    registered: viewSchema,
    /** With `nat`: its ports on its own interface; empty: those that the console dials. Its address there is `sharing.hosts`. */
    own: z.strictObject({ t2Port: number, f2Port: number }).prefault({}),
    access: accessSchema,
    redoDirectory: text,
    /** What is found in the command line of its mt process and of no other. */
    process: text,
  })
  .prefault({});
export type ServerValues = z.infer<typeof serverSchema>;

const instanceSchema = z.strictObject({ name: text, t2Port: number, f2Port: number }).prefault({});

const mountSchema = z
  .strictObject({
    /** What is mounted on this server: the other one's share. */
    source: text,
    target: text,
    type: z.string().max(64).default('nfs'),
    /** Separated by commas, as in fstab. */
    options: text,
  })
  .prefault({});
export type MountValues = z.infer<typeof mountSchema>;

const sharingHostSchema = z
  .strictObject({
    /** On its own interface; empty: as the console reaches it. */
    own: text,
    system: z.enum(['debian', 'rhel']).default('debian'),
    firewall: z.enum(['firewalld', 'ufw', 'nftables', 'iptables', 'none']).default('none'),
  })
  .prefault({});

/** Findings that an implementer may let stand, having been told what they mean. */
export const ACKNOWLEDGEABLE = ['same-machine', 'name-not-ascii', 'no-sync'] as const;
export type Acknowledgement = (typeof ACKNOWLEDGEABLE)[number];

export const setupValuesSchema = z.strictObject({
  mode: z.enum(['pair', 'single']).nullable().default(null),
  /** The environment's. */
  name: text,
  id: text,
  zookeeper: z
    .strictObject({
      connectString: text,
      chroot: text,
      sessionTimeoutMs: z.number().nullable().default(6_000),
      pathTemplate: z.string().max(1_024).default(DEFAULT_PATH_TEMPLATE),
      auth: z.enum(['none', 'digest']).default('none'),
      user: text,
      /** The environment variable with that user's password; empty: it is in the secret store. */
      passwordEnv: text,
      /** `open`: whoever reaches ZooKeeper may change what is made; `protected`: that user may, everybody may read. */
      acl: z.enum(['open', 'protected']).default('open'),
    })
    .prefault({}),
  servers: z.tuple([serverSchema, serverSchema]).prefault([{}, {}]),
  node: z
    .strictObject({
      system: text,
      node: text,
      pairId: text,
      instances: z.tuple([instanceSchema, instanceSchema]).prefault([{ name: 'A' }, { name: 'B' }]),
      /** What heartbeats carry (F10); the session or token itself is a secret, and not here. */
      credential: z.enum(['none', 'O3', 'O45']).default('none'),
      driver: driverSchema.default('console'),
      /** Where each server has its `alg_tran_mp.xml` (F2); empty: it is not touched. */
      routeFiles: z.tuple([text, text]).prefault(['', '']),
      /** Where fields stand in the servers' configuration files; empty: none of them is changed. */
      profile: text,
    })
    .prefault({}),
  sharing: z
    .strictObject({
      kind: z.enum(['nfs', 'other', 'none']).default('nfs'),
      /** Of each server: what it mounts, and where. */
      mounts: z.tuple([mountSchema, mountSchema]).prefault([{}, {}]),
      /** What NFS texts and steps need to know of each server beside that. */
      hosts: z.tuple([sharingHostSchema, sharingHostSchema]).prefault([{}, {}]),
      /** Whether the console makes the steps over the access that it has; else they are texts to be copied. */
      apply: z.boolean().default(false),
    })
    .prefault({}),
  database: z
    .strictObject({
      todbFiles: z.tuple([text, text]).prefault(['', '']),
      /** Empty: as the Todb files say. */
      host: text,
      port: number,
      /** Whether the second server's Todb file is made to say what the first one's says. */
      align: z.boolean().default(false),
    })
    .prefault({}),
  policy: z
    .strictObject({
      mode: policyModeSchema.nullable().default(null),
      /** How often the servers are checked; null: on demand alone. */
      checkIntervalMs: number,
    })
    .prefault({}),
  acknowledged: z.array(z.enum(ACKNOWLEDGEABLE)).max(ACKNOWLEDGEABLE.length).default([]),
});
export type SetupValues = z.infer<typeof setupValuesSchema>;

/** A draft with nothing filled in. */
export function newSetupValues(): SetupValues {
  return setupValuesSchema.parse({});
}

/** Which of the two servers there are: a single server has no other one (F9). */
export function serverIndexes({ mode }: Pick<SetupValues, 'mode'>): readonly (0 | 1)[] {
  return mode === 'single' ? [0] : [0, 1];
}

/** A field's value by its path, `servers.0.host`; undefined where there is none. */
export function valueAt(values: SetupValues, path: string): unknown {
  let value: unknown = values;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** The values with another one at that path; what did not change keeps its identity. */
export function withValue(values: SetupValues, path: string, value: unknown): SetupValues {
  return replaced(values, path.split('.'), value) as SetupValues;
}

function replaced(within: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(within))
    return within.map((each, at) => (String(at) === first ? replaced(each, rest, value) : each));
  const record = (typeof within === 'object' && within !== null ? within : {}) as Record<string, unknown>;
  return { ...record, [first]: replaced(record[first], rest, value) };
}
