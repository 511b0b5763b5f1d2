import { createInterface } from 'node:readline';
import type { ForkOptions, UtilityProcess } from 'electron';
import type { LaunchedProcess, LaunchRequest, ProcessExit, ProcessLauncher } from '#main/practice';

/** The calls made on a utility process; the rest of Electron's is not reached. */
export type UtilityPort = Pick<UtilityProcess, 'once' | 'pid' | 'stdout' | 'stderr'>;

export interface LauncherParts {
  fork(modulePath: string, args: string[], options: ForkOptions): UtilityPort;
  /** `process.kill`. */
  kill(pid: number, signal: NodeJS.Signals): boolean;
  platform: NodeJS.Platform;
}

/** A utility process ended before it had begun. */
export class LaunchError extends Error {
  readonly entry: string;
  readonly exitCode: number;
  constructor(entry: string, exitCode: number) {
    super(`${entry} did not start: its process ended with ${exitCode}`);
    this.name = 'LaunchError';
    this.entry = entry;
    this.exitCode = exitCode;
  }
}

/**
 * {@link ProcessLauncher} for Electron: the program cannot run itself as plain Node (that fuse is off), so scripts run
 * in utility processes. Those belong to the program and have no standard input to be tethered by.
 */
export function createUtilityLauncher(parts: LauncherParts): ProcessLauncher {
  return {
    tethersByStdin: false,
    canHang: parts.platform !== 'win32',
    launch: (request) => launch(parts, request),
  };
}

async function launch({ fork, kill }: LauncherParts, request: LaunchRequest): Promise<LaunchedProcess> {
  const child = fork(request.entry, [...request.args], {
    cwd: request.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName: 'KuanTu practice',
  });
  let gone = false;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code) => {
      gone = true;
      resolve({ code, signal: null });
    });
  });
  const pid = await spawned(child, exited, request.entry);
  readLines(child.stdout, (line) => request.onLine?.(line, 'out'));
  readLines(child.stderr, (line) => request.onLine?.(line, 'error'));
  return {
    pid,
    exited,
    signal(name) {
      if (gone) return false;
      try {
        return kill(pid, name);
      } catch {
        // The process has gone since, or Windows has no such signal: either way it was not delivered.
        return false;
      }
    },
    // There is no tether to let go of.
    release() {},
  };
}

/** The process id, which is known only once the process has been spawned. */
async function spawned(child: UtilityPort, exited: Promise<ProcessExit>, entry: string): Promise<number> {
  const early = exited.then(({ code }) => Promise.reject(new LaunchError(entry, code ?? -1)));
  await Promise.race([new Promise<void>((resolve) => child.once('spawn', () => resolve())), early]);
  // From here on an end is told by `exited`.
  early.catch(() => {});
  if (child.pid === undefined) throw new LaunchError(entry, -1);
  return child.pid;
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}
