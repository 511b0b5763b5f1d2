import { describe, expect, it } from 'vitest';
import { keyOf, keysOf, OUTCOMES, Outcomes } from '../../../src/main/drill/outcomes.ts';
import { countChanged, tally } from '../../../src/main/drill/tally.ts';

const { acked, rejected, unknown } = OUTCOMES;

describe('the tally of a run', () => {
  it('finds what was acknowledged and is missing, there twice, or there though refused', () => {
    const outcomes = Uint8Array.of(acked, acked, acked, unknown, unknown, unknown, rejected, rejected);
    const times = Uint8Array.of(1, 0, 2, 0, 1, 3, 0, 1);
    expect(tally({ outcomes, times, rows: null })).toEqual({
      ...{ acked: 3, present: 2, lost: 1, duplicated: 2, unknown: 3, rejected: 2, rejectedPresent: 1 },
      database: null,
    });
  });

  it('compares the database with what is there, not with what was acknowledged', () => {
    const outcomes = Uint8Array.of(acked, acked, unknown, unknown, acked);
    const times = Uint8Array.of(1, 1, 1, 0, 0);
    const rows = Uint8Array.of(1, 0, 2, 1, 0);
    const { lost, database } = tally({ outcomes, times, rows });
    expect(lost).toBe(1);
    expect(database).toEqual({ rows: 3, missing: 1, duplicated: 1, surplus: 1 });
  });

  it('keeps a byte a write, however many there are', () => {
    const outcomes = new Outcomes('w1');
    for (let index = 0; index < 5_000; index++) {
      expect(outcomes.nextKey()).toBe(keyOf('w1', index));
      outcomes.set(outcomes.add(), index % 2 === 0 ? acked : rejected);
    }
    outcomes.add();
    const bytes = outcomes.bytes();
    expect(bytes.length).toBe(5_001);
    expect(bytes.slice(4_998)).toEqual(Uint8Array.of(acked, rejected, unknown));
    expect(keysOf('w1', 4_999, 5_001)).toEqual(['w1.4999', 'w1.5000']);
  });
});

describe('writes of an earlier run, read again', () => {
  const times = Uint8Array.of(1, 1, 0, 1);

  it('are as they were, whatever has become of those that were not there', () => {
    expect(countChanged({ times, now: Uint8Array.of(1, 1, 0, 1), rows: null })).toBe(0);
    expect(countChanged({ times, now: Uint8Array.of(1, 1, 1, 1), rows: Uint8Array.of(1, 1, 0, 1) })).toBe(0);
  });

  it('are counted where they are gone, doubled, or not in the database once', () => {
    expect(countChanged({ times, now: Uint8Array.of(0, 2, 0, 1), rows: null })).toBe(2);
    expect(countChanged({ times, now: times, rows: Uint8Array.of(1, 0, 0, 2) })).toBe(2);
  });
});
