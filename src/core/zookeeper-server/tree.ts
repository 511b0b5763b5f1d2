import { checkPermission, OPEN_ACL } from './acl.ts';
import { nameOf, parentOf, refuseUnreadablePath, validatePath } from './paths.ts';
import {
  type AclEntry,
  ERROR,
  EVENT,
  type EventType,
  type Identity,
  PERMISSION,
  RequestError,
  type Stat,
} from './protocol.ts';

export interface TreeEvent {
  type: EventType;
  path: string;
}

/** One change of the tree, or several that stand and fall together. */
export interface Transaction {
  zxid: bigint;
  timeMs: number;
  proved: readonly Identity[];
  events: TreeEvent[];
  undo: (() => void)[];
}

interface Node {
  data: Buffer | null;
  acl: readonly AclEntry[];
  children: Set<string>;
  czxid: bigint;
  mzxid: bigint;
  pzxid: bigint;
  ctimeMs: number;
  mtimeMs: number;
  version: number;
  aversion: number;
  /** How many children were ever created: the next sequential child is named by it. */
  createdChildren: number;
  ephemeralOwner: bigint;
}

export interface CreateRequest {
  path: string;
  data: Buffer | null;
  acl: readonly AclEntry[];
  sequential: boolean;
  /** The owner's session; 0n makes a persistent node. */
  ephemeralOwner: bigint;
}

const SYSTEM_PATHS = ['/zookeeper', '/zookeeper/config', '/zookeeper/quota'];
const LARGEST_VERSION = 0x7fffffff;

/** ZooKeeper's tree of nodes, in memory; it knows nothing of sessions' lives, sockets or time. */
export class DataTree {
  readonly #nodes = new Map<string, Node>();
  readonly #ephemerals = new Map<bigint, Set<string>>();

  constructor() {
    this.#nodes.set('/', newNode(null, OPEN_ACL, 0n, 0, 0n));
    for (const path of SYSTEM_PATHS) {
      this.#nodes.set(path, newNode(Buffer.alloc(0), OPEN_ACL, 0n, 0, 0n));
      this.#parent(path).children.add(nameOf(path));
    }
  }

  size(): number {
    return this.#nodes.size;
  }

  has(path: string): boolean {
    return this.#nodes.has(path);
  }

  ephemeralsOf(sessionId: bigint): string[] {
    return [...(this.#ephemerals.get(sessionId) ?? [])];
  }

  stat(path: string): Stat {
    return statOf(this.#node(path));
  }

  data(path: string, proved: readonly Identity[]): { data: Buffer | null; stat: Stat } {
    const node = this.#node(path);
    checkPermission(node.acl, PERMISSION.read, proved);
    return { data: node.data, stat: statOf(node) };
  }

  children(path: string, proved: readonly Identity[]): { names: string[]; stat: Stat } {
    const node = this.#node(path);
    checkPermission(node.acl, PERMISSION.read, proved);
    return { names: [...node.children], stat: statOf(node) };
  }

  acl(path: string, proved: readonly Identity[]): { acl: readonly AclEntry[]; stat: Stat } {
    const node = this.#node(path);
    checkPermission(node.acl, PERMISSION.read | PERMISSION.admin, proved);
    return { acl: node.acl, stat: statOf(node) };
  }

  /** Returns the path made. The order of the checks is Apache ZooKeeper's. */
  create(txn: Transaction, request: CreateRequest): string {
    refuseUnreadablePath(request.path);
    const parentPath = parentOf(request.path);
    const parent = this.#node(parentPath);
    checkPermission(parent.acl, PERMISSION.create, txn.proved);
    const suffix = request.sequential ? String(parent.createdChildren).padStart(10, '0') : '';
    const path = request.path + suffix;
    validatePath(path);
    if (this.#nodes.has(path)) throw new RequestError(ERROR.nodeExists);
    if (parent.ephemeralOwner !== 0n) throw new RequestError(ERROR.noChildrenForEphemerals);

    const { createdChildren, pzxid } = parent;
    const node = newNode(request.data, request.acl, txn.zxid, txn.timeMs, request.ephemeralOwner);
    this.#nodes.set(path, node);
    this.#own(path, node);
    parent.children.add(nameOf(path));
    parent.createdChildren += 1;
    parent.pzxid = txn.zxid;
    txn.undo.push(() => {
      this.#nodes.delete(path);
      this.#disown(path, node);
      parent.children.delete(nameOf(path));
      parent.createdChildren = createdChildren;
      parent.pzxid = pzxid;
    });
    txn.events.push({ type: EVENT.created, path }, { type: EVENT.childrenChanged, path: parentPath });
    return path;
  }

  remove(txn: Transaction, path: string, version: number): void {
    refuseUnreadablePath(path);
    if (path === '/' || SYSTEM_PATHS.includes(path)) throw new RequestError(ERROR.badArguments);
    const parentPath = parentOf(path);
    const parent = this.#node(parentPath);
    const node = this.#node(path);
    checkPermission(parent.acl, PERMISSION.delete, txn.proved);
    checkVersion(node.version, version);
    if (node.children.size > 0) throw new RequestError(ERROR.notEmpty);

    const { pzxid } = parent;
    this.#nodes.delete(path);
    this.#disown(path, node);
    parent.children.delete(nameOf(path));
    parent.pzxid = txn.zxid;
    txn.undo.push(() => {
      this.#nodes.set(path, node);
      this.#own(path, node);
      parent.children.add(nameOf(path));
      parent.pzxid = pzxid;
    });
    txn.events.push({ type: EVENT.deleted, path }, { type: EVENT.childrenChanged, path: parentPath });
  }

  /** Removes a session's ephemeral nodes, whatever the access rules say: its end is the server's doing. */
  removeEphemerals(txn: Transaction, sessionId: bigint): void {
    for (const path of this.ephemeralsOf(sessionId)) {
      const node = this.#node(path);
      this.#nodes.delete(path);
      this.#disown(path, node);
      const parentPath = parentOf(path);
      const parent = this.#node(parentPath);
      parent.children.delete(nameOf(path));
      parent.pzxid = txn.zxid;
      txn.events.push({ type: EVENT.deleted, path }, { type: EVENT.childrenChanged, path: parentPath });
    }
  }

  setData(txn: Transaction, path: string, data: Buffer | null, version: number): Stat {
    validatePath(path);
    const node = this.#node(path);
    checkPermission(node.acl, PERMISSION.write, txn.proved);
    checkVersion(node.version, version);
    const before = { data: node.data, version: node.version, mzxid: node.mzxid, mtimeMs: node.mtimeMs };
    txn.undo.push(() => void Object.assign(node, before));
    node.data = data;
    node.version = nextVersion(node.version);
    node.mzxid = txn.zxid;
    node.mtimeMs = txn.timeMs;
    txn.events.push({ type: EVENT.dataChanged, path });
    return statOf(node);
  }

  setAcl(txn: Transaction, path: string, acl: readonly AclEntry[], version: number): Stat {
    validatePath(path);
    const node = this.#node(path);
    checkPermission(node.acl, PERMISSION.admin, txn.proved);
    checkVersion(node.aversion, version);
    const before = { acl: node.acl, aversion: node.aversion };
    txn.undo.push(() => void Object.assign(node, before));
    node.acl = acl;
    node.aversion = nextVersion(node.aversion);
    return statOf(node);
  }

  check(txn: Transaction, path: string, version: number): void {
    validatePath(path);
    const node = this.#node(path);
    checkPermission(node.acl, PERMISSION.read, txn.proved);
    checkVersion(node.version, version);
  }

  #node(path: string): Node {
    const node = this.#nodes.get(path);
    if (!node) throw new RequestError(ERROR.noNode);
    return node;
  }

  #parent(path: string): Node {
    return this.#node(parentOf(path));
  }

  #own(path: string, node: Node): void {
    if (node.ephemeralOwner === 0n) return;
    const owned = this.#ephemerals.get(node.ephemeralOwner) ?? new Set();
    this.#ephemerals.set(node.ephemeralOwner, owned.add(path));
  }

  #disown(path: string, node: Node): void {
    const owned = this.#ephemerals.get(node.ephemeralOwner);
    owned?.delete(path);
    if (owned?.size === 0) this.#ephemerals.delete(node.ephemeralOwner);
  }
}

function newNode(data: Buffer | null, acl: readonly AclEntry[], zxid: bigint, timeMs: number, owner: bigint): Node {
  return {
    data,
    acl,
    children: new Set(),
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    ctimeMs: timeMs,
    mtimeMs: timeMs,
    version: 0,
    aversion: 0,
    createdChildren: 0,
    ephemeralOwner: owner,
  };
}

/** -1 means any version. */
function checkVersion(present: number, expected: number): void {
  if (expected !== -1 && expected !== present) throw new RequestError(ERROR.badVersion);
}

function nextVersion(version: number): number {
  return version === LARGEST_VERSION ? 0 : version + 1;
}

function statOf(node: Node): Stat {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctimeMs: node.ctimeMs,
    mtimeMs: node.mtimeMs,
    version: node.version,
    // Clients are told the number of changes to the list of children: every creation, and a removal for each that is gone.
    cversion: node.createdChildren * 2 - node.children.size,
    aversion: node.aversion,
    ephemeralOwner: node.ephemeralOwner,
    dataLength: node.data?.length ?? 0,
    numChildren: node.children.size,
    pzxid: node.pzxid,
  };
}
