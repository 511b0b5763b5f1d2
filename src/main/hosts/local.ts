import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { userInfo } from 'node:os';
import type { Clock } from '#core/clock';
import { isMissing } from './missing.ts';
import { Output } from './output.ts';
import {
  type CommandOptions,
  type CommandResult,
  DEFAULT_OUTPUT_BYTES,
  type ExchangeRequest,
  type ExchangeResult,
  type Host,
  MAX_ANSWER_BYTES,
} from './port.ts';

/** Where a system keeps the tools that root uses; not every user's PATH has them. */
export const TOOL_DIRECTORIES = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface LocalHostOptions {
  clock: Clock;
  /** Whether privileged commands go through sudo, where this process is not root's. */
  sudo?: boolean;
}

/** This machine. */
export function createLocalHost({ clock, sudo = false }: LocalHostOptions): Host {
  const viaSudo = sudo && process.platform !== 'win32' && userInfo().uid !== 0;
  return {
    name: 'localhost',
    run: (argv, options) =>
      options.privileged && viaSudo ? run(clock, ['sudo', '-n', ...argv], options, true) : run(clock, argv, options),
    exchangeTcp: (request) => tcp(clock, request),
    exchangeUdp: (request) => udp(clock, request),
    isOpen: () => true,
    close() {},
  };
}

/** A group of its own, so that what it starts is killed with it; a child that cannot even be killed is let go of. */
function run(clock: Clock, argv: readonly string[], options: CommandOptions, isSudo = false): Promise<CommandResult> {
  const [file = '', ...args] = argv;
  const began = clock.monotonicMs();
  return new Promise((resolve) => {
    const output = new Output(options.outputBytes ?? DEFAULT_OUTPUT_BYTES, () => finish('overflow', null));
    const child = spawn(file, args, {
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      env: environment(),
    });
    const timer = clock.setTimer(options.timeoutMs, () => finish('timeout', null));
    let trouble = '';
    let finished = false;
    function finish(kind: CommandResult['kind'], exitCode: number | null) {
      if (finished) return;
      finished = true;
      timer.cancel();
      if (kind === 'timeout' || kind === 'overflow') letGo(child, isSudo);
      resolve({
        kind,
        exitCode,
        stdout: output.stdout(),
        stderr: output.stderr() || trouble,
        tookMs: clock.monotonicMs() - began,
      });
    }
    child.stdout.on('data', output.takeOut);
    child.stderr.on('data', output.takeErr);
    // A program that does not read its input ends the pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', (error: NodeJS.ErrnoException) => {
      trouble = error.message;
      finish(error.code === 'ENOENT' ? 'missing' : 'lost', null);
    });
    child.on('close', (code, signal) => {
      if (code !== null) return finish(isMissing(argv, code, output.stderr()) ? 'missing' : 'ended', code);
      trouble = signal ?? '';
      finish('killed', null);
    });
  });
}

function environment(): NodeJS.ProcessEnv {
  const { PATH, ...env } = process.env;
  return { ...env, PATH: PATH ? `${PATH}:${TOOL_DIRECTORIES}` : TOOL_DIRECTORIES, LC_ALL: 'C', LANGUAGE: '' };
}

function letGo(child: ChildProcess, isSudo: boolean): void {
  try {
    if (child.pid === undefined) return;
    // Killing sudo would leave root's command behind, which this user may not kill; TERM sudo passes on.
    if (isSudo) process.kill(child.pid, 'SIGTERM');
    else process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime, or belongs to root.
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.stdin?.destroy();
  child.unref();
}

const UNREACHABLE: readonly (string | undefined)[] = [
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
];

function failed(error: NodeJS.ErrnoException): ExchangeResult {
  const none = Buffer.alloc(0);
  if (error.code === 'ECONNREFUSED') return { kind: 'refused', bytes: none, detail: error.message };
  if (error.code === 'ETIMEDOUT') return { kind: 'timeout', bytes: none, detail: error.message };
  const kind = UNREACHABLE.includes(error.code) ? 'unreachable' : 'refused';
  return { kind, bytes: none, detail: error.message };
}

function tcp(clock: Clock, { host, port, payload, timeoutMs, isWhole }: ExchangeRequest): Promise<ExchangeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let connected = false;
    const finish = (result: ExchangeResult) => {
      timer.cancel();
      socket.destroy();
      resolve(result);
    };
    const answered = (detail: string) => finish({ kind: 'answered', bytes: Buffer.concat(chunks), detail });
    const timer = clock.setTimer(timeoutMs, () => {
      if (connected && bytes > 0) answered('answered, and did not end');
      else
        finish({ kind: 'timeout', bytes: Buffer.alloc(0), detail: connected ? 'connected, no answer' : 'no answer' });
    });
    socket.on('connect', () => {
      connected = true;
      if (payload === undefined) answered('connected');
      else socket.write(payload);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) answered('more than was read');
      else if (isWhole?.(Buffer.concat(chunks))) answered('answered');
    });
    socket.on('end', () => answered('connected'));
    socket.on('error', (error) => finish(failed(error)));
  });
}

function udp(clock: Clock, { host, port, payload, timeoutMs }: ExchangeRequest): Promise<ExchangeResult> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    let finished = false;
    const finish = (result: ExchangeResult) => {
      if (finished) return;
      finished = true;
      timer.cancel();
      socket.close();
      resolve(result);
    };
    const timer = clock.setTimer(timeoutMs, () =>
      finish({ kind: 'timeout', bytes: Buffer.alloc(0), detail: 'no datagram came back' }),
    );
    socket.on('error', (error) => finish(failed(error)));
    socket.on('message', (bytes) => finish({ kind: 'answered', bytes, detail: 'a datagram came back' }));
    // Connected: only then is the refusal of a port told.
    socket.connect(port, host, (error?: Error) => {
      if (error) finish(failed(error));
      else socket.send(payload ?? Buffer.alloc(0));
    });
  });
}
