/** Operation types of ZooKeeper's wire protocol, as far as this server speaks it. */
export const OP = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getAcl: 6,
  setAcl: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  auth: 100,
  setWatches: 101,
  closeSession: -11,
  error: -1,
} as const;

export const ERROR = {
  ok: 0,
  runtimeInconsistency: -2,
  marshalling: -5,
  unimplemented: -6,
  badArguments: -8,
  noNode: -101,
  noAuth: -102,
  badVersion: -103,
  noChildrenForEphemerals: -108,
  nodeExists: -110,
  notEmpty: -111,
  sessionExpired: -112,
  invalidAcl: -114,
  authFailed: -115,
} as const;

/** Request ids that the protocol reserves. */
export const XID = { notification: -1, ping: -2, auth: -4 } as const;

export const EVENT = { created: 1, deleted: 2, dataChanged: 3, childrenChanged: 4 } as const;
export type EventType = (typeof EVENT)[keyof typeof EVENT];

export const PERMISSION = { read: 1, write: 2, create: 4, delete: 8, admin: 16, all: 31 } as const;

/** ZooKeeper's own default for `jute.maxbuffer`: no request is larger. */
export const MAX_FRAME_BYTES = 0xfffff;

/** An error that is answered to the client by its code. */
export class RequestError extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`ZooKeeper error ${code}`);
    this.name = 'RequestError';
    this.code = code;
  }
}

/** Who a connection has proved to be, or whom an access rule means. */
export interface Identity {
  scheme: string;
  id: string;
}

export interface AclEntry {
  permissions: number;
  identity: Identity;
}

export interface Stat {
  czxid: bigint;
  mzxid: bigint;
  ctimeMs: number;
  mtimeMs: number;
  version: number;
  cversion: number;
  aversion: number;
  ephemeralOwner: bigint;
  dataLength: number;
  numChildren: number;
  pzxid: bigint;
}
