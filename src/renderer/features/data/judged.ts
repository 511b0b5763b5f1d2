import type { InstanceView, PairTile, PairView, Severity } from '#shared/contract';
import type { DataStatus } from '#shared/domain';

/** An instance that keeps data, with what it said of it. */
export interface InstanceWithData {
  instance: InstanceView;
  data: DataStatus;
}

/** The pair's instances that keep data, each on its side of the page. */
export function withData(pair: PairView): InstanceWithData[] {
  return pair.instances.flatMap((instance) => (instance.data === null ? [] : [{ instance, data: instance.data }]));
}

/** The error status of F15 leaves a standby that may lose writes: no standby to rely on (P2). */
export function syncSeverity({ sync }: DataStatus): Severity {
  return sync.state === 'failed' ? 'p2' : 'none';
}

/**
 * How bad a standby's loss bound is. One that reads the mount takes over whatever it lacks; for any other it is what a
 * promotion would cost, measured against what an automatic one may.
 */
export function lossSeverity({ sync, lossBound }: DataStatus, maxLossRecords: number | null): Severity {
  if (sync.state === 'following' || sync.state === 'catching-up') return lossBound === null ? 'no-data' : 'none';
  return lossBound === null || lossBound > (maxLossRecords ?? 0) ? 'p2' : 'none';
}

/** The writer to the local database (F16). A standby's is fenced off as it should be. */
export function databaseSeverity({ todb }: DataStatus, serves: boolean): Severity {
  if (todb.state === 'unreachable' || todb.state === 'failed') return 'p2';
  return todb.state === 'fenced' && serves ? 'p2' : 'none';
}

/** The reasons that a look at the mounted directory explains: `df -h` is their remedy (F15). */
const OF_THE_MOUNT = /^sync\.mount/;
/** What main says to do where a look at the directory is its first part. */
const LOOK_FIRST = /^state\.next\.(checkDirectory|mountOrAccept)$/;

/** The directory that the pair's next thing to do is about; null where it is another. */
export function directoryToLookAt({ next }: PairTile): string | null {
  const directory = next && LOOK_FIRST.test(next.key) ? next.params.directory : undefined;
  return typeof directory === 'string' ? directory : null;
}

/** The directory to look at for an instance's synchronisation; null where a look there explains nothing. */
export function mountToLookAt({ sync: { reason, directory } }: DataStatus): string | null {
  return reason && OF_THE_MOUNT.test(reason.key) ? directory : null;
}

/**
 * What an old primary kept aside at the last switchover, where the pair's own reason does not say it already. Those of
 * earlier ones are facts of the past.
 */
export function keptAside(pair: PairView): InstanceWithData[] {
  const { route, tile } = pair;
  if (route === null || tile.reason.key === 'state.aside') return [];
  return withData(pair).filter(
    ({ data: { aside } }) => aside !== null && aside.writes > 0 && aside.epoch >= route.epoch - 1,
  );
}
