import { describe, expect, it } from 'vitest';
import { byUrgency, freshnessOf, promotionAsked, promotionOffered, shownSeverity } from '#renderer/state';
import { message } from '#shared/domain';
import { pairTile } from './pair-tile.ts';

describe('freshness', () => {
  it('comes from the age of what was heard, while the link stands', () => {
    expect(freshnessOf(pairTile({ heardAtMs: 100_000 }), 109_000, null)).toBe('live');
    expect(freshnessOf(pairTile({ heardAtMs: 100_000 }), 110_001, null)).toBe('aged');
    expect(freshnessOf(pairTile({ heardAtMs: null }), 110_001, null)).toBe('aged');
  });

  it('gives a pair that beats slowly three of its beats', () => {
    const slow = pairTile({ heardAtMs: 100_000, beatIntervalMs: 60_000 });
    expect(freshnessOf(slow, 280_000, null)).toBe('live');
    expect(freshnessOf(slow, 280_001, null)).toBe('aged');
  });

  it('leaves a finding standing for as long as nobody answers', () => {
    for (const state of ['outage', 'suspect'] as const) {
      const silent = pairTile({ state, severity: 'p1', heardAtMs: 100_000 });
      expect(shownSeverity(silent, freshnessOf(silent, 900_000, null))).toBe('p1');
    }
  });

  it('does not take what the checks found for a word of the pair', () => {
    const said = message('check.tile.notReady', { what: 'check.short.mountMissing', server: 'B' });
    const readiness = { word: 'not-ready' as const, reasons: [], said, sinceMs: 0, atMs: 0 };
    const tile = pairTile({ state: 'degraded', severity: 'p2', reason: said, readiness, heardAtMs: 100_000 });
    expect(freshnessOf(tile, 101_000, null)).toBe('live');
    expect(freshnessOf(tile, 900_000, null)).toBe('aged');
    expect(freshnessOf({ ...tile, reason: message('state.syncFailed') }, 900_000, null)).toBe('live');
  });

  it('believes nothing once the link is lost for longer than a blink', () => {
    const outage = pairTile({ state: 'outage', severity: 'p1' });
    expect(freshnessOf(outage, 101_000, 100_000)).toBe('live');
    expect(shownSeverity(outage, freshnessOf(outage, 102_001, 100_000))).toBe('no-data');
  });
});

it('sorts by urgency, then by the latest, then by key', () => {
  const shown = [
    { tile: pairTile({ key: 'e/normal' }), severity: 'none' as const },
    { tile: pairTile({ key: 'e/p3' }), severity: 'p3' as const },
    { tile: pairTile({ key: 'e/no-data' }), severity: 'no-data' as const },
    { tile: pairTile({ key: 'e/b' }), severity: 'p1' as const },
    { tile: pairTile({ key: 'e/later', sinceMs: 2_000 }), severity: 'p1' as const },
    { tile: pairTile({ key: 'e/a' }), severity: 'p1' as const },
    { tile: pairTile({ key: 'e/p2' }), severity: 'p2' as const },
  ];
  expect(shown.sort(byUrgency).map(({ tile }) => tile.key)).toEqual([
    'e/later',
    'e/a',
    'e/b',
    'e/p2',
    'e/no-data',
    'e/p3',
    'e/normal',
  ]);
});

describe('the promotion that is offered', () => {
  const tile = (key: string) => pairTile({ next: message(key, { to: 'b' }) });
  it('is the one that is asked for, and the one that may cost writes, which is not asked for', () => {
    expect(promotionOffered(tile('state.next.promoteNow'))).toBe('b');
    expect(promotionAsked(tile('state.next.promoteNow'))).toBe('b');
    expect(promotionOffered(tile('state.next.mountOrAccept'))).toBe('b');
    expect(promotionAsked(tile('state.next.mountOrAccept'))).toBeNull();
    expect(promotionOffered(tile('state.next.checkDirectory'))).toBeNull();
    expect(promotionOffered(pairTile())).toBeNull();
  });
});
