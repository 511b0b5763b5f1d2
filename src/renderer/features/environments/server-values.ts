import type { ServerConfig } from '#shared/domain';

/**
 * What the form holds of a server: the configuration's own shape, so that a problem's path is a field's name. Empty and
 * NaN: not given. What a kind does not have stays while the kind is changed to and fro, and is left out of what is saved.
 */
export interface ServerValues {
  access: {
    type: '' | 'local' | 'ssh';
    host: string;
    port: number;
    user: string;
    auth: {
      type: 'agent' | 'key' | 'password';
      socket: string;
      file: string;
      passphraseEnv: string;
      env: string;
    };
    knownHostsFile: string;
    sudo: boolean;
  };
  mount: {
    source: string;
    target: string;
    type: string;
    /** Separated by commas, as mount takes them. */
    options: string;
    writable: boolean;
    minFreePercent: number;
  };
  redoDirectory: string;
  todbFile: string;
  database: { host: string; port: number };
  peer: { host: string; t2Port: number; f2Port: number };
  own: { host: string; t2Port: number; f2Port: number };
  nfsPort: number;
  process: string;
}

const SSH_PORT = 22;
const MIN_FREE_PERCENT = 5;

/** The form's values of what is configured of a server. */
export function serverValues(server: ServerConfig | undefined): ServerValues {
  const { access, mount, database, peer, own } = server ?? {};
  const ssh = access?.type === 'ssh' ? access : undefined;
  const auth = ssh?.auth;
  return {
    access: {
      type: access?.type ?? '',
      host: ssh?.host ?? '',
      port: ssh?.port ?? SSH_PORT,
      user: ssh?.user ?? '',
      auth: {
        type: auth?.type ?? 'agent',
        socket: auth?.type === 'agent' ? (auth.socket ?? '') : '',
        file: auth?.type === 'key' ? auth.file : '',
        passphraseEnv: auth?.type === 'key' ? (auth.passphraseEnv ?? '') : '',
        env: auth?.type === 'password' ? (auth.env ?? '') : '',
      },
      knownHostsFile: ssh?.knownHostsFile ?? '',
      sudo: access?.sudo ?? false,
    },
    mount: {
      source: mount?.source ?? '',
      target: mount?.target ?? '',
      type: mount?.type ?? '',
      options: mount?.options.join(',') ?? '',
      writable: mount?.writable ?? true,
      minFreePercent: mount?.minFreePercent ?? MIN_FREE_PERCENT,
    },
    redoDirectory: server?.redoDirectory ?? '',
    todbFile: server?.todbFile ?? '',
    database: { host: database?.host ?? '', port: database?.port ?? Number.NaN },
    peer: addressValues(peer),
    own: addressValues(own),
    nfsPort: server?.nfsPort ?? Number.NaN,
    process: server?.process ?? '',
  };
}

function addressValues(address: ServerConfig['peer']): ServerValues['peer'] {
  return address ?? { host: '', t2Port: Number.NaN, f2Port: Number.NaN };
}

/** What the schema checks and main is sent: what was left empty is not there. */
export function toServer(values: ServerValues): { server?: Record<string, unknown> } {
  const { access, mount, database, peer, own, redoDirectory, todbFile, nfsPort, process } = values;
  const server = given({
    access: toAccess(access),
    mount: toMount(mount),
    redoDirectory,
    todbFile,
    database: isGiven(database) ? database : undefined,
    peer: isGiven(peer) ? peer : undefined,
    own: isGiven(own) ? own : undefined,
    nfsPort,
    process,
  });
  return Object.keys(server).length > 0 ? { server } : {};
}

/** How to get there, as it is saved and as it is tried; undefined: not given. */
export function toAccess({ type, sudo, ...ssh }: ServerValues['access']): Record<string, unknown> | undefined {
  if (type === '') return undefined;
  if (type === 'local') return { type, sudo };
  const { host, port, user, auth, knownHostsFile } = ssh;
  // The user is needed: left empty it is a problem of its field.
  return { type, ...given({ host, knownHostsFile }), port, user, auth: toAuth(auth), sudo };
}

function toAuth({ type, socket, file, passphraseEnv, env }: ServerValues['access']['auth']): Record<string, unknown> {
  if (type === 'agent') return { type, ...given({ socket }) };
  return type === 'key' ? { type, file, ...given({ passphraseEnv }) } : { type, ...given({ env }) };
}

function toMount({ options, writable, minFreePercent, ...mount }: ServerValues['mount']) {
  if (!isGiven({ ...mount, options })) return undefined;
  const { source, target, type } = mount;
  const list = options.split(',').map((option) => option.trim());
  return {
    source,
    target,
    ...given({ type }),
    options: options.trim() === '' ? [] : list,
    writable,
    minFreePercent,
  };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || Number.isNaN(value);
}

const isGiven = (values: object): boolean => Object.values(values).some((value) => !isEmpty(value));

function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}
