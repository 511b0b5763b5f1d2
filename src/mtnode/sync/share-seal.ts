import { type Clock, DeadlineError, withDeadline } from '#core/clock';
import { type MountCalls, MountHung } from './mount-calls.ts';
import { readShare } from './share-check.ts';
import { parseSeal, SEAL_FILE, type SealFile, type ShareMarker, writeSeal } from './share-files.ts';
import { SyncFailure } from './sync-failure.ts';

/** Who seals, and how long it may take in all. */
export interface Sealing {
  epoch: number;
  incarnation: string;
  /** The own instance's name. */
  instance: string;
  mountTimeoutMs: number;
}

/**
 * Seals the mounted share and makes sure that it can be read: the seal, the marker, and the list of its files. `check`
 * throws where the marker is not that of the primary followed. Rejects with {@link SyncFailure}, or as the mount does.
 */
export async function sealShare(
  calls: MountCalls,
  sealing: Sealing,
  check: (marker: ShareMarker) => void,
  clock: Clock,
): Promise<void> {
  const { mountTimeoutMs } = sealing;
  try {
    await withDeadline(clock, mountTimeoutMs, SEAL_FILE, sealAll(calls, sealing, check, clock.wallMs()));
  } catch (error) {
    if (error instanceof DeadlineError) throw new MountHung(SEAL_FILE, mountTimeoutMs);
    throw error;
  }
}

async function sealAll(
  calls: MountCalls,
  { epoch, incarnation, instance }: Sealing,
  check: (marker: ShareMarker) => void,
  atMs: number,
): Promise<void> {
  check(await readShare(calls));
  const seal: SealFile = { version: 1, epoch, by: instance, incarnation, atMs };
  await calls.call(SEAL_FILE, (mount) => writeSeal(mount, seal));
  // It must be the same share still: one that was unmounted meanwhile took the seal into the directory beneath.
  check(await readShare(calls));
  const found = parseSeal(await calls.call(SEAL_FILE, (mount) => mount.readFile(SEAL_FILE)));
  if (found.epoch !== epoch || found.incarnation !== incarnation)
    throw new SyncFailure('mountStale', `${SEAL_FILE}: epoch ${found.epoch} ≠ ${epoch}`);
}
