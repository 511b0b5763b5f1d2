import { type DataStatus, type Message, message, type TodbStatus } from '#shared/domain';

export const DIRECTORY = '/mnt/a';

/** What a standby in good order says of its data, but for what is changed. */
export function dataStatus(change: Partial<DataStatus> = {}): DataStatus {
  return {
    mode: 'sync',
    lsn: 100,
    acknowledgedLsn: 100,
    confirmedLsn: null,
    sync: { state: 'following', directory: DIRECTORY, reason: null },
    lag: { records: 0, bytes: 0, seconds: 0 },
    lossBound: 0,
    load: null,
    orders: null,
    todb: todbStatus(),
    takeover: null,
    aside: null,
    ...change,
  };
}

export function todbStatus(change: Partial<TodbStatus> = {}): TodbStatus {
  return {
    state: 'off',
    reason: null,
    backlog: 0,
    persistedLsn: null,
    digest: null,
    matchesPeer: null,
    ...change,
  };
}

/** A standby whose synchronisation failed, and what it could miss. */
export function failedSync(lossBound: number | null, reason: Message | null = mountEmpty()): DataStatus {
  return dataStatus({ sync: { state: 'failed', directory: DIRECTORY, reason }, lossBound, lag: null });
}

export function mountEmpty(): Message {
  return message('sync.mountEmpty', { directory: DIRECTORY, detail: 'no share.json' });
}
