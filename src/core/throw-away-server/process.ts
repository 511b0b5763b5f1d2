import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ServerProcessOptions {
  program: string;
  args: readonly string[];
  /** Who it runs as; left out: as whoever runs this process. */
  owner?: { uid: number; gid: number } | undefined;
  /** What it writes is appended to this file. */
  logFile: string;
  /** Its working directory; removed by the guard when this process dies without having closed the server. */
  directory: string;
  /** Removed by the guard after the directory, if nothing else is in it. */
  parentDirectory?: string;
  /** What ends the server at once, whatever it is doing. */
  endSignal: 'SIGKILL' | 'SIGQUIT';
}

const running = new Set<ServerProcess>();
let exitHookInstalled = false;

/** One server's process, and a guard that ends it should this process be killed. */
export class ServerProcess {
  /** 0 when it could not be started. */
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly #options: ServerProcessOptions;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess | undefined;
  #gone = false;

  constructor(options: ServerProcessOptions) {
    this.#options = options;
    const log = openSync(options.logFile, 'a');
    this.#child = spawn(options.program, options.args, {
      cwd: options.directory,
      stdio: ['ignore', log, log],
      ...options.owner,
    });
    closeSync(log);
    this.pid = this.#child.pid ?? 0;
    this.exited = new Promise((resolve) => {
      const gone = () => {
        this.#gone = true;
        running.delete(this);
        this.#guard?.kill('SIGKILL');
        resolve();
      };
      this.#child.once('exit', gone);
      this.#child.once('error', gone);
    });
    this.#guard = this.pid > 0 ? startGuard(this.pid, options) : undefined;
    running.add(this);
    endWithThisProcess();
  }

  isGone(): boolean {
    return this.#gone;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#gone) this.#child.kill(signal);
  }

  /** Ends it at once, its connections included, as a crash would: what is on its disk stays. */
  endAtOnce(): void {
    this.signal(this.#options.endSignal);
  }

  /** The last lines the server wrote, for an error message. */
  lastLog(): string {
    return readFileSync(this.#options.logFile, 'utf8').split('\n').slice(-12).join('\n').trim();
  }
}

/** One that is ended softer than by SIGKILL has children to end and files to let go of. */
const SOFT_END_SECONDS = '0.5';

/** A shell that waits for this process's end of a pipe to close, then ends the server and removes its files. */
function startGuard(pid: number, { endSignal, directory, parentDirectory }: ServerProcessOptions) {
  if (process.platform === 'win32') return undefined;
  const script =
    'cat >/dev/null; kill -"$1" "$2" 2>/dev/null; sleep "$3"; rm -rf -- "$4"; [ -z "$5" ] || rmdir -- "$5" 2>/dev/null';
  const seconds = endSignal === 'SIGKILL' ? '0' : SOFT_END_SECONDS;
  const values = [endSignal.slice('SIG'.length), String(pid), seconds, directory, parentDirectory ?? ''];
  const guard = spawn('/bin/sh', ['-c', script, 'guard', ...values], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => guard.kill());
  guard.unref();
  return guard;
}

function endWithThisProcess(): void {
  if (exitHookInstalled) return;
  exitHookInstalled = true;
  process.once('exit', () => {
    for (const server of running) server.endAtOnce();
  });
}
