import type { Clock, Timer } from '#core/clock';
import type { ClientAdapterOptions, ClientHooks, ClientPort, CreateMode } from '#core/zookeeper';
import type { Channel, SimNetwork } from './network.ts';
import type { SimProcess } from './process.ts';
import {
  type ChangeOp,
  type SimZooKeeper,
  type StoredStat,
  ZOOKEEPER,
  ZOOKEEPER_PORT,
  type ZooKeeperAnswer,
  type ZooKeeperRequest,
} from './zookeeper.ts';

const RETRY_DELAY_MS = 150;
const RETRY_JITTER_MS = 100;
const CONNECTION_LOSS = -4;
const CREATE_MODES: CreateMode[] = ['persistent', 'ephemeral', 'persistent-sequential', 'ephemeral-sequential'];

type Callback = (error: unknown, ...values: unknown[]) => void;
type WatchFunction = (event: never) => void;

class LibraryError extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`ZooKeeper error ${code}`);
    this.code = code;
  }
}

const written = new DataView(new ArrayBuffer(8));
const writtenBytes = new Uint8Array(written.buffer);

function long(value: bigint): Buffer {
  written.setBigInt64(0, value);
  const bytes = Buffer.allocUnsafe(8);
  bytes.set(writtenBytes);
  return bytes;
}

/** A stat in the library's shape: what is 64 bit wide is a buffer, made for whoever reads it. */
class LibraryStat {
  readonly version: number;
  readonly cversion: number;
  readonly dataLength: number;
  readonly numChildren: number;
  readonly #stat: StoredStat;

  constructor(stat: StoredStat) {
    this.version = stat.version;
    this.cversion = stat.cversion;
    this.dataLength = stat.dataLength;
    this.numChildren = stat.numChildren;
    this.#stat = stat;
  }

  get czxid(): Buffer {
    return long(this.#stat.czxid);
  }

  get mzxid(): Buffer {
    return long(this.#stat.mzxid);
  }

  get pzxid(): Buffer {
    return long(this.#stat.pzxid);
  }

  get ctime(): Buffer {
    return long(BigInt(this.#stat.ctimeMs));
  }

  get mtime(): Buffer {
    return long(BigInt(this.#stat.mtimeMs));
  }

  get ephemeralOwner(): Buffer {
    return long(this.#stat.ephemeralOwner);
  }
}

interface Op {
  op: ChangeOp['op'];
  path: string;
  data?: Buffer;
  version: number;
  mode: number;
}

interface SimClientWorld {
  process: SimProcess;
  network: SimNetwork;
  server: SimZooKeeper;
  /** What stands in a record in the place of what the process wrote. */
  saidAs?: (data: Buffer) => Buffer;
}

/**
 * The ZooKeeper client library as the session uses it, modelled over the simulated network; the session, its watches,
 * lease and calls above it are the product's own.
 */
export class SimZooKeeperClient {
  readonly client: unknown;
  readonly #options: ClientAdapterOptions;
  readonly #hooks: ClientHooks;
  readonly #process: SimProcess;
  readonly #network: SimNetwork;
  readonly #server: SimZooKeeper;
  readonly #saidAs: (data: Buffer) => Buffer;
  readonly #timers = new Set<Timer>();
  readonly #pending = new Map<number, (answer: Extract<ZooKeeperAnswer, { kind: 'answer' }> | undefined) => void>();
  readonly #dataWatches = new Map<string, Set<WatchFunction>>();
  readonly #childWatches = new Map<string, Set<WatchFunction>>();
  #channel: Channel<ZooKeeperRequest | ZooKeeperAnswer> | undefined;
  #isConnected = false;
  #isDiscarded = false;
  #credentials: { id: bigint; password: Buffer } | undefined;
  #timeoutMs: number;
  #cause: string | undefined;
  #nextId = 1;
  #closed: (() => void) | undefined;

  constructor(options: ClientAdapterOptions, hooks: ClientHooks, world: SimClientWorld) {
    this.#options = options;
    this.#hooks = hooks;
    this.#process = world.process;
    this.#network = world.network;
    this.#server = world.server;
    this.#saidAs = world.saidAs ?? ((data) => data);
    this.#timeoutMs = options.sessionTimeoutMs;
    if (options.resume)
      this.#credentials = { id: options.resume.sessionId.readBigInt64BE(), password: options.resume.password };
    this.client = this.#library();
  }

  start(): void {
    this.#after(0, () => this.#connect());
  }

  isConnected(): boolean {
    return !this.#isDiscarded && this.#isConnected;
  }

  credentials() {
    const { id, password } = this.#credentials ?? { id: 0n, password: Buffer.alloc(16) };
    return { sessionId: long(id), password };
  }

  negotiatedTimeoutMs(): number {
    return this.#timeoutMs;
  }

  dropConnection(cause: string): void {
    this.#cause = cause;
    this.#channel?.close();
    this.#ended(this.#channel, cause);
  }

  keepRequestIdsInRange(): void {
    // They are not 32 bit wide here.
  }

  forgetWatcher(path: string, watcher: WatchFunction): void {
    this.#dataWatches.get(path)?.delete(watcher);
    this.#childWatches.get(path)?.delete(watcher);
  }

  closeSession(done: () => void): void {
    if (!this.isConnected()) {
      done();
      return;
    }
    this.#closed = done;
    this.#channel?.send({ kind: 'close' });
  }

  discard(): void {
    if (this.#isDiscarded) return;
    this.#isDiscarded = true;
    for (const timer of this.#timers) timer.cancel();
    this.#channel?.close();
    this.#channel = undefined;
    this.#failPending();
  }

  #connect(): void {
    const { clock } = this.#process;
    const askedAt = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
    this.#cause = undefined;
    const deadline = this.#after(this.#options.connectDeadlineMs, () =>
      this.dropConnection(`no answer to the connect request within ${this.#options.connectDeadlineMs} ms`),
    );
    const channel: Channel<ZooKeeperRequest | ZooKeeperAnswer> = this.#network.connect<
      ZooKeeperRequest | ZooKeeperAnswer
    >(this.#process, partyOf(this.#process), ZOOKEEPER, ZOOKEEPER_PORT, 'zk', {
      opened: () =>
        channel.send({ kind: 'connect', timeoutMs: this.#options.sessionTimeoutMs, session: this.#credentials }),
      message: (value) => {
        if (this.#channel !== channel) return;
        const answer = value as ZooKeeperAnswer;
        if (answer.kind === 'connected' || answer.kind === 'expired') this.#cancel(deadline);
        this.#take(answer, askedAt);
      },
      ended: (code) => this.#ended(channel, code ?? 'the server closed the connection'),
    });
    this.#channel = channel;
  }

  #take(answer: ZooKeeperAnswer, askedAt: { monotonicMs: number; wallMs: number }): void {
    switch (answer.kind) {
      case 'connected':
        this.#credentials = answer.session;
        this.#timeoutMs = answer.timeoutMs;
        this.#isConnected = true;
        this.#server.nameSession(answer.session.id, this.#process.name);
        this.#hooks.connected(askedAt);
        return;
      case 'expired':
        this.#hooks.expired();
        return;
      case 'event':
        this.#fire(answer.type, answer.path);
        return;
      case 'answer':
        this.#pending.get(answer.id)?.(answer);
    }
  }

  #ended(channel: Channel<never> | undefined, cause: string): void {
    if (channel === undefined || this.#channel !== channel || this.#isDiscarded) return;
    this.#channel = undefined;
    this.#isConnected = false;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#dataWatches.clear();
    this.#childWatches.clear();
    this.#failPending();
    this.#hooks.disconnected('zk:2181', this.#cause ?? cause);
    if (this.#closed) {
      this.#closed();
      return;
    }
    if (!this.#isDiscarded)
      this.#after(RETRY_DELAY_MS + RETRY_JITTER_MS * this.#process.random.next(), () => this.#connect());
  }

  #failPending(): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const settle of waiting) settle(undefined);
  }

  #fire(type: number, path: string): void {
    const childrenOnly = type === 4;
    const tables = childrenOnly
      ? [this.#childWatches]
      : type === 2
        ? [this.#dataWatches, this.#childWatches]
        : [this.#dataWatches];
    const found = new Set<WatchFunction>();
    for (const table of tables) {
      for (const watch of table.get(path) ?? []) found.add(watch);
      table.delete(path);
    }
    for (const watch of found) watch({ type, path } as never);
  }

  #ask(
    request: (id: number) => ZooKeeperRequest,
    done: (code: number, value: unknown, failedIndex: number) => void,
  ): void {
    const id = this.#nextId++;
    this.#pending.set(id, (answer) => {
      this.#pending.delete(id);
      if (answer === undefined) done(CONNECTION_LOSS, undefined, -1);
      else done(answer.code, answer.value, answer.failedIndex);
    });
    this.#channel?.send(request(id));
  }

  #read(kind: 'get' | 'exists' | 'children', path: string, rest: unknown[], give: (value: unknown) => unknown[]): void {
    const callback = rest.at(-1) as Callback;
    const watcher = rest.length > 1 ? (rest[0] as WatchFunction) : undefined;
    // The server may tell of a change right behind the answer: the watch is there before.
    const table = kind === 'children' ? this.#childWatches : this.#dataWatches;
    this.#ask(
      (id) => ({ kind, id, path, watch: watcher !== undefined }),
      (code, value) => {
        if (code === 0 && watcher) {
          const watches = table.get(path) ?? new Set();
          table.set(path, watches.add(watcher));
        }
        if (code === 0) callback(null, ...give(value));
        else callback(new LibraryError(code));
      },
    );
  }

  #change(
    ops: readonly Op[],
    callback: (error: unknown, values: { path?: string; stat?: StoredStat; err?: number }[]) => void,
  ): void {
    const sent = ops.map((op) => ({
      ...op,
      ...(op.data ? { data: this.#saidAs(op.data) } : {}),
      mode: CREATE_MODES[op.mode] ?? 'persistent',
    }));
    this.#ask(
      (id) => ({ kind: 'change', id, ops: sent }),
      (code, value, failedIndex) => {
        if (code === 0) return callback(null, value as { path?: string; stat?: StoredStat }[]);
        const results = failedIndex < 0 ? [] : ops.map((_, index) => ({ err: index === failedIndex ? code : 0 }));
        callback(new LibraryError(code), results);
      },
    );
  }

  #library(): unknown {
    const one = (
      op: Op,
      callback: Callback,
      give: (value: { path?: string; stat?: StoredStat } | undefined) => unknown,
    ) => this.#change([op], (error, values) => (error ? callback(error) : callback(null, give(values[0]))));
    const statOf = (value: { stat?: StoredStat } | undefined) =>
      value?.stat ? new LibraryStat(value.stat) : undefined;
    return {
      getData: (path: string, ...rest: unknown[]) =>
        this.#read('get', path, rest, (value) => {
          const { data, stat } = value as { data: Buffer | null; stat: StoredStat };
          return [data ?? undefined, new LibraryStat(stat)];
        }),
      exists: (path: string, ...rest: unknown[]) =>
        this.#read('exists', path, rest, (value) => [value === null ? null : new LibraryStat(value as StoredStat)]),
      getChildren: (path: string, ...rest: unknown[]) => this.#read('children', path, rest, (value) => [value]),
      create: (path: string, data: Buffer, ...rest: unknown[]) => {
        const mode = rest.length > 1 ? (rest[0] as number) : 0;
        one({ op: 'create', path, data, version: -1, mode }, rest.at(-1) as Callback, (value) => value?.path);
      },
      setData: (path: string, data: Buffer, version: number, callback: Callback) =>
        one({ op: 'set', path, data, version, mode: 0 }, callback, statOf),
      remove: (path: string, version: number, callback: Callback) =>
        one({ op: 'remove', path, version, mode: 0 }, callback, () => undefined),
      transaction: () => {
        const ops: Op[] = [];
        return {
          ops,
          create: (path: string, data: Buffer, mode: number) =>
            ops.push({ op: 'create', path, data, version: -1, mode }),
          setData: (path: string, data: Buffer) => ops.push({ op: 'set', path, data, version: -1, mode: 0 }),
          remove: (path: string) => ops.push({ op: 'remove', path, version: -1, mode: 0 }),
          check: (path: string) => ops.push({ op: 'check', path, version: -1, mode: 0 }),
          commit: (callback: (error: unknown, results: unknown) => void) =>
            this.#change(ops, (error, values) =>
              callback(
                error,
                values.map((value) => ({ ...value, ...(value.stat ? { stat: new LibraryStat(value.stat) } : {}) })),
              ),
            ),
        };
      },
    };
  }

  #after(delayMs: number, run: () => void): Timer {
    const { clock }: { clock: Clock } = this.#process;
    const timer = clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      if (!this.#isDiscarded) run();
    });
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer: Timer): void {
    timer.cancel();
    this.#timers.delete(timer);
  }
}

/** Processes are named after their party; a later life of one has a number behind it. */
export function partyOf(process: SimProcess): string {
  return process.name.split('#')[0] ?? process.name;
}

/** For {@link ZooKeeperSessionDeps.openClient}. */
export function openSimClient(world: ConstructorParameters<typeof SimZooKeeperClient>[2]) {
  return (options: ClientAdapterOptions, hooks: ClientHooks): ClientPort =>
    new SimZooKeeperClient(options, hooks, world) as unknown as ClientPort;
}
