import type { RedoLog } from '#mtnode/redo';
import type { FollowerView } from '#mtnode/sync';
import type { Uft } from '#mtnode/uft';
import {
  type Aside,
  type BaseDataStatus,
  type DataStatus,
  type LoadProgress,
  message,
  type SyncMode,
  type SyncStatus,
  type Takeover,
  type TodbStatus,
} from '#shared/domain';
import type { Term } from './term.ts';

/** What an instance's status of its data is made of. */
export interface StatusParts {
  mode: SyncMode;
  directory: string | null;
  /** Why the own redo or dat cannot be used; undefined: it can. */
  damage: string | undefined;
  log: RedoLog | undefined;
  uft: Uft;
  isLoaded: boolean;
  term: Term | undefined;
  follower: FollowerView | undefined;
  lossBound: number | null;
  load: LoadProgress | null;
  todb: TodbStatus;
  takeover: Takeover | null;
  aside: Aside | null;
  baseData: BaseDataStatus | undefined;
}

/** What is registered, and answered by 402999 and 1403040. */
export function dataStatus(parts: StatusParts): DataStatus {
  const { term, follower, uft, isLoaded } = parts;
  return {
    mode: parts.mode,
    lsn: parts.log?.durableLsn ?? 0,
    acknowledgedLsn: term ? term.acknowledgedLsn : (follower?.acknowledgedLsn ?? null),
    confirmedLsn: term?.confirmedLsn ?? null,
    sync: syncStatus({ ...parts, follower: follower?.status }),
    lag: term ? null : (follower?.lag ?? null),
    lossBound: term ? null : parts.lossBound,
    load: parts.load,
    orders: isLoaded ? uft.count : null,
    todb: parts.todb,
    takeover: parts.takeover,
    aside: parts.aside,
    ...(parts.damage === undefined ? { sums: uft.sums() } : {}),
    ...(parts.baseData === undefined ? {} : { baseData: parts.baseData }),
  };
}

export function syncStatus(
  parts: Pick<StatusParts, 'directory' | 'damage' | 'term'> & { follower: SyncStatus | undefined },
): SyncStatus {
  const { directory, damage, term, follower } = parts;
  if (damage !== undefined)
    return {
      state: 'failed',
      directory,
      reason: message('sync.localDamaged', { directory: directory ?? '', detail: damage.slice(0, 500) }),
    };
  return term !== undefined || follower === undefined ? { state: 'off', directory, reason: null } : follower;
}
