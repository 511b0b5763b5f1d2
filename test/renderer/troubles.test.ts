import { describe, expect, it } from 'vitest';
import {
  countTroubles,
  NO_FILTER,
  sharedTroubles,
  shownTroubles,
  type TroubleFilter,
} from '#renderer/features/troubles';
import { sentence } from '#shared/i18n';
import { generatedTroubles } from './generated-troubles.ts';

const { state, pairs } = generatedTroubles(100, 1_000_000_000);
const all = sharedTroubles(Object.values(state.troubles));
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
    expect(countTroubles(all)).toMatchObject({ all: 500, unconfigured: 100, ranks: { blocks: 100, unknown: 100 } });
    expect(shown()).toHaveLength(500);
    expect(shown({ unconfigured: true })).toHaveLength(600);
  });

  it('is filtered by kind, by environment and by words, in the language that is shown', () => {
    expect(shown({ rank: 'warns' })).toHaveLength(100);
    expect(shown({ environmentId: 'other' })).toHaveLength(0);
    expect(shown({ text: 'MT-p007 mount' }).map(({ check }) => check.id)).toContain('mount');
    expect(shown({ text: 'mt-p007' })).toHaveLength(5);
    expect(shown({ text: '上海 挂载 p042' }, 'zh-CN').length).toBeGreaterThan(0);
    expect(shown({ text: 'nothing like it' })).toHaveLength(0);
  });

  it('says once what several checks say of a server, and finds it by any of them', () => {
    const once = shown({ unconfigured: true, text: 'p007 firewall-f2' });
    expect(once.map(({ also }) => also.length)).toEqual([0]);
    const [gathered] = shown({ unconfigured: true, text: 'p007 zookeeper' });
    expect(gathered?.check.id).toBe('access');
    expect(gathered?.also.map(({ id }) => id)).toContain('zookeeper');
    // A row that says the same is not drawn again.
    expect(sharedTroubles(Object.values(state.troubles))).toEqual(all);
    expect(sharedTroubles(Object.values(state.troubles)).every((trouble, at) => trouble === all[at])).toBe(true);
  });
});
