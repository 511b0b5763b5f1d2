import type { DataPoint } from '#shared/contract';

/** What a trend's width stands for. */
export const TREND_SPAN_MS = 60_000;
/** The rate is taken over this: long enough to be steady, short enough to show that writing has stopped. */
const RATE_SPAN_MS = 10_000;

/** The highest lag of the trend's time, in records; null where none is known. */
export function highestLag(trend: readonly DataPoint[]): number | null {
  const fromMs = (trend.at(-1)?.atMs ?? 0) - TREND_SPAN_MS;
  return trend.reduce<number | null>(
    (highest, { atMs, lagRecords }) =>
      lagRecords === null || atMs < fromMs ? highest : Math.max(highest ?? 0, lagRecords),
    null,
  );
}

/** Records written per second by the primary, of late; null where it is not known, or another one became primary. */
export function recordsPerSecond(trend: readonly DataPoint[]): number | null {
  const last = trend.at(-1);
  if (!last || last.primaryLsn === null) return null;
  const first = trend.find(({ atMs, primaryLsn }) => primaryLsn !== null && last.atMs - atMs <= RATE_SPAN_MS);
  if (!first || first.primaryLsn === null || first.atMs >= last.atMs || first.primaryLsn > last.primaryLsn) return null;
  return ((last.primaryLsn - first.primaryLsn) / (last.atMs - first.atMs)) * 1_000;
}
