import type { Clock } from '#core/clock';
import type { Host, Hosts } from '#main/hosts';
import { type InstanceConfig, message, type PairConfig, type ServerAccess, type ServerConfig } from '#shared/domain';
import { LookEnded, notConfigured, printed, unknown } from './finding.ts';
import type { NodeSight, RecordsSight } from './ports.ts';

/** How long a server may take for a command that waits for nothing but the server: a busy one is not a broken one. */
export const LOOK_TIMEOUT_MS = 6_000;
/** How long a network may take. */
export const REACH_TIMEOUT_MS = 2_000;

/** One instance's server, as the looks see it. */
export interface ServerSight {
  readonly instance: InstanceConfig;
  readonly peer: InstanceConfig;
  /** Where this server reaches the other instance. */
  readonly peerAddress: { host: string; t2Port: number; f2Port: number };
  readonly config: ServerConfig;
  /** Rejects with HostAccessError; with LookEnded where no access is configured, or it is no server that can be looked at. */
  host(): Promise<Host>;
  /** Its system, as `uname` says it. Rejects as `host` does. */
  system(): Promise<string>;
  /** A part of the configuration. Throws LookEnded where it is missing. */
  need<K extends keyof ServerConfig>(field: K): NonNullable<ServerConfig[K]>;
  /** What `make` finds out once, for every look that asks. */
  fact<T>(name: string, make: () => Promise<T>): Promise<T>;
}

/** A pair with both its servers, for one run of its checks. */
export interface PairSight {
  readonly pair: PairConfig;
  readonly zooKeeperServers: readonly { host: string; port: number }[];
  readonly servers: readonly [ServerSight, ServerSight];
  readonly here: Host;
  readonly clock: Clock;
  readonly node: NodeSight;
  readonly records: RecordsSight;
}

/** How to get to an instance's server; undefined: nothing says so. */
export function accessOf({ server, hostCheck }: InstanceConfig): ServerAccess | undefined {
  return server?.access ?? (hostCheck === 'local' ? { type: 'local', sudo: false } : undefined);
}

/** Looks at one instance's server through the hosts that are in use. */
export function serverSight(instance: InstanceConfig, peer: InstanceConfig, hosts: Hosts): ServerSight {
  const config: ServerConfig = instance.server ?? {};
  const access = accessOf(instance);
  const facts = new Map<string, Promise<unknown>>();
  let opened: Promise<KnownHost> | undefined;
  const known = () => {
    opened ??= access ? knownHost(hosts, access, instance.host) : Promise.reject(notConfigured('server.access'));
    return opened;
  };
  return {
    instance,
    peer,
    peerAddress: config.peer ?? { host: peer.host, t2Port: peer.t2Port, f2Port: peer.f2Port },
    config,
    host: async () => (await known()).host,
    system: async () => (await known()).system,
    need(field) {
      const value = config[field];
      if (value === undefined) throw notConfigured(`server.${field}`);
      return value as NonNullable<typeof value>;
    },
    fact<T>(name: string, make: () => Promise<T>): Promise<T> {
      const known = facts.get(name) as Promise<T> | undefined;
      if (known) return known;
      const made = make();
      facts.set(name, made);
      return made;
    },
  };
}

interface KnownHost {
  host: Host;
  system: string;
}

const UNAME = ['uname', '-s', '-r'];

/** One question before all others: of a server that does not answer it, or is another system, nothing more is asked. */
async function knownHost(hosts: Hosts, access: ServerAccess, instanceHost: string): Promise<KnownHost> {
  const host = await hosts.open(access, instanceHost);
  const result = await host.run(UNAME, { timeoutMs: LOOK_TIMEOUT_MS });
  const shown = (text: string) => text.trim().split('\n')[0]?.slice(0, 60) ?? '';
  // What Windows' shell says of a command that it does not know.
  const isWindows = result.exitCode !== 0 && /is not recognized/.test(result.stderr);
  const system = isWindows ? 'Windows' : shown(printed(UNAME, result));
  if (!system.startsWith('Linux'))
    throw new LookEnded(
      unknown(message('check.access.otherSystem', { system }), [isWindows ? shown(result.stderr) : system]),
    );
  return { host, system };
}
