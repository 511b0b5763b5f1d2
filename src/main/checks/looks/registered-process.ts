import { parseStat, type StatLine } from '#core/process';
import type { Host } from '#main/hosts';
import { message, type ProcessIdentity } from '#shared/domain';
import { commandTrouble, type Finding, failed, printed, unknown, warned } from '../finding.ts';
import { createProcessCheck } from '../process-check.ts';
import { processesOf } from '../processes.ts';
import { NAMESPACES_COMMAND, namespaceSuffix } from '../remote-process.ts';
import { LOOK_TIMEOUT_MS, type ServerSight, WINDOWS_TIMEOUT_MS } from '../sight.ts';
import { createWindowsReader } from '../windows/process-reader.ts';

const UPTIME_COMMAND = ['cat', '/proc/uptime'];
const BOOT_COMMAND = ['cat', '/proc/sys/kernel/random/boot_id'];
/** What the kernel counts a process's start in, on every Linux that is met (USER_HZ). */
const TICKS_A_SECOND = 100;

/** What a server says of the registered process. */
export type RegisteredSight =
  /** `runningS`: null where it is not told since when. */
  | { kind: 'running'; runningS: number | null; line: string }
  /** It is gone, stands still, or cannot be looked at. */
  | { kind: 'amiss'; finding: Finding };

/** Looks for the very process that is registered: same boot, same pid, same start. */
export async function lookAtRegistered(server: ServerSight, identity: ProcessIdentity): Promise<RegisteredSight> {
  const windows = await server.windows();
  return windows ? onWindows(server, windows, identity) : onLinux(await server.host(), identity);
}

const amiss = (finding: Finding): RegisteredSight => ({ kind: 'amiss', finding });

async function onLinux(host: Host, { pid, startTime, bootId }: ProcessIdentity): Promise<RegisteredSight> {
  const statCommand = ['cat', `/proc/${pid}/stat`];
  const options = { timeoutMs: LOOK_TIMEOUT_MS };
  const [boot, namespaces, stat, uptime] = await Promise.all([
    host.run(BOOT_COMMAND, options),
    host.run(NAMESPACES_COMMAND, options),
    host.run(statCommand, options),
    host.run(UPTIME_COMMAND, options),
  ]);
  const here = printed(BOOT_COMMAND, boot).trim();
  const suffix = namespaceSuffix(namespaces.stdout.toString('utf8'));
  // In a container the same pid is another process. Where that is not told, a boot id without namespaces is taken for theirs.
  if (here + (suffix ?? '') !== bootId)
    return amiss(unknown(message('check.process.otherBoot', { pid }), [here + (suffix ?? ''), bootId]));
  const trouble = commandTrouble(statCommand, stat, [0, 1]);
  if (trouble) return amiss(trouble);
  const line = stat.stdout.toString('utf8').trim();
  const shown = parseStat(line);
  if (!shown) return amiss(failed(message('check.process.gone', { pid }), [stat.stderr], message('check.remedy.mt')));
  const finding = troubleOf(shown, startTime, pid, line);
  if (finding) return amiss(finding);
  return { kind: 'running', runningS: runningS(uptime.stdout.toString('utf8'), startTime), line };
}

function troubleOf(shown: StatLine, startTime: string, pid: number, line: string): Finding | undefined {
  const remedy = message('check.remedy.mt');
  if (shown.startTime !== startTime) return failed(message('check.process.pidReused', { pid }), [line], remedy);
  if (/[ZX]/.test(shown.stateLetter) && shown.threads <= 1)
    return failed(message('check.process.zombie', { pid }), [line], remedy);
  if (/[Tt]/.test(shown.stateLetter)) return warned(message('check.process.frozen', { pid }), [line], remedy);
  return undefined;
}

/** For how long a process has been running, by /proc/uptime and the ticks since the boot at which it began. */
function runningS(uptime: string, startTime: string): number | null {
  const found = /^(\d{1,12})(\.\d+)? /.exec(uptime);
  return found && /^\d{1,15}$/.test(startTime)
    ? Math.max(0, Math.round(Number(found[1]) - Number(startTime) / TICKS_A_SECOND))
    : null;
}

async function onWindows(server: ServerSight, host: Host, identity: ProcessIdentity): Promise<RegisteredSight> {
  const reader = createWindowsReader(host, WINDOWS_TIMEOUT_MS);
  const [{ says, reason }, processes] = await Promise.all([
    createProcessCheck({ reader })(identity),
    processesOf(server),
  ]);
  if (says === 'gone') return amiss(failed(reason, [], message('check.remedy.mt')));
  if (says === 'nothing') return amiss(unknown(reason));
  const listed = processes.find(({ pid }) => pid === identity.pid);
  return { kind: 'running', runningS: listed?.runningS ?? null, line: listed?.line ?? `pid ${identity.pid}` };
}
