import type { BeatSample } from '#main/heartbeat';
import { ERROR_NUMBERS } from '#shared/domain';
import type { MeasuredOutage } from './procedure/ports.ts';

/** What of the beats an outage is measured by. */
export interface OutageLedger {
  /** The last good reply before the trouble, from whoever served. */
  lastGood: BeatSample | null;
  /** The first sample of the same instance after it that was not good. */
  firstBad: BeatSample | null;
  /** The last sample of the new primary that was not good yet. */
  lastBadOfNew: BeatSample | null;
  /** The first good reply of the new primary. */
  firstGood: BeatSample | null;
}

export const EMPTY_OUTAGE: OutageLedger = { lastGood: null, firstBad: null, lastBadOfNew: null, firstGood: null };

/** Takes a sample in. `to` is the instance being promoted, null while no switchover is known of. Pure. */
export function withOutageSample(ledger: OutageLedger, sample: BeatSample, to: string | null): OutageLedger {
  const { lastGood, firstBad, firstGood } = ledger;
  if (firstGood) return ledger;
  const ok = sample.class === 'ok';
  if (sample.instance === lastGood?.instance && sample.instance !== to) {
    if (ok) return { ...ledger, lastGood: sample, firstBad: null };
    return firstBad ? ledger : { ...ledger, firstBad: sample };
  }
  if (!ok && !servesUnknownSession(sample)) return { ...ledger, lastBadOfNew: sample };
  if (firstBad || sample.instance === to) return { ...ledger, firstGood: sample };
  return ok ? { ...ledger, lastGood: sample } : ledger;
}

/**
 * Whether an instance's beats still have something to say of the outage: those of the one being promoted have, until it
 * serves; the old one's until it said that it does not, or its connection ended. Where it gave no answer it may serve yet.
 * Pure.
 */
export function isOutageMeasuredBy({ firstBad }: OutageLedger, instance: string, to: string | null): boolean {
  return instance === to || firstBad === null || firstBad.instance !== instance || firstBad.class === 'timeout';
}

/** The same beats with the last outage behind them: what was its end is the last good reply now. */
export function afterOutage({ lastGood, firstGood }: OutageLedger): OutageLedger {
  return { ...EMPTY_OUTAGE, lastGood: firstGood ?? lastGood };
}

/** Only an instance that serves looks a session up at all; that it does not know this console's is another matter. */
function servesUnknownSession(sample: BeatSample): boolean {
  return sample.class === 'error' && sample.errorNumber === ERROR_NUMBERS.unknownSession;
}

/**
 * The outage as the beats saw it: from the last good reply to the first good reply, each of which lies somewhere
 * between two beats. The error is the half-width of what cannot be known. A connection that the instance's end closed
 * tells the very moment, whether a beat was under way or not.
 */
export function measureOutage({ lastGood, firstBad, lastBadOfNew, firstGood }: OutageLedger): MeasuredOutage | null {
  if (!firstGood || !lastGood) return null;
  if (!firstBad)
    return { outageMs: 0, errorMs: Math.max(0, firstGood.endedMonotonicMs - lastGood.endedMonotonicMs) / 2 };
  const endLatest = firstBad.class === 'timeout' ? firstBad.sentMonotonicMs : firstBad.endedMonotonicMs;
  const endEarliest = firstBad.class === 'empty' ? endLatest : Math.min(lastGood.endedMonotonicMs, endLatest);
  const beginLatest = firstGood.endedMonotonicMs;
  const beginEarliest = Math.min(beginLatest, Math.max(endLatest, lastBadOfNew?.sentMonotonicMs ?? endLatest));
  return {
    outageMs: Math.max(0, (beginEarliest + beginLatest - endEarliest - endLatest) / 2),
    errorMs: (beginLatest - beginEarliest + endLatest - endEarliest) / 2,
  };
}
