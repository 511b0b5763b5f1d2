import type { RedoRecord } from '#mtnode/redo';
import type { Aside, Lag, Message, SyncStatus } from '#shared/domain';

/** Whom a standby follows: what the route says. */
export interface FollowedPrimary {
  instance: string;
  incarnation: string;
  epoch: number;
  /** The route is open. While it is not, a primary may still be loading, and its marker may still be the old one. */
  isOpen: boolean;
}

export interface FollowerOptions {
  system: string;
  node: string;
  /** The own instance's name. */
  instance: string;
  /** Every call of the mount is given so long. */
  mountTimeoutMs: number;
  /** A marker of another process or epoch than the route's is borne so long once the route is open. */
  markerGraceMs: number;
}

export const DEFAULT_MARKER_GRACE_MS = 3_000;

/** What the follower tells; none of these may throw. */
export interface FollowerEvents {
  /** Records of the primary have been appended to the own redo; they are not on the disk yet. */
  onAppended(records: readonly RedoRecord[]): void;
  /** Everything up to `lsn` is on the own disk, as the followed primary of `epoch` wrote it (990013). */
  onReceived(lsn: number, epoch: number): void;
  onStatus(status: SyncStatus): void;
  /** Records of the own redo that the primary's history does not have were put aside. */
  onAside(aside: Aside): void;
  log(level: 'info' | 'warn' | 'error', text: string, fields?: Record<string, unknown>): void;
}

/** What a follower says of itself. */
export interface FollowerView {
  status: SyncStatus;
  lag: Lag | null;
  /** Everything through here is on the own disk and the followed primary's; 0: that is not known (yet). */
  receivedLsn: number;
  /** What the primary is known to have made durable and acknowledged; null: not known. */
  durableLsn: number | null;
  acknowledgedLsn: number | null;
  /** When the marker was last read well, and new redo read, on the monotonic clock; null: not, or not since it failed. */
  markerAtMs: number | null;
  redoAtMs: number | null;
  /** Why a promotion could not put its seal into the share, as far as is known; undefined: it could. */
  cannotSeal: string | undefined;
}

export interface SealRequest {
  /** The epoch of the promotion. */
  epoch: number;
  incarnation: string;
}

/** The seal stands and the old primary's share can be read; or not, and why. */
export type SealOutcome = { isSealed: true } | { isSealed: false; reason: Message };

/**
 * How catching up ended. `isComplete`: read to the end of the old primary's redo, after it was sealed. `lsn`: the last
 * one that is on the own disk now.
 */
export type CatchUpOutcome = { isComplete: true; lsn: number } | { isComplete: false; lsn: number; reason: Message };
