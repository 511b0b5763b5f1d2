import type { Timer } from '#core/clock';
import type { CreateMode, MultiOp } from '#core/zookeeper';
import { OPEN_ACL, type SessionRecord, Store, type Watcher } from '#core/zookeeper-server';
import type { Channel, ChannelEnd, SimNetwork } from './network.ts';
import type { SimProcess } from './process.ts';

export const ZOOKEEPER = 'Z';
export const ZOOKEEPER_PORT = 2181;
const TICK_MS = 500;

type Stored = ReturnType<Store['tree']['data']>;
export type StoredStat = Stored['stat'];

/** One request, as the client library would put it on the wire. */
export type ZooKeeperRequest =
  | { kind: 'connect'; timeoutMs: number; session: { id: bigint; password: Buffer } | undefined }
  | { kind: 'get' | 'exists' | 'children'; id: number; path: string; watch: boolean }
  | { kind: 'change'; id: number; ops: readonly ChangeOp[] }
  | { kind: 'close' };

export interface ChangeOp {
  op: MultiOp['op'];
  path: string;
  data?: Buffer;
  /** -1: any. */
  version: number;
  mode: CreateMode;
}

export type ZooKeeperAnswer =
  | { kind: 'connected'; session: { id: bigint; password: Buffer }; timeoutMs: number }
  | { kind: 'expired' }
  | { kind: 'answer'; id: number; code: number; failedIndex: number; value: unknown }
  | { kind: 'event'; type: number; path: string };

/** What has been committed, before anybody hears of it. */
export interface Commit {
  zxid: bigint;
  ops: readonly ChangeOp[];
  by: string;
}

/**
 * An ensemble of ZooKeeper servers seen as one, around the tree and the sessions of our own embedded server. It can
 * lose its leader, hang, expire sessions, and lose single answers after it has acted on the request.
 */
export class SimZooKeeper {
  readonly store: Store;
  /** Called with every change as it is committed. */
  onCommit: (commit: Commit) => void = () => {};
  /** How many of the next answers to changes are lost together with their connection. */
  loseAnswers = 0;
  /** When it let go of each process's latest session, on the timeline: that ran out, or was closed. */
  readonly #letGoMs = new Map<string, number>();
  readonly #process: SimProcess;
  readonly #network: SimNetwork;
  #electing = false;
  /** No session runs out before: it can be later by now, as every request puts its session's end off. */
  #nextExpiryMs = Number.POSITIVE_INFINITY;
  #expiry: Timer | undefined;
  readonly #partyOf = new Map<bigint, string>();

  constructor(process: SimProcess, network: SimNetwork) {
    this.#process = process;
    this.#network = network;
    const limits = { tickMs: TICK_MS, minSessionTimeoutMs: 2 * TICK_MS, maxSessionTimeoutMs: 60_000 };
    this.store = new Store(process.clock, process.random, limits);
    this.#listen();
  }

  /** The leader is lost: every connection ends, and nobody is served until another is {@link elected}; sessions live on. */
  loseLeader(): void {
    this.#electing = true;
    this.#network.unlisten(ZOOKEEPER, ZOOKEEPER_PORT, this.#process);
    this.#network.cut((one) => one.kind === 'zk', null);
  }

  elected(): void {
    if (!this.#electing) return;
    this.#electing = false;
    this.store.sessions.touchAll();
    this.#awaitExpiry();
    this.#listen();
  }

  /** The latest session of a process; undefined: it has none. */
  sessionOf(process: string): bigint | undefined {
    return this.store.sessions
      .all()
      .map(({ id }) => id)
      .findLast((id) => this.#partyOf.get(id) === process);
  }

  /** When it last let go of a session of a process, or of any of a party's processes, on the timeline. */
  letGoMs(of: string): number | undefined {
    const isOf = (process: string) => process === of || process.startsWith(`${of}#`);
    const ended = [...this.#letGoMs].filter(([process]) => isOf(process)).map(([, atMs]) => atMs);
    return ended.length === 0 ? undefined : Math.max(...ended);
  }

  isAlive(session: bigint): boolean {
    return this.store.sessions.get(session) !== undefined;
  }

  json(path: string): Record<string, unknown> | undefined {
    if (!this.store.tree.has(path)) return undefined;
    const { data } = this.store.tree.data(path, []);
    return data === null || data.length === 0 ? undefined : (JSON.parse(data.toString()) as Record<string, unknown>);
  }

  childrenOf(path: string): string[] {
    return this.store.tree.has(path) ? this.store.tree.children(path, []).names : [];
  }

  /** Looks again when the first of the sessions runs out, unless it is heard of before. */
  #awaitExpiry(): void {
    const { clock } = this.#process;
    const sessions = this.store.sessions.all();
    this.#expiry?.cancel();
    this.#nextExpiryMs = Math.min(...sessions.map(({ expiresAtMs }) => expiresAtMs));
    if (sessions.length === 0) return;
    this.#expiry = clock.setTimer(this.#nextExpiryMs - clock.monotonicMs(), () => this.#expireWhatIsDue());
  }

  #expireWhatIsDue(): void {
    if (this.#electing) return;
    for (const session of this.store.sessions.expired()) this.#expire(session);
    this.#awaitExpiry();
  }

  #expire(session: SessionRecord): void {
    this.#letGo(session);
    session.connection?.destroy();
    this.#partyOf.delete(session.id);
  }

  #letGo(session: SessionRecord): void {
    this.store.endSession(session);
    const party = this.#partyOf.get(session.id);
    if (party !== undefined) this.#letGoMs.set(party, this.#process.timeline.nowMs);
  }

  #listen(): void {
    this.#network.listen<ZooKeeperAnswer | ZooKeeperRequest>(ZOOKEEPER, ZOOKEEPER_PORT, this.#process, (channel) =>
      this.#serve(channel as Channel<ZooKeeperAnswer>),
    );
  }

  #serve(channel: Channel<ZooKeeperAnswer>): ChannelEnd<ZooKeeperAnswer | ZooKeeperRequest> {
    let session: SessionRecord | undefined;
    const watcher: Watcher = {
      notify: (type, path) => channel.send({ kind: 'event', type, path }),
    };
    const gone = () => {
      this.store.watches.forget(watcher);
      if (session?.connection === handle) session.connection = undefined;
    };
    const handle = {
      destroy: () => {
        gone();
        channel.close();
      },
    };
    return {
      ended: gone,
      message: (value) => {
        const request = value as ZooKeeperRequest;
        // It stood still meanwhile: what has run out is gone, whatever has been sent in its name.
        if (this.#process.clock.monotonicMs() >= this.#nextExpiryMs) this.#expireWhatIsDue();
        if (request.kind === 'connect') {
          session = this.#openSession(request, handle);
          if (session === undefined) {
            channel.send({ kind: 'expired' });
            channel.close();
            return;
          }
          const { id, password, timeoutMs } = session;
          channel.send({ kind: 'connected', session: { id, password }, timeoutMs });
          return;
        }
        if (session === undefined || this.store.sessions.get(session.id) !== session) return handle.destroy();
        this.store.sessions.touch(session);
        if (request.kind === 'close') {
          this.#letGo(session);
          return handle.destroy();
        }
        const answer = this.#answer(request, session, watcher);
        if (request.kind === 'change' && this.loseAnswers > 0) {
          this.loseAnswers -= 1;
          return handle.destroy();
        }
        channel.send(answer);
      },
    };
  }

  nameSession(id: bigint, party: string): void {
    this.#partyOf.set(id, party);
  }

  #openSession(
    { session, timeoutMs }: Extract<ZooKeeperRequest, { kind: 'connect' }>,
    connection: { destroy(): void },
  ): SessionRecord | undefined {
    const found = session ? this.store.sessions.find(session.id, session.password) : this.store.openSession(timeoutMs);
    if (found === undefined) return undefined;
    const before = found.connection;
    found.connection = connection;
    before?.destroy();
    found.connection = connection;
    this.store.sessions.touch(found);
    if (found.expiresAtMs < this.#nextExpiryMs) this.#awaitExpiry();
    return found;
  }

  #answer(
    request: Exclude<ZooKeeperRequest, { kind: 'connect' | 'close' }>,
    session: SessionRecord,
    watcher: Watcher,
  ): ZooKeeperAnswer {
    const { id } = request;
    let failedIndex = -1;
    try {
      if (request.kind !== 'change')
        return { kind: 'answer', id, code: 0, failedIndex, value: this.#read(request, watcher) };
      const value = this.store.change([], (txn) =>
        request.ops.map((op, index) => {
          failedIndex = index;
          return this.#apply(txn, op, session.id);
        }),
      );
      this.onCommit({ zxid: this.store.lastZxid, ops: request.ops, by: this.#partyOf.get(session.id) ?? '?' });
      return { kind: 'answer', id, code: 0, failedIndex: -1, value };
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') throw error;
      return { kind: 'answer', id, code: error.code, failedIndex, value: undefined };
    }
  }

  #read(request: Extract<ZooKeeperRequest, { path: string }>, watcher: Watcher): unknown {
    const { tree, watches } = this.store;
    const { path, watch } = request;
    if (request.kind === 'exists') {
      if (watch) watches.addData(path, watcher);
      return tree.has(path) ? tree.stat(path) : null;
    }
    if (request.kind === 'get') {
      const found = tree.data(path, []);
      if (watch) watches.addData(path, watcher);
      return found;
    }
    const { names } = tree.children(path, []);
    if (watch) watches.addChildren(path, watcher);
    return names;
  }

  #apply(txn: Parameters<Store['tree']['create']>[0], op: ChangeOp, owner: bigint): unknown {
    const { tree } = this.store;
    const { path, version } = op;
    switch (op.op) {
      case 'create': {
        const isEphemeral = op.mode.startsWith('ephemeral');
        const made = tree.create(txn, {
          path,
          data: op.data ?? null,
          acl: OPEN_ACL,
          sequential: op.mode.endsWith('sequential'),
          ephemeralOwner: isEphemeral ? owner : 0n,
        });
        return { path: made };
      }
      case 'set':
        return { stat: tree.setData(txn, path, op.data ?? null, version) };
      case 'remove':
        tree.remove(txn, path, version);
        return {};
      case 'check':
        tree.check(txn, path, version);
        return {};
    }
  }
}
