import type { EpochStart } from '#mtnode/redo';

/**
 * Up to which LSN an instance's own redo is the same as its primary's. A term has one primary, so two logs are the same
 * in every term that both have from the same LSN on, up to where the shorter of the two ends it. `primary` may leave
 * out its earliest terms; where none of the own ones is among those it names, nothing is known to be the same: 0.
 */
export function commonLsn(
  own: { epochs: readonly EpochStart[]; lastLsn: number },
  primary: readonly EpochStart[],
): number {
  const first = primary[0];
  if (own.lastLsn === 0 || first === undefined) return 0;
  const from = own.epochs.findIndex((each) => each.epoch === first.epoch);
  if (from < 0) return 0;
  let common = 0;
  for (const [index, theirs] of primary.entries()) {
    const ours = own.epochs[from + index];
    if (ours?.epoch !== theirs.epoch || ours.firstLsn !== theirs.firstLsn) break;
    common = Math.min(endOf(own.epochs, from + index, own.lastLsn), endOf(primary, index, Number.MAX_SAFE_INTEGER));
  }
  return common;
}

function endOf(epochs: readonly EpochStart[], index: number, lastLsn: number): number {
  const next = epochs[index + 1];
  return next === undefined ? lastLsn : Math.min(next.firstLsn - 1, lastLsn);
}
