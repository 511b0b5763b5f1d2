import type { Socket } from 'node:net';
import { type Client, type Event, type Stat, State } from 'node-zookeeper-client';
import type { Clock, Random, Timer } from '#core/clock';
import { formatServer, type ServerAddress } from './connect-string.ts';
import { ClientError, NOT_SENT, UNREADABLE_ANSWER } from './errors.ts';
import { type ConnectionManager, LIBRARY_STATE, makeLibraryClient, type SessionCredentials } from './library.ts';
import { ReplyFrames } from './reply-frames.ts';

/** One moment on both clocks. */
export interface Moment {
  monotonicMs: number;
  wallMs: number;
}

export interface ClientHooks {
  /** The server has answered the connect request that was begun at `askedAt`. */
  connected(askedAt: Moment): void;
  /** A connection to the server (`host:port`), or an attempt at one, has ended. */
  disconnected(server: string, cause: string): void;
  /** The server says that the session is gone. */
  expired(): void;
  log(level: 'debug' | 'warn', message: string, fields?: Record<string, unknown>): void;
}

export interface ClientAdapterOptions {
  servers: readonly ServerAddress[];
  sessionTimeoutMs: number;
  resume?: SessionCredentials;
  digestAuth?: string;
  /** Longest wait from opening a socket to the server's answer to the connect request. */
  connectDeadlineMs: number;
}

export type { Event, Stat };

/** What the session asks of a client, whichever library is behind it. */
export type ClientPort = Pick<ClientAdapter, keyof ClientAdapter>;

/** While no server answers, every one is tried again after this long, and up to so much more. */
const RETRY_DELAY_MS = 150;
const RETRY_JITTER_MS = 100;
/** A connection that lasted less does not count as a success that restarts the retries at once. */
const SETTLED_AFTER_MS = 1000;
const CONNECTION_CLOSED = 'the server closed the connection';
const CLOSED_WITHOUT_ANSWER =
  'the server closed the connection without an answer (it is not serving yet, or its data is older than what this session has seen)';
const XID_LIMIT = 0x7fff0000;
const GET_DATA = 4;
const REPLY_HEADER_BYTES = 16;
/** Frame length, protocol version, time-out and session id come before it. */
const CONNECT_PASSWORD_OFFSET = 20;

/**
 * One generation of the client library with its defects held: the socket is watched until the server answers, frames
 * are cut here, nothing queued survives a disconnect, every failure has a cause, and a discarded client stays silent.
 * What the library lacks and this cannot give: sync(), persistent watches, TTL nodes, TLS, SASL.
 */
export class ClientAdapter {
  readonly client: Client;
  readonly #manager: ConnectionManager;
  readonly #options: ClientAdapterOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #hooks: ClientHooks;
  #frames = new ReplyFrames();
  #discarded = false;
  #attempts = 0;
  #connectedAtMs: number | undefined;
  #cause: string | undefined;
  #timers = new Set<Timer>();

  constructor(options: ClientAdapterOptions, deps: { clock: Clock; random: Random }, hooks: ClientHooks) {
    this.#options = options;
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#hooks = hooks;
    const servers = shuffled(options.servers, deps.random);
    const { client, manager } = makeLibraryClient(servers, options.sessionTimeoutMs, options.resume);
    this.client = client;
    this.#manager = manager;
    const handleFrame = manager.onSocketData.bind(manager);
    manager.onSocketData = (chunk) => this.#onData(chunk, handleFrame);
    manager.findNextServer = (connect) => this.#nextServer(servers, connect);
    if (options.digestAuth !== undefined) client.addAuthInfo('digest', Buffer.from(options.digestAuth));
    client.on('state', (state: State) => this.#onLibraryState(state));
  }

  /** Begins to connect; call it once. */
  start(): void {
    this.client.connect();
  }

  isConnected(): boolean {
    return !this.#discarded && this.#manager.state === LIBRARY_STATE.connected;
  }

  credentials(): SessionCredentials {
    return { sessionId: this.client.getSessionId(), password: this.client.getSessionPassword() };
  }

  negotiatedTimeoutMs(): number {
    return this.client.getSessionTimeout();
  }

  /** Ends the present connection, so that another is made; the calls under way fail. */
  dropConnection(cause: string): void {
    this.#cause = cause;
    this.#manager.socket?.destroy();
  }

  /** Request ids are 32 bit and nobody resets them: start again long before they overflow. */
  keepRequestIdsInRange(): void {
    if (this.#manager.xid > XID_LIMIT) this.#manager.xid = 0;
  }

  /** Takes a watcher out of the library's tables; its event, if it still comes, reaches nobody. */
  forgetWatcher(path: string, watcher: (event: Event) => void): void {
    const { dataWatchers, childWatchers, existenceWatchers } = this.#manager.watcherManager;
    for (const table of [dataWatchers, childWatchers, existenceWatchers]) {
      const emitter = table[path];
      emitter?.removeListener('notification', watcher);
      if (emitter?.listenerCount('notification') === 0) delete table[path];
    }
  }

  /** Sends "close session"; `done` is called once the connection has ended. */
  closeSession(done: () => void): void {
    const socket = this.#manager.socket;
    if (socket && !socket.destroyed && this.isConnected()) {
      socket.once('close', done);
      this.client.close();
    } else {
      done();
    }
  }

  /** Lets go of the client for good: no further event, no further connection. */
  discard(): void {
    if (this.#discarded) return;
    this.#failEverythingQueued('the client was discarded');
    this.#discarded = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#clearLibraryTimer();
    this.#manager.socket?.destroy();
  }

  #onLibraryState(state: State): void {
    if (this.#discarded) return;
    if (state === State.EXPIRED) this.#hooks.expired();
    else if (state === State.AUTH_FAILED) this.#cause = 'the server refused the credentials';
  }

  #nextServer(servers: readonly ServerAddress[], connect: (server: ServerAddress) => void): void {
    if (this.#discarded) return;
    const everyServerTried = this.#attempts > 0 && this.#attempts % servers.length === 0;
    const delayMs = everyServerTried ? RETRY_DELAY_MS + this.#random.next() * RETRY_JITTER_MS : 0;
    const server = servers[this.#attempts % servers.length];
    this.#attempts += 1;
    if (server) this.#after(delayMs, () => this.#open(server, connect));
  }

  #open(server: ServerAddress, connect: (server: ServerAddress) => void): void {
    const askedAt = { monotonicMs: this.#clock.monotonicMs(), wallMs: this.#clock.wallMs() };
    const name = formatServer(server);
    this.#frames = new ReplyFrames();
    this.#cause = undefined;
    this.#connectedAtMs = undefined;
    connect(server);
    const socket = this.#manager.socket;
    if (!socket) return;
    const watchdog = this.#after(this.#options.connectDeadlineMs, () => {
      this.dropConnection(`no answer to the connect request within ${this.#options.connectDeadlineMs} ms`);
    });
    const onState = (state: State) => {
      if (state !== State.SYNC_CONNECTED || this.#discarded) return;
      this.#cancel(watchdog);
      this.#connectedAtMs = this.#clock.monotonicMs();
      this.#hooks.connected(askedAt);
    };
    this.client.on('state', onState);
    socket.on('error', (error) => {
      this.#cause ??= error.message;
    });
    // Before the library's own listener: it would go on with a half-read frame and run stale requests on the next connection.
    socket.prependListener('close', () => {
      this.client.removeListener('state', onState);
      this.#cancel(watchdog);
      this.#onClosed(socket, name);
    });
  }

  #onClosed(socket: Socket, name: string): void {
    if (socket !== this.#manager.socket) return;
    const wasConnected = this.#connectedAtMs !== undefined;
    if (this.#connectedAtMs !== undefined && this.#clock.monotonicMs() - this.#connectedAtMs >= SETTLED_AFTER_MS) {
      this.#attempts = 0;
    }
    this.#clearLibraryTimer();
    const cause = this.#cause ?? (wasConnected ? CONNECTION_CLOSED : CLOSED_WITHOUT_ANSWER);
    this.#failEverythingQueued(cause);
    this.#manager.pendingBuffer = null;
    const watchers = this.#manager.watcherManager;
    // Everything watched is read again after the next connection; the library's own re-arming can exceed the frame limit.
    watchers.dataWatchers = {};
    watchers.childWatchers = {};
    watchers.existenceWatchers = {};
    if (!this.#discarded) this.#hooks.disconnected(name, cause);
  }

  #failEverythingQueued(cause: string): void {
    for (const packet of this.#manager.packetQueue.queue.splice(0)) {
      this.#settle(packet.callback, new ClientError(NOT_SENT, `not sent: ${cause}`));
    }
  }

  #onData(chunk: Buffer, handleFrame: (frame: Buffer) => void): void {
    const socket = this.#manager.socket;
    if (this.#discarded || !socket) return;
    try {
      for (const frame of this.#frames.push(chunk)) {
        if (socket.destroyed) return;
        this.#onFrame(frame, handleFrame);
      }
    } catch (error) {
      this.dropConnection(`the server's answer cannot be read: ${messageOf(error)}`);
    }
  }

  /** Hands one frame to the library. It throws on codes it does not know, after it has taken the request off its list. */
  #onFrame(frame: Buffer, handleFrame: (frame: Buffer) => void): void {
    const packet = this.#manager.pendingQueue[0];
    checkLengths(frame, this.#manager.state === LIBRARY_STATE.connecting, packet?.request.header?.type);
    try {
      handleFrame(frame);
    } catch (error) {
      const taken = packet !== undefined && this.#manager.pendingQueue[0] !== packet;
      const code = frame.length >= 4 + REPLY_HEADER_BYTES ? frame.readInt32BE(16) : 0;
      const unknownCode = /^Unknown code: (-?\d+)/.exec(messageOf(error))?.[1];
      if (taken && unknownCode !== undefined) {
        const serverCode = code !== 0 ? code : Number(unknownCode);
        this.#settle(packet.callback, new ClientError(serverCode, `the server answered with error ${serverCode}`));
      } else if (taken) {
        this.#settle(packet.callback, new ClientError(UNREADABLE_ANSWER, messageOf(error)));
        throw error;
      } else if (frame.readInt32BE(4) === -1) {
        this.#hooks.log('warn', 'ignored a ZooKeeper notification', { reason: messageOf(error) });
      } else {
        throw error;
      }
    }
  }

  #settle(callback: ((error: unknown) => void) | undefined, error: ClientError): void {
    try {
      callback?.(error);
    } catch (thrown) {
      this.#hooks.log('warn', 'the callback of a failed ZooKeeper call threw', { reason: messageOf(thrown) });
    }
  }

  #clearLibraryTimer(): void {
    if (this.#manager.connectTimeoutHandler) clearTimeout(this.#manager.connectTimeoutHandler);
    this.#manager.connectTimeoutHandler = null;
  }

  #after(delayMs: number, callback: () => void): Timer {
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      if (!this.#discarded) callback();
    });
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
  }
}

/** The library allocates whatever a length field says: refuse one that the frame cannot hold. */
function checkLengths(frame: Buffer, connecting: boolean, requestType: number | undefined): void {
  const answersData =
    !connecting && requestType === GET_DATA && frame.readInt32BE(4) >= 0 && frame.readInt32BE(16) === 0;
  if (!connecting && !answersData) return;
  const length = frame.readInt32BE(connecting ? CONNECT_PASSWORD_OFFSET : 4 + REPLY_HEADER_BYTES);
  if (length > frame.length) throw new Error('a field is longer than its frame');
}

function shuffled(servers: readonly ServerAddress[], random: Random): ServerAddress[] {
  const keyed = servers.map((server) => ({ server, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ server }) => server);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
