import type { InstanceView, PairView, Severity } from '#shared/contract';
import type { DataStatus, Message } from '#shared/domain';

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
 * How bad a standby's loss bound is. As long as the mount can be read it is what the mode allows; without the mount it is
 * what a promotion would cost, measured against what an automatic one may.
 */
export function lossSeverity({ sync, lossBound }: DataStatus, maxLossRecords: number | null): Severity {
  if (sync.state !== 'failed') return lossBound === null ? 'no-data' : 'none';
  return lossBound === null || lossBound > (maxLossRecords ?? 0) ? 'p2' : 'none';
}

/** The writer to the local database (F16). A standby's is fenced off as it should be. */
export function databaseSeverity({ todb }: DataStatus, serves: boolean): Severity {
  if (todb.state === 'unreachable' || todb.state === 'failed') return 'p2';
  return todb.state === 'fenced' && serves ? 'p2' : 'none';
}

/** The reasons that a look at the mounted directory explains: `df -h` is their remedy (F15). */
const OF_THE_MOUNT = /^sync\.mount/;

/**
 * The directory to look at where a message, or the one that it gives as its reason, says that a mount is the trouble; null
 * where it does not.
 */
export function directoryToLookAt(reason: Message | null, directory: string | null = null): string | null {
  if (reason === null || ![reason.key, String(reason.params.reason)].some((key) => OF_THE_MOUNT.test(key))) return null;
  const named = reason.params.directory;
  return typeof named === 'string' ? named : directory;
}

/** What was kept aside at an old primary and belongs to the last switchover: nothing has followed since. */
export function keptAside(pair: PairView): InstanceWithData[] {
  const epochBefore = pair.switchover?.epochBefore ?? 0;
  return withData(pair).filter(
    ({ data: { aside } }) => aside !== null && aside.writes > 0 && aside.epoch >= epochBefore,
  );
}
