import { describe, expect, it } from 'vitest';
import { createWords, formatsFor } from '#renderer/i18n';
import { pairHref, parseRoute } from '#renderer/places';
import { CATALOGUES, LOCALES } from '#shared/i18n';

describe('formats', () => {
  it.each([
    [0.83, '0.8 ms'],
    [212.4, '212 ms'],
    [1_299, '1.2 sec'],
    [12_900, '12 sec'],
    [200_000, '3 min 20 sec'],
    [180_000, '3 min'],
    [7_500_000, '2 hr 5 min'],
    [270_000_000, '3 days 3 hr'],
  ])('says %d ms as %s', (ms, text) => {
    expect(formatsFor('en').duration(ms)).toBe(text);
  });

  it('has units in Chinese too, and is made once', () => {
    expect(formatsFor('zh-CN').duration(212)).toBe('212毫秒');
    expect(formatsFor('zh-CN')).toBe(formatsFor('zh-CN'));
  });

  it('names the zone that times are in', () => {
    expect(formatsFor('en').zone(Date.UTC(2026, 0, 1))).toMatch(/^(GMT|UTC)([+-]\d+(:\d+)?)?$/);
  });
});

describe('words', () => {
  it.each(LOCALES)('are all there in %s, with the same parameters as in English', (locale) => {
    const parameters = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const [key, english] of Object.entries(CATALOGUES.en).filter(([name]) => name.startsWith('screen.'))) {
      expect(CATALOGUES[locale][key], key).toBeTruthy();
      expect(parameters(CATALOGUES[locale][key] ?? ''), key).toEqual(parameters(english));
    }
  });

  it('change with the language and leave names as they are', async () => {
    const words = createWords('en');
    expect(words.t('screen.promote.switchOver', { node: 'A<b>&"c"', instance: 'x' })).toBe('Switch A<b>&"c" over to x');
    await words.changeLanguage('zh-CN');
    expect(words.t('screen.state.outage')).toBe('服务中断');
  });
});

describe('places', () => {
  it('go there and back', () => {
    expect(parseRoute(pairHref('env/主 备'))).toEqual({ page: 'pair', key: 'env/主 备' });
    expect(parseRoute('#/environments/edit/e-1')).toEqual({ page: 'edit-environment', id: 'e-1' });
    expect(parseRoute('#/environments/new')).toEqual({ page: 'new-environment' });
    expect(parseRoute('#/events')).toEqual({ page: 'events' });
  });

  it.each(['', '#', '#/', '#/nowhere', '#/pair/only', '#/pair/%E0%A4%A/x'])('lead from %j to the overview', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'overview' });
  });
});
