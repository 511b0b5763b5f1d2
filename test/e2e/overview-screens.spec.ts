import { expect, type Locator, test } from '@playwright/test';
import type { FleetState, PairTile } from '#shared/contract';
import { message } from '#shared/domain';
import { pairTile } from '../renderer/pair-tile.ts';
import { holds, LOOKS } from './looks.ts';
import { EMPTY_FLEET, openPictured, type Pictured, picturedSpecs } from './pictured.ts';

// The overview with every state at once: no word that says how a pair is may be cut off, in either language and size.
picturedSpecs();

const NOW = Date.UTC(2026, 10, 23, 1, 25);

function readiness(word: 'ready' | 'not-ready' | 'unknown'): NonNullable<PairTile['readiness']> {
  return { word, reasons: [], said: null, sinceMs: NOW - 60_000, atMs: NOW - 20_000 };
}

const STATES: Partial<PairTile>[] = [
  { readiness: readiness('ready') },
  { state: 'degraded', severity: 'p2', readiness: readiness('not-ready'), node: 'mt-option-shenzhen-03' },
  { state: 'suspect', severity: 'p2', readiness: readiness('ready') },
  { state: 'switching', severity: 'p1', primary: null },
  { state: 'outage', severity: 'p1', primary: null, next: message('state.next.promoteNow', { to: 'B' }) },
  { state: 'split-brain', severity: 'p1', next: message('state.next.chooseOne') },
  { state: 'maintenance', severity: 'p3', readiness: readiness('unknown'), standby: 'standby-of-pudong' },
  { heardAtMs: NOW - 15_000 },
];

function topics(): Pictured['topics'] {
  const usual = { reason: message('state.normal'), heardAtMs: NOW - 400, primary: 'A', standby: 'B' };
  const tiles = STATES.map((state, index) =>
    pairTile({ key: `e/p${index}`, node: `mt-0${index}`, ...usual, ...state }),
  );
  const zookeeper = { state: 'connected', cause: null, negotiatedTimeoutMs: 4_000, connectString: '10.0.0.1' } as const;
  const pairs = tiles.map(({ key }) => key);
  const fleet: FleetState = {
    ...EMPTY_FLEET,
    environments: { e: { id: 'e', name: 'E', kind: 'site', pairs, zookeeper, readOnly: false } },
    pairs: Object.fromEntries(tiles.map((tile) => [tile.key, tile])),
    totals: { severity: 'p1', p1: 13, p2: 12, p3: 11, ok: 498, noData: 10 },
  };
  return { fleet, events: { latest: [] }, notices: { latest: null } };
}

/** Those of the elements that their tile, or they themselves, cut off. */
function cutOff(words: Locator): Promise<string[]> {
  return words.evaluateAll((all) =>
    all
      .filter((word) => {
        const tile = word.closest('[data-pair]')?.getBoundingClientRect();
        const { left, right } = word.getBoundingClientRect();
        return word.scrollWidth > word.clientWidth + 1 || !tile || left < tile.left || right > tile.right;
      })
      .map((word) => word.textContent ?? ''),
  );
}

/** English at the small size too: its words are the longest. */
const EVERY_LOOK = [...LOOKS, { ...LOOKS[1], locale: 'en-GB' }];

for (const look of EVERY_LOOK)
  test(`every word of a tile is whole, ${look.locale} at ${look.viewport.width}`, async ({ browser }) => {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    await openPictured(page, { topics: topics(), nowMs: NOW }, '#/');
    const tiles = page.locator('a[data-pair]');
    await expect(tiles).toHaveCount(STATES.length);
    await holds(page, 'overview');
    await expect(page.getByRole('banner').locator('time')).toBeInViewport({ ratio: 1 });
    await tiles.last().scrollIntoViewIfNeeded();
    expect(await cutOff(tiles.locator('[data-readiness]'))).toEqual([]);
    expect(await cutOff(tiles.locator('[id$="-state"]'))).toEqual([]);
    await context.close();
  });
