import type { Client, ClientChannel } from 'ssh2';
import { type Clock, sleep } from '#core/clock';
import { TOOL_DIRECTORIES } from './local.ts';
import { isMissing, namesMissing } from './missing.ts';
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
import { commandLine } from './quote.ts';
import { Slots } from './slots.ts';

/** sshd takes ten sessions a connection by default; two are left for what is urgent. */
const SESSIONS_AT_ONCE = 8;
/** A session that sshd refuses although no other is under way is asked for again so often, after this long and then twice as long. */
const MAX_REFUSALS = 4;
const REFUSED_WAIT_MS = 50;
/** The far `timeout` ends a command first, so that nothing is left behind there; ours is for a host that is silent. */
const GRACE_MS = 500;
/** What `timeout` ends with when the time is over: `-s KILL` as the shell counts signals, `-s TERM` with a number of its own. No code: it was killed before. */
const TIMED_OUT: readonly (number | null | undefined)[] = [137, 124, null, undefined];
/** What is said of a session that ended with neither an exit code nor a signal. */
const NO_END = 'the server closed the session without saying how the command ended';
/** SSH's channel failures by number (RFC 4254). */
const PROHIBITED = 1;

export interface SshHostOptions {
  name: string;
  client: Client;
  clock: Clock;
  /** Whether privileged commands go through sudo. */
  sudo: boolean;
}

/** A host behind a connection that every command shares. */
export function createSshHost(options: SshHostOptions): Host {
  return new SshHost(options);
}

class SshHost implements Host {
  readonly name: string;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #sudo: boolean;
  readonly #slots = new Slots(SESSIONS_AT_ONCE);
  /** The connection's end, once it has come: what every further command answers with. */
  #ended: string | undefined;
  /** Told of the connection's end. */
  readonly #onEnd = new Set<() => void>();
  #hasTimeout = true;

  constructor({ name, client, clock, sudo }: SshHostOptions) {
    this.name = name;
    this.#client = client;
    this.#clock = clock;
    this.#sudo = sudo;
    const end = (detail: string) => {
      this.#ended ??= detail;
      for (const tell of this.#onEnd) tell();
    };
    client.on('error', (error: Error) => end(error.message));
    client.on('close', () => end('the connection was closed'));
  }

  async run(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
    return this.#runInTurn(argv, options, 0);
  }

  async #runInTurn(argv: readonly string[], options: CommandOptions, refusals: number): Promise<CommandResult> {
    const giveBack = options.urgent ? () => {} : await this.#slots.take();
    let waitMs = 0;
    try {
      const { result, isRefused } = await this.#runOnce(argv, options);
      if (this.#hasTimeout && !options.plain && result.exitCode !== 0 && namesMissing(result.stderr, 'timeout')) {
        this.#hasTimeout = false;
        return (await this.#runOnce(argv, options)).result;
      }
      if (!isRefused || this.#ended !== undefined) return result;
      if (!this.#slots.shrink()) {
        if (refusals >= MAX_REFUSALS) return result;
        waitMs = REFUSED_WAIT_MS * 2 ** refusals;
      }
    } finally {
      giveBack();
    }
    // sshd takes fewer sessions than we thought, and may not have noticed yet that the last one is over.
    if (waitMs > 0) await sleep(this.#clock, waitMs);
    return this.#runInTurn(argv, { ...options, urgent: false }, waitMs > 0 ? refusals + 1 : refusals);
  }

  /** `isRefused`: sshd took no session for it, so that nothing was run. */
  #runOnce(argv: readonly string[], options: CommandOptions): Promise<{ result: CommandResult; isRefused: boolean }> {
    const began = this.#clock.monotonicMs();
    return new Promise((resolve) => {
      let channel: ClientChannel | undefined;
      let finished = false;
      const finish = (kind: CommandResult['kind'], exitCode: number | null, trouble = '', isRefused = false) => {
        if (finished) return;
        finished = true;
        timer.cancel();
        this.#onEnd.delete(connectionEnded);
        if (kind === 'timeout' || kind === 'overflow') letGo(channel);
        const tookMs = this.#clock.monotonicMs() - began;
        const stderr = output.stderr() || trouble;
        resolve({ result: { kind, exitCode, stdout: output.stdout(), stderr, tookMs }, isRefused });
      };
      const connectionEnded = () => finish('lost', null, this.#ended);
      const output = new Output(options.outputBytes ?? DEFAULT_OUTPUT_BYTES, () => finish('overflow', null));
      const timer = this.#clock.setTimer(options.timeoutMs + GRACE_MS, () => finish('timeout', null));
      if (this.#ended !== undefined) return connectionEnded();
      this.#onEnd.add(connectionEnded);
      let end: { code: number | null; signal: string } | undefined;
      this.#client.exec(this.#line(argv, options), (error, opened) => {
        if (error) return finish('lost', null, error.message, true);
        channel = opened;
        if (finished) return letGo(channel);
        opened.on('data', output.takeOut);
        opened.stderr.on('data', output.takeErr);
        opened.on('error', (trouble: Error) => finish('lost', null, trouble.message));
        opened.on('exit', (code: number | null, signal?: string) => {
          end = { code, signal: signal ?? '' };
        });
        opened.on('close', () => {
          const isOver = this.#clock.monotonicMs() - began >= options.timeoutMs;
          if (isOver && TIMED_OUT.includes(end?.code)) finish('timeout', null);
          else if (!end) finish('lost', null, NO_END);
          else if (end.code === null) finish('killed', null, end.signal);
          else finish(isMissing(this.#asked(argv, options), end.code, output.stderr()) ? 'missing' : 'ended', end.code);
        });
        opened.end(options.input ?? '');
      });
    });
  }

  /** `env`, not the shell's own syntax: not every login shell is a POSIX one. */
  #line(argv: readonly string[], options: CommandOptions): string {
    const { timeoutMs, plain } = options;
    if (plain) return argv.join(' ');
    const asked = this.#asked(argv, options);
    // Killing sudo would leave root's command behind, which this user may not kill; TERM sudo passes on.
    const signal = asked === argv ? 'KILL' : 'TERM';
    const limit = this.#hasTimeout ? ['timeout', '-s', signal, String(Math.ceil(timeoutMs / 1_000))] : [];
    const assignments = ['LC_ALL=C', `PATH=${TOOL_DIRECTORIES}`];
    return `env ${assignments.join(' ')} ${commandLine([...limit, ...asked])}`;
  }

  #asked(argv: readonly string[], { privileged }: CommandOptions): readonly string[] {
    return privileged && this.#sudo ? ['sudo', '-n', ...argv] : argv;
  }

  async exchangeTcp(request: ExchangeRequest): Promise<ExchangeResult> {
    const forwarded = await this.#forward(request);
    // sshd forwards nothing for this user: bash can open a connection as well.
    return forwarded.kind === 'unsaid' ? this.#viaBash('tcp', request) : forwarded;
  }

  exchangeUdp(request: ExchangeRequest): Promise<ExchangeResult> {
    return this.#viaBash('udp', request);
  }

  isOpen(): boolean {
    return this.#ended === undefined;
  }

  close(): void {
    this.#client.end();
  }

  #forward({ host, port, payload, timeoutMs, isWhole }: ExchangeRequest): Promise<ExchangeResult> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let channel: ClientChannel | undefined;
      let finished = false;
      const finish = (kind: ExchangeResult['kind'], detail: string) => {
        if (finished) return;
        finished = true;
        timer.cancel();
        this.#onEnd.delete(connectionEnded);
        channel?.destroy();
        resolve({ kind, bytes: Buffer.concat(chunks), detail });
      };
      const connectionEnded = () => finish('unsaid', this.#ended ?? '');
      const timer = this.#clock.setTimer(timeoutMs, () => {
        if (bytes > 0) finish('answered', 'answered, and did not end');
        else finish('timeout', channel ? 'connected, no answer' : 'no answer');
      });
      if (this.#ended !== undefined) return connectionEnded();
      this.#onEnd.add(connectionEnded);
      this.#client.forwardOut('127.0.0.1', 0, host, port, (error, opened) => {
        if (error) return finish(...forwardFailure(error));
        channel = opened;
        if (finished) return void opened.destroy();
        if (payload === undefined) return finish('answered', 'connected');
        opened.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) finish('answered', 'more than was read');
          else if (isWhole?.(Buffer.concat(chunks))) finish('answered', 'answered');
        });
        opened.on('end', () => finish('answered', 'connected'));
        opened.on('close', () => finish('answered', 'connected'));
        opened.on('error', (trouble: Error) => finish('unreachable', trouble.message));
        opened.write(payload);
      });
    });
  }

  async #viaBash(
    protocol: 'tcp' | 'udp',
    { host, port, payload, timeoutMs }: ExchangeRequest,
  ): Promise<ExchangeResult> {
    const script = protocol === 'udp' ? UDP_SCRIPT : payload === undefined ? CONNECT_SCRIPT : TCP_SCRIPT;
    const result = await this.run(['bash', '-c', script, 'bash', host, String(port)], {
      timeoutMs,
      outputBytes: MAX_ANSWER_BYTES,
      ...(payload === undefined ? {} : { input: payload }),
    });
    return bashResult(result, payload !== undefined);
  }
}

/** Listed in docs/checks.md, word for word. */
export const CONNECT_SCRIPT = 'exec 3<>"/dev/tcp/$1/$2"';
export const TCP_SCRIPT = 'exec 3<>"/dev/tcp/$1/$2" && cat >&3 && exec cat <&3';
export const UDP_SCRIPT = 'exec 3<>"/dev/udp/$1/$2" && cat >&3 && exec dd bs=65536 count=1 <&3';

function bashResult(result: CommandResult, asked: boolean): ExchangeResult {
  const detail = result.stderr.split('\n')[0] ?? '';
  const base = { bytes: result.stdout, detail };
  if (result.kind === 'timeout' && result.stdout.length === 0)
    return { ...base, kind: 'timeout', detail: detail || 'no answer' };
  if (result.kind === 'timeout') return { ...base, kind: 'answered' };
  if (result.kind === 'missing' || result.kind === 'killed' || result.kind === 'lost')
    return { ...base, kind: 'unsaid' };
  if (/refused/i.test(result.stderr)) return { ...base, kind: 'refused' };
  if (/timed out/i.test(result.stderr)) return { ...base, kind: 'timeout' };
  if (/no route|unreachable|name or service|resolve/i.test(result.stderr)) return { ...base, kind: 'unreachable' };
  if (result.exitCode === 0 && (!asked || result.stdout.length > 0)) return { ...base, kind: 'answered' };
  return { ...base, kind: 'unsaid' };
}

function forwardFailure(error: Error & { reason?: unknown }): [ExchangeResult['kind'], string] {
  const detail = error.message.replace(/^\(SSH\) /, '');
  if (/refused/i.test(detail)) return ['refused', detail];
  if (/timed out/i.test(detail)) return ['timeout', detail];
  if (error.reason === PROHIBITED || /prohibited|open failed$/i.test(detail)) return ['unsaid', detail];
  return ['unreachable', detail];
}

/** Asks sshd to kill it (since OpenSSH 7.9), and closes the channel in any case. */
function letGo(channel: ClientChannel | undefined): void {
  if (!channel) return;
  channel.on('error', () => {});
  channel.signal('KILL');
  channel.close();
  channel.destroy();
}
