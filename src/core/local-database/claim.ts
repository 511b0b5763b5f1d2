import { z } from 'zod';
import type { EpochStart } from './port.ts';

/** What the database keeps of a node's writer. */
export interface WriterRecord {
  epoch: number;
  lsn: number;
  history: readonly EpochStart[];
  orphans: number;
}

/** Records of one epoch; both ends are part of it. */
export interface LsnRange {
  epoch: number;
  fromLsn: number;
  toLsn: number;
}

export type ClaimPlan =
  | { kind: 'fenced' }
  /** The same epoch again: nothing changes. */
  | { kind: 'again'; record: WriterRecord }
  | {
      kind: 'claim';
      epoch: number;
      lsn: number;
      /** Rows in these were part of the former history, and are none of the new one. */
      orphaned: LsnRange[];
      /** Rows in these are part of the new history; an earlier claim may have made them orphans. */
      restored: LsnRange[];
    };

const safe = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const historySchema = z
  .array(z.object({ epoch: safe, firstLsn: safe }))
  .min(1)
  .max(1_000_000);

/** A history as the database keeps it; undefined where it is none. */
export function parseHistory(text: unknown): EpochStart[] | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return historySchema.parse(JSON.parse(text));
  } catch {
    // The caller says which database holds it.
    return undefined;
  }
}

/** What a claim by the last epoch of `history` does to what the database has. */
export function planClaim(former: WriterRecord | undefined, history: readonly EpochStart[]): ClaimPlan {
  const epoch = ownEpoch(history);
  if (!former) return { kind: 'claim', epoch, lsn: 0, orphaned: [], restored: [] };
  if (former.epoch > epoch) return { kind: 'fenced' };
  if (former.epoch === epoch) return { kind: 'again', record: former };
  const shared = sharedLsn(former.history, history);
  return {
    kind: 'claim',
    epoch,
    lsn: Math.min(former.lsn, shared),
    orphaned: rangesBeyond(former.history, shared),
    restored: rangesBeyond(history, shared),
  };
}

/** The last epoch of a history, which must be ascending in epochs and LSNs. */
export function ownEpoch(history: readonly EpochStart[]): number {
  const own = history.at(-1);
  const ascending = history.every((entry, index) => {
    const next = history[index + 1];
    return !next || (entry.epoch < next.epoch && entry.firstLsn <= next.firstLsn);
  });
  if (!own || !ascending) throw new RangeError('a history holds epochs in ascending order, one at least');
  return own.epoch;
}

/** The last LSN that both histories have in common. What one of them no longer tells of is taken to be shared. */
function sharedLsn(one: readonly EpochStart[], other: readonly EpochStart[]): number {
  const told = Math.max(one[0]?.epoch ?? 0, other[0]?.epoch ?? 0);
  const left = one.filter(({ epoch }) => epoch >= told);
  const right = other.filter(({ epoch }) => epoch >= told);
  let index = 0;
  while (left[index] && left[index]?.epoch === right[index]?.epoch && left[index]?.firstLsn === right[index]?.firstLsn)
    index += 1;
  const parting = Math.min(left[index]?.firstLsn ?? Infinity, right[index]?.firstLsn ?? Infinity);
  return Math.min(parting, Number.MAX_SAFE_INTEGER) - 1;
}

function rangesBeyond(history: readonly EpochStart[], lsn: number): LsnRange[] {
  return history
    .map(({ epoch, firstLsn }, index) => ({
      epoch,
      fromLsn: Math.max(firstLsn, lsn + 1),
      toLsn: (history[index + 1]?.firstLsn ?? Number.MAX_SAFE_INTEGER) - 1,
    }))
    .filter(({ fromLsn, toLsn }) => fromLsn <= toLsn);
}
