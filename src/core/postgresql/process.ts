import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Owner } from './programs.ts';

export interface ServerProcessOptions {
  program: string;
  args: readonly string[];
  owner: Owner | undefined;
  logFile: string;
  /** Removed by the guard when this process dies without having closed the server. */
  directory: string;
}

const running = new Set<ServerProcess>();
let exitHookInstalled = false;

/** The postmaster, and a guard that ends it should this process be killed. */
export class ServerProcess {
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess | undefined;
  readonly #logFile: string;
  #gone = false;

  constructor(options: ServerProcessOptions) {
    this.#logFile = options.logFile;
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
    this.#guard = this.pid > 0 ? startGuard(this.pid, options.directory) : undefined;
    running.add(this);
    endWithThisProcess();
  }

  isGone(): boolean {
    return this.#gone;
  }

  /** Ends it at once, its connections included, as a crash would: what is written and committed stays. */
  endAtOnce(): void {
    if (!this.#gone) this.#child.kill('SIGQUIT');
  }

  /** The last lines the server wrote, for an error message. */
  lastLog(): string {
    return readFileSync(this.#logFile, 'utf8').split('\n').slice(-12).join('\n').trim();
  }
}

/** A shell that waits for this process's end of a pipe to close, then ends the server and removes its files. */
function startGuard(pid: number, directory: string): ChildProcess {
  const script = 'cat >/dev/null; kill -QUIT "$1" 2>/dev/null; sleep 0.5; rm -rf -- "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid), directory], {
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
