/**
 * What the rest of the project knows of ZooKeeper. `createZooKeeperSession` implements it over node-zookeeper-client;
 * tests and the simulation may model it.
 */

/** `expired` is left by itself: a new session is built, watches re-armed, and the state goes on to `connected`. */
export type SessionState = 'connecting' | 'connected' | 'suspended' | 'expired' | 'closed';

/** A ZooKeeper node's metadata. zxids and owners are 64 bit: bigint. */
export interface NodeStat {
  czxid: bigint;
  mzxid: bigint;
  pzxid: bigint;
  version: number;
  cversion: number;
  ephemeralOwner: bigint;
  ctimeMs: number;
  mtimeMs: number;
  dataLength: number;
  numChildren: number;
}

export interface NodeValue {
  data: Buffer;
  stat: NodeStat;
}

export type CreateMode = 'persistent' | 'ephemeral' | 'persistent-sequential' | 'ephemeral-sequential';

export const PERMISSIONS = ['read', 'write', 'create', 'delete', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * Who may do what with a node: `world`/`anyone`, `digest`/`user:hash`, `ip`/address, and where a node is made also
 * `auth`/`''`: whoever this session has proved to be.
 */
export interface AclRule {
  scheme: string;
  id: string;
  permissions: readonly Permission[];
}

/** One operation of a multi. `expectedVersion` is compared exactly, 0 included; absent means any version. */
export type MultiOp =
  /** Without `acl` everybody may do everything with it. */
  | { op: 'create'; path: string; data: Buffer; mode: CreateMode; acl?: readonly AclRule[] }
  | { op: 'set'; path: string; data: Buffer; expectedVersion?: number }
  | { op: 'remove'; path: string; expectedVersion?: number }
  | { op: 'check'; path: string; expectedVersion?: number };

/** No node has this version: a multi that checks it fails for certain, and says whether what stands before it would not. */
export const IMPOSSIBLE_VERSION = 0x7fffffff;

/** One operation's result, in the order of the operations: the path made, or the stat after a set. */
export interface MultiResult {
  path?: string;
  stat?: NodeStat;
}

/**
 * How long this session surely lives, by our own reckoning: the send time of the last answered call + 2/3 of the
 * negotiated time-out, on both clocks. Live means that neither clock has passed it and the state is `connected` or
 * `suspended` (a suspended session still lives on the server until then).
 */
export interface SessionLease {
  untilMonotonicMs: number;
  untilWallMs: number;
}

export type ZooKeeperErrorCode =
  | 'NO_NODE'
  | 'NODE_EXISTS'
  | 'BAD_VERSION'
  | 'NOT_EMPTY'
  | 'NO_AUTH'
  | 'NO_CHILDREN_FOR_EPHEMERALS'
  | 'INVALID'
  /** The call was refused before anything was sent: it surely had no effect. */
  | 'NOT_CONNECTED'
  /** Sent, and the answer was lost: it may have happened. Re-read and compare an operation id. */
  | 'OUTCOME_UNKNOWN'
  | 'SESSION_EXPIRED'
  | 'CLOSED'
  | 'OTHER';

/** Every failure of a ZooKeeper call. For a multi, `failedIndex` is the operation that failed it. */
export class ZooKeeperError extends Error {
  readonly code: ZooKeeperErrorCode;
  readonly path: string;
  readonly failedIndex: number | undefined;
  constructor(code: ZooKeeperErrorCode, path: string, detail: string, failedIndex?: number) {
    super(`ZooKeeper ${code} at ${path}: ${detail}`);
    this.name = 'ZooKeeperError';
    this.code = code;
    this.path = path;
    this.failedIndex = failedIndex;
  }
}

export interface SessionStatus {
  state: SessionState;
  /** What the last trouble was, in a sentence; undefined while all is well. */
  cause: string | undefined;
  /** Hexadecimal, as ZooKeeper's own tools print it. */
  sessionId: string | undefined;
  negotiatedTimeoutMs: number | undefined;
  /** Counts the sessions this object has had: 1 for the first. */
  generation: number;
}

export interface ZooKeeperSession {
  status(): SessionStatus;
  /** The lease of the current session, undefined before the first connection and after expiry or close. */
  lease(): SessionLease | undefined;
  /** True while the lease lives on both clocks. */
  isLive(): boolean;
  /** Called on every change of status, with the status; returns how to stop listening. */
  onStatus(listener: (status: SessionStatus) => void): () => void;
  /** Resolves when connected; rejects with CLOSED, or a DeadlineError after `timeoutMs`. */
  whenConnected(timeoutMs: number): Promise<void>;

  /** The node's value, or undefined where there is none. */
  get(path: string): Promise<NodeValue | undefined>;
  children(path: string): Promise<string[]>;
  exists(path: string): Promise<NodeStat | undefined>;
  /** The node's rules, or undefined where there is no node. Rejects with NO_AUTH for who may neither read nor administer it. */
  acl(path: string): Promise<AclRule[] | undefined>;
  /** Returns the path made (with its suffix, for sequential nodes). */
  create(path: string, data: Buffer, mode: CreateMode): Promise<string>;
  /** Makes the path and what is missing above it, persistent and empty; does nothing where it exists. */
  ensurePath(path: string): Promise<void>;
  set(path: string, data: Buffer, expectedVersion?: number): Promise<NodeStat>;
  remove(path: string, expectedVersion?: number): Promise<void>;
  multi(ops: readonly MultiOp[]): Promise<MultiResult[]>;
  /**
   * Level-triggered: calls `listener` with the present value (undefined: no such node) soon after the call, after every
   * change, and after every reconnect and new session if it differs from what was last delivered. Errors of the
   * listener never reach the session. `read` is called after every reading, once the listener has what it brought, news
   * or none. Returns how to stop watching.
   */
  watchNode(path: string, listener: (value: NodeValue | undefined) => void, read?: () => void): () => void;
  /** Like `watchNode`, for the sorted names of a node's children (undefined: no such node). */
  watchChildren(path: string, listener: (names: string[] | undefined) => void, read?: () => void): () => void;
  /**
   * Keeps an ephemeral node in being: creates it, and again after each new session; replaces a left-over of its own
   * earlier session (`isOwnLeftover` judges the data found) in one multi, without a gap. `update` changes the data.
   */
  keepEphemeral(path: string, data: Buffer, isOwnLeftover: (found: Buffer) => boolean): KeptEphemeral;
  /** Ends the session on the server (its ephemeral nodes go at once) within `timeoutMs`, or lets go of it. */
  close(timeoutMs?: number): Promise<void>;
}

export interface KeptEphemeral {
  /** Replaces the data, now or as soon as connected; the latest wins. */
  update(data: Buffer): void;
  /** Resolves once the node with the latest data is known to be there. */
  settled(): Promise<void>;
  /** What stands in the way (another's node of that name, no permission, …), for the screen; undefined when kept. */
  problem(): string | undefined;
  /** Removes the node and stops keeping it. */
  release(): Promise<void>;
}

export interface ZooKeeperSessionOptions {
  /** `host:port[,host:port…]`, IPv6 hosts in brackets. */
  connectString: string;
  /** A path under which every path of this session lives; `''` or absent for none; no trailing slash needed. */
  chroot?: string;
  sessionTimeoutMs: number;
  /** Longest wait for one call's answer; default a third of the session time-out. */
  callTimeoutMs?: number;
  /**
   * Digest credentials, `user:password`; or a promise of them: connecting begins once they are there. Where it rejects there
   * is no connection at all, and its error is the cause.
   */
  digestAuth?: string | Promise<string>;
  /** Where log lines go. */
  log?: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
}
