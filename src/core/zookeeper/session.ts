import { type Clock, type Random, type Timer, withDeadline } from '#core/clock';
import { CallGate } from './calls.ts';
import {
  ClientAdapter,
  type ClientAdapterOptions,
  type ClientHooks,
  type ClientPort,
  type Moment,
} from './client-adapter.ts';
import { normaliseChroot, parseConnectString, type ServerAddress, validatePath } from './connect-string.ts';
import { EphemeralKeeper, type EphemeralSession } from './ephemeral.ts';
import { Heartbeat } from './heartbeat.ts';
import { Lease } from './lease.ts';
import type { SessionCredentials } from './library.ts';
import { Operations, type Watcher } from './operations.ts';
import {
  type AclRule,
  type CreateMode,
  type KeptEphemeral,
  type MultiOp,
  type MultiResult,
  type NodeStat,
  type NodeValue,
  type SessionLease,
  type SessionState,
  type SessionStatus,
  ZooKeeperError,
  type ZooKeeperSession,
  type ZooKeeperSessionOptions,
} from './port.ts';
import { Watches } from './watches.ts';

const DEFAULT_CLOSE_TIMEOUT_MS = 1000;
const MIN_SESSION_TIMEOUT_MS = 100;
const MAX_SESSION_TIMEOUT_MS = 3_600_000;

/** What a session works with. */
export interface ZooKeeperSessionDeps {
  clock: Clock;
  random: Random;
  /** Makes a client for one generation of the session; default: one of node-zookeeper-client. The simulation models it. */
  openClient?: (options: ClientAdapterOptions, hooks: ClientHooks) => ClientPort;
}

/**
 * Opens a ZooKeeper session and keeps it: over connections, servers, and sessions of its own. Connecting begins at
 * once and goes on until `close`. Throws INVALID for an address, chroot, time-out or credential that cannot be right.
 */
export function createZooKeeperSession(options: ZooKeeperSessionOptions, deps: ZooKeeperSessionDeps): ZooKeeperSession {
  return new Session(options, deps);
}

class Session implements ZooKeeperSession {
  readonly #options: ZooKeeperSessionOptions;
  readonly #clock: Clock;
  readonly #openClient: NonNullable<ZooKeeperSessionDeps['openClient']>;
  readonly #servers: ServerAddress[];
  readonly #lease: Lease;
  readonly #heartbeat: Heartbeat;
  readonly #operations: Operations;
  readonly #watches: Watches;
  readonly #keepers = new Set<EphemeralKeeper>();
  readonly #listeners = new Set<(status: SessionStatus) => void>();
  /** Undefined while credentials are waited for. */
  #client: ClientPort | undefined;
  #digestAuth: string | undefined;
  #state: SessionState = 'connecting';
  #cause: string | undefined;
  /** The latest trouble with each server since the last connection. */
  readonly #troubles = new Map<string, string>();
  #generation = 1;
  /** The session to resume; undefined before the first connection of a generation. */
  #credentials: SessionCredentials | undefined;
  #negotiatedTimeoutMs: number | undefined;
  /** The status as it was told last, and with which credentials: it is asked for all the time. */
  #shown: SessionStatus | undefined;
  #shownCredentials: SessionCredentials | undefined;
  /** When the last answered request was sent, and when an answer last came. */
  #lastContactMs: number;
  #lastAnswerMs = Number.NEGATIVE_INFINITY;
  #silence: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ZooKeeperSessionOptions, deps: ZooKeeperSessionDeps) {
    this.#options = options;
    this.#clock = deps.clock;
    this.#openClient = deps.openClient ?? ((settings, hooks) => new ClientAdapter(settings, deps, hooks));
    this.#servers = parseConnectString(options.connectString);
    const chroot = normaliseChroot(options.chroot);
    checkOptions(options);
    this.#lease = new Lease(this.#clock);
    this.#heartbeat = new Heartbeat(this.#clock);
    const gate = new CallGate(this.#clock, {
      refusal: (path) => this.#refusal(path),
      answered: (sentAt) => this.#answered(sentAt),
    });
    const callTimeoutMs = options.callTimeoutMs ?? Math.round(options.sessionTimeoutMs / 3);
    this.#operations = new Operations(gate, () => this.#opened(), chroot, callTimeoutMs);
    this.#watches = new Watches(this.#watchSource(), this.#clock);
    this.#lastContactMs = this.#clock.monotonicMs();
    if (typeof options.digestAuth === 'object') void this.#startWith(options.digestAuth);
    else {
      this.#digestAuth = options.digestAuth;
      this.#client = this.#startClient();
    }
  }

  /** Begins to connect when the credentials are there. */
  async #startWith(promised: Promise<string>): Promise<void> {
    try {
      this.#digestAuth = await promised;
      checkDigestAuth(this.#digestAuth);
    } catch (error) {
      if (!this.#closing) this.#setState('connecting', error instanceof Error ? error.message : String(error));
      return;
    }
    if (this.#closing) return;
    this.#lastContactMs = this.#clock.monotonicMs();
    this.#client = this.#startClient();
  }

  /** The client, for calls that are made while connected alone. */
  #opened(): ClientPort {
    if (!this.#client) throw new ZooKeeperError('NOT_CONNECTED', '/', this.#cause ?? this.#state);
    return this.#client;
  }

  status(): SessionStatus {
    const found = this.#shown;
    const isNews =
      found?.state !== this.#state ||
      found.cause !== this.#cause ||
      found.generation !== this.#generation ||
      found.negotiatedTimeoutMs !== this.#negotiatedTimeoutMs ||
      this.#shownCredentials !== this.#credentials;
    if (!isNews) return found;
    const id = this.#credentials?.sessionId;
    this.#shownCredentials = this.#credentials;
    this.#shown = {
      state: this.#state,
      cause: this.#cause,
      sessionId: id ? `0x${id.readBigUInt64BE().toString(16)}` : undefined,
      negotiatedTimeoutMs: this.#negotiatedTimeoutMs,
      generation: this.#generation,
    };
    return this.#shown;
  }

  lease(): SessionLease | undefined {
    return this.#lease.current();
  }

  isLive(): boolean {
    return (this.#state === 'connected' || this.#state === 'suspended') && this.#lease.lives();
  }

  onStatus(listener: (status: SessionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  whenConnected(timeoutMs: number): Promise<void> {
    let stop = () => {};
    const connected = new Promise<void>((resolve, reject) => {
      const check = () => {
        if (this.#state === 'connected') resolve();
        if (this.#state === 'closed') reject(this.#closedError('/'));
      };
      stop = this.onStatus(check);
      check();
    });
    return withDeadline(this.#clock, timeoutMs, `ZooKeeper at ${this.#options.connectString}`, connected).finally(stop);
  }

  get(path: string): Promise<NodeValue | undefined> {
    return unlessMissing(this.#operations.read(path));
  }

  children(path: string): Promise<string[]> {
    return this.#operations.children(path);
  }

  exists(path: string): Promise<NodeStat | undefined> {
    return this.#operations.exists(path);
  }

  acl(path: string): Promise<AclRule[] | undefined> {
    return unlessMissing(this.#operations.acl(path));
  }

  create(path: string, data: Buffer, mode: CreateMode): Promise<string> {
    return this.#operations.create(path, data, mode);
  }

  async ensurePath(path: string): Promise<void> {
    await this.#operations.ensurePath(path);
  }

  set(path: string, data: Buffer, expectedVersion?: number): Promise<NodeStat> {
    return this.#operations.set(path, data, expectedVersion);
  }

  remove(path: string, expectedVersion?: number): Promise<void> {
    return this.#operations.remove(path, expectedVersion);
  }

  multi(ops: readonly MultiOp[]): Promise<MultiResult[]> {
    return this.#operations.multi(ops);
  }

  watchNode(path: string, listener: (value: NodeValue | undefined) => void, read?: () => void): () => void {
    this.#refuseWhenClosed(path);
    return this.#watches.watchNode(path, listener, read);
  }

  watchChildren(path: string, listener: (names: string[] | undefined) => void, read?: () => void): () => void {
    this.#refuseWhenClosed(path);
    return this.#watches.watchChildren(path, listener, read);
  }

  keepEphemeral(path: string, data: Buffer, isOwnLeftover: (found: Buffer) => boolean): KeptEphemeral {
    this.#refuseWhenClosed(path);
    const keeper: EphemeralKeeper = new EphemeralKeeper(
      this.#ephemeralSession(),
      this.#clock,
      path,
      data,
      isOwnLeftover,
      () => void this.#keepers.delete(keeper),
    );
    this.#keepers.add(keeper);
    return keeper;
  }

  close(timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + timeoutMs;
    const left = () => Math.max(0, deadlineMs - this.#clock.monotonicMs());
    try {
      if (this.#state === 'suspended') await this.whenConnected(left());
      if (this.#state === 'connected') {
        const ended = new Promise<void>((resolve) => this.#opened().closeSession(resolve));
        await withDeadline(this.#clock, left(), 'closing the ZooKeeper session', ended);
      }
    } catch (error) {
      this.#log('info', 'the ZooKeeper session was left to expire', { reason: String(error) });
    }
    this.#heartbeat.stop();
    this.#silence?.cancel();
    this.#lease.clear();
    this.#watches.end();
    this.#client?.discard();
    this.#setState('closed', undefined);
    for (const keeper of [...this.#keepers]) keeper.end();
    this.#listeners.clear();
  }

  #startClient(): ClientPort {
    const timeoutMs = this.#options.sessionTimeoutMs;
    const client = this.#openClient(
      {
        servers: this.#servers,
        sessionTimeoutMs: timeoutMs,
        connectDeadlineMs: Math.min(2500, Math.max(400, Math.round(timeoutMs / 4))),
        ...(this.#credentials ? { resume: this.#credentials } : {}),
        ...(this.#digestAuth === undefined ? {} : { digestAuth: this.#digestAuth }),
      },
      {
        connected: (askedAt) => this.#onConnected(askedAt),
        disconnected: (server, cause) => this.#onDisconnected(server, cause),
        expired: () => this.#onExpired(),
        log: (level, message, fields) => this.#log(level, message, fields),
      },
    );
    this.#awaitContact();
    client.start();
    return client;
  }

  #onConnected(askedAt: Moment): void {
    const client = this.#opened();
    this.#credentials = client.credentials();
    const negotiatedMs = client.negotiatedTimeoutMs();
    this.#negotiatedTimeoutMs = negotiatedMs;
    this.#silence?.cancel();
    this.#silence = undefined;
    this.#answered(askedAt);
    this.#heartbeat.start(negotiatedMs, {
      beat: (deadlineMs) => this.#beat(deadlineMs),
      missed: (deadlineMs) => this.#onMissedBeat(deadlineMs),
      lastContactMs: () => this.#lastContactMs,
    });
    this.#troubles.clear();
    this.#setState('connected', undefined);
    this.#watches.refreshAll();
    for (const keeper of this.#keepers) keeper.look();
  }

  #beat(deadlineMs: number): Promise<unknown> {
    this.#opened().keepRequestIdsInRange();
    return this.#operations.beat(deadlineMs);
  }

  /** A beat may wait behind many other calls: a server that goes on answering those does not hang. */
  #onMissedBeat(deadlineMs: number): void {
    if (this.#clock.monotonicMs() - this.#lastAnswerMs < deadlineMs) return;
    this.#client?.dropConnection(`no answer to a heartbeat within ${deadlineMs} ms`);
  }

  #onDisconnected(server: string, cause: string): void {
    this.#heartbeat.stop();
    for (const keeper of this.#keepers) keeper.connectionLost();
    if (this.#closing) return;
    this.#awaitContact();
    this.#troubles.set(server, cause);
    // Servers fail in turn, several times a second: one sentence about all of them changes only when something does.
    const all = [...this.#troubles].map(([name, trouble]) => `${name}: ${trouble}`).sort();
    this.#setState(this.#state === 'connected' ? 'suspended' : this.#state, all.join('; '));
  }

  #onExpired(): void {
    this.#heartbeat.stop();
    this.#lease.clear();
    this.#credentials = undefined;
    this.#generation += 1;
    this.#setState('expired', 'the server says that the session has expired');
    this.#replaceClient();
  }

  /** After twice the time-out without contact the client is replaced: a wiped server refuses the old one for ever. */
  #awaitContact(): void {
    if (this.#silence || this.#closing) return;
    const limitMs = 2 * (this.#negotiatedTimeoutMs ?? this.#options.sessionTimeoutMs);
    const dueInMs = Math.max(0, this.#lastContactMs + limitMs - this.#clock.monotonicMs());
    this.#silence = this.#clock.setTimer(dueInMs, () => {
      this.#silence = undefined;
      this.#lastContactMs = this.#clock.monotonicMs();
      this.#log('info', 'no contact with ZooKeeper for twice the session time-out: the client is replaced');
      this.#replaceClient();
    });
  }

  #replaceClient(): void {
    this.#client?.discard();
    if (this.#state !== 'closed' && !this.#closing) this.#client = this.#startClient();
  }

  #answered(sentAt: Moment): void {
    this.#lastContactMs = Math.max(this.#lastContactMs, sentAt.monotonicMs);
    this.#lastAnswerMs = this.#clock.monotonicMs();
    if (this.#negotiatedTimeoutMs !== undefined && this.#credentials) {
      this.#lease.extend(sentAt, this.#negotiatedTimeoutMs);
    }
  }

  #refusal(path: string): ZooKeeperError | undefined {
    if (this.#closing) return this.#closedError(path);
    if (this.#state === 'connected' && this.#client?.isConnected()) return undefined;
    return new ZooKeeperError('NOT_CONNECTED', path, this.#cause ?? this.#state);
  }

  #setState(state: SessionState, cause: string | undefined): void {
    if (this.#state === 'closed' || (this.#state === state && this.#cause === cause)) return;
    this.#state = state;
    this.#cause = cause;
    const status = this.status();
    this.#log(state === 'connected' ? 'info' : 'debug', `ZooKeeper session ${state}`, { ...status });
    for (const listener of [...this.#listeners]) {
      try {
        listener(status);
      } catch (error) {
        this.#log('warn', 'a ZooKeeper status listener threw', { reason: String(error) });
      }
    }
  }

  #watchSource() {
    return {
      isConnected: () => this.#refusal('/') === undefined,
      read: (path: string, watcher: Watcher) => this.#operations.read(path, watcher),
      exists: (path: string, watcher: Watcher) => this.#operations.exists(path, watcher),
      children: (path: string, watcher: Watcher) => this.#operations.children(path, watcher),
      forget: (path: string, watcher: Watcher) => this.#client?.forgetWatcher(this.#operations.fullPath(path), watcher),
      warn: (message: string, fields: Record<string, unknown>) => this.#log('warn', message, fields),
    };
  }

  #ephemeralSession(): EphemeralSession {
    return {
      get: (path) => this.get(path),
      create: (path, data, mode) => this.create(path, data, mode),
      ensurePath: (path) => this.ensurePath(path),
      set: (path, data, expectedVersion) => this.set(path, data, expectedVersion),
      remove: (path, expectedVersion) => this.remove(path, expectedVersion),
      multi: (ops) => this.multi(ops),
      watchNode: (path, listener) => this.watchNode(path, listener),
      isConnected: () => this.#refusal('/') === undefined,
      ownerId: () => this.#credentials?.sessionId.readBigInt64BE() ?? 0n,
      warn: (message, fields) => this.#log('warn', message, fields),
    };
  }

  #refuseWhenClosed(path: string): void {
    validatePath(path);
    if (this.#closing) throw this.#closedError(path);
  }

  #closedError(path: string): ZooKeeperError {
    return new ZooKeeperError('CLOSED', path, 'the session was closed');
  }

  #log(level: 'debug' | 'info' | 'warn', message: string, fields?: Record<string, unknown>): void {
    this.#options.log?.(level, message, fields);
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ZooKeeperError && error.code === 'NO_NODE') return undefined;
    throw error;
  }
}

function checkOptions(options: ZooKeeperSessionOptions): void {
  const { sessionTimeoutMs, callTimeoutMs, digestAuth } = options;
  const inRange = sessionTimeoutMs >= MIN_SESSION_TIMEOUT_MS && sessionTimeoutMs <= MAX_SESSION_TIMEOUT_MS;
  if (!Number.isInteger(sessionTimeoutMs) || !inRange) {
    throw new ZooKeeperError(
      'INVALID',
      '/',
      `session time-out ${sessionTimeoutMs} ms is not in ${MIN_SESSION_TIMEOUT_MS}–${MAX_SESSION_TIMEOUT_MS}`,
    );
  }
  if (callTimeoutMs !== undefined && !(callTimeoutMs > 0 && Number.isFinite(callTimeoutMs))) {
    throw new ZooKeeperError('INVALID', '/', `call time-out ${callTimeoutMs} ms is not a positive number`);
  }
  if (typeof digestAuth === 'string') checkDigestAuth(digestAuth);
}

function checkDigestAuth(digestAuth: string): void {
  if (!/^[^:]+:./.test(digestAuth))
    throw new ZooKeeperError('INVALID', '/', 'digest credentials are written user:password');
}
