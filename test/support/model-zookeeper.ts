import type { Clock, Timer } from '#core/clock';
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
  type ZooKeeperErrorCode,
  type ZooKeeperSession,
} from '#core/zookeeper';

interface Entry {
  data: Buffer;
  version: number;
  czxid: bigint;
  mzxid: bigint;
  owner: bigint;
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/';

/** ZooKeeper modelled in memory for virtual time: one tree, sessions that can be cut off, expire and come back. */
export class ModelZooKeeper {
  readonly clock: Clock;
  readonly sessions: ModelSession[] = [];
  nodes = new Map<string, Entry>();
  zxid = 0n;
  up = true;
  #nextSession = 1n;

  constructor(clock: Clock) {
    this.clock = clock;
    this.wipe();
  }

  session(timeoutMs = 6_000): ModelSession {
    const session = new ModelSession(this, timeoutMs);
    this.sessions.push(session);
    return session;
  }

  /** The server goes away, and its clock with it: nothing expires meanwhile. */
  stop(): void {
    this.up = false;
    for (const session of this.sessions) session.lost();
  }

  restart(): void {
    this.up = true;
    for (const session of this.sessions) session.comeBack();
  }

  wipe(): void {
    this.nodes = new Map([['/', { data: Buffer.alloc(0), version: 0, czxid: 0n, mzxid: 0n, owner: 0n }]]);
    this.changed();
  }

  newOwner(): bigint {
    return this.#nextSession++;
  }

  /** Removes what belongs to a session. */
  endOwner(owner: bigint): void {
    for (const [path, entry] of this.nodes) if (entry.owner === owner && owner !== 0n) this.nodes.delete(path);
    this.changed();
  }

  /** A record as JSON, or undefined. */
  json(path: string): Record<string, unknown> | undefined {
    const entry = this.nodes.get(path);
    return entry && (JSON.parse(entry.data.toString()) as Record<string, unknown>);
  }

  changed(): void {
    for (const session of this.sessions) session.deliver();
  }

  apply(op: MultiOp, owner: bigint): MultiResult {
    const fail = (code: ZooKeeperErrorCode): never => {
      throw new ZooKeeperError(code, op.path, 'model');
    };
    const entry = this.nodes.get(op.path);
    if (op.op === 'create') {
      if (entry) return fail('NODE_EXISTS');
      if (!this.nodes.has(parentOf(op.path))) return fail('NO_NODE');
      const zxid = ++this.zxid;
      const isEphemeral = op.mode.startsWith('ephemeral');
      this.nodes.set(op.path, { data: op.data, version: 0, czxid: zxid, mzxid: zxid, owner: isEphemeral ? owner : 0n });
      return { path: op.path };
    }
    if (!entry) return fail('NO_NODE');
    if (op.expectedVersion !== undefined && op.expectedVersion !== entry.version) return fail('BAD_VERSION');
    if (op.op === 'remove') this.nodes.delete(op.path);
    if (op.op === 'set')
      this.nodes.set(op.path, { ...entry, data: op.data, version: entry.version + 1, mzxid: ++this.zxid });
    return op.op === 'set' ? { stat: this.stat(op.path) } : {};
  }

  /** All or nothing. */
  applyAll(ops: readonly MultiOp[], owner: bigint): MultiResult[] {
    const before = new Map(this.nodes);
    try {
      const results = ops.map((op) => this.apply(op, owner));
      this.changed();
      return results;
    } catch (error) {
      this.nodes = before;
      throw error;
    }
  }

  children(path: string): string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = [...this.nodes.keys()].filter((p) => p.startsWith(prefix) && p !== '/');
    return names
      .map((p) => p.slice(prefix.length))
      .filter((name) => !name.includes('/'))
      .sort();
  }

  stat(path: string): NodeStat {
    const entry = this.nodes.get(path);
    if (!entry) throw new ZooKeeperError('NO_NODE', path, 'model');
    return {
      czxid: entry.czxid,
      mzxid: entry.mzxid,
      pzxid: entry.mzxid,
      version: entry.version,
      cversion: 0,
      ephemeralOwner: entry.owner,
      ctimeMs: 0,
      mtimeMs: 0,
      dataLength: entry.data.length,
      numChildren: this.children(path).length,
    };
  }
}

/** A session of the model, with hooks for what may happen to it. */
export class ModelSession implements ZooKeeperSession {
  readonly #server: ModelZooKeeper;
  readonly #timeoutMs: number;
  readonly #listeners = new Set<(status: SessionStatus) => void>();
  readonly #watches = new Set<() => void>();
  readonly #keepers = new Set<() => void>();
  /** The node whose changes are not shown for now; reading and writing it go on. Afterwards `deliver`. */
  hiddenPath: string | undefined;
  #state: SessionState = 'connected';
  #generation = 1;
  #owner: bigint;
  #isOwnerGone = false;
  #cutOff = false;
  #lease: SessionLease | undefined;
  #expiry: Timer | undefined;

  constructor(server: ModelZooKeeper, timeoutMs: number) {
    this.#server = server;
    this.#timeoutMs = timeoutMs;
    this.#owner = server.newOwner();
  }

  /** The network between this session and the server fails: the server expires it after the time-out. */
  cutOff(): void {
    this.#cutOff = true;
    this.lost();
    this.#expiry = this.#server.clock.setTimer(this.#timeoutMs, () => {
      this.#isOwnerGone = true;
      this.#server.endOwner(this.#owner);
    });
  }

  /** The network is back. */
  heal(): void {
    this.#cutOff = false;
    this.comeBack();
  }

  /** The server expires the session while it is connected. */
  expire(): void {
    this.#isOwnerGone = true;
    this.#server.endOwner(this.#owner);
    this.comeBack();
  }

  /** What a killed process leaves: nothing more is sent or heard, the session runs out. */
  die(): void {
    this.cutOff();
    this.#listeners.clear();
    this.#watches.clear();
    this.#keepers.clear();
  }

  lost(): void {
    if (this.#state !== 'connected') return;
    this.#lease = this.#currentLease();
    this.#setState('suspended');
  }

  comeBack(): void {
    if (this.#state === 'closed' || this.#cutOff || !this.#server.up) return;
    this.#expiry?.cancel();
    if (this.#isOwnerGone) {
      this.#isOwnerGone = false;
      this.#owner = this.#server.newOwner();
      this.#generation++;
      this.#lease = undefined;
      this.#setState('expired');
    }
    this.#setState('connected');
    this.deliver();
  }

  deliver(): void {
    if (!this.#connected()) return;
    for (const look of [...this.#watches, ...this.#keepers]) look();
  }

  status(): SessionStatus {
    const negotiatedTimeoutMs = this.#timeoutMs;
    return {
      state: this.#state,
      cause: undefined,
      sessionId: '0x1',
      negotiatedTimeoutMs,
      generation: this.#generation,
    };
  }

  lease(): SessionLease | undefined {
    return this.#connected() ? this.#currentLease() : this.#lease;
  }

  isLive(): boolean {
    const lease = this.lease();
    const { clock } = this.#server;
    return lease !== undefined && clock.monotonicMs() < lease.untilMonotonicMs && clock.wallMs() < lease.untilWallMs;
  }

  onStatus(listener: (status: SessionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async whenConnected(): Promise<void> {
    await this.#call('/', () => undefined);
  }

  get(path: string): Promise<NodeValue | undefined> {
    return this.#call(path, () => this.#read(path));
  }

  children(path: string): Promise<string[]> {
    return this.#call(path, () => {
      this.#server.stat(path);
      return this.#server.children(path);
    });
  }

  exists(path: string): Promise<NodeStat | undefined> {
    return this.#call(path, () => this.#read(path)?.stat);
  }

  acl(path: string): Promise<AclRule[] | undefined> {
    return this.#call(path, () => (this.#read(path) ? [] : undefined));
  }

  async create(path: string, data: Buffer, mode: CreateMode): Promise<string> {
    await this.multi([{ op: 'create', path, data, mode }]);
    return path;
  }

  async ensurePath(path: string): Promise<void> {
    await this.#call(path, () => {
      const parts = path.split('/').slice(1);
      for (let i = 1; i <= parts.length; i++) {
        const each = `/${parts.slice(0, i).join('/')}`;
        if (!this.#server.nodes.has(each))
          this.#server.apply({ op: 'create', path: each, data: Buffer.alloc(0), mode: 'persistent' }, 0n);
      }
      this.#server.changed();
    });
  }

  async set(path: string, data: Buffer, expectedVersion?: number): Promise<NodeStat> {
    await this.multi([{ op: 'set', path, data, ...(expectedVersion === undefined ? {} : { expectedVersion }) }]);
    return this.#server.stat(path);
  }

  async remove(path: string, expectedVersion?: number): Promise<void> {
    await this.multi([{ op: 'remove', path, ...(expectedVersion === undefined ? {} : { expectedVersion }) }]);
  }

  multi(ops: readonly MultiOp[]): Promise<MultiResult[]> {
    return this.#call(ops[0]?.path ?? '/', () => this.#server.applyAll(ops, this.#owner));
  }

  watchNode(path: string, listener: (value: NodeValue | undefined) => void, wasRead?: () => void): () => void {
    return this.#watch(
      path,
      () => this.#read(path),
      listener,
      (value) => (value ? `${value.stat.mzxid}` : 'none'),
      wasRead,
    );
  }

  watchChildren(path: string, listener: (names: string[] | undefined) => void, wasRead?: () => void): () => void {
    const read = () => (this.#server.nodes.has(path) ? this.#server.children(path) : undefined);
    return this.#watch(path, read, listener, (names) => JSON.stringify(names ?? null), wasRead);
  }

  keepEphemeral(path: string, data: Buffer, isOwnLeftover: (found: Buffer) => boolean): KeptEphemeral {
    let wanted = data;
    let problem: string | undefined;
    let waiting: (() => void)[] = [];
    const stands = () => {
      const entry = this.#server.nodes.get(path);
      return this.#connected() && entry?.owner === this.#owner && entry.data.equals(wanted);
    };
    const isLeftover = (entry: { data: Buffer; owner: bigint }) => {
      try {
        return entry.owner !== 0n && isOwnLeftover(entry.data);
      } catch {
        // As the true session has it: what cannot be judged is another's.
        return false;
      }
    };
    const look = () => {
      if (!this.#connected() || stands()) return;
      const entry = this.#server.nodes.get(path);
      problem = entry && entry.owner !== this.#owner && !isLeftover(entry) ? 'belongs to another' : undefined;
      if (problem !== undefined) return;
      if (entry) this.#server.nodes.delete(path);
      this.#make(path);
      this.#server.apply({ op: 'create', path, data: wanted, mode: 'ephemeral' }, this.#owner);
      this.#server.changed();
      for (const resolve of waiting.splice(0)) resolve();
    };
    this.#keepers.add(look);
    void Promise.resolve().then(look);
    return {
      update: (next) => {
        wanted = next;
        void Promise.resolve().then(look);
      },
      settled: () =>
        stands()
          ? Promise.resolve()
          : new Promise((resolve) => {
              waiting = [...waiting, resolve];
            }),
      problem: () => problem,
      release: async () => {
        this.#keepers.delete(look);
        if (stands()) await this.remove(path);
      },
    };
  }

  async close(): Promise<void> {
    const wasConnected = this.#connected();
    this.#watches.clear();
    this.#keepers.clear();
    this.#setState('closed');
    if (wasConnected) this.#server.endOwner(this.#owner);
  }

  #make(path: string): void {
    const parts = parentOf(path).split('/').slice(1);
    for (let i = 1; i <= parts.length; i++) {
      const each = `/${parts.slice(0, i).join('/')}`;
      if (each !== '/' && !this.#server.nodes.has(each))
        this.#server.apply({ op: 'create', path: each, data: Buffer.alloc(0), mode: 'persistent' }, 0n);
    }
  }

  #watch<T>(
    path: string,
    read: () => T,
    listener: (value: T) => void,
    fingerprint: (value: T) => string,
    wasRead: (() => void) | undefined,
  ): () => void {
    let last: string | undefined;
    const look = () =>
      void Promise.resolve().then(() => {
        if (this.hiddenPath === path || !this.#connected() || !this.#watches.has(look)) return;
        const value = read();
        if (fingerprint(value) !== last) {
          last = fingerprint(value);
          listener(value);
        }
        wasRead?.();
      });
    this.#watches.add(look);
    look();
    return () => void this.#watches.delete(look);
  }

  #read(path: string): NodeValue | undefined {
    const entry = this.#server.nodes.get(path);
    return entry && { data: entry.data, stat: this.#server.stat(path) };
  }

  async #call<T>(path: string, run: () => T): Promise<T> {
    if (!this.#connected()) throw new ZooKeeperError('NOT_CONNECTED', path, this.#state);
    await Promise.resolve();
    if (!this.#connected()) throw new ZooKeeperError('NOT_CONNECTED', path, this.#state);
    return run();
  }

  #connected(): boolean {
    return this.#state === 'connected';
  }

  #currentLease(): SessionLease {
    const { clock } = this.#server;
    const trustedMs = (this.#timeoutMs * 2) / 3;
    return { untilMonotonicMs: clock.monotonicMs() + trustedMs, untilWallMs: clock.wallMs() + trustedMs };
  }

  #setState(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(this.status());
  }
}
