import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortTrouble } from '#main/checks';
import { CHECK_IDS, message, PAIR_HOST } from '#shared/domain';
import { CATALOGUE_SECTIONS, CATALOGUES, nearestLocale, sentence } from '#shared/i18n';
import { judgeReadiness } from '../../../src/main/checks/readiness.ts';

const root = resolve(import.meta.dirname, '../../..');
const parameters = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('the catalogues', () => {
  it('say everything in both languages', () => {
    const zh = Object.keys(CATALOGUES['zh-CN']).sort();
    const en = Object.keys(CATALOGUES.en).sort();
    expect(zh.length).toBeGreaterThan(100);
    expect(zh).toEqual(en);
    expect(zh.filter((key) => CATALOGUES['zh-CN'][key]?.trim() === '' || CATALOGUES.en[key]?.trim() === '')).toEqual(
      [],
    );
  });

  it('take the same parameters in both languages', () => {
    const differing = Object.keys(CATALOGUES.en).filter(
      (key) => parameters(CATALOGUES.en[key] ?? '').join() !== parameters(CATALOGUES['zh-CN'][key] ?? '').join(),
    );
    expect(differing).toEqual([]);
  });

  it('hold each key in one section alone', () => {
    const keys = CATALOGUE_SECTIONS.flatMap((section) => Object.keys(section.en));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('write no Chinese into the English', () => {
    // A language's own name is written in that language everywhere.
    const mixed = Object.entries(CATALOGUES.en).filter(
      ([key, text]) => /\p{Script=Han}/u.test(text) && !/language|productName/i.test(key),
    );
    expect(mixed).toEqual([]);
  });

  it('know every key that the code names', () => {
    const sections = [...new Set(Object.keys(CATALOGUES.en).map((key) => key.split('.')[0]))];
    const pattern = new RegExp(`['"\`]((?:${sections.join('|')})\\.[A-Za-z0-9_.-]+)['"\`]`, 'g');
    const commands = /^(app|environments|pair|events|practice|setup)\.[a-zA-Z]+$/;
    // What ends with a dot is the beginning that a family of keys shares.
    const isKnown = (key: string) =>
      key.endsWith('.') ? Object.keys(CATALOGUES.en).some((each) => each.startsWith(key)) : key in CATALOGUES.en;
    const unknown = globSync('src/**/*.{ts,tsx}', { cwd: root })
      .filter((file) => !file.includes('i18n'))
      .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map((match) => match[1] ?? ''))
      .filter((key) => !isKnown(key) && !commands.test(key) && !/\.(ts|tsx|css|json|mjs|js|png|svg|db)$/.test(key));
    expect([...new Set(unknown)]).toEqual([]);
  });
});

describe('lengths of time in sentences', () => {
  const silent = (silentMs: number) =>
    (['zh-CN', 'en'] as const).map((locale) => sentence(locale, message('failover.network.silent', { silentMs })));

  it.each([
    [250, '已 250 ms 没有应答', 'No answer for 250 ms'],
    [2_142, '已 2.1 秒 没有应答', 'No answer for 2.1 s'],
    [17_851, '已 17.9 秒 没有应答', 'No answer for 17.9 s'],
    [60_000, '已 1 分 没有应答', 'No answer for 1 min'],
    [200_400, '已 3 分 20 秒 没有应答', 'No answer for 3 min 20 s'],
    [5_400_000, '已 1 小时 30 分 没有应答', 'No answer for 1 h 30 min'],
  ])('are said in the unit that fits: %i', (silentMs, zh, en) => {
    expect(silent(silentMs)).toEqual([zh, en]);
  });

  it('stay in ms where an outage was measured', () => {
    const done = message('failover.outage', { outageMs: 4_126, errorMs: 538 });
    expect(sentence('en', done)).toContain('4126 ms (±538 ms)');
  });
});

it('what a check found names the check as people know it, not by its id', () => {
  const found = message('preflight.server.fail', {
    ...{ server: 'B', check: 't2-from-console', because: 'check.route.noStandby', instance: 'B' },
  });
  expect(sentence('en', found)).toBe('B: there is no standby: B is not registered (t2 from the console)');
  expect(sentence('zh-CN', found)).toBe('B：没有备机：B 没有注册（控制台到 t2）');
});

describe('every sentence of the catalogues', () => {
  it('is named by something: as it is, by the beginning that a family of keys shares, or by another sentence', () => {
    const sources = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
    const all = sources.join('\n');
    // A catalogue's own line is a key and a colon.
    const named = new Set([...all.matchAll(/['"`]([\w.-]+)['"`](?!:)/g)].map((match) => match[1]));
    const families = [...all.matchAll(/`([\w-]+\.[\w.-]*)\$\{|['"]([\w-]+\.)['"]|`([\w-]+\.)`/g)].map(
      ([, template, quoted, plain]) => template ?? quoted ?? plain ?? '',
    );
    const told = new Set(
      Object.values(CATALOGUES.en).flatMap((text) => [...text.matchAll(/\$t\(([\w.-]+)\)/g)].map((match) => match[1])),
    );
    const endings = [...all.matchAll(/\}(\.[\w-]+)`/g)].map(([, ending]) => ending ?? '');
    const isLonger = (key: string) =>
      endings.some((ending) => key.endsWith(ending) && named.has(key.slice(0, -ending.length)));
    const dead = Object.keys(CATALOGUES.en).filter(
      (key) => !named.has(key) && !told.has(key) && !isLonger(key) && !families.some((start) => key.startsWith(start)),
    );
    expect(dead).toEqual([]);
  });
});

describe('a check', () => {
  it('has a title, and few words for a tile where a standby cannot take over without it', () => {
    const untitled = CHECK_IDS.filter((id) => CATALOGUES.en[`check.title.${id}`] === undefined);
    const reasons = CHECK_IDS.flatMap((id) =>
      ['B', PAIR_HOST].map((host) => ({ id, host, result: 'fail' as const, reason: message('test.reason') })),
    );
    const checks = reasons.map((check) => ({ ...check, evidence: [], remedy: null, tookMs: 0, atMs: 0 }));
    const wordless = judgeReadiness(checks, ['A', 'B'], 'A').reasons.filter(
      (reason) => CATALOGUES.en[String(shortTrouble(reason).params.what)] === undefined,
    );
    expect([untitled, wordless]).toEqual([[], []]);
  });
});

describe('a sentence', () => {
  it('fills in its parameters and shows a missing key as itself', () => {
    expect(sentence('en', { key: 'no.such.key', params: {} })).toBe('no.such.key');
  });

  it('takes a reason in, and shows one that is missing, or repeats itself, as it is', () => {
    const params = { instance: 'B', directory: '/m', detail: 'x' };
    const said = (reason: string) => sentence('en', { key: 'state.syncFailed', params: { ...params, reason } });
    expect(said('sync.noPrimary')).toBe(
      'The standby B does not synchronise. There is no primary to synchronise with yet; the mount directory is /m (x)',
    );
    expect(said('no.such')).toBe('The standby B does not synchronise. no.such');
    expect(said('state.syncFailed')).toContain('$t(state.syncFailed)');
  });

  it("comes in the language nearest to the system's", () => {
    expect([
      nearestLocale('zh-TW'),
      nearestLocale('zh_CN.UTF-8'),
      nearestLocale('de'),
      nearestLocale(undefined),
    ]).toEqual(['zh-CN', 'zh-CN', 'en', 'en']);
  });
});
