import type { DatabaseRow, EpochStart } from '#core/local-database';

/** A number in [0, 1) after another, always the same ones for a seed. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A redo record: an order, or the record with which an epoch begins. */
export interface ModelRecord {
  epoch: number;
  key: string | null;
}

/** An instance's redo as a list; the record at index i has the LSN i + 1. */
export class ModelRedo {
  readonly records: ModelRecord[] = [];

  get lsn(): number {
    return this.records.length;
  }

  beginEpoch(epoch: number): void {
    this.records.push({ epoch, key: null });
  }

  /** Another instance's redo up to `lsn`, and nothing of the own that differs from it. */
  copyFrom(other: ModelRedo, lsn: number): void {
    this.records.splice(0, this.records.length, ...other.records.slice(0, lsn));
  }

  history(): EpochStart[] {
    const starts: EpochStart[] = [];
    this.records.forEach(({ epoch }, index) => {
      if (starts.at(-1)?.epoch !== epoch) starts.push({ epoch, firstLsn: index + 1 });
    });
    return starts;
  }

  rows(fromLsn: number, throughLsn: number): DatabaseRow[] {
    return this.records.slice(fromLsn - 1, throughLsn).flatMap(({ epoch, key }, index) => {
      if (key === null) return [];
      return [{ epoch, lsn: fromLsn + index, key, payload: JSON.stringify({ account: key }) }];
    });
  }
}
