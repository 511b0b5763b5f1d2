import { expect, it } from 'vitest';
import type { PairTile } from '#shared/contract';
import { message } from '#shared/domain';
import { withOpenSetup } from '../../../src/main/app/setup-tile.ts';
import { totalsOf } from '../../../src/main/app/totals.ts';

const tile = (over: Partial<PairTile> = {}) =>
  ({ state: 'normal', severity: 'none', sinceMs: 1, reason: message('state.normal'), next: null, ...over }) as PairTile;
const open = { sinceMs: 7, steps: [{ step: 'sync', state: 'skipped' } as const] };

it('a pair that is well but not wholly set up is a P3, counted as one', () => {
  const shown = withOpenSetup(tile(), open);
  expect(shown).toMatchObject({ state: 'normal', severity: 'p3', sinceMs: 7, reason: { key: 'setup.open.skipped' } });
  expect(shown.next?.key).toBe('setup.open.next');
  expect(totalsOf([shown])).toMatchObject({ severity: 'p3', p3: 1 });
  expect(withOpenSetup(tile(), undefined)).toEqual(tile());
});

it('whatever is wrong with the pair itself comes first, and maintenance expects trouble', () => {
  for (const other of [
    tile({ state: 'degraded', severity: 'p2' }),
    tile({ severity: 'p3' }),
    tile({ state: 'unknown', severity: 'no-data' }),
    tile({ state: 'maintenance' }),
  ])
    expect(withOpenSetup(other, open)).toEqual(other);
});
