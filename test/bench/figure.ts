/** One measured figure and what it should be. */
export interface Figure {
  name: string;
  unit: string;
  /** null: it could not be measured, and `note` says why. */
  value: number | null;
  /** At or under this is as it should be; null: no target is stated. */
  target: number | null;
  /** At or above the target is as it should be, instead. */
  atLeast?: true;
  note?: string;
}

export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The value below which the given share of the values lies; 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
