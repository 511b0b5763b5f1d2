import type { Host } from '#main/hosts';
import { type Message, type MountConfig, message, type RemountPlan } from '#shared/domain';
import { printed } from './finding.ts';
import { mountCommand, removeDirectoryCommand, unlinkCommand } from './mount-commands.ts';
import { plainPath } from './parsers/mountinfo.ts';

/** What is at the place where a link should stand for a mount. */
export type LinkSight =
  | { kind: 'link'; to: string; line: string }
  | { kind: 'directory' | 'something' | 'nothing'; line: string };

const LINK_TIMEOUT_MS = 6_000;

/** Looks without following the link. Throws LookEnded where that cannot be seen. */
export async function lookAtLink(host: Host, { target }: MountConfig): Promise<LinkSight> {
  const read = ['readlink', target];
  const link = await host.run(read, { timeoutMs: LINK_TIMEOUT_MS });
  const to = printed(read, link, [0, 1]).replace(/\n$/, '');
  if (link.exitCode === 0) return { kind: 'link', to, line: `${target} -> ${to}` };
  const ask = ['stat', '-c', '%F', target];
  const found = await host.run(ask, { timeoutMs: LINK_TIMEOUT_MS });
  if (found.kind === 'ended' && /no such file/i.test(found.stderr)) return { kind: 'nothing', line: found.stderr };
  const kind = printed(ask, found).trim();
  return { kind: kind === 'directory' ? 'directory' : 'something', line: `${target}: ${kind}` };
}

/** How what is there differs from the configured link; null: it does not. */
export function linkDifference(sight: LinkSight, { source, target }: MountConfig): Message | null {
  if (sight.kind === 'link')
    return plainPath(sight.to) === plainPath(source)
      ? null
      : message('check.mount.otherSource', { target, found: sight.to, expected: source });
  return sight.kind === 'something'
    ? message('check.mount.otherType', { target, found: sight.line, expected: 'link' })
    : message('check.mount.missing', { target });
}

/** As `planRemount` for a link. An empty directory is what a lost one leaves; anything else belongs to somebody. Pure. */
export function planLink(sight: LinkSight, config: MountConfig): RemountPlan {
  const { source, target } = config;
  const isOurs = sight.kind === 'link' && linkDifference(sight, config) === null;
  const plan = { target, found: sight.kind === 'link' ? [sight.line] : [], expected: `${source} link` };
  if (sight.kind === 'something' || (sight.kind === 'link' && !isOurs)) {
    const refusal = message('check.remount.stranger', { target, found: sight.line, expected: source });
    return { ...plan, found: [sight.line], refusal, steps: [] };
  }
  const before = sight.kind === 'nothing' ? [] : [isOurs ? unlinkCommand(config) : removeDirectoryCommand(config)];
  return {
    ...plan,
    refusal: null,
    steps: [
      ...before.map((command) => ({ kind: 'unmount' as const, command, when: 'always' as const })),
      { kind: 'mount', command: mountCommand(config), when: 'always' },
    ],
  };
}
