import { describe, expect, it } from 'vitest';
import { countTroubles, NO_FILTER, shownTroubles, type TroubleFilter } from '#renderer/features/troubles';
import { sentence } from '#shared/i18n';
import { generatedTroubles } from './generated-troubles.ts';

const { state, pairs } = generatedTroubles(100, 1_000_000_000);
const all = Object.values(state.troubles);
const shown = (over: Partial<TroubleFilter> = {}, locale: 'en' | 'zh-CN' = 'en') =>
  shownTroubles(all, { ...NO_FILTER, ...over }, pairs, (said) => sentence(locale, said));

describe('what the checks find amiss in all pairs', () => {
  it('begins with what keeps a standby from taking over, then by pair', () => {
    const ranks = shown().map(({ rank }) => rank);
    expect([...new Set(ranks)]).toEqual(['blocks', 'fails', 'open', 'warns', 'unknown']);
    expect(ranks.filter((rank) => rank === 'blocks')).toHaveLength(100);
    expect(shown()[0]?.pairKey).toBe('e/p001');
    expect(shown()[99]?.pairKey).toBe('e/p100');
  });

  it('leaves out what nobody configured, until it is asked for, and counts it', () => {
    expect(countTroubles(all)).toMatchObject({ all: 500, unconfigured: 1_000, ranks: { blocks: 100, unknown: 100 } });
    expect(shown()).toHaveLength(500);
    expect(shown({ unconfigured: true })).toHaveLength(1_500);
  });

  it('is filtered by kind, by environment and by words, in the language that is shown', () => {
    expect(shown({ rank: 'warns' })).toHaveLength(100);
    expect(shown({ environmentId: 'other' })).toHaveLength(0);
    expect(shown({ text: 'MT-p007 mount' }).map(({ check }) => check.id)).toContain('mount');
    expect(shown({ text: 'mt-p007' })).toHaveLength(5);
    expect(shown({ text: '上海 挂载 p042' }, 'zh-CN').length).toBeGreaterThan(0);
    expect(shown({ text: 'nothing like it' })).toHaveLength(0);
  });
});
