import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, every, type Random, systemRandom, type Timer } from '#core/clock';
import { Connection } from './connection.ts';
import type { SessionRecord } from './sessions.ts';
import { Store } from './store.ts';

export interface ZooKeeperServerOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** Sessions run out at whole ticks. Default 200. */
  tickMs?: number;
  /** Default 2 ticks. */
  minSessionTimeoutMs?: number;
  /** Default 20 ticks. */
  maxSessionTimeoutMs?: number;
}

interface ServerSession {
  idHex: string;
  timeoutMs: number;
  connected: boolean;
  ephemerals: string[];
}

export interface ZooKeeperServer {
  readonly port: number;
  /** `127.0.0.1:port`, as a connect string. */
  readonly address: string;
  /** Closes the port and all connections and keeps tree and sessions, like a killed server with a disk. */
  stop(): Promise<void>;
  /** Listens again on the same port; every session gets its full time-out anew. */
  restart(): Promise<void>;
  /** Ends the server for good. */
  close(): Promise<void>;
  /** Forgets tree and sessions, as an emptied data directory does; clients are disconnected. */
  wipe(): void;
  /** Hangs like a stopped process: connections stay open, new ones are accepted, nothing is answered, no session expires. */
  freeze(): void;
  /** Goes on; sessions whose time has passed meanwhile expire at once. */
  unfreeze(): void;
  /** Cuts every connection; clients may come back at once. */
  dropConnections(): void;
  /** Expires a session now; throws when there is none of that id (`0x…`, as ZooKeeper prints it). */
  expireSession(idHex: string): void;
  sessions(): ServerSession[];
}

export interface ZooKeeperServerDeps {
  clock: Clock;
  random?: Random;
  log?: (message: string, fields: Record<string, unknown>) => void;
}

const DEFAULT_TICK_MS = 200;

/**
 * Starts a server that speaks the part of ZooKeeper's protocol the product uses, in memory, for the practice
 * environment. Rejects when the port cannot be had.
 */
export async function startZooKeeperServer(
  options: ZooKeeperServerOptions,
  deps: ZooKeeperServerDeps,
): Promise<ZooKeeperServer> {
  const server = new EmbeddedServer(options, deps);
  await server.listen(options.port ?? 0);
  return server;
}

class EmbeddedServer implements ZooKeeperServer {
  readonly #options: ZooKeeperServerOptions;
  readonly #deps: ZooKeeperServerDeps;
  readonly #tickMs: number;
  readonly #store: Store;
  readonly #connections = new Set<Connection>();
  #listener: Server | undefined;
  #expiry: Timer | undefined;
  #port = 0;
  #frozen = false;
  #closed = false;

  constructor(options: ZooKeeperServerOptions, deps: ZooKeeperServerDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#tickMs = options.tickMs ?? DEFAULT_TICK_MS;
    this.#store = new Store(deps.clock, deps.random ?? systemRandom, {
      tickMs: this.#tickMs,
      minSessionTimeoutMs: options.minSessionTimeoutMs ?? 2 * this.#tickMs,
      maxSessionTimeoutMs: options.maxSessionTimeoutMs ?? 20 * this.#tickMs,
    });
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `${this.#options.host ?? '127.0.0.1'}:${this.#port}`;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const listener = createServer((socket) => this.#accept(socket));
      listener.once('error', reject);
      listener.listen(port, this.#options.host ?? '127.0.0.1', () => {
        const address = listener.address();
        if (typeof address === 'object' && address) this.#port = address.port;
        listener.on('error', (error) => this.#log('the ZooKeeper server failed', { reason: error.message }));
        this.#listener = listener;
        this.#expiry = every(this.#deps.clock, this.#tickMs, () => this.#expireSessions());
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    this.#expiry?.cancel();
    const listener = this.#listener;
    this.#listener = undefined;
    this.dropConnections();
    this.#frozen = false;
    if (listener) await new Promise<void>((resolve) => listener.close(() => resolve()));
  }

  async restart(): Promise<void> {
    if (this.#closed) throw new Error('the ZooKeeper server was closed');
    await this.stop();
    this.#store.sessions.touchAll();
    await this.listen(this.#port);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
    this.#store.wipe();
  }

  wipe(): void {
    this.#store.wipe();
    this.dropConnections();
  }

  freeze(): void {
    this.#frozen = true;
    for (const connection of this.#connections) connection.pause();
  }

  unfreeze(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    this.#expireSessions();
    for (const connection of this.#connections) connection.resume();
  }

  dropConnections(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  expireSession(idHex: string): void {
    const session = this.#store.sessions.get(BigInt.asIntN(64, BigInt(idHex)));
    if (!session) throw new Error(`no session ${idHex}`);
    this.#expire(session);
  }

  sessions(): ServerSession[] {
    return this.#store.sessions.all().map((session) => ({
      idHex: hex(session.id),
      timeoutMs: session.timeoutMs,
      connected: session.connection !== undefined,
      ephemerals: this.#store.tree.ephemeralsOf(session.id).sort(),
    }));
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, {
      store: () => this.#store,
      fourLetterWord: (word) => this.#fourLetterWord(word),
      gone: (gone) => void this.#connections.delete(gone),
      log: (message, fields) => this.#log(message, fields),
    });
    this.#connections.add(connection);
    if (this.#frozen) connection.pause();
  }

  #expireSessions(): void {
    if (this.#frozen) return;
    for (const session of this.#store.sessions.expired()) this.#expire(session);
  }

  #expire(session: SessionRecord): void {
    this.#store.endSession(session);
    session.connection?.destroy();
    this.#log('a ZooKeeper session has expired', { sessionId: hex(session.id) });
  }

  #fourLetterWord(word: string): string | undefined {
    if (word === 'ruok') return 'imok';
    if (word !== 'srvr') return undefined;
    const lines = [
      'Zookeeper version: embedded practice server',
      `Connections: ${this.#connections.size}`,
      'Outstanding: 0',
      `Zxid: 0x${this.#store.lastZxid.toString(16)}`,
      'Mode: standalone',
      `Node count: ${this.#store.tree.size()}`,
    ];
    return `${lines.join('\n')}\n`;
  }

  #log(message: string, fields: Record<string, unknown>): void {
    this.#deps.log?.(message, fields);
  }
}

function hex(sessionId: bigint): string {
  return `0x${BigInt.asUintN(64, sessionId).toString(16)}`;
}
