import type { Message } from '#shared/domain';

export interface CommandOptions {
  /** How long it may take; then it is killed, with its group. */
  timeoutMs: number;
  /** Output beyond this, of both streams together, ends it. Default 256 KiB. */
  outputBytes?: number;
  /** What it reads; default: nothing, its input is at its end at once. */
  input?: string | Buffer;
  /** Sent as it is, for a system whose shell is no POSIX one: nothing is put before it, and no argument needs quotes. */
  plain?: boolean;
  /** Not kept waiting by what else is asked there: evidence that a decision waits for. */
  urgent?: boolean;
  /** The few commands that need root: run through `sudo -n` where the access says so and the user is not root. */
  privileged?: boolean;
}

/** How a command went. What it printed up to then is there in every case. */
export interface CommandResult {
  /**
   * `timeout`: no end within the time. `overflow`: more output than was allowed. `missing`: there is no such program.
   * `killed`: a signal ended it. `lost`: the connection ended, or could not carry the command; `stderr` says how.
   */
  kind: 'ended' | 'timeout' | 'overflow' | 'missing' | 'killed' | 'lost';
  /** The exit code; null unless it ended by itself. */
  exitCode: number | null;
  stdout: Buffer;
  /** In whatever it was written; of `killed` the signal, where nothing else was said. */
  stderr: string;
  tookMs: number;
}

export interface ExchangeRequest {
  host: string;
  port: number;
  /** Sent at once. Absent with TCP: connecting is all. */
  payload?: Buffer;
  timeoutMs: number;
  /** Whether what has come so far is the whole answer; absent: the other side ends it, or the time does. */
  isWhole?(bytes: Buffer): boolean;
}

/** What came of a connection or a datagram from a host. `unsaid`: this host cannot make one for us. */
export interface ExchangeResult {
  kind: 'answered' | 'refused' | 'timeout' | 'unreachable' | 'unsaid';
  /** What was answered, up to 64 KiB; empty where nothing was asked. */
  bytes: Buffer;
  detail: string;
}

/** A machine that commands can be run on. Never rejects for what the machine does: that is a result. */
export interface Host {
  /** For people, in any language: `localhost`, or `user@host:port`. */
  readonly name: string;
  /** Runs a program with its arguments, without a shell's meddling, in the locale C. */
  run(argv: readonly string[], options: CommandOptions): Promise<CommandResult>;
  /** Opens a TCP connection from this host, sends, and reads until the other side ends or the time is over. */
  exchangeTcp(request: ExchangeRequest): Promise<ExchangeResult>;
  /** Sends one datagram from this host and waits for one. */
  exchangeUdp(request: ExchangeRequest): Promise<ExchangeResult>;
  /** Whether it can be asked still; a connection that has ended stays so. */
  isOpen(): boolean;
  close(): void;
}

/** Where a password comes from that is not in the environment. Rejects where the store does. */
export interface PasswordSource {
  /** How the store is called. */
  place(): Promise<string>;
  /** Null: there is none. */
  get(account: { host: string; user: string }): Promise<string | null>;
}

/** Which hosts that nothing is known of are taken at their word: none, every one, or one with this key. */
export type AcceptedKeys = boolean | { fingerprint: string };

export type HostAccessProblem =
  /** No such key is known for the host. */
  | 'unknown-key'
  /** The host shows another key than it had: nothing goes on. */
  | 'changed-key'
  | 'unreachable'
  | 'refused-login'
  /** The key file, the password or the known-hosts file cannot be used. */
  | 'no-credential';

/** A host that cannot be used, in a sentence for the operator. */
export class HostAccessError extends Error {
  readonly problem: HostAccessProblem;
  readonly said: Message;
  readonly remedy: Message | null;
  /** Fingerprints and the system's own words. */
  readonly evidence: readonly string[];
  constructor(problem: HostAccessProblem, said: Message, remedy: Message | null, evidence: readonly string[]) {
    super(`${said.key}: ${evidence.join('; ')}`);
    this.name = 'HostAccessError';
    this.problem = problem;
    this.said = said;
    this.remedy = remedy;
    this.evidence = evidence;
  }
}

export const DEFAULT_OUTPUT_BYTES = 256 * 1024;
export const MAX_ANSWER_BYTES = 64 * 1024;
