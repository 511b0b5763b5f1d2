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

/** The figure with its ratio to the target: at or under 1 is as it should be, at or above it where `atLeast` says so. */
export function withRatio(figure: Figure): Figure & { ratio: number | null } {
  const { value, target } = figure;
  return { ...figure, ratio: value === null || target === null ? null : Math.round((value / target) * 100) / 100 };
}

export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The value below which the given share of the values lies; 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
