import { createHash } from 'node:crypto';
import { type CommandResult, type Host, shownCommand } from '#main/hosts';
import {
  type Message,
  type MountConfig,
  message,
  type RemountPlan,
  type RemountReport,
  type RemountStep,
  type RemountStepReport,
} from '#shared/domain';
import { LookEnded, printed } from './finding.ts';
import { linkDifference, lookAtLink, planLink } from './link.ts';
import { MOUNTS_BYTES, MOUNTS_COMMAND } from './looks/mount.ts';
import { isLink, mountCommand } from './mount-commands.ts';
import { mountDifference } from './mount-difference.ts';
import { askerLeft } from './mount-question.ts';
import { type Mount, mountsAt, parseMountInfo } from './parsers/mountinfo.ts';
import { printable } from './printable.ts';
import { planRemount } from './remount-plan.ts';
import { LOOK_TIMEOUT_MS } from './sight.ts';

/** An unmount writes back what is open; a mount asks the other server. */
const UNMOUNT_TIMEOUT_MS = 5_000;
const MOUNT_TIMEOUT_MS = 30_000;

/** Looks at what is mounted and plans; changes nothing. Throws LookEnded where that cannot be seen. */
export async function lookAtRemount(host: Host, config: MountConfig): Promise<RemountPlan> {
  if (isLink(config.type)) return planLink(await lookAtLink(host, config), config);
  return planRemount(await mountsNow(host), config);
}

/** What an operator agrees to with a plan: what would be taken away, and what would be run. */
export function planFingerprint({ found, expected, steps }: RemountPlan): string {
  return createHash('sha256')
    .update(JSON.stringify([found, expected, steps]))
    .digest('hex');
}

/**
 * Makes the configured mount anew, if the plan of this moment is still the one that was agreed to. Before each command that takes something away it looks again, and stops where
 * something else is there by then. Rejects with LookEnded where the server cannot be looked at before anything was run;
 * whatever the server does afterwards is the report.
 */
export async function remount(host: Host, config: MountConfig, agreed: string): Promise<RemountReport> {
  const plan = await lookAtRemount(host, config);
  if (planFingerprint(plan) !== agreed) {
    const problem = plan.refusal ?? message('check.remount.changed', { target: config.target });
    return { plan, steps: [], outcome: 'refused', problem };
  }
  const steps: RemountStepReport[] = [];
  const [outcome, problem] = await carriedOut(host, config, plan, steps).catch((error: unknown): Ended => {
    if (error instanceof LookEnded && steps.length > 0) return ['unknown', error.finding.reason];
    throw error;
  });
  return { plan, steps, outcome, problem };
}

type Ended = [RemountReport['outcome'], Message | null];

/** Runs the plan; what was run is in `steps`, whatever comes of it. */
async function carriedOut(
  host: Host,
  config: MountConfig,
  first: RemountPlan,
  steps: RemountStepReport[],
): Promise<Ended> {
  let plan = first;
  while (plan.refusal === null && takingAway(plan).length > 0) {
    const before = takingAway(plan).length;
    for (const { command } of nextToTakeAway(plan, await isWaitedFor(host, plan))) {
      steps.push(await step(host, command, UNMOUNT_TIMEOUT_MS));
      plan = await lookAtRemount(host, config);
      if (plan.refusal !== null || takingAway(plan).length < before) break;
    }
    if (plan.refusal === null && takingAway(plan).length >= before)
      return ['failed', message('check.remount.notUnmounted', { target: config.target })];
  }
  if (plan.refusal !== null) return [steps.length === 0 ? 'refused' : 'failed', plan.refusal];
  steps.push(await step(host, mountCommand(config), MOUNT_TIMEOUT_MS));
  return judged(host, config);
}

const takingAway = ({ steps }: RemountPlan): RemountStep[] => steps.filter(({ kind }) => kind !== 'mount');

/** The next unmount, and the lazy one in case that it does not do; that one alone where it is known that the other cannot. */
function nextToTakeAway(plan: RemountPlan, isBusy: boolean): RemountStep[] {
  const [unmount, next] = takingAway(plan);
  const lazy = next?.kind === 'lazy-unmount' ? next : undefined;
  return [lazy && isBusy ? undefined : unmount, lazy].flatMap((each) => each ?? []);
}

/** Whether a look still waits within the mount: that keeps it busy, and a plain unmount would wait there as well. */
async function isWaitedFor(host: Host, { found }: RemountPlan): Promise<boolean> {
  const [top] = parseMountInfo(found.at(-1) ?? '');
  return top !== undefined && (await askerLeft(host, top.id)) !== undefined;
}

/** What is there in the end, whatever the commands said. */
async function judged(host: Host, config: MountConfig): Promise<Ended> {
  const problem = await differenceNow(host, config);
  return problem ? ['failed', problem] : ['done', null];
}

async function differenceNow(host: Host, config: MountConfig): Promise<Message | null> {
  const notMounted = message('check.remount.notMounted', { target: config.target });
  if (isLink(config.type)) {
    const sight = await lookAtLink(host, config);
    return sight.kind === 'link' ? linkDifference(sight, config) : notMounted;
  }
  const mounts = await mountsNow(host);
  const mount = mountsAt(mounts, config.target).at(-1);
  return mount ? mountDifference(mounts, mount, config) : notMounted;
}

async function step(host: Host, command: readonly string[], timeoutMs: number): Promise<RemountStepReport> {
  const result = await host.run(command, { timeoutMs, privileged: true });
  const isDone = result.kind === 'ended' && result.exitCode === 0;
  return {
    command: shownCommand(command),
    result: isDone ? 'done' : 'failed',
    detail: isDone ? '' : detailOf(result),
    tookMs: Math.round(result.tookMs),
  };
}

function detailOf({ kind, exitCode, stderr }: CommandResult): string {
  const parts = [kind === 'ended' ? `exit code ${exitCode}` : kind, stderr].filter((part) => part !== '');
  return printable(parts.join(': ').slice(0, 500));
}

async function mountsNow(host: Host): Promise<Mount[]> {
  const result = await host.run(MOUNTS_COMMAND, { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: MOUNTS_BYTES });
  return parseMountInfo(printed(MOUNTS_COMMAND, result));
}
