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
type Tool = keyof typeof TOOLS;

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
  if (process.platform !== 'linux') return 'The checks on servers are tested on Linux alone.';
  const missing = (Object.keys(TOOLS) as Tool[]).filter((name) => toolPath(name) === undefined);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((name) => TOOLS[name]))].join(' ');
    return `${missing.join(', ')} not found: the checks on servers are not tested. Debian: apt-get install ${packages}.`;
  }
  return process.getuid?.() === 0
    ? undefined
    : 'Not root: the checks on servers, which mount and filter, are not tested.';
}

/**
 * For `describe.skipIf(skipWithoutServerTools())`: true where something is missing, after saying what to install. In CI a
 * missing component is a failure.
 */
export function skipWithoutServerTools(): boolean {
  const missing = serverToolsMissing();
  if (!missing) return false;
  if (process.env.CI) throw new Error(missing);
  console.warn(`skipped: ${missing}`);
  return true;
}
