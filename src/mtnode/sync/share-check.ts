import type { FollowedPrimary } from './follower-types.ts';
import type { MountCalls } from './mount-calls.ts';
import { MARKER_FILE, MarkerReader, type ShareMarker } from './share-files.ts';
import { codeOf, mountFailure, SyncFailure } from './sync-failure.ts';

/** The mounted share's marker. Rejects with {@link SyncFailure}, saying what is there instead. */
export async function readShare(calls: MountCalls, reader = new MarkerReader()): Promise<ShareMarker> {
  try {
    return await calls.call(MARKER_FILE, (mount) => reader.read(mount));
  } catch (error) {
    if (!isAbsent(error)) throw mountFailure(error);
  }
  try {
    const files = await calls.call('list', (mount) => mount.list());
    throw new SyncFailure('mountEmpty', `${MARKER_FILE}: ENOENT; files: ${files.length}`);
  } catch (error) {
    if (!isAbsent(error)) throw mountFailure(error, '.');
    const code = codeOf(error);
    throw new SyncFailure(code === 'ENOTDIR' ? 'mountNoDirectory' : 'mountMissing', String(code), { cause: error });
  }
}

/** How the share's marker fits the primary that the route names. */
export type MarkerFit =
  | { fit: 'followed' }
  /** The same instance's, but of another process or epoch, or it is no primary: it may be about to change. */
  | { fit: 'other-term'; detail: string }
  /** Never this primary's. */
  | { fit: 'foreign'; detail: string };

/** Judges a marker. `detail` names what differs: found ≠ expected. */
export function judgeMarker(
  marker: ShareMarker,
  pair: { system: string; node: string },
  primary: FollowedPrimary,
): MarkerFit {
  const { system, node } = pair;
  const foreign = differing(marker, { system, node, instance: primary.instance });
  if (foreign !== undefined) return { fit: 'foreign', detail: foreign };
  const { incarnation, epoch } = primary;
  const other = differing(marker, { epoch, incarnation, role: 'primary' });
  return other === undefined ? { fit: 'followed' } : { fit: 'other-term', detail: other };
}

function differing(marker: ShareMarker, expected: Partial<ShareMarker>): string | undefined {
  for (const key in expected) {
    const found = marker[key as keyof ShareMarker];
    const wanted = expected[key as keyof ShareMarker];
    if (found !== wanted) return `${MARKER_FILE}: ${key} ${String(found)} ≠ ${String(wanted)}`;
  }
  return undefined;
}

function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
