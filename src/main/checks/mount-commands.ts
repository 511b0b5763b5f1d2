import type { MountConfig } from '#shared/domain';

/** `none` is what /etc/fstab calls a bind mount's type. */
export function isBind(type: string | undefined): boolean {
  return type === 'bind' || type === 'none';
}

/** A symbolic link that stands for a mount, as the practice environment has it. */
export function isLink(type: string | undefined): boolean {
  return type === 'link';
}

/** Makes the configured mount. Values stand apart from options and never look like one: the schema holds that. */
export function mountCommand({ source, target, type, options }: MountConfig): string[] {
  // `-T`: where a directory is there by now it fails, and makes no link within.
  if (isLink(type)) return ['ln', '-s', '-T', source, target];
  if (isBind(type)) return ['mount', '--bind', source, target];
  const list = options.length > 0 ? ['-o', options.join(',')] : [];
  const kind = type === undefined ? [] : ['-t', type === 'sshfs' ? 'fuse.sshfs' : type];
  return ['mount', ...kind, ...list, source, target];
}

/** Takes away the visible mount at the target. */
export function unmountCommand({ target }: MountConfig): string[] {
  return ['umount', target];
}

/** The same where it does not go otherwise: it is gone for everyone at once, and for who is within it later. */
export function lazyUnmountCommand({ target }: MountConfig): string[] {
  return ['umount', '-l', target];
}

/** Takes away a link that stands for a mount: the link alone, never what it leads to. */
export function unlinkCommand({ target }: MountConfig): string[] {
  return ['unlink', target];
}

/** Takes away the empty directory that a lost link leaves: one that holds anything stays. */
export function removeDirectoryCommand({ target }: MountConfig): string[] {
  return ['rmdir', target];
}
