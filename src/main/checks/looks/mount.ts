import { posix } from 'node:path';
import { commandLine, type Host } from '#main/hosts';
import { type Message, type MountConfig, message, type RemountPlan } from '#shared/domain';
import {
  commandTrouble,
  type Finding,
  failed,
  LookEnded,
  passed,
  printed,
  unknown,
  warned,
  withCommands,
} from '../finding.ts';
import { type LinkSight, linkDifference, lookAtLink, planLink } from '../link.ts';
import { isBind, isLink, mountCommand } from '../mount-commands.ts';
import { mountDifference } from '../mount-difference.ts';
import { askMount, MOUNT_TIMEOUT_MS, type MountAnswer, mountKey, NO_MOUNT } from '../mount-question.ts';
import { parseDf } from '../parsers/df.ts';
import { type Mount, mountOf, mountsAt, parseMountInfo } from '../parsers/mountinfo.ts';
import { type FileSystemFigures, parseStatFs } from '../parsers/stat-fs.ts';
import { processesOf } from '../processes.ts';
import { planRemount } from '../remount-plan.ts';
import { LOOK_TIMEOUT_MS, type ServerSight, WINDOWS_TIMEOUT_MS } from '../sight.ts';
import { windowsFreePercent } from '../windows/answers.ts';
import { askedOfWindows } from '../windows/power-shell.ts';
import { DISKS_SCRIPT } from '../windows/scripts.ts';

/** The kernel answers from memory: a mount that hangs does not make this hang. */
export const MOUNTS_COMMAND = ['cat', '/proc/self/mountinfo'];
export const MOUNTS_BYTES = 4 * 1024 * 1024;
/** Below this many times the least free space there is a warning. */
const WARNING_FACTOR = 2;
/** Where nothing is said of it. */
const LEAST_FREE_PERCENT = 5;

/** F15: is what should be mounted there, from the right source, with the right type and options? */
export async function lookAtMount(server: ServerSight): Promise<Finding> {
  const config = server.need('mount');
  if (isLink(config.type)) return judgeLink(await linkOf(server), config);
  const mounts = await mountsOf(server);
  const mount = mountsAt(mounts, config.target).at(-1);
  const { target } = config;
  const commands = commandsOf(planRemount(mounts, config));
  if (!mount)
    return withCommands(
      failed(
        message('check.mount.missing', { target }),
        [`/proc/self/mountinfo: no line for ${target}`],
        message('check.remedy.mount', { command: commandLine(mountCommand(config)) }),
      ),
      commands,
    );
  const difference = mountDifference(mounts, mount, config);
  if (difference) {
    const isStranger = planRemount(mounts, config).refusal !== null;
    const remedy = message(isStranger ? 'check.remedy.stranger' : 'check.remedy.remount', { target });
    return withCommands(failed(difference, [mount.line], remedy), commands);
  }
  const source = isBind(config.type) ? config.source : mount.source;
  return passed(message('check.mount.ok', { target, source, type: mount.type }), [mount.line]);
}

function judgeLink(sight: LinkSight, config: MountConfig): Finding {
  const { target, source } = config;
  const difference = linkDifference(sight, config);
  if (!difference) return passed(message('check.mount.ok', { target, source, type: 'link' }), [sight.line]);
  const plan = planLink(sight, config);
  return withCommands(failed(difference, [sight.line], linkRemedy(sight, config, plan)), commandsOf(plan));
}

function linkRemedy(sight: LinkSight, config: MountConfig, { refusal }: RemountPlan): Message {
  const { target } = config;
  if (refusal) return message('check.remedy.stranger', { target });
  if (sight.kind !== 'nothing') return message('check.remedy.remount', { target });
  return message('check.remedy.mount', { command: commandLine(mountCommand(config)) });
}

/** What an operator would run; the lazy unmount is for a mount that hangs, where the plain one does not do. */
function commandsOf({ steps }: RemountPlan, which: 'usual' | 'all' = 'usual'): string[][] {
  return steps.filter(({ when }) => which === 'all' || when === 'always').map(({ command }) => command);
}

async function planOf(server: ServerSight): Promise<RemountPlan> {
  const config = server.need('mount');
  return isLink(config.type) ? planLink(await linkOf(server), config) : planRemount(await mountsOf(server), config);
}

/** What is at the link's place, once a run. */
function linkOf(server: ServerSight): Promise<LinkSight> {
  return server.fact('link', async () => lookAtLink(await server.host(), server.need('mount')));
}

/** Whether anything is mounted there at all: of nothing there is nothing to be asked. */
async function isThere(server: ServerSight): Promise<boolean> {
  const { target, type } = server.need('mount');
  if (isLink(type)) return (await linkOf(server)).kind === 'link';
  return mountsAt(await mountsOf(server), target).length > 0;
}

/** What is mounted on the server, once a run. */
export function mountsOf(server: ServerSight): Promise<Mount[]> {
  return server.fact('mounts', async () => {
    const host = await server.host();
    const result = await host.run(MOUNTS_COMMAND, { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: MOUNTS_BYTES });
    return parseMountInfo(printed(MOUNTS_COMMAND, result));
  });
}

/** A hung mount does not answer. The other looks at the mount wait for this one, so that one process hangs, not four. */
export async function lookAtMountAnswers(server: ServerSight): Promise<Finding> {
  const { target } = server.need('mount');
  const answer = await answerOf(server);
  if (answer.kind === 'trouble') return answer.finding;
  return passed(message('check.mount.answers', { target }), [answer.line]);
}

type Answer =
  | { kind: 'answered'; figures: FileSystemFigures | undefined; line: string }
  | { kind: 'trouble'; finding: Finding };

/** Of the configured mount. */
async function answerOf(server: ServerSight): Promise<Answer> {
  const { target } = server.need('mount');
  if (!(await isThere(server)))
    return { kind: 'trouble', finding: unknown(message('check.mount.notThere', { target })) };
  const mounts = await mountsOf(server);
  const answer = await askedOf(server, await configuredMount(server, mounts), target);
  if (answer.kind === 'answered') return answer;
  const { finding } = answer;
  if (finding.result !== 'fail') return answer;
  const which = finding.reason.key === 'check.mount.broken' ? 'usual' : 'all';
  return { kind: 'trouble', finding: withCommands(finding, commandsOf(await planOf(server), which)) };
}

/** The mount that is asked at the configured target; of a link, the one that it leads to. */
async function configuredMount(server: ServerSight, mounts: readonly Mount[]): Promise<Mount | undefined> {
  const { target, type } = server.need('mount');
  if (!isLink(type)) return mountsAt(mounts, target).at(-1);
  const link = await linkOf(server);
  return link.kind === 'link' ? mountOf(mounts, posix.resolve(posix.dirname(target), link.to)) : undefined;
}

/** A mount's answer, once a run. */
function askedOf(server: ServerSight, mount: Mount | undefined, path: string): Promise<Answer> {
  const asked = { id: mount?.id ?? NO_MOUNT, path };
  return server.fact(`answer of mount ${mountKey(asked)}`, async (): Promise<Answer> => {
    const processes = await processesOf(server).catch((error: unknown) => {
      if (error instanceof LookEnded) return undefined;
      throw error;
    });
    return answerFrom(await askMount(await server.host(), asked, processes), path);
  });
}

function answerFrom(answer: MountAnswer, target: string): Answer {
  const remedy = message('check.remedy.hungMount', { target });
  if (answer.kind === 'waiting') {
    const { pid, runningS, line } = answer.waiting;
    const key = runningS === null ? 'check.mount.stillWaits' : 'check.mount.stillSilent';
    return { kind: 'trouble', finding: failed(message(key, { target, pid, seconds: runningS ?? 0 }), [line], remedy) };
  }
  const { command } = answer;
  if (answer.kind === 'silent') {
    const seconds = MOUNT_TIMEOUT_MS / 1_000;
    const evidence = [`$ ${command.join(' ')}: no answer in ${seconds} s`, answer.waiting?.line ?? []].flat();
    return { kind: 'trouble', finding: failed(message('check.mount.silent', { target, seconds }), evidence, remedy) };
  }
  const { result } = answer;
  if (result.kind === 'ended' && result.exitCode !== 0 && !/permission denied/i.test(result.stderr)) {
    const said = message('check.mount.broken', { target, detail: result.stderr.slice(0, 200) });
    const finding = failed(said, [result.stderr], message('check.remedy.remount', { target }));
    return { kind: 'trouble', finding };
  }
  const trouble = commandTrouble(command, result);
  if (trouble) return { kind: 'trouble', finding: trouble };
  const said = result.stdout.toString('utf8').trim();
  return { kind: 'answered', figures: parseStatFs(said), line: `stat -f: ${said}` };
}

/** Throws LookEnded where the mount does not answer: nothing more is asked of it. */
export async function answered(server: ServerSight): Promise<Extract<Answer, { kind: 'answered' }>> {
  const { target } = server.need('mount');
  return answeredAt(await answerOf(server), target);
}

function answeredAt(answer: Answer, target: string): Extract<Answer, { kind: 'answered' }> {
  if (answer.kind === 'answered') return answer;
  const isFailure = answer.finding.result === 'fail';
  throw new LookEnded(isFailure ? unknown(message('check.mount.notAsked', { target })) : answer.finding);
}

/** File systems that wait for another machine, or for a program. */
const MAY_HANG = /^(nfs|cifs|smb|fuse|9p|afs|ceph|gluster|lustre|gpfs|beegfs|gfs2|ocfs2|ncpfs|virtiofs)/;

/**
 * Before any look into a file or directory of the server: where a mount that may hang holds it, that one is asked first,
 * as every look does, so that no look of its own waits there. Throws LookEnded where it does not answer.
 */
export async function untilAnswered(server: ServerSight, path: string): Promise<void> {
  const mounts = await mountsOf(server).catch((error: unknown) => {
    // Where nobody can tell what is mounted the look itself says what it misses.
    if (error instanceof LookEnded) return [];
    throw error;
  });
  const mount = mountOf(mounts, path);
  if (mount && MAY_HANG.test(mount.type)) answeredAt(await askedOf(server, mount, mount.target), mount.target);
}

/** Enough space and inodes. */
export async function lookAtMountSpace(server: ServerSight): Promise<Finding> {
  const windows = await server.windows();
  if (windows) return windowsSpace(server, windows);
  const { target, minFreePercent } = server.need('mount');
  const { figures, line } = await answered(server);
  const host = await server.host();
  const df = await host.run(['df', '-P', '-k', target], { timeoutMs: LOOK_TIMEOUT_MS });
  const room = parseDf(df.stdout.toString('utf8')).at(-1);
  const evidence = room ? [room.line, line] : [line];
  const free = figures?.freePercent ?? freeOf(room);
  const freeInodes = figures?.freeInodesPercent ?? null;
  if (free === null) return unknown(message('check.mount.noFigures', { target }), evidence);
  const least = Math.min(free, freeInodes ?? 100);
  const params = { target, free: Math.round(free), freeInodes: Math.round(freeInodes ?? 100), least: minFreePercent };
  const remedy = message('check.remedy.space', { target });
  const looks = [
    ['df', '-h', target],
    ['df', '-i', target],
  ];
  if (least < minFreePercent) return withCommands(failed(message('check.mount.full', params), evidence, remedy), looks);
  if (least < minFreePercent * WARNING_FACTOR)
    return withCommands(warned(message('check.mount.nearlyFull', params), evidence, remedy), looks);
  return passed(message('check.mount.space', params), evidence);
}

/** On Windows there is no mount to be looked at: the room is that of the drive with the redo files. */
async function windowsSpace(server: ServerSight, host: Host): Promise<Finding> {
  const drive = /^[A-Za-z]:/.exec(server.need('redoDirectory'))?.[0] ?? 'C:';
  const request = { name: 'Win32_LogicalDisk', script: DISKS_SCRIPT, timeoutMs: WINDOWS_TIMEOUT_MS };
  const { percent, line } = await askedOfWindows(host, request, (text) => windowsFreePercent(text, drive));
  const least = server.config.mount?.minFreePercent ?? LEAST_FREE_PERCENT;
  const params = { target: drive, free: Math.round(percent), freeInodes: 100, least };
  const remedy = message('check.remedy.space', { target: drive });
  if (percent < least) return failed(message('check.mount.full', params), [line], remedy);
  if (percent < least * WARNING_FACTOR) return warned(message('check.mount.nearlyFull', params), [line], remedy);
  return passed(message('check.mount.space', params), [line]);
}

function freeOf(room: { used: number; available: number } | undefined): number | null {
  if (!room || room.used + room.available <= 0) return null;
  return (100 * room.available) / (room.used + room.available);
}
