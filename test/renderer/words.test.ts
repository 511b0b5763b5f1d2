import { describe, expect, it } from 'vitest';
import { createWords, formatsFor } from '#renderer/i18n';
import { pairHref, parseRoute, promoteHref } from '#renderer/places';
import { message } from '#shared/domain';
import { CATALOGUES, LOCALES, type Locale, sentence } from '#shared/i18n';

describe('formats', () => {
  it.each([
    [0.83, '0.8 ms'],
    [212.4, '212 ms'],
    [5, '5.0 ms'],
    [1_299, '1.2 s'],
    [3_000, '3 s'],
    [12_900, '12 s'],
    [200_000, '3 min 20 s'],
    [180_000, '3 min'],
    [7_500_000, '2 h 5 min'],
    [270_000_000, '3 d 3 h'],
  ])('says %d ms as %s', (ms, text) => {
    expect(formatsFor('en').duration(ms)).toBe(text);
  });

  it('has units in Chinese too, and is made once', () => {
    expect(formatsFor('zh-CN').duration(212)).toBe('212 ms');
    expect(formatsFor('zh-CN').duration(200_000)).toBe('3 分 20 秒');
    expect(formatsFor('zh-CN')).toBe(formatsFor('zh-CN'));
  });

  it('says a measured length and its error in one unit', () => {
    expect(formatsFor('en').measured(270.4, 28)).toBe('270 ms ± 28 ms');
    expect(formatsFor('en').measured(10_031, 16)).toBe('10.03 s ± 0.02 s');
    expect(formatsFor('en').measured(10_031, null)).toBe('10.03 s');
  });

  it('writes the day in the order that nobody misreads', () => {
    expect(formatsFor('en').dateTime(new Date(2026, 10, 3, 9, 25, 7).getTime())).toBe('2026-11-03 09:25:07');
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
    expect(parseRoute(promoteHref('env/主 备', '备 B'))).toEqual({ page: 'pair', key: 'env/主 备', promote: '备 B' });
    expect(parseRoute('#/environments/edit/e-1')).toEqual({ page: 'edit-environment', id: 'e-1' });
    expect(parseRoute('#/environments/new')).toEqual({ page: 'new-environment' });
    expect(parseRoute('#/events')).toEqual({ page: 'events' });
  });

  it.each(['', '#', '#/', '#/nowhere', '#/pair/only', '#/pair/%E0%A4%A/x'])('lead from %j to the overview', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'overview' });
  });
});

describe('sentences within sentences', () => {
  const said = (locale: Locale, params: Record<string, string>) =>
    createWords(locale).t('state.syncFailed', { instance: 'B', directory: '/mnt/a', ...params });

  it.each(LOCALES)('are put together as main puts them together, in %s', (locale) => {
    const params = { reason: 'sync.mountMissing', detail: 'ENOENT' };
    expect(said(locale, params)).toBe(
      sentence(locale, message('state.syncFailed', { instance: 'B', directory: '/mnt/a', ...params })),
    );
    expect(said(locale, params)).toContain('df -h /mnt/a');
    expect(said(locale, params)).not.toMatch(/\$t|\{\{/);
  });

  it('take nothing from a detail, whatever it looks like', () => {
    for (const detail of ['$t(screen.none)', '{{instance}}', '$t({{reason}})'])
      expect(said('en', { reason: 'sync.mountMissing', detail })).not.toContain('nobody');
  });
});
