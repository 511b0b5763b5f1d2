import { describe, expect, it } from 'vitest';
import type { EpochStart } from '#mtnode/redo';
import { commonLsn } from '#mtnode/sync';
import { seeded } from './sync-model.ts';

const starts = (...pairs: [epoch: number, firstLsn: number][]): EpochStart[] =>
  pairs.map(([epoch, firstLsn]) => ({ epoch, firstLsn }));

describe('what two logs have in common', () => {
  it.each<[string, EpochStart[], number, EpochStart[], number]>([
    ['nothing where one is empty', [], 0, starts([1, 1]), 0],
    ['nothing where the primary has written nothing', starts([1, 1]), 9, [], 0],
    ['all of the shorter', starts([1, 1]), 9, starts([1, 1]), 9],
    ['up to where the primary ended the term', starts([1, 1]), 30, starts([1, 1], [2, 21]), 20],
    ['up to where the own term ended', starts([1, 1], [2, 11]), 30, starts([1, 1], [3, 15]), 10],
    ['through a term begun elsewhere', starts([1, 1], [2, 11]), 30, starts([1, 1], [2, 11], [3, 25]), 24],
    ['nothing of a term begun at another LSN', starts([1, 1], [2, 11]), 30, starts([1, 1], [2, 12]), 10],
    ['what is known of a list that begins later', starts([1, 1], [2, 11]), 30, starts([2, 11], [3, 21]), 20],
    ['nothing where the lists do not meet', starts([1, 1]), 30, starts([2, 11], [3, 21]), 0],
  ])('is %s', (_, epochs, lastLsn, primary, common) => {
    expect(commonLsn({ epochs, lastLsn }, primary)).toBe(common);
  });

  it('is never more than what is the same, and no less, whoever was primary when', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seeded(seed);
      const draw = (limit: number) => Math.floor(random.next() * limit);
      // Each log is the epochs of its records, in order; each term copies from one log and ends in both or one.
      const logs: number[][] = [[], []];
      for (let epoch = 1; epoch <= 2 + draw(5); epoch++) {
        const primary = logs[draw(2)] ?? [];
        const other = logs.find((log) => log !== primary) ?? [];
        for (let i = 0; i <= draw(6); i++) primary.push(epoch);
        const same = sameLength(primary, other);
        // The other one follows for a part of the term, or not at all.
        if (random.next() < 0.7) other.splice(same, other.length, ...primary.slice(same, same + draw(8)));
      }
      const [own = [], primary = []] = logs;
      const startsOf = (log: number[]) =>
        log.flatMap((epoch, index) => (log[index - 1] === epoch ? [] : [{ epoch, firstLsn: index + 1 }]));
      const found = commonLsn({ epochs: startsOf(own), lastLsn: own.length }, startsOf(primary));
      // A term that both know may go on in the primary's log alone: what it has there, the own one may have too.
      expect(Math.min(found, primary.length), `seed ${seed}`).toBe(sameLength(own, primary));
    }
  });
});

function sameLength(one: number[], other: number[]): number {
  const index = one.findIndex((epoch, at) => other[at] !== epoch);
  return index < 0 ? one.length : index;
}
