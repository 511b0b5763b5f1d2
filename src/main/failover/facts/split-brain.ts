import type { InstanceFacts, PairFacts } from './facts.ts';

/** Both instances serve. `lower`: the one with the lower epoch, which has to go; null: the epochs do not say which. */
export interface TwoServing {
  lower: InstanceFacts | null;
}

/** Both answered 0 at a time when the other did too: an old answer and a new one do not make two primaries. Pure. */
export function twoServing({ instances }: Pick<PairFacts, 'instances'>): TwoServing | undefined {
  const [a, b] = instances.map(({ ledger }) => ledger.network);
  if (!a || !b || a.okSinceMs === null || b.okSinceMs === null || !a.lastOk || !b.lastOk) return undefined;
  const together = Math.min(a.lastOk.sentMonotonicMs, b.lastOk.sentMonotonicMs) > Math.max(a.okSinceMs, b.okSinceMs);
  if (!together) return undefined;
  const [ofA, ofB] = [a.lastOk.epoch, b.lastOk.epoch];
  if (ofA === null || ofB === null || ofA === ofB) return { lower: null };
  return { lower: ofA < ofB ? instances[0] : instances[1] };
}

/** Whether it is the operator's to say which of two that serve stays: where the epochs say it, nobody has to. */
export function isOperatorsChoice(facts: Pick<PairFacts, 'instances'>): boolean {
  return twoServing(facts)?.lower === null;
}
