import {
  type AclRule,
  type CreateMode,
  type KeptEphemeral,
  type MultiOp,
  type MultiResult,
  type NodeStat,
  type NodeValue,
  type SessionState,
  type SessionStatus,
  ZooKeeperError,
  type ZooKeeperErrorCode,
  type ZooKeeperSession,
} from '#core/zookeeper';

interface Stored {
  data: Buffer;
  version: number;
  owner: bigint;
  czxid: bigint;
  mzxid: bigint;
  created: number;
  acl?: readonly AclRule[];
}

const OPEN: readonly AclRule[] = [
  { scheme: 'world', id: 'anyone', permissions: ['read', 'write', 'create', 'delete', 'admin'] },
];

/** ZooKeeper's tree in memory, shared by the sessions of a test. */
export class MemoryZooKeeper {
  readonly nodes = new Map<string, Stored>([
    ['', { data: Buffer.alloc(0), version: 0, owner: 0n, czxid: 0n, mzxid: 0n, created: 0 }],
  ]);
  readonly sessions = new Set<MemorySession>();
  /** What it says of its wall time; 0: it tells none. */
  wallMs: () => number = () => 0;
  #zxid = 1n;
  #owner = 100n;

  session(): MemorySession {
    const session = new MemorySession(this, ++this.#owner);
    this.sessions.add(session);
    return session;
  }

  newOwner(): bigint {
    return ++this.#owner;
  }

  children(path: string): string[] | undefined {
    if (!this.nodes.has(path)) return undefined;
    const prefix = `${path}/`;
    const names = [...this.nodes.keys()]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length));
    return names.filter((name) => !name.includes('/')).sort();
  }

  /** Applies all or none; throws as the wrapper does. */
  apply(ops: readonly MultiOp[], owner: bigint): MultiResult[] {
    const before = new Map([...this.nodes].map(([path, node]) => [path, { ...node }]));
    const zxid = ++this.#zxid;
    try {
      return ops.map((op, index) => this.#applyOne(op, owner, zxid, ops.length > 1 ? index : undefined));
    } catch (error) {
      this.nodes.clear();
      for (const [path, node] of before) this.nodes.set(path, node);
      throw error;
    }
  }

  /** Tells every connected session that something changed; each finds out what for itself. */
  changed(): void {
    for (const session of this.sessions) session.look();
  }

  removeOwned(owner: bigint): void {
    for (const [path, node] of this.nodes) if (node.owner === owner) this.nodes.delete(path);
    this.changed();
  }

  #applyOne(op: MultiOp, owner: bigint, zxid: bigint, index: number | undefined): MultiResult {
    const fail = (code: ZooKeeperErrorCode) => new ZooKeeperError(code, op.path, 'in memory', index);
    if (op.op === 'create') {
      const parent = this.nodes.get(op.path.slice(0, op.path.lastIndexOf('/')));
      if (!parent) throw fail('NO_NODE');
      const sequential = op.mode.endsWith('sequential');
      const path = sequential ? `${op.path}${String(parent.created++).padStart(10, '0')}` : op.path;
      if (this.nodes.has(path)) throw fail('NODE_EXISTS');
      const ephemeral = op.mode.startsWith('ephemeral');
      this.nodes.set(path, {
        data: op.data,
        version: 0,
        owner: ephemeral ? owner : 0n,
        czxid: zxid,
        mzxid: zxid,
        created: 0,
        ...(op.acl ? { acl: op.acl } : {}),
      });
      return { path };
    }
    const node = this.nodes.get(op.path);
    if (!node) throw fail('NO_NODE');
    if (op.expectedVersion !== undefined && op.expectedVersion !== node.version) throw fail('BAD_VERSION');
    if (op.op === 'check') return {};
    if (op.op === 'remove') {
      this.nodes.delete(op.path);
      return {};
    }
    Object.assign(node, { data: op.data, version: node.version + 1, mzxid: zxid });
    return { stat: statOf(node, this.wallMs()) };
  }
}

function statOf(node: Stored, wallMs: number): NodeStat {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    pzxid: node.mzxid,
    version: node.version,
    cversion: 0,
    ephemeralOwner: node.owner,
    ctimeMs: wallMs,
    mtimeMs: wallMs,
    dataLength: node.data.length,
    numChildren: 0,
  };
}

/** How the next call that changes something ends: its answer is lost, with or without its effect. */
export type LostAnswer = 'applied' | 'not-applied';

/** A session whose connection, lease and answers the test holds in its hand. */
export class MemorySession implements ZooKeeperSession {
  readonly #tree: MemoryZooKeeper;
  readonly #statusListeners = new Set<(status: SessionStatus) => void>();
  readonly #watches = new Set<{ mark: string; look: () => void }>();
  #owner: bigint;
  #state: SessionState = 'connected';
  #generation = 1;
  live = true;
  lostAnswers: LostAnswer[] = [];
  /** Every multi and create that came in. */
  readonly writes: string[] = [];

  constructor(tree: MemoryZooKeeper, owner: bigint) {
    this.#tree = tree;
    this.#owner = owner;
  }

  become(state: SessionState): void {
    if (state === 'expired') {
      this.#tree.removeOwned(this.#owner);
      this.#owner = this.#tree.newOwner();
      this.#generation += 1;
    }
    this.#state = state;
    for (const listener of [...this.#statusListeners]) listener(this.status());
    this.look();
  }

  look(): void {
    if (this.#state !== 'connected') return;
    for (const watch of [...this.#watches]) queueMicrotask(watch.look);
  }

  status(): SessionStatus {
    return {
      state: this.#state,
      cause: undefined,
      sessionId: '0x1',
      negotiatedTimeoutMs: 4_000,
      generation: this.#generation,
    };
  }
  lease() {
    return undefined;
  }
  isLive(): boolean {
    return this.live && (this.#state === 'connected' || this.#state === 'suspended');
  }
  onStatus(listener: (status: SessionStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  }
  async whenConnected(): Promise<void> {}

  async get(path: string): Promise<NodeValue | undefined> {
    this.#connected(path);
    return this.#value(path);
  }
  async children(path: string): Promise<string[]> {
    this.#connected(path);
    const names = this.#tree.children(path);
    if (!names) throw new ZooKeeperError('NO_NODE', path, 'in memory');
    return names;
  }
  async exists(path: string): Promise<NodeStat | undefined> {
    this.#connected(path);
    return this.#value(path)?.stat;
  }
  async acl(path: string): Promise<AclRule[] | undefined> {
    this.#connected(path);
    const node = this.#tree.nodes.get(path);
    return node && [...(node.acl ?? OPEN)];
  }
  async create(path: string, data: Buffer, mode: CreateMode): Promise<string> {
    const [result] = await this.#change([{ op: 'create', path, data, mode }]);
    return result?.path ?? path;
  }
  async ensurePath(path: string): Promise<void> {
    this.#connected(path);
    const parts = path.split('/');
    for (let length = 2; length <= parts.length; length++) {
      const part = parts.slice(0, length).join('/');
      if (this.#tree.nodes.has(part)) continue;
      this.#tree.apply([{ op: 'create', path: part, data: Buffer.alloc(0), mode: 'persistent' }], this.#owner);
    }
    this.#tree.changed();
  }
  async set(path: string, data: Buffer, expectedVersion?: number): Promise<NodeStat> {
    const [result] = await this.#change([
      { op: 'set', path, data, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
    ]);
    if (!result?.stat) throw new Error('no stat');
    return result.stat;
  }
  async remove(path: string): Promise<void> {
    await this.#change([{ op: 'remove', path }]);
  }
  multi(ops: readonly MultiOp[]): Promise<MultiResult[]> {
    return this.#change(ops);
  }
  watchNode(path: string, listener: (value: NodeValue | undefined) => void, read?: () => void): () => void {
    return this.#watch(read, () => {
      const value = this.#value(path);
      return { mark: value ? `${value.stat.czxid}/${value.stat.mzxid}` : 'none', deliver: () => listener(value) };
    });
  }
  watchChildren(path: string, listener: (names: string[] | undefined) => void, read?: () => void): () => void {
    return this.#watch(read, () => {
      const names = this.#tree.children(path);
      return { mark: names?.join('/') ?? 'none', deliver: () => listener(names) };
    });
  }
  keepEphemeral(): KeptEphemeral {
    throw new Error('not modelled');
  }
  async close(): Promise<void> {
    this.#tree.removeOwned(this.#owner);
    this.#tree.sessions.delete(this);
    this.become('closed');
  }

  #watch(wasRead: (() => void) | undefined, read: () => { mark: string; deliver: () => void }): () => void {
    const watch = {
      mark: '',
      look: () => {
        if (!this.#watches.has(watch) || this.#state !== 'connected') return;
        const { mark, deliver } = read();
        if (mark !== watch.mark) {
          watch.mark = mark;
          deliver();
        }
        wasRead?.();
      },
    };
    this.#watches.add(watch);
    queueMicrotask(watch.look);
    return () => void this.#watches.delete(watch);
  }

  #value(path: string): NodeValue | undefined {
    const node = this.#tree.nodes.get(path);
    return node && { data: node.data, stat: statOf(node, this.#tree.wallMs()) };
  }

  #connected(path: string): void {
    if (this.#state !== 'connected') throw new ZooKeeperError('NOT_CONNECTED', path, this.#state);
  }

  async #change(ops: readonly MultiOp[]): Promise<MultiResult[]> {
    const path = ops.at(-1)?.path ?? '';
    this.#connected(path);
    this.writes.push(ops.map((op) => `${op.op} ${op.path}`).join(', '));
    const lost = this.lostAnswers.shift();
    if (lost === 'not-applied') throw new ZooKeeperError('OUTCOME_UNKNOWN', path, 'the answer was lost');
    const result = this.#tree.apply(ops, this.#owner);
    this.#tree.changed();
    if (lost === 'applied') throw new ZooKeeperError('OUTCOME_UNKNOWN', path, 'the answer was lost');
    return result;
  }
}
