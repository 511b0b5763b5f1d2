import { type MountConfig, message, type RemountPlan, type RemountStep } from '#shared/domain';
import { lazyUnmountCommand, mountCommand, unmountCommand } from './mount-commands.ts';
import { isOfSource, isOfType } from './mount-difference.ts';
import { type Mount, mountsAt } from './parsers/mountinfo.ts';
import { printable } from './printable.ts';

/**
 * What has to be run so that the configured mount is there anew. Refuses where anything at the target has not exactly
 * the configured source and target: it belongs to somebody else. Pure.
 */
export function planRemount(mounts: readonly Mount[], config: MountConfig): RemountPlan {
  const there = mountsAt(mounts, config.target);
  const strangers = there.filter((mount) => !isOfSource(mounts, mount, config) || !isOfType(mount, config));
  const expected = [config.source, config.type ?? '', config.options.join(',')].filter((part) => part !== '').join(' ');
  const plan = { target: config.target, found: there.map(({ line }) => printable(line)), expected };
  const [stranger] = strangers;
  if (stranger) {
    const params = { target: config.target, found: `${stranger.source} ${stranger.root} ${stranger.type}` };
    return { ...plan, steps: [], refusal: message('check.remount.stranger', { ...params, expected: config.source }) };
  }
  const unmounts = there.flatMap((): RemountStep[] => [
    { kind: 'unmount', command: unmountCommand(config), when: 'always' },
    { kind: 'lazy-unmount', command: lazyUnmountCommand(config), when: 'if-needed' },
  ]);
  return {
    ...plan,
    refusal: null,
    steps: [...unmounts, { kind: 'mount', command: mountCommand(config), when: 'always' }],
  };
}
