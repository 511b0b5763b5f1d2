import type { Random } from '#core/clock';
import type { SyncRecord } from '#shared/domain';

/** A generator that repeats itself for a seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  let count = 0;
  return { next, uuid: () => `id-${seed}-${++count}` };
}

/** `/sync` as ZooKeeper keeps it. */
export class ModelRecord {
  record: SyncRecord | undefined;
  version = -1;

  /** Applies a change if it still fits. */
  apply(record: SyncRecord, expectedVersion: number | undefined): boolean {
    if ((expectedVersion ?? -1) !== this.version) return false;
    this.record = record;
    this.version++;
    return true;
  }
}
