import { type Environment, type InstanceConfig, type PairConfig, pairKey } from '#shared/domain';
import { ownHost, ownPort } from './nat.ts';
import { newSetupValues, type ServerValues, type SetupValues } from './values.ts';

/** What a draft is about, where it edits something that is configured already; `pairId` null: a further pair of it. */
export interface SetupOrigin {
  environmentId: string;
  pairId: string | null;
}

/** The environment that a draft amounts to, not yet checked by the schema, and where in it the draft's pair is. */
export interface DraftedEnvironment {
  environment: Record<string, unknown>;
  pairIndex: number;
}

/**
 * What the draft amounts to. `base`: the environment that it edits, of which everything stays that the wizard does not
 * ask for. The credential is left out: whoever saves it adds it.
 */
export function toEnvironment(given: SetupValues, base?: Environment, pairId?: string | null): DraftedEnvironment {
  const values = given.mode === 'single' ? withStandIn(given) : given;
  const found = base?.pairs.findIndex(({ id }) => id === pairId) ?? -1;
  const before = base?.pairs[found];
  const pair = toPair(values, before);
  const pairs: unknown[] = [...(base?.pairs ?? [])];
  const pairIndex = found >= 0 ? found : pairs.length;
  pairs[pairIndex] = pair;
  const { zookeeper } = values;
  return {
    pairIndex,
    environment: {
      ...base,
      id: values.id,
      name: values.name,
      zookeeper: {
        connectString: zookeeper.connectString.trim(),
        chroot: zookeeper.chroot.trim(),
        sessionTimeoutMs: zookeeper.sessionTimeoutMs,
        ...(zookeeper.auth === 'digest' ? { digest: draftedDigest(zookeeper.user, zookeeper.passwordEnv) } : {}),
      },
      pathTemplate: zookeeper.pathTemplate.trim(),
      pairs,
    },
  };
}

/** Who the console is to ZooKeeper, as it was typed; without a variable the password is in the secret store. */
export function draftedDigest(user: string, passwordEnv: string): Record<string, unknown> {
  return { user: user.trim(), ...given('passwordEnv', passwordEnv.trim()) };
}

/** The configuration knows pairs alone: the place of a single server's other one is taken by what nobody asks. */
function withStandIn(values: SetupValues): SetupValues {
  const { servers, node } = values;
  const [first] = node.instances;
  const next = (port: number | null) => (port === null ? null : port >= 65_535 ? port - 1 : port + 1);
  const standIn = { name: `${first.name}-`, t2Port: next(first.t2Port), f2Port: next(first.f2Port) };
  return {
    ...values,
    servers: [servers[0], { ...newSetupValues().servers[1], host: servers[0].host }],
    node: { ...node, instances: [first, standIn] },
    sharing: { ...values.sharing, kind: 'none' },
    database: { ...values.database, todbFiles: [values.database.todbFiles[0], ''] },
  };
}

function toPair(values: SetupValues, before: PairConfig | undefined): Record<string, unknown> {
  const { node, policy } = values;
  return {
    ...before,
    id: node.pairId,
    system: node.system,
    node: node.node,
    driver: node.driver,
    policy: policy.mode ?? undefined,
    checkIntervalMs: policy.checkIntervalMs ?? undefined,
    instances: ([0, 1] as const).map((index) => toInstance(values, index, before?.instances[index])),
  };
}

function toInstance(values: SetupValues, index: 0 | 1, before: InstanceConfig | undefined): Record<string, unknown> {
  const server = values.servers[index];
  const { name, t2Port, f2Port } = values.node.instances[index];
  const { credential: _secret, ...kept } = before ?? { credential: null };
  return {
    ...kept,
    name,
    host: server.host.trim(),
    t2Port,
    f2Port,
    hostCheck: hostCheckOf(server.access.type, before),
    server: toServer(values, index, before?.server),
  };
}

/** Whoever gets onto a server can look at its process; where that was chosen before for the same way, it stays. */
function hostCheckOf(type: ServerValues['access']['type'], before: InstanceConfig | undefined) {
  return before && (before.server?.access?.type ?? 'none') === type ? before.hostCheck : type;
}

function toServer(values: SetupValues, index: 0 | 1, before: InstanceConfig['server']): Record<string, unknown> {
  const { servers, sharing, database } = values;
  const server = servers[index];
  const other = servers[index === 0 ? 1 : 0];
  const mount = sharing.mounts[index];
  const address = {
    host: other.peer.host.trim(),
    t2Port: other.peer.t2Port,
    f2Port: other.peer.f2Port,
  };
  const {
    access: _a,
    mount: mounted,
    redoDirectory: _r,
    todbFile: _t,
    database: _d,
    peer: _p,
    own: _o,
    process: _c,
    ...kept
  } = before ?? {};
  return {
    ...kept,
    ...given('access', toAccess(server)),
    ...given('peer', other.nat ? address : undefined),
    ...given('own', toOwn(values, index)),
    ...given('redoDirectory', server.redoDirectory.trim()),
    ...given('process', server.process.trim()),
    ...given('todbFile', database.todbFiles[index].trim()),
    ...given('database', database.host.trim() === '' ? undefined : { host: database.host.trim(), port: database.port }),
    ...given(
      'mount',
      sharing.kind === 'none' || (mount.source.trim() === '' && mount.target.trim() === '')
        ? undefined
        : {
            ...mounted,
            source: mount.source.trim(),
            target: mount.target.trim(),
            type: mount.type.trim() || undefined,
            options: mount.options
              .split(',')
              .map((option) => option.trim())
              .filter((option) => option !== ''),
          },
    ),
  };
}

/** The instance on its own interface; undefined: as the console dials it. */
function toOwn(values: SetupValues, index: 0 | 1): Record<string, unknown> | undefined {
  const own = {
    host: ownHost(values, index),
    t2Port: ownPort(values, index, 't2Port'),
    f2Port: ownPort(values, index, 'f2Port'),
  };
  const { t2Port, f2Port } = values.node.instances[index];
  const isAsDialled = own.host === values.servers[index].host.trim() && own.t2Port === t2Port && own.f2Port === f2Port;
  return !values.servers[index].nat || isAsDialled ? undefined : own;
}

/** How the console is to get to a server, not yet checked by the schema; undefined: it is not to. */
export function toAccess({ access }: Pick<ServerValues, 'access'>): Record<string, unknown> | undefined {
  if (access.type === 'none') return undefined;
  if (access.type === 'local') return { type: 'local', sudo: access.sudo };
  return {
    type: 'ssh',
    ...given('host', access.host.trim()),
    port: access.port,
    user: access.user.trim(),
    auth: toAuth(access),
    ...given('knownHostsFile', access.knownHostsFile.trim()),
    sudo: access.sudo,
  };
}

function toAuth({ auth, keyFile, passphraseEnv, passwordEnv }: ServerValues['access']): Record<string, unknown> {
  if (auth === 'key') return { type: 'key', file: keyFile.trim(), ...given('passphraseEnv', passphraseEnv.trim()) };
  if (auth === 'password') return { type: 'password', ...given('env', passwordEnv.trim()) };
  return { type: 'agent' };
}

/** The field, where there is something to say. */
function given(name: string, value: unknown): Record<string, unknown> {
  return value === undefined || value === '' ? {} : { [name]: value };
}

/** The draft that edits a configured pair; `pairId` null: one that adds a pair to the environment. */
export function fromEnvironment(environment: Environment, pairId: string | null): SetupValues {
  const values = newSetupValues();
  const pair = environment.pairs.find(({ id }) => id === pairId);
  const { digest, ...zookeeper } = environment.zookeeper;
  const common: SetupValues = {
    ...values,
    name: environment.name,
    id: environment.id,
    zookeeper: {
      ...values.zookeeper,
      ...zookeeper,
      pathTemplate: environment.pathTemplate,
      ...(digest ? { auth: 'digest', user: digest.user, passwordEnv: digest.passwordEnv ?? '' } : {}),
    },
  };
  if (!pair) return common;
  const [a, b] = pair.instances;
  return {
    ...common,
    mode: 'pair',
    servers: [fromServer(a, b, values.servers[0]), fromServer(b, a, values.servers[1])],
    node: {
      system: pair.system,
      node: pair.node,
      pairId: pair.id,
      instances: [fromInstance(a), fromInstance(b)],
      credential: a.credential?.system ?? 'none',
      driver: pair.driver,
      routeFiles: values.node.routeFiles,
      profile: values.node.profile,
    },
    sharing: {
      kind:
        !a.server?.mount && !b.server?.mount
          ? 'none'
          : (a.server?.mount?.type ?? 'nfs').startsWith('nfs')
            ? 'nfs'
            : 'other',
      mounts: [fromMount(a), fromMount(b)],
      hosts: [fromHost(a, values.sharing.hosts[0]), fromHost(b, values.sharing.hosts[1])],
      apply: false,
    },
    database: {
      todbFiles: [a.server?.todbFile ?? '', b.server?.todbFile ?? ''],
      host: a.server?.database?.host ?? '',
      port: a.server?.database?.port ?? null,
      align: false,
    },
    policy: { mode: pair.policy, checkIntervalMs: pair.checkIntervalMs ?? null },
    // One who runs a pair on one machine has been told before.
    acknowledged: a.host === b.host ? ['same-machine'] : [],
  };
}

/** What is configured of a server's own interface. */
function fromHost({ server }: InstanceConfig, empty: SetupValues['sharing']['hosts'][number]) {
  return { ...empty, own: server?.own?.host ?? empty.own };
}

const fromInstance = ({ name, t2Port, f2Port }: InstanceConfig) => ({ name, t2Port, f2Port });

function fromMount({ server }: InstanceConfig): SetupValues['sharing']['mounts'][number] {
  const mount = server?.mount;
  return {
    source: mount?.source ?? '',
    target: mount?.target ?? '',
    type: mount?.type ?? 'nfs',
    options: mount?.options.join(',') ?? '',
  };
}

function fromServer(instance: InstanceConfig, other: InstanceConfig, empty: ServerValues): ServerValues {
  const { host, server, hostCheck } = instance;
  const seen = other.server?.peer;
  const access = server?.access;
  const auth = access?.type === 'ssh' ? access.auth : undefined;
  return {
    ...empty,
    host,
    nat: seen !== undefined || server?.own !== undefined,
    ...(seen ? { peer: seen, registered: seen } : {}),
    ...(server?.own ? { own: { t2Port: server.own.t2Port, f2Port: server.own.f2Port } } : {}),
    redoDirectory: server?.redoDirectory ?? '',
    process: server?.process ?? '',
    access: {
      ...empty.access,
      type: access?.type ?? (hostCheck === 'local' ? 'local' : 'none'),
      sudo: access?.sudo ?? false,
      ...(access?.type === 'ssh'
        ? {
            host: access.host ?? '',
            port: access.port,
            user: access.user,
            knownHostsFile: access.knownHostsFile ?? '',
            auth: access.auth.type,
          }
        : {}),
      keyFile: auth?.type === 'key' ? auth.file : '',
      passphraseEnv: auth?.type === 'key' ? (auth.passphraseEnv ?? '') : '',
      passwordEnv: auth?.type === 'password' ? (auth.env ?? '') : '',
    },
  };
}

/** The key of the draft's pair, once it is configured. */
export function draftedPairKey(values: SetupValues): string {
  return pairKey(values.id, values.node.pairId);
}
