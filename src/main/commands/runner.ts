import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock, systemClock, type Timer } from '#core/clock';
import { Output } from './output.ts';
import type { CommandEnd, RunCommand, RunOptions } from './port.ts';

/** Between the friendly signal and the one that nobody can refuse. */
const GRACE_MS = 500;
/** Something that it left behind may hold its streams open: they are waited for this long after its end. */
const STREAMS_MS = 250;

const posix = process.platform !== 'win32';

/** Makes the runner of this machine's programs. */
export function createCommandRunner(clock: Clock = systemClock): RunCommand {
  return (command, options) => new Run(clock, command, options).end;
}

/** Nothing of the console's own environment: it may hold secrets, and a program that needs more is told by arguments. */
function minimalEnvironment(): NodeJS.ProcessEnv {
  if (posix) return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
  const { SystemRoot = 'C:\\Windows' } = process.env;
  return { SystemRoot, PATH: `${SystemRoot}\\System32;${SystemRoot}` };
}

/** One run of a program. */
class Run {
  readonly end: Promise<CommandEnd>;
  readonly #clock: Clock;
  readonly #output = new Output();
  readonly #timers: Timer[] = [];
  readonly #signal: AbortSignal;
  #resolve: (end: CommandEnd) => void = () => {};
  #child: ChildProcess | undefined;
  /** Why it is being ended from here. */
  #ending: 'timeout' | 'cut-off' | undefined;
  readonly #cutOff = () => this.#kill('cut-off');

  constructor(clock: Clock, command: readonly string[], { timeoutMs, signal }: RunOptions) {
    this.#clock = clock;
    this.#signal = signal;
    this.end = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (signal.aborted) this.#finish({ kind: 'cut-off', output: '' });
    else this.#start(command, timeoutMs);
  }

  #start([program = '', ...given]: readonly string[], timeoutMs: number): void {
    try {
      const child = spawn(program, given, {
        shell: false,
        // A group of its own: what it starts is ended with it.
        detached: posix,
        windowsHide: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: minimalEnvironment(),
        cwd: posix ? '/' : undefined,
      });
      this.#child = child;
      child.stdout.on('data', (piece: Buffer) => this.#output.add(piece));
      child.stderr.on('data', (piece: Buffer) => this.#output.add(piece));
      child.once('error', (error) => this.#finish({ kind: 'not-started', reason: reasonOf(error) }));
      child.once('exit', (code, signal) => this.#exited(code, signal));
      this.#timers.push(this.#clock.setTimer(timeoutMs, () => this.#kill('timeout')));
      this.#signal.addEventListener('abort', this.#cutOff, { once: true });
    } catch (error) {
      this.#finish({ kind: 'not-started', reason: reasonOf(error) });
    }
  }

  #kill(why: 'timeout' | 'cut-off'): void {
    if (this.#ending) return;
    this.#ending = why;
    this.#send('SIGTERM');
    this.#timers.push(this.#clock.setTimer(GRACE_MS, () => this.#send('SIGKILL')));
  }

  #send(signal: 'SIGTERM' | 'SIGKILL'): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      if (posix) process.kill(-pid, signal);
      else
        spawn(`${minimalEnvironment().SystemRoot}\\System32\\taskkill.exe`, ['/pid', String(pid), '/T', '/F'], {
          windowsHide: true,
          stdio: 'ignore',
        });
    } catch {
      // It is gone already, which is what was wanted.
    }
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    // Whatever of its group outlives it has no business any more once it was to be ended.
    if (this.#ending) this.#send('SIGKILL');
    const over = () => this.#finish(this.#endOf(code, signal));
    this.#child?.once('close', over);
    this.#timers.push(this.#clock.setTimer(STREAMS_MS, over));
  }

  #endOf(code: number | null, signal: NodeJS.Signals | null): CommandEnd {
    const output = this.#output.tail();
    if (this.#ending) return { kind: this.#ending, output };
    return code === null ? { kind: 'signal', signal: signal ?? '?', output } : { kind: 'exit', exitCode: code, output };
  }

  #finish(end: CommandEnd): void {
    for (const timer of this.#timers) timer.cancel();
    this.#signal.removeEventListener('abort', this.#cutOff);
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
    this.#resolve(end);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (code || (error instanceof Error ? error.message : String(error))).slice(0, 200);
}
