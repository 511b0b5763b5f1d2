import { expect, it } from 'vitest';
import { FAULT_KINDS, FAULTS } from '../../simulation/faults/index.ts';
import { planRound } from '../../simulation/plan.ts';

const ROUNDS = 400;

it('has the same in store for a round every time, and something else for every other', () => {
  expect(planRound(5, 3)).toEqual(planRound(5, 3));
  expect(planRound(5, 3).faults).not.toEqual(planRound(5, 4).faults);
  expect(planRound(5, 3).faults).not.toEqual(planRound(6, 3).faults);
});

it('has every kind of fault in store, each within its time and its duration', () => {
  const seen = new Set<string>();
  for (let round = 1; round <= ROUNDS; round++) {
    const plan = planRound(1, round);
    for (const { kind, atMs, lastsMs, id } of plan.faults) {
      seen.add(kind);
      const [least, most] = FAULTS[kind]?.lastsMs ?? [0, 0];
      expect(id.startsWith(`${round}.`)).toBe(true);
      expect(atMs).toBeLessThanOrEqual(plan.lastsMs);
      expect(lastsMs).toBeGreaterThanOrEqual(Math.floor(least));
      expect(lastsMs).toBeLessThanOrEqual(Math.ceil(most));
    }
  }
  expect([...seen].sort()).toEqual([...FAULT_KINDS].sort());
});

it('has nights in store that are long enough for every session to end, and none for a hunt that wants none', () => {
  const nights = Array.from({ length: ROUNDS }, (_, round) => planRound(1, round + 1).night).filter(
    (one) => one !== null,
  );
  expect(nights.length).toBeGreaterThan(ROUNDS / 4);
  expect(Math.min(...nights.map(({ lastsMs }) => lastsMs))).toBeGreaterThan(10_000);
  expect(new Set(nights.map(({ stopsFirst, startsFirst }) => stopsFirst + startsFirst)).size).toBe(4);
  expect(planRound(1, 1, ['process-crash']).night).toBeNull();
  expect(planRound(1, 1, ['process-crash'], true).night).not.toBeNull();
});
