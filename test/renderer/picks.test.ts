import { describe, expect, it } from 'vitest';
import type { PickableField } from '#shared/contract';
import { fieldAt, pointed, sentPicks } from '../../src/renderer/features/profiles/picks.ts';

const FIELDS: PickableField[] = [
  { name: 'node.name', file: 'alg_tran_mp', kind: 'other', values: [] },
  { name: 'session.expiryMs', file: 'alg_tran_mp', kind: 'duration', values: [] },
  { name: 'svr_mode', file: 'alg_tran_mp', kind: 'choice', values: ['0', '1'] },
];

describe('picks', () => {
  it('keep one value a field, and one field a value', () => {
    const one = pointed(pointed({}, '/a', 'node.name'), '/b', 'node.name');
    expect([fieldAt(one, '/a'), fieldAt(one, '/b')]).toEqual(['', 'node.name']);
    const other = pointed(one, '/b', 'svr_mode');
    expect(Object.keys(other)).toEqual(['svr_mode']);
    expect(pointed(other, '/b', '')).toEqual({});
  });

  it('send units of durations, and words of choices where the file has others', () => {
    const picks = pointed(pointed(pointed({}, '/n', 'node.name'), '/e', 'session.expiryMs'), '/m', 'svr_mode');
    expect(sentPicks(picks, FIELDS)).toEqual([
      { field: 'node.name', selector: '/n' },
      { field: 'session.expiryMs', selector: '/e', unit: 'ms' },
      { field: 'svr_mode', selector: '/m' },
    ]);
    const worded = { svr_mode: { selector: '/m', unit: 'ms' as const, values: { 0: ' pair ' } } };
    expect(sentPicks(worded, FIELDS)).toEqual([{ field: 'svr_mode', selector: '/m', values: { 0: 'pair', 1: '1' } }]);
  });
});
