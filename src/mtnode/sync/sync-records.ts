import type { SyncRecord } from '#shared/domain';

/** The `/sync` record as read, with the version that a change needs. */
export interface SyncRecordValue {
  /** Undefined: what is there is no such record; nobody can say what was lost until a primary replaces it. */
  record: SyncRecord | undefined;
  version: number;
}

/**
 * `done`: the record stands. `lost`: the route or the record was changed meanwhile; this change will never come about.
 * `unknown`: it may have come about, or may still; `none`: it was not sent.
 */
export type SyncChange = 'done' | 'lost' | 'unknown' | 'none';

/** `/sync` in ZooKeeper, changed only while the route is the primary's own. */
export interface SyncRecords {
  /** Undefined: there is none. Throws ZooKeeperError. */
  read(): Promise<SyncRecordValue | undefined>;
  /**
   * Makes the record (`expectedVersion` undefined) or replaces the one of that version, in one step with the check that
   * the route has `routeVersion`. Never throws for what ZooKeeper answers.
   */
  change(record: SyncRecord, expectedVersion: number | undefined, routeVersion: number): Promise<SyncChange>;
}
