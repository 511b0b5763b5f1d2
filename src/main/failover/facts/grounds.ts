import { type Grounds, keptShort } from '#shared/domain';
import type { PairFacts } from './facts.ts';

/** The verdict on both instances and every source behind it, as they are at this moment: kept with a decision. Pure. */
export function groundsOf({ instances, now }: PairFacts): Grounds {
  return {
    atMs: now.wallMs,
    instances: instances.map(({ ledger, assessment: { verdict, reason, evidence } }) => ({
      instance: ledger.name,
      verdict,
      reason: keptShort(reason),
      sources: evidence.map(({ class: kind, says, atMs, reason: why }) => ({
        class: kind,
        says,
        ageMs: atMs === null ? null : Math.max(0, Math.round(now.wallMs - atMs)),
        reason: keptShort(why),
      })),
    })),
  };
}
