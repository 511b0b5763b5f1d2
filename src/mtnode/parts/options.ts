import { DEFAULT_PATH_TEMPLATE, type Driver, type SyncMode } from '#shared/domain';

/** How a node runs; the command line fills it in. Durations in milliseconds. */
export interface MtNodeOptions {
  system: string;
  /** The node name that both instances of the pair carry (F2). */
  node: string;
  instance: string;
  pathTemplate: string;
  /** Where it listens. */
  host: string;
  /** The host that it registers in ZooKeeper, where others reach it. */
  advertisedHost: string;
  /** 0: any free one. */
  t2Port: number;
  /** 0: any free one. */
  f2Port: number;
  /** The ports that it registers, mapped to those where it listens (F3); 0: the same. */
  advertisedT2Port: number;
  advertisedF2Port: number;
  driver: Driver;
  /** F9: `svr_mode` 1. */
  single: boolean;
  /** Answers the practice functions that clients call (990001). */
  practice: boolean;
  /** Sessions known from the start and never swept: the consoles' and the clients' back ends (F10, O3). */
  serviceSessions: readonly string[];
  /** User tokens known from the start and never swept (F10, O45). */
  serviceTokens: readonly string[];
  /** How long each start-up phase takes (F5). */
  preloadMs: number;
  frontAdaptersMs: number;
  baseDataMs: number;
  /** F14: 10 s. */
  sweepIntervalMs: number;
  /** F14: 120 s. */
  sessionIdleMs: number;
  /** What a primary asks its standby to promise. */
  promiseMs: number;
  /** Cold start: claims the route whoever held it last, unless that one is serving. */
  forcePrimary: boolean;
  /** Under driver `node`: a primary gone from ZooKeeper that answers nothing for this long is gone for the standby. */
  peerSilentMs: number;
  /** Whether a primary waits for its standby's confirmation before it acknowledges a write. */
  syncMode: SyncMode;
  /** In mode `async`: so many acknowledged records, at most, are not confirmed by a standby that keeps up. */
  lossBound: number;
  /** Longest wait for one answer of the mount. */
  mountTimeoutMs: number;
  /** A primary whose disk has not answered for so long steps down, as from one that fails. */
  diskTimeoutMs: number;
  /** Longest wait for a standby's confirmation before a primary goes on without it. */
  confirmTimeoutMs: number;
  /** A redo segment that has reached this size is followed by a new one. */
  segmentBytes: number;
  /** A dat snapshot is written after so many records. */
  snapshotRecords: number;
  /** Under driver `node`: a standby promotes itself only where at most so many acknowledged records may be missing. */
  maxLossRecords: number;
}

export const DEFAULT_OPTIONS: Omit<MtNodeOptions, 'system' | 'node' | 'instance'> = {
  pathTemplate: DEFAULT_PATH_TEMPLATE,
  host: '127.0.0.1',
  advertisedHost: '127.0.0.1',
  t2Port: 0,
  f2Port: 0,
  advertisedT2Port: 0,
  advertisedF2Port: 0,
  driver: 'console',
  single: false,
  practice: false,
  serviceSessions: [],
  serviceTokens: [],
  preloadMs: 20,
  frontAdaptersMs: 30,
  baseDataMs: 20,
  sweepIntervalMs: 10_000,
  sessionIdleMs: 120_000,
  promiseMs: 2_000,
  forcePrimary: false,
  peerSilentMs: 250,
  syncMode: 'sync',
  lossBound: 1_000,
  mountTimeoutMs: 1_000,
  // A busy disk may take seconds for one force. While it does nobody is served; what comes after it is a failover.
  diskTimeoutMs: 10_000,
  confirmTimeoutMs: 500,
  segmentBytes: 16 * 1024 * 1024,
  snapshotRecords: 200_000,
  maxLossRecords: 0,
};
