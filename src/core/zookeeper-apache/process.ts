import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ServerProcessOptions {
  java: string;
  classpath: string;
  configFile: string;
  logFile: string;
  /** Removed by the guard, and the one above it once empty, when this process dies without having closed the server. */
  directory: string;
  forceSync: boolean;
}

const running = new Set<ServerProcess>();
let exitHookInstalled = false;

/** One server's Java process, and a guard that ends it should this process be killed. */
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
    this.#child = spawn(
      options.java,
      [
        '-Xmx128m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-Dzookeeper.4lw.commands.whitelist=*',
        '-Dzookeeper.admin.enableServer=false',
        `-Dzookeeper.forceSync=${options.forceSync ? 'yes' : 'no'}`,
        '-cp',
        options.classpath,
        'org.apache.zookeeper.server.quorum.QuorumPeerMain',
        options.configFile,
      ],
      { cwd: options.directory, stdio: ['ignore', log, log] },
    );
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

  signal(signal: NodeJS.Signals): void {
    if (!this.#gone) this.#child.kill(signal);
  }

  /** The last lines the server wrote, for an error message. */
  lastLog(): string {
    return readFileSync(this.#logFile, 'utf8').split('\n').slice(-12).join('\n').trim();
  }
}

/** A shell that waits for this process's end of a pipe to close, then kills the server and removes its files. */
function startGuard(pid: number, directory: string): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const script = 'cat >/dev/null; kill -9 "$1" 2>/dev/null; rm -rf -- "$2"; rmdir -- "$3" 2>/dev/null';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid), directory, dirname(directory)], {
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
    for (const server of running) server.signal('SIGKILL');
  });
}
