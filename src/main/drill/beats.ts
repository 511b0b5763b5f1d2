import type { ReplyClass } from '#shared/domain';
import { noReplies, type ReplyCounts, tenths } from './report.ts';

/** One beat of the reference client; times in milliseconds of one monotonic clock. */
export interface ClientBeat {
  instance: string;
  sentMs: number;
  endedMs: number;
  class: ReplyClass;
  errorNumber: number | null;
  /** True for a good reply that was dropped: its epoch is lower than one already seen. */
  stale: boolean;
}

/** What the client saw of an outage: from its last good reply to its first good reply. */
export interface MeasuredOutage {
  outageMs: number;
  outageErrorMs: number;
}

const isGood = (beat: ClientBeat) => beat.class === 'ok' && !beat.stale;

/**
 * The longest outage among the beats, `open` where no good reply followed the last failure. 0 when no beat failed: the
 * gap between two good replies is then the client's own rhythm.
 */
export function measureOutage(beats: readonly ClientBeat[]): MeasuredOutage | 'open' {
  const byEnd = [...beats].sort((a, b) => a.endedMs - b.endedMs);
  const sendTimes = beats.map(({ sentMs }) => sentMs).sort((a, b) => a - b);
  let lastGood: ClientBeat | undefined;
  let failed = false;
  let longest: MeasuredOutage = { outageMs: 0, outageErrorMs: 0 };
  for (const beat of byEnd) {
    if (!isGood(beat)) {
      failed = true;
      continue;
    }
    if (failed && lastGood) {
      const outageMs = tenths(beat.endedMs - lastGood.endedMs);
      if (outageMs > longest.outageMs)
        longest = { outageMs, outageErrorMs: errorAround(sendTimes, lastGood.sentMs, beat.sentMs) };
    }
    lastGood = beat;
    failed = false;
  }
  return failed ? 'open' : longest;
}

/**
 * How far an outage may be off: service may have ended any time up to the beat after the last good one, and begun again
 * any time since the beat before the first good one. The larger of the two intervals that the client really kept.
 */
function errorAround(sendTimes: readonly number[], lastGoodMs: number, firstGoodMs: number): number {
  const after = sendTimes.find((sentMs) => sentMs > lastGoodMs) ?? lastGoodMs;
  const before = sendTimes.findLast((sentMs) => sentMs < firstGoodMs) ?? firstGoodMs;
  return tenths(Math.max(after - lastGoodMs, firstGoodMs - before));
}

/** How many replies there were of each class. */
export function countReplies(beats: readonly ClientBeat[]): ReplyCounts {
  const counts = noReplies();
  for (const beat of beats) counts[beat.class] += 1;
  return counts;
}

/** Good replies that came from `instance` after `sinceMs`, dropped ones included. */
export function goodRepliesOf(beats: readonly ClientBeat[], instance: string, sinceMs: number): number {
  return beats.filter((beat) => beat.class === 'ok' && beat.instance === instance && beat.endedMs > sinceMs).length;
}

/** Who gave the last reply, if it was a good one. */
export function servingNow(beats: readonly ClientBeat[]): string | undefined {
  const last = beats.at(-1);
  return last && isGood(last) ? last.instance : undefined;
}
