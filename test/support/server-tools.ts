import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const TOOLS = {
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  sshfs: 'sshfs',
  nft: 'nftables',
  ip: 'iproute2',
  unshare: 'util-linux',
  busybox: 'busybox-static',
  iptables: 'iptables',
  nsenter: 'util-linux',
  ss: 'iproute2',
} as const;
/** What the test of an account that is not root wants beside them. */
const SUDO_TOOLS = { ...TOOLS, sudo: 'sudo' } as const;
/** The system's own readers of what is written to servers, with the packages that they come in. */
const READERS = {
  exportfs: 'nfs-kernel-server',
  nfsconf: 'nfs-common',
  'systemd-analyze': 'systemd',
  'systemd-escape': 'systemd',
  findmnt: 'util-linux',
  nft: 'nftables',
  'iptables-restore': 'iptables',
  'ip6tables-restore': 'iptables',
  'firewall-offline-cmd': 'firewalld',
  ufw: 'ufw',
  ip: 'iproute2',
  unshare: 'util-linux',
} as const;
type Tool = keyof typeof SUDO_TOOLS | keyof typeof READERS;

const DIRECTORIES = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin'];

/** Where a tool is; undefined where it is not. */
export function toolPath(name: Tool): string | undefined {
  return DIRECTORIES.map((directory) => join(directory, name)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What the checks' tests want and this machine lacks, in a sentence; undefined: nothing. */
export function serverToolsMissing(): string | undefined {
  return missing(TOOLS, 'the checks on servers, which mount and filter');
}

/** The same for the test of an account that is not root. */
export function sudoMissing(): string | undefined {
  return missing(SUDO_TOOLS, 'the commands of an account that is not root, through sudo');
}

/** The same for the tests that have generated texts read by who reads them on a server. */
export function setupReadersMissing(): string | undefined {
  return missing(READERS, 'the texts for NFS and firewalls, which are read by real parsers');
}

function missing(tools: Readonly<Partial<Record<Tool, string>>>, tests: string): string | undefined {
  if (process.platform !== 'linux') return `${tests}: tested on Linux alone.`;
  const names = (Object.keys(tools) as Tool[]).filter((name) => toolPath(name) === undefined);
  if (names.length > 0) {
    const packages = [...new Set(names.map((name) => tools[name]))].join(' ');
    return `${names.join(', ')} not found: ${tests}, are not tested. Debian: apt-get install ${packages}.`;
  }
  return process.getuid?.() === 0 ? undefined : `Not root: ${tests}, are not tested.`;
}

/**
 * For `describe.skipIf(...)`: true where something is missing, after saying what to install. In CI a missing component
 * is a failure.
 */
function skipWithout(sentence: string | undefined): boolean {
  if (!sentence) return false;
  if (process.env.CI) throw new Error(sentence);
  console.warn(`skipped: ${sentence}`);
  return true;
}

export const skipWithoutServerTools = (): boolean => skipWithout(serverToolsMissing());
export const skipWithoutSudo = (): boolean => skipWithout(sudoMissing());
export const skipWithoutSetupReaders = (): boolean => skipWithout(setupReadersMissing());
