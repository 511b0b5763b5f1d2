import { CreateMode as LibraryMode, type Transaction } from 'node-zookeeper-client';
import { fromLibraryAcl, type LibraryAcl, toLibraryAcl } from './acl.ts';
import type { CallGate } from './calls.ts';
import type { ClientPort, Event, Stat } from './client-adapter.ts';
import { validatePath } from './connect-string.ts';
import {
  type AclRule,
  type CreateMode,
  type MultiOp,
  type MultiResult,
  type NodeStat,
  type NodeValue,
  ZooKeeperError,
} from './port.ts';

export type Watcher = (event: Event) => void;

/** A request must stay under the server's 1 MiB with its path, ACL and headers. */
const MAX_DATA_BYTES = 1_000_000;
/** What the library and the server both read as "whatever version it has". */
const ANY_VERSION = -1;

const MODES: Record<CreateMode, number> = {
  persistent: LibraryMode.PERSISTENT,
  ephemeral: LibraryMode.EPHEMERAL,
  'persistent-sequential': LibraryMode.PERSISTENT_SEQUENTIAL,
  'ephemeral-sequential': LibraryMode.EPHEMERAL_SEQUENTIAL,
};

interface LibraryMultiResult {
  type: number;
  err?: number;
  path?: string;
  stat?: Stat;
}

/**
 * ZooKeeper's operations as promises, over whichever client is current, under the chroot. Each awaits the answer itself: a
 * promise that is returned from where another is made takes turns of its own.
 */
export class Operations {
  readonly #gate: CallGate;
  readonly #client: () => ClientPort;
  readonly #chroot: string;
  readonly #timeoutMs: number;

  constructor(gate: CallGate, client: () => ClientPort, chroot: string, timeoutMs: number) {
    this.#gate = gate;
    this.#client = client;
    this.#chroot = chroot;
    this.#timeoutMs = timeoutMs;
  }

  /** The node's value and, with `watcher`, a watch on it; rejects with NO_NODE and leaves no watch where there is none. */
  async read(path: string, watcher?: Watcher): Promise<NodeValue> {
    const full = this.fullPath(path);
    return await this.#gate.call<NodeValue>(path, this.#timeoutMs, (done) => {
      const answer = (error: unknown, data: Buffer | undefined, stat: Stat) =>
        done(error, () => ({ data: data ?? Buffer.alloc(0), stat: toNodeStat(stat) }));
      if (watcher) this.#client().client.getData(full, watcher, answer);
      else this.#client().client.getData(full, answer);
    });
  }

  /** The node's stat, or undefined; with `watcher`, a watch that is left in both cases. */
  async exists(path: string, watcher?: Watcher): Promise<NodeStat | undefined> {
    const full = this.fullPath(path);
    return await this.#gate.call<NodeStat | undefined>(path, this.#timeoutMs, (done) => {
      const answer = (error: unknown, stat: Stat | null) => done(error, () => (stat ? toNodeStat(stat) : undefined));
      if (watcher) this.#client().client.exists(full, watcher, answer);
      else this.#client().client.exists(full, answer);
    });
  }

  /** The sorted names of the children; rejects with NO_NODE and leaves no watch where there is no such node. */
  async children(path: string, watcher?: Watcher): Promise<string[]> {
    const full = this.fullPath(path);
    return await this.#gate.call<string[]>(path, this.#timeoutMs, (done) => {
      const answer = (error: unknown, names: string[] | undefined) => done(error, () => [...(names ?? [])].sort());
      if (watcher) this.#client().client.getChildren(full, watcher, answer);
      else this.#client().client.getChildren(full, answer);
    });
  }

  /** Who may do what with the node; rejects with NO_NODE where there is none. */
  async acl(path: string): Promise<AclRule[]> {
    const full = this.fullPath(path);
    return await this.#gate.call<AclRule[]>(path, this.#timeoutMs, (done) => {
      this.#client().client.getACL(full, (error, rules) =>
        done(error, () => fromLibraryAcl(rules as unknown as LibraryAcl[])),
      );
    });
  }

  async create(path: string, data: Buffer, mode: CreateMode): Promise<string> {
    const full = this.fullPath(path);
    checkData(path, data.length);
    return await this.#gate.call<string>(path, this.#timeoutMs, (done) => {
      this.#client().client.create(full, data, MODES[mode], (error, made) => done(error, () => this.#ownPath(made)));
    });
  }

  async set(path: string, data: Buffer, expectedVersion?: number): Promise<NodeStat> {
    const full = this.fullPath(path);
    checkData(path, data.length);
    const version = checkVersion(path, expectedVersion);
    return await this.#gate.call<NodeStat>(path, this.#timeoutMs, (done) => {
      this.#client().client.setData(full, data, version, (error, stat) => done(error, () => toNodeStat(stat)));
    });
  }

  async remove(path: string, expectedVersion?: number): Promise<void> {
    const full = this.fullPath(path);
    const version = checkVersion(path, expectedVersion);
    return await this.#gate.call<void>(path, this.#timeoutMs, (done) => {
      this.#client().client.remove(full, version, (error) => done(error, () => undefined));
    });
  }

  async multi(ops: readonly MultiOp[]): Promise<MultiResult[]> {
    if (ops.length === 0) return [];
    const label = ops.map((op) => op.path).join(', ');
    let bytes = 0;
    for (const op of ops) bytes += Buffer.byteLength(op.path) + 100 + ('data' in op ? op.data.length : 0);
    checkData(label, bytes);
    const paths = ops.map((op) => this.fullPath(op.path));
    return await this.#gate.call<MultiResult[]>(label, this.#timeoutMs, (done) => {
      const transaction = this.#client().client.transaction();
      for (const [index, op] of ops.entries()) addOperation(transaction, op, paths[index] ?? op.path);
      transaction.commit((error: unknown, results: LibraryMultiResult[] | undefined) => {
        const index = results?.findIndex((result) => result.err !== undefined && result.err !== 0) ?? -1;
        const failedOp = ops[index];
        done(
          error,
          () => (results ?? []).map((result) => this.#toMultiResult(result)),
          failedOp && { index, path: failedOp.path },
        );
      });
    });
  }

  /** Makes what is missing of the path, the chroot included, persistent and empty. */
  async ensurePath(path: string): Promise<void> {
    const full = this.fullPath(path);
    if (full === '/' || (await this.#statOf(full))) return;
    const parts = full.slice(1).split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      await this.#createUnlessThere(`/${parts.slice(0, depth).join('/')}`);
    }
  }

  /** One small call to the root, for the heartbeat. */
  beat(deadlineMs: number): Promise<unknown> {
    return this.#gate.call<boolean>('/', deadlineMs, (done) => {
      this.#client().client.exists('/', (error) => done(error, () => true));
    });
  }

  #statOf(full: string): Promise<Stat | null> {
    return this.#gate.call<Stat | null>(full, this.#timeoutMs, (done) => {
      this.#client().client.exists(full, (error, stat: Stat | null) => done(error, () => stat));
    });
  }

  async #createUnlessThere(full: string): Promise<void> {
    try {
      await this.#gate.call<string>(full, this.#timeoutMs, (done) => {
        this.#client().client.create(full, Buffer.alloc(0), (error, made) => done(error, () => made));
      });
    } catch (error) {
      const mayBeThere = error instanceof ZooKeeperError && (error.code === 'NODE_EXISTS' || error.code === 'NO_AUTH');
      // Without the right to create here the node may still be there, made by somebody who had it.
      if (!mayBeThere || (error.code === 'NO_AUTH' && !(await this.#statOf(full)))) throw error;
    }
  }

  /** The path as the server knows it, under the chroot. */
  fullPath(path: string): string {
    validatePath(path);
    return path === '/' ? this.#chroot || '/' : this.#chroot + path;
  }

  #ownPath(full: string): string {
    return full.slice(this.#chroot.length) || '/';
  }

  #toMultiResult(result: LibraryMultiResult): MultiResult {
    return {
      ...(result.path === undefined ? {} : { path: this.#ownPath(result.path) }),
      ...(result.stat === undefined ? {} : { stat: toNodeStat(result.stat) }),
    };
  }
}

function addOperation(transaction: Transaction, op: MultiOp, path: string): void {
  switch (op.op) {
    case 'create':
      if (op.acl) transaction.create(path, op.data, toLibraryAcl(op.acl), MODES[op.mode]);
      else transaction.create(path, op.data, MODES[op.mode]);
      return;
    case 'set':
      transaction.setData(path, op.data);
      break;
    case 'remove':
      transaction.remove(path);
      break;
    case 'check':
      transaction.check(path);
      break;
  }
  // The library turns version 0 into "any version": the exact one is put into the operation it has just added.
  const added = (transaction as unknown as { ops: { version: number }[] }).ops.at(-1);
  if (added) added.version = checkVersion(path, op.expectedVersion);
}

function checkVersion(path: string, expectedVersion: number | undefined): number {
  if (expectedVersion === undefined) return ANY_VERSION;
  if (!Number.isInteger(expectedVersion) || expectedVersion < 0 || expectedVersion > 0x7fffffff) {
    throw new ZooKeeperError('INVALID', path, `${expectedVersion} is not a version`);
  }
  return expectedVersion;
}

function checkData(path: string, bytes: number): void {
  if (bytes > MAX_DATA_BYTES) {
    throw new ZooKeeperError(
      'INVALID',
      path.slice(0, 200),
      `${bytes} bytes are more than the ${MAX_DATA_BYTES} a request may carry`,
    );
  }
}

function toNodeStat(stat: Stat): NodeStat {
  return {
    czxid: stat.czxid.readBigInt64BE(),
    mzxid: stat.mzxid.readBigInt64BE(),
    pzxid: stat.pzxid.readBigInt64BE(),
    version: stat.version,
    cversion: stat.cversion,
    ephemeralOwner: stat.ephemeralOwner.readBigInt64BE(),
    ctimeMs: Number(stat.ctime.readBigInt64BE()),
    mtimeMs: Number(stat.mtime.readBigInt64BE()),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
  };
}
