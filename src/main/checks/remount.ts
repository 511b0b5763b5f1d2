import type { CommandResult, Host } from '#main/hosts';
import { type Message, type MountConfig, message } from '#shared/domain';
import { printed } from './finding.ts';
import { isOfSource, isOfType, MOUNTS_BYTES, MOUNTS_COMMAND, mountDifference } from './looks/mount.ts';
import { lazyUnmountCommand, mountCommand, unmountCommand } from './mount-commands.ts';
import { type Mount, mountsAt, parseMountInfo } from './parsers/mountinfo.ts';
import { LOOK_TIMEOUT_MS } from './sight.ts';

/** What a remount would run: `if-needed` only where the step before it did not do. */
export interface RemountStep {
  kind: 'unmount' | 'lazy-unmount' | 'mount';
  command: string[];
  when: 'always' | 'if-needed';
}

export interface RemountPlan {
  target: string;
  /** What is mounted at the target, as the kernel says it, the visible one last. */
  found: string[];
  /** What should be: source, type and options. */
  expected: string;
  /** Why nothing is done; null where something is. */
  refusal: Message | null;
  steps: RemountStep[];
}

export interface RemountStepReport {
  command: string;
  result: 'done' | 'failed';
  /** What the command said, or how else it ended. */
  detail: string;
  tookMs: number;
}

export interface RemountReport {
  plan: RemountPlan;
  /** What was run, in its order; empty for a dry run. */
  steps: RemountStepReport[];
  outcome: 'planned' | 'refused' | 'done' | 'failed';
  /** What stands in the way; null where all went well. */
  problem: Message | null;
}

/** An unmount writes back what is open; a mount asks the other server. */
const UNMOUNT_TIMEOUT_MS = 5_000;
const MOUNT_TIMEOUT_MS = 30_000;

/**
 * What has to be run so that the configured mount is there anew. Refuses where anything at the target has not exactly
 * the configured source and target: it belongs to somebody else. Pure.
 */
export function planRemount(mounts: readonly Mount[], config: MountConfig): RemountPlan {
  const there = mountsAt(mounts, config.target);
  const strangers = there.filter((mount) => !isOfSource(mounts, mount, config) || !isOfType(mount, config));
  const expected = [config.source, config.type ?? '', config.options.join(',')].filter((part) => part !== '').join(' ');
  const plan = { target: config.target, found: there.map(({ line }) => line), expected };
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

/** Looks at what is mounted and plans; changes nothing. Throws LookEnded where that cannot be seen. */
export async function lookAtRemount(host: Host, config: MountConfig): Promise<RemountPlan> {
  return planRemount(await mountsNow(host), config);
}

/**
 * Makes the configured mount anew. Before each unmount it looks again, and stops where something else is there by then.
 * Never rejects for what the server does: that is the report.
 */
export async function remount(host: Host, config: MountConfig): Promise<RemountReport> {
  let plan = await lookAtRemount(host, config);
  const first = plan;
  const steps: RemountStepReport[] = [];
  const ended = (outcome: RemountReport['outcome'], problem: Message | null): RemountReport => ({
    plan: first,
    steps,
    outcome,
    problem,
  });
  while (plan.refusal === null && plan.found.length > 0) {
    const before = plan.found.length;
    for (const command of [unmountCommand(config), lazyUnmountCommand(config)]) {
      steps.push(await step(host, command, UNMOUNT_TIMEOUT_MS));
      plan = await lookAtRemount(host, config);
      if (plan.found.length < before || plan.refusal !== null) break;
    }
    if (plan.found.length >= before)
      return ended('failed', message('check.remount.notUnmounted', { target: config.target }));
  }
  if (plan.refusal !== null) return ended(steps.length === 0 ? 'refused' : 'failed', plan.refusal);
  steps.push(await step(host, mountCommand(config), MOUNT_TIMEOUT_MS));
  return ended(...(await judged(host, config)));
}

/** What is there in the end, whatever the commands said. */
async function judged(host: Host, config: MountConfig): Promise<[RemountReport['outcome'], Message | null]> {
  const mounts = await mountsNow(host);
  const mount = mountsAt(mounts, config.target).at(-1);
  const problem = mount
    ? mountDifference(mounts, mount, config)
    : message('check.remount.notMounted', { target: config.target });
  return problem ? ['failed', problem] : ['done', null];
}

async function step(host: Host, command: readonly string[], timeoutMs: number): Promise<RemountStepReport> {
  const result = await host.run(command, { timeoutMs, privileged: true });
  const isDone = result.kind === 'ended' && result.exitCode === 0;
  return {
    command: command.join(' '),
    result: isDone ? 'done' : 'failed',
    detail: isDone ? '' : detailOf(result),
    tookMs: Math.round(result.tookMs),
  };
}

function detailOf({ kind, exitCode, stderr }: CommandResult): string {
  return [kind === 'ended' ? `exit code ${exitCode}` : kind, stderr]
    .filter((part) => part !== '')
    .join(': ')
    .slice(0, 500);
}

async function mountsNow(host: Host): Promise<Mount[]> {
  const result = await host.run(MOUNTS_COMMAND, { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: MOUNTS_BYTES });
  return parseMountInfo(printed(MOUNTS_COMMAND, result));
}
