import type { Clock, Random } from '#core/clock';
import type { LocalDatabase, TodbFileError } from '#core/local-database';
import type { Log } from '#core/logging';
import type { Disk } from '#mtnode/redo';
import type { Mount, SyncRecords } from '#mtnode/sync';
import type { SyncMode } from '#shared/domain';

/** How an instance keeps its data. Durations in milliseconds. */
export interface DataSetting {
  system: string;
  node: string;
  instance: string;
  incarnation: string;
  mode: SyncMode;
  /** Mode `async`: so many records may be acknowledged without the standby's confirmation. */
  lossBound: number;
  mountTimeoutMs: number;
  /** A disk that has not answered for so long has failed. */
  diskTimeoutMs: number;
  confirmTimeoutMs: number;
  segmentBytes: number;
  /** A dat is written after so many records. */
  snapshotRecords: number;
}

/** The local database that the Todb file names (F7), or why the file cannot be used. */
export type TodbPort = { digest: string; database: LocalDatabase } | { error: TodbFileError };

/** The world as the data sees it. */
export interface DataPorts {
  /** The own share. */
  disk: Disk;
  /** The other instance's share; null: none is mounted here. */
  mount: Mount | null;
  todb: TodbPort | null;
}

/** What the data needs of the node, of whose leadership it knows nothing. None of these may throw. */
export interface DataNode {
  clock: Clock;
  random: Random;
  log: Log;
  records: SyncRecords;
  /** Whether a write of this epoch may be acknowledged at this very moment, as far as epoch and lease go. */
  mayAcknowledge(epoch: number): boolean;
  /** The version of the route while it names the epoch held here; undefined otherwise. */
  routeVersion(): number | undefined;
  /** A datagram to the other instance, which may be lost. */
  tellPeer(functionNumber: number, body: Record<string, unknown>): void;
  /** A state has changed; figures alone are not told. */
  onChange(): void;
  /** Another instance sealed this one's redo for its epoch: nothing is acknowledged here any more. */
  onSealed(seal: { epoch: number; by: string }): void;
  /** The own disk failed: nothing is acknowledged any more, and nothing followed. */
  onFailed(error: unknown): void;
}
