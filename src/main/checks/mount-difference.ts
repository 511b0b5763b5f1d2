import { type Message, type MountConfig, message } from '#shared/domain';
import { isBind } from './mount-commands.ts';
import { isBindOf, type Mount, plainPath } from './parsers/mountinfo.ts';

/** How a mount differs from what should be there; null: it does not. */
export function mountDifference(mounts: readonly Mount[], mount: Mount, config: MountConfig): Message | null {
  const { target } = config;
  if (!isOfSource(mounts, mount, config)) {
    const shown = mount.root === '/' ? mount.source : `${mount.source} (${mount.root})`;
    return message('check.mount.otherSource', { target, found: shown, expected: config.source });
  }
  if (!isOfType(mount, config))
    return message('check.mount.otherType', { target, found: mount.type, expected: config.type ?? '' });
  const missing = config.options.filter((option) => !hasOption(mount, option));
  if (missing.length === 0) return null;
  const found = mount.options.join(',');
  return message('check.mount.otherOptions', { target, found, missing: missing.join(',') });
}

/** Whether the mount's source and target are exactly the configured ones. */
export function isOfSource(mounts: readonly Mount[], mount: Mount, { source, target, type }: MountConfig): boolean {
  if (mount.target !== plainPath(target)) return false;
  if (source.startsWith('/') && (isBind(type) || type === undefined) && isBindOf(mounts, mount, source)) return true;
  if (isBind(type)) return false;
  // A bind mount of a part of that file system has its source too, and shows something else.
  return withoutSlash(mount.source) === withoutSlash(source) && (mount.root === '/' || /^(nfs|btrfs)/.test(mount.type));
}

function withoutSlash(source: string): string {
  return source.length > 1 && !source.endsWith(':/') ? source.replace(/\/+$/, '') : source;
}

/** Whether a mount is of the type that is configured, by whichever name the kernel has for it. */
export function isOfType(mount: Mount, { type }: MountConfig): boolean {
  if (type === undefined || isBind(type) || type === mount.type) return true;
  if (type === 'nfs') return /^nfs\d?$/.test(mount.type);
  return mount.type === `fuse.${type}`;
}

/** Options of the mount tools alone, which the kernel never sees. */
const TOOLS_OWN = /^(defaults|auto|noauto|user|nouser|users|_netdev|nofail|x-.*|bg|fg|retry=.*)$/;
/** Of a FUSE file system the kernel sees these alone; the others are its program's. */
const KERNELS_OWN = /^(ro|rw|nosuid|nodev|noexec|noatime|relatime|sync|dirsync|allow_other|default_permissions)$/;
const OTHER_NAMES: Readonly<Record<string, string>> = { nfsvers: 'vers' };

function hasOption(mount: Mount, option: string): boolean {
  if (TOOLS_OWN.test(option) || (mount.type.startsWith('fuse.') && !KERNELS_OWN.test(option))) return true;
  const [name = '', value] = option.split(/=(.*)/s);
  const plain = OTHER_NAMES[name] === undefined ? option : `${OTHER_NAMES[name]}=${value ?? ''}`;
  return mount.options.includes(plain);
}
