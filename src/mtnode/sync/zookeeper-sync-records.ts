import { type MultiOp, ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import {
  type PairPaths,
  parseRecord,
  RecordError,
  recordText,
  type SyncRecord,
  syncRecordSchema,
} from '#shared/domain';
import type { SyncChange, SyncRecords, SyncRecordValue } from './sync-records.ts';

/** The pair's `/sync` record in ZooKeeper. */
export class ZooKeeperSyncRecords implements SyncRecords {
  readonly #zookeeper: ZooKeeperSession;
  readonly #paths: PairPaths;

  constructor(zookeeper: ZooKeeperSession, paths: PairPaths) {
    this.#zookeeper = zookeeper;
    this.#paths = paths;
  }

  async read(): Promise<SyncRecordValue | undefined> {
    const found = await this.#zookeeper.get(this.#paths.sync);
    if (found === undefined) return undefined;
    const { version } = found.stat;
    try {
      return { record: parseRecord(syncRecordSchema, this.#paths.sync, found.data), version };
    } catch (error) {
      if (error instanceof RecordError) return { record: undefined, version };
      throw error;
    }
  }

  async change(record: SyncRecord, expectedVersion: number | undefined, routeVersion: number): Promise<SyncChange> {
    const data = Buffer.from(recordText(record));
    const ops: MultiOp[] = [
      { op: 'check', path: this.#paths.route, expectedVersion: routeVersion },
      expectedVersion === undefined
        ? { op: 'create', path: this.#paths.sync, data, mode: 'persistent' }
        : { op: 'set', path: this.#paths.sync, data, expectedVersion },
    ];
    try {
      await this.#zookeeper.multi(ops);
      return 'done';
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      if (error.code === 'NODE_EXISTS' || error.code === 'BAD_VERSION' || error.code === 'NO_NODE') return 'lost';
      return error.code === 'NOT_CONNECTED' ? 'none' : 'unknown';
    }
  }
}
