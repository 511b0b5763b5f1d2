import type { BeatSample } from './port.ts';

/** What clients saw (DOMAIN "outage"). */
export interface Outage {
  /** Last good reply to first good reply; 0 when no beat failed in between. */
  outageMs: number;
  /** How far it may be off: nothing is known between two beats. */
  outageErrorMs: number;
  /** Who gave the last good reply before, and the first after. */
  from: string;
  to: string;
}

export type OutageSample = Pick<BeatSample, 'instance' | 'class' | 'endedMonotonicMs'>;

/**
 * The outage among the beats of a pair, in the order of their ends: the longest time between two good replies (from
 * whichever instance) in which the instance that had served failed to give one. Null while there is no good reply at
 * all, or none yet since the last failure. `beatIntervalMs` is the interval of the beats.
 */
export function outageFrom(samples: Iterable<OutageSample>, beatIntervalMs: number): Outage | null {
  const meter = createOutageMeter(beatIntervalMs);
  for (const sample of samples) meter.push(sample);
  return meter.result();
}

export interface OutageMeter {
  push(sample: OutageSample): void;
  /** As {@link outageFrom}, over what was pushed. */
  result(): Outage | null;
}

/** {@link outageFrom} for beats as they come: keeps the last good reply and the longest outage, nothing else. */
export function createOutageMeter(beatIntervalMs: number): OutageMeter {
  let lastGood: OutageSample | undefined;
  let failing = false;
  let longest: Outage | undefined;

  return {
    push(sample) {
      if (sample.class !== 'ok') {
        // The standby's own errors are no outage: only who served last can fail its clients.
        if (sample.instance === lastGood?.instance) failing = true;
        return;
      }
      if (lastGood && failing) {
        const outageMs = Math.max(0, sample.endedMonotonicMs - lastGood.endedMonotonicMs);
        if (!longest || outageMs > longest.outageMs)
          longest = { outageMs, outageErrorMs: beatIntervalMs, from: lastGood.instance, to: sample.instance };
      }
      lastGood = sample;
      failing = false;
    },
    result() {
      if (!lastGood || failing) return null;
      if (longest) return longest;
      const { instance } = lastGood;
      return { outageMs: 0, outageErrorMs: beatIntervalMs, from: instance, to: instance };
    },
  };
}
