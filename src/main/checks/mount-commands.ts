import type { MountConfig } from '#shared/domain';

/** `none` is what /etc/fstab calls a bind mount's type. */
export function isBind(type: string | undefined): boolean {
  return type === 'bind' || type === 'none';
}

/** Makes the configured mount. Values stand apart from options and never look like one: the schema holds that. */
export function mountCommand({ source, target, type, options }: MountConfig): string[] {
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
