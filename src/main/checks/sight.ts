import type { Clock } from '#core/clock';
import type { CommandResult, Host, Hosts } from '#main/hosts';
import { type InstanceConfig, message, type PairConfig, type ServerAccess, type ServerConfig } from '#shared/domain';
import { commandTrouble, LookEnded, notConfigured, unknown } from './finding.ts';
import type { NodeSight, RecordsSight } from './ports.ts';
import { windowsSystem } from './windows/answers.ts';
import { runPowerShell } from './windows/power-shell.ts';
import { SYSTEM_SCRIPT } from './windows/scripts.ts';

/** How long a server may take for a command that waits for nothing but the server: a busy one is not a broken one. */
export const LOOK_TIMEOUT_MS = 6_000;
/** PowerShell takes its time to start, and lists the rules of a firewall one by one. */
export const WINDOWS_TIMEOUT_MS = 15_000;
/** How long a network may take. */
export const REACH_TIMEOUT_MS = 2_000;

/** One instance's server, as the looks see it. */
export interface ServerSight {
  readonly instance: InstanceConfig;
  readonly peer: InstanceConfig;
  /** Where the instance is on this server's own interface: what it listens on, and what a firewall here sees. */
  readonly own: { host: string; t2Port: number; f2Port: number };
  /** Where this server reaches the other instance. */
  readonly peerAddress: { host: string; t2Port: number; f2Port: number };
  readonly config: ServerConfig;
  /** A Linux server. Rejects with HostAccessError; with LookEnded where no access is configured, or it is another system. */
  host(): Promise<Host>;
  /** The server where it runs Windows; undefined: it runs Linux. Rejects as `host` does where it is neither. */
  windows(): Promise<Host | undefined>;
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

/** A server of whatever system, for what sshd itself does there. */
export async function anyHost(server: ServerSight): Promise<Host> {
  return (await server.windows()) ?? server.host();
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
    own: config.own ?? { host: instance.host, t2Port: instance.t2Port, f2Port: instance.f2Port },
    peerAddress: config.peer ?? { host: peer.host, t2Port: peer.t2Port, f2Port: peer.f2Port },
    config,
    async host() {
      const { host, system, isWindows } = await known();
      if (isWindows) throw new LookEnded(unknown(message('check.access.notOnWindows'), [system]));
      return host;
    },
    async windows() {
      const { host, isWindows } = await known();
      return isWindows ? host : undefined;
    },
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
  isWindows: boolean;
}

const UNAME = ['uname', '-s', '-r'];

/** One question before all others: of a server that does not answer it, or is another system, nothing more is asked. */
async function knownHost(hosts: Hosts, access: ServerAccess, instanceHost: string): Promise<KnownHost> {
  return askedForSystem(await hosts.open(access, instanceHost));
}

/** What a host's system is. Rejects with LookEnded where it is none that is looked at, or does not say. */
export async function askedForSystem(host: Host): Promise<KnownHost> {
  const result = await host.run(UNAME, { timeoutMs: LOOK_TIMEOUT_MS });
  // Its shell says that it does not know the command, in the language of its system.
  const mayBeWindows = result.kind === 'missing' || (result.kind === 'ended' && result.exitCode !== 0);
  const windows = mayBeWindows ? await windowsOf(host) : undefined;
  if (windows !== undefined) return { host, system: windows, isWindows: true };
  // A Windows without a PowerShell that answers.
  if (mayBeWindows && /is not recognized/.test(result.stderr))
    throw new LookEnded(unknown(message('check.access.otherSystem', { system: 'Windows' }), [result.stderr]));
  return { host, system: linuxIn(result), isWindows: false };
}

/** Its one line, `Linux 5.10.0`. Whoever prints something else there would spoil every other answer as well. */
function linuxIn(result: CommandResult): string {
  const remedy = message('check.remedy.quietShell');
  const trouble = commandTrouble(UNAME, result);
  if (trouble) throw new LookEnded(result.kind === 'lost' ? trouble : { ...trouble, remedy: trouble.remedy ?? remedy });
  const lines = result.stdout.toString('utf8').trim().split('\n');
  const [system = ''] = lines.map((line) => line.slice(0, 60));
  const evidence = lines.slice(0, 5);
  if (system === '') throw new LookEnded(unknown(message('check.access.noAnswer'), [`$ ${UNAME.join(' ')}`], remedy));
  const isOneLine = lines.length === 1 && /^[A-Za-z][\w./-]* \S+$/.test(system);
  if (!isOneLine) throw new LookEnded(unknown(message('check.access.otherAnswer', { line: system }), evidence, remedy));
  if (!system.startsWith('Linux '))
    throw new LookEnded(unknown(message('check.access.otherSystem', { system }), evidence));
  return system;
}

async function windowsOf(host: Host): Promise<string | undefined> {
  const result = await runPowerShell(host, SYSTEM_SCRIPT, WINDOWS_TIMEOUT_MS);
  return result.kind === 'ended' && result.exitCode === 0 ? windowsSystem(result.stdout.toString('utf8')) : undefined;
}
