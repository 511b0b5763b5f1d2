// Synchronisation through the mount (F3, F6, F15): a standby follows its primary's dat and redo, a primary knows what its
// standby confirmed, and both keep the bound of what may be lost.
export { type Confirmation, ConfirmationBook, ConfirmationSender, type Hint, LookHints } from './confirmations.ts';
export { type FileMount, openFileMount } from './file-mount.ts';
export { Follower, type FollowerPorts } from './follower.ts';
export {
  type CatchUpOutcome,
  DEFAULT_MARKER_GRACE_MS,
  type FollowedPrimary,
  type FollowerEvents,
  type FollowerOptions,
  type FollowerView,
  type SealOutcome,
  type SealRequest,
} from './follower-types.ts';
export { commonLsn } from './history.ts';
export { lossBoundOf } from './loss-bound.ts';
export { LossKeeper, type LossKeeperPorts } from './loss-keeper.ts';
export {
  LossLimit,
  type LossLimitOptions,
  type LossLimitState,
  type LossLimitStep,
  type LossLimitView,
} from './loss-limit.ts';
export type { Mount } from './ports.ts';
export {
  type EpochStart,
  isSealed,
  MARKER_FILE,
  MAX_EPOCHS,
  parseMarker,
  parseSeal,
  readOwnMarker,
  readOwnSeal,
  type SealFile,
  type ShareMarker,
  writeOwnMarker,
} from './share-files.ts';
export type { SyncChange, SyncRecords, SyncRecordValue } from './sync-records.ts';
export { ZooKeeperSyncRecords } from './zookeeper-sync-records.ts';
