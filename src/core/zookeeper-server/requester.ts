import type { Identity } from './protocol.ts';
import type { Watcher } from './watch-table.ts';

/** On whose behalf a request runs. */
export interface Requester {
  sessionId: bigint;
  proved: Identity[];
  watcher: Watcher;
}
