import { describe, expect, it } from 'vitest';
import type { PairTile } from '#shared/contract';
import { message } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { withReadiness } from '../../../src/main/app/readiness-tile.ts';
import { pairTile } from '../../renderer/pair-tile.ts';

const said = message('check.tile.notReady', { what: 'check.short.mountMissing', server: 'B' });
const notReady: NonNullable<PairTile['readiness']> = {
  word: 'not-ready',
  reasons: [],
  said,
  sinceMs: 7_000,
  atMs: 8_000,
};
const shown = (over: Partial<PairTile>, readiness: PairTile['readiness'] = notReady) =>
  withReadiness(pairTile(over), readiness);

describe('a tile with what the checks found', () => {
  it('says in few words why a quiet pair could not be switched over, as an alarm of its own', () => {
    const tile = shown({});
    expect(tile).toMatchObject({ state: 'degraded', severity: 'p2', sinceMs: 7_000, readiness: notReady });
    expect(sentence('en', tile.reason)).toBe('standby cannot take over: mount missing on B');
    expect(sentence('zh-CN', tile.reason)).toBe('备机不能接管：B 缺少挂载');
    expect(sentence('en', tile.next ?? message(''))).toContain('Remount on B');
  });

  it('gives the cause where the pair is degraded with a standby there, and its own since when', () => {
    const degraded = {
      state: 'degraded',
      severity: 'p2',
      reason: message('state.syncFailed'),
      sinceMs: 9_000,
    } as const;
    expect(shown(degraded)).toMatchObject({ reason: said, sinceMs: 9_000 });
    expect(shown({ ...degraded, standby: null })).toMatchObject({ reason: degraded.reason });
  });

  it('keeps quiet where something else matters more, or nothing is amiss', () => {
    for (const over of [
      { state: 'outage', severity: 'p1' },
      { state: 'unknown', severity: 'no-data' },
      { state: 'switching', severity: 'p3' },
      { state: 'maintenance', severity: 'none' },
    ] as const)
      expect(shown(over)).toMatchObject({ ...over, reason: message('test.reason'), readiness: notReady });
    const ready = { ...notReady, word: 'ready' as const, said: null };
    expect(shown({}, ready)).toMatchObject({ state: 'normal', severity: 'none', readiness: ready });
    const plain = pairTile();
    expect(withReadiness(plain, undefined)).toBe(plain);
  });
});
