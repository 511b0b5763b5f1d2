import { ProcessReadError, type ProcessReading, type ProcessState, type ProcessSystem } from './port.ts';

/** The fields of /proc/PID/stat that say who a process is and whether it still does anything. */
export interface StatLine {
  pid: number;
  /** Field 3: R, S, D, Z, T, t, X and others. */
  stateLetter: string;
  /** Field 9, the kernel's flags of the first thread. */
  flags: number;
  /** Field 20. A thread group whose first thread has ended shows Z while the others go on. */
  threads: number;
  /** Field 22, in clock ticks since the boot. */
  startTime: string;
}

/**
 * Reads a line of /proc/PID/stat; null where it is not one. The command name stands in parentheses, is chosen by the
 * process and may itself hold parentheses, spaces and line feeds: what follows the last `)` counts.
 */
export function parseStat(line: string): StatLine | null {
  const open = line.indexOf(' (');
  const close = line.lastIndexOf(') ');
  if (open < 1 || close < open) return null;
  const pid = line.slice(0, open);
  const rest = line
    .slice(close + 2)
    .trimEnd()
    .split(' ');
  // A line that ends with the start time may have been cut within it: one more field must follow.
  if (rest.length < 21) return null;
  const [stateLetter, flags, threads, startTime] = [rest[0], rest[6], rest[17], rest[19]];
  if (!/^[1-9]\d{0,9}$/.test(pid) || !stateLetter || !/^[A-Za-z]$/.test(stateLetter)) return null;
  if (!flags || !/^\d{1,10}$/.test(flags)) return null;
  if (!threads || !/^\d{1,10}$/.test(threads) || !startTime || !/^\d{1,20}$/.test(startTime)) return null;
  return { pid: Number(pid), stateLetter, flags: Number(flags), threads: Number(threads), startTime };
}

/** PF_EXITING. */
const ENDING_FLAG = 0x4;

/** What a stat line says of its process. */
export function stateOf({ stateLetter, flags, threads }: StatLine): ProcessState {
  if (stateLetter === 'X' || stateLetter === 'x') return 'dead';
  if (stateLetter === 'Z') return threads > 1 ? 'running' : 'dead';
  if (flags & ENDING_FLAG) return 'ending';
  return stateLetter === 'T' || stateLetter === 't' ? 'stopped' : 'running';
}

/** The kernel's fixed inode numbers of the first pid and time namespace. */
const FIRST_NAMESPACES = { pid: 'pid:[4026531836]', time: 'time:[4026531834]' } as const;

/**
 * The kernel's boot id; in a container also its pid and time namespace, since another container of the same boot gives
 * the same pids to other processes.
 */
export async function linuxBootId(system: ProcessSystem): Promise<string> {
  const id = (await system.readText('/proc/sys/kernel/random/boot_id')).trim();
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new ProcessReadError(null, 'the kernel gave no boot id');
  const suffixes = await Promise.all([
    namespaceSuffix(system, 'pid'),
    // Kernels before 5.6 have no time namespaces: then there is one time.
    namespaceSuffix(system, 'time').catch(() => ''),
  ]);
  return id + suffixes.join('');
}

async function namespaceSuffix(system: ProcessSystem, kind: keyof typeof FIRST_NAMESPACES): Promise<string> {
  return suffixOf(kind, await system.readLink(`/proc/self/ns/${kind}`));
}

/** What a namespace, as /proc/self/ns links to it, adds to the boot id: nothing where it is the first one. */
export function suffixOf(kind: keyof typeof FIRST_NAMESPACES, link: string): string {
  return link === FIRST_NAMESPACES[kind] ? '' : `+${link.replace(/[[\]]/g, '')}`;
}

/** What /proc says of a pid. */
export async function readLinuxProcess(system: ProcessSystem, pid: number, bootId: string): Promise<ProcessReading> {
  let text: string;
  try {
    text = await system.readText(`/proc/${pid}/stat`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
    // With hidepid the processes of others are missing from /proc and still answer a signal.
    if (system.probe(pid) === 'absent') return { found: false };
    throw new ProcessReadError(pid, 'it exists, and /proc does not show it', { cause: error });
  }
  const stat = parseStat(text);
  if (!stat || stat.pid !== pid) throw new ProcessReadError(pid, '/proc shows a line that is not a process');
  return { found: true, identity: { bootId, pid, startTime: stat.startTime }, state: stateOf(stat) };
}
