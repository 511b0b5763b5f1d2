import type { Clock } from '#core/clock';
import { type ProcessReading, parseStat, stateOf, suffixOf } from '#core/process';
import { type CommandResult, type Host, HostAccessError } from '#main/hosts';
import { type InstanceConfig, message, type ServerAccess } from '#shared/domain';
import { LookEnded, printed, unknown } from './finding.ts';
import type { ProcessCheck, ProcessCheckResult } from './port.ts';
import { createProcessCheck, type ProcessReader } from './process-check.ts';
import { WINDOWS_TIMEOUT_MS } from './sight.ts';
import { windowsSystem } from './windows/answers.ts';
import { runPowerShell } from './windows/power-shell.ts';
import { createWindowsReader } from './windows/process-reader.ts';
import { SYSTEM_SCRIPT } from './windows/scripts.ts';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** The numbers of the namespaces that commands run in there: in another one the same pid is another process. */
export const NAMESPACES_COMMAND = ['stat', '-L', '-c', '%n %i', '/proc/self/ns/pid', '/proc/self/ns/time'];
/** The first process is there on every machine: where it is not shown, others are hidden as well (hidepid). */
const FIRST_PROCESS = '/proc/1/stat';
/** A process on its way out is looked at again so often, before the engine asks anew. */
const ENDING = { looks: 3, waitMs: 20 };

/** The command that looks at a process, and all that its absence has to be held against, at once. */
export function processCommand(pid: number): string[] {
  return ['cat', BOOT_ID, FIRST_PROCESS, `/proc/${pid}/stat`];
}

export interface RemoteProcessOptions {
  /** Rejects with HostAccessError. */
  open(access: ServerAccess, instanceHost: string): Promise<Host>;
  clock: Clock;
}

/**
 * Makes the check that looks for a registered process on the server of an instance. It never rejects: a server that
 * cannot be reached, is not trusted or answers something else is `nothing`, with the reason. `timeoutMs`: how long one
 * command may take.
 */
export function createRemoteProcessCheck({ open, clock }: RemoteProcessOptions) {
  /** By how long their commands may take: pairs that share a server may have different policies. */
  const readers = new WeakMap<Host, Map<number, ProcessReader>>();

  async function look(
    instance: InstanceConfig,
    timeoutMs: number,
    identity: Parameters<ProcessCheck>[0],
  ): Promise<ProcessCheckResult> {
    const access = instance.server?.access;
    if (!access) return nothing(message('check.notConfigured', { field: 'server.access' }));
    try {
      const host = await open(access, instance.host);
      const known = readers.get(host) ?? new Map<number, ProcessReader>();
      readers.set(host, known);
      const reader = known.get(timeoutMs) ?? (await readerOf(host, timeoutMs));
      known.set(timeoutMs, reader);
      return await createProcessCheck({ reader, clock, ending: ENDING })(identity);
    } catch (error) {
      if (error instanceof HostAccessError) return nothing(error.said);
      throw error;
    }
  }

  /** A server whose shell knows no `cat` may run Windows. */
  async function readerOf(host: Host, timeoutMs: number): Promise<ProcessReader> {
    const command = ['cat', BOOT_ID];
    const { kind, exitCode } = await host.run(command, { timeoutMs, urgent: true });
    const mayBeWindows = kind === 'missing' || (kind === 'ended' && exitCode !== 0);
    const answer = mayBeWindows ? await runPowerShell(host, SYSTEM_SCRIPT, WINDOWS_TIMEOUT_MS) : undefined;
    const isWindows = answer?.exitCode === 0 && windowsSystem(answer.stdout.toString('utf8')) !== undefined;
    return isWindows ? createWindowsReader(host, WINDOWS_TIMEOUT_MS) : createRemoteReader(host, timeoutMs);
  }

  return (instance: InstanceConfig, timeoutMs: number): ProcessCheck =>
    (identity) =>
      look(instance, timeoutMs, identity);
}

/** What the namespaces that {@link NAMESPACES_COMMAND} shows add to a boot id; undefined where they are not shown. */
export function namespaceSuffix(text: string): string | undefined {
  const of = (kind: 'pid' | 'time') => {
    const inode = new RegExp(`^/proc/self/ns/${kind} (\\d{1,20})$`, 'm').exec(text)?.[1];
    return inode === undefined ? undefined : suffixOf(kind, `${kind}:[${inode}]`);
  };
  const pid = of('pid');
  // Kernels before 5.6 have no time namespaces: then there is one time, and stat ends with 1.
  return pid === undefined ? undefined : pid + (of('time') ?? '');
}

const nothing = (reason: ProcessCheckResult['reason']): ProcessCheckResult => ({
  says: 'nothing',
  frozen: false,
  reason,
});

/** The processes of a Linux server, read through commands there. Rejects with LookEnded where it cannot say. */
export function createRemoteReader(host: Host, timeoutMs: number): ProcessReader {
  /** Of a connection both stay the same. */
  let suffix: string | undefined;
  let boot: string | undefined;
  const options = { timeoutMs, urgent: true };

  async function readSuffix(): Promise<string> {
    const text = printed(NAMESPACES_COMMAND, await host.run(NAMESPACES_COMMAND, options), [0, 1]);
    const read = namespaceSuffix(text);
    if (read === undefined) throw new LookEnded(unknown(message('check.process.notLinux'), text.split('\n')));
    return read;
  }

  async function bootIdOf(text: string): Promise<string> {
    const id = text.slice(0, text.indexOf('\n'));
    if (!/^[0-9a-f-]{36}$/.test(id))
      throw new LookEnded(unknown(message('check.process.notLinux'), [text.slice(0, 200)]));
    suffix ??= await readSuffix();
    return id + suffix;
  }

  return {
    async bootId() {
      const command = ['cat', BOOT_ID];
      boot ??= await bootIdOf(printed(command, await host.run(command, options)));
      return boot;
    },
    async read(pid) {
      const command = processCommand(pid);
      const result = await host.run(command, options);
      const text = printed(command, result, [0, 1]);
      return readingOf(pid, await bootIdOf(text), text.slice(text.indexOf('\n') + 1), result);
    },
  };
}

/** `text`: the stat lines of the first process and of the one that is looked for, as far as they are shown. */
function readingOf(pid: number, bootId: string, text: string, { exitCode, stderr }: CommandResult): ProcessReading {
  const newline = text.indexOf('\n');
  const first = parseStat(text.slice(0, newline + 1));
  // A name may hold line feeds: what follows the first process's line is the other one's.
  const rest = first?.pid === 1 ? text.slice(newline + 1) : text;
  const stat = parseStat(rest);
  if (stat?.pid === pid)
    return { found: true, identity: { bootId, pid, startTime: stat.startTime }, state: stateOf(stat) };
  const isMissing = new RegExp(`/proc/${pid}/stat.*(no such file|no such process)`, 'i').test(stderr);
  if (first?.pid === 1 && rest === '' && exitCode === 1 && isMissing) return { found: false };
  throw new LookEnded(unknown(message('check.process.hidden', { pid }), [stderr]));
}
