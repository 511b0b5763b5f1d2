import { describe, expect, it, vi } from 'vitest';
import { pathOf, shellWord } from '#renderer/components';
import {
  AsideBanners,
  DataPanel,
  directoryToLookAt,
  highestLag,
  keptAside,
  lossSeverity,
  mountToLookAt,
  recordsPerSecond,
} from '#renderer/features/data';
import { formatsFor } from '#renderer/i18n';
import type { DataPoint, PairView } from '#shared/contract';
import { message } from '#shared/domain';
import { pairTile } from './pair-tile.ts';
import { type instanceView, pairView, primaryData, standbyData, unmountedData } from './pair-view.ts';
import { render, textOf } from './render.tsx';

const NOW = 1_800_000_000_000;
vi.useFakeTimers({ now: NOW, toFake: ['Date'] });

/** The pair of A, primary, and B, standby, with what each says. */
function pairWith(a: Partial<Parameters<typeof instanceView>[0]>, b: Partial<Parameters<typeof instanceView>[0]>) {
  const pair = pairView({}, NOW);
  const [first, second] = pair.instances;
  if (!first || !second) throw new Error('a pair has two');
  return {
    ...pair,
    instances: [
      { ...first, ...a },
      { ...second, ...b },
    ],
  } satisfies PairView;
}
const shown = (pair: PairView, locale: 'zh-CN' | 'en' = 'en') => textOf(render(<DataPanel pair={pair} />, locale));

describe('the data panel', () => {
  it('shows positions, lag with its units, synchronisation, loss bound, database and files', () => {
    const text = shown(pairView({}, NOW));
    expect(text).toContain('LSN on disk 1,204,512 1,980 records/s');
    expect(text).toContain('Standby confirmed 1,204,510');
    expect(text).toContain('Lag 2 records 212 B 0.1 s');
    expect(text).toContain('Synchronisation following the primary Directory /mnt/peer-a/share');
    expect(text).toContain('no acknowledged record would be missing');
    expect(text).toContain('Orders in UFT 1,180,233');
    expect(text).toContain('not yet in it: 12 · in it up to LSN 1,204,498');
    expect(text).toContain("says the same as the other instance's");
  });

  it('is grey while all is well', () => {
    expect(render(<DataPanel pair={pairView({}, NOW)} />)).not.toMatch(/data-severity="(p\d|no-data)"/);
  });

  it('is not there where no instance keeps data, and has no place for the one that keeps none', () => {
    expect(render(<DataPanel pair={pairWith({ data: null }, { data: null })} />)).toBe('');
    const markup = render(<DataPanel pair={pairWith({}, { data: null })} />);
    expect([...markup.matchAll(/data-data-of="(\w)"/g)].map(([, name]) => name)).toEqual(['A']);
  });

  it('says what is wrong with the mount, where, what to run and what it would cost', () => {
    const pair = pairWith({}, { status: 3, data: unmountedData() });
    const markup = render(<DataPanel pair={pair} />);
    expect(markup).toContain('data-sync="failed"');
    const text = textOf(markup);
    expect(text).toContain('Run on B: df -h /mnt/peer-a/share');
    expect(text).toContain('at most 1,430 acknowledged records would be missing');
    expect(text).toContain('An automatic switchover may lose at most 0');
    expect(markup).toMatch(/data-testid="loss-bound"><svg[^>]*data-severity="p2"/);
    expect(shown(pair, 'zh-CN')).toContain('在 B 上执行： df -h /mnt/peer-a/share');
  });

  it('says that nobody can say', () => {
    const text = shown(pairWith({}, { data: unmountedData({ lossBound: null }) }));
    expect(text).toContain('nobody can say how many acknowledged records would be missing');
  });

  it('shows what the primary acknowledged while its standby was away', () => {
    const text = shown(pairWith({ data: primaryData({ confirmedLsn: 1_203_080 }) }, { data: unmountedData() }));
    expect(text).toContain('Standby confirmed 1,203,080 not confirmed: 1,430');
  });

  it('shows the database that cannot be reached, and files that differ', () => {
    const todb = {
      ...primaryData().todb,
      state: 'unreachable' as const,
      backlog: 52_000,
      reason: message('todb.unreachable', { database: 'kuantu', detail: 'ECONNREFUSED' }),
      matchesPeer: false,
    };
    const markup = render(<DataPanel pair={pairWith({ data: primaryData({ todb }) }, {})} />);
    expect(markup).toMatch(/data-todb="unreachable"><span[^>]*><svg[^>]*data-severity="p2"/);
    expect(textOf(markup)).toContain('not yet in it: 52,000');
    expect(markup).toMatch(/data-files-equal="false"><svg[^>]*data-severity="p2"/);
  });

  it('shows nothing of a database where none is configured', () => {
    const todb = { ...primaryData().todb, state: 'off' as const, matchesPeer: null };
    const text = shown(pairWith({ data: primaryData({ todb }) }, { data: standbyData({ todb }) }));
    expect(text).not.toContain('Local database');
    expect(text).not.toContain('Todb');
  });

  it('greys what was said too long ago and says when', () => {
    const markup = render(<DataPanel pair={pairWith({}, { dataAtMs: NOW - 42_000 })} />);
    expect(markup).toMatch(/data-data-of="A" data-past="false"/);
    expect(markup).toMatch(/data-data-of="B" data-past="true"/);
    expect(textOf(markup)).toContain('last said 42 s ago');
  });

  it('shows loading, and how the last promotion came by its data', () => {
    const loading = primaryData({ orders: null, load: { done: 5, total: 20 } });
    expect(shown(pairWith({ role: 'promoting', data: loading }, {}))).toContain('Loading into UFT 5 of 20 records');
    const takeover = {
      epoch: 5,
      acknowledgedLsn: null,
      presentLsn: 900,
      complete: false,
      lossBound: 40,
      duplicated: 0,
    };
    const markup = render(<DataPanel pair={pairWith({ data: primaryData({ takeover }) }, {})} />);
    expect(textOf(markup)).toContain('epoch 5, at LSN 900 · without the end of the old redo: at most 40');
    const whole = { ...takeover, complete: true, lossBound: 0 };
    expect(shown(pairWith({ data: primaryData({ takeover: whole }) }, {}))).toContain(
      'the old redo was read to its end: nothing acknowledged is missing',
    );
    const lucky = shown(pairWith({ data: primaryData({ takeover: { ...takeover, lossBound: 0 } }) }, {}));
    expect(lucky).toContain('without the end of the old redo: nothing acknowledged is missing');
  });

  it('says when the two are set up differently', () => {
    expect(shown(pairWith({ data: primaryData({ mode: 'async' }) }, {}))).toContain('A: async mode · B: sync mode');
  });
});

describe('the loss bound', () => {
  it.each([
    [standbyData({ lossBound: 1_000 }), 0, 'none'],
    [standbyData({ lossBound: null }), 0, 'no-data'],
    [standbyData({ sync: { state: 'starting', directory: '/m', reason: null }, lossBound: null }), 0, 'p2'],
    [unmountedData({ lossBound: 0 }), 0, 'none'],
    [unmountedData({ lossBound: 1 }), 0, 'p2'],
    [unmountedData({ lossBound: 1_000 }), 1_000, 'none'],
    [unmountedData({ lossBound: 1 }), null, 'p2'],
    [unmountedData({ lossBound: null }), 1_000, 'p2'],
  ] as const)('weighs as much as it would cost (%#)', (data, max, severity) => {
    expect(lossSeverity(data, max)).toBe(severity);
  });
});

describe('writes kept aside', () => {
  const aside = { writes: 3, records: 5, fromLsn: 1_204_513, epoch: 4, file: 'aside-e4-1204513-1204517-3.redo' };
  const returned = (over: Partial<typeof aside> = {}, routeEpoch = 5): PairView => {
    const pair = pairWith(
      { role: 'standby', data: standbyData({ aside: { ...aside, ...over } }) },
      { role: 'primary' },
    );
    if (!pair.route) throw new Error('a pair has a route');
    return { ...pair, route: { ...pair.route, epoch: routeEpoch } };
  };

  it('are told with their number and where they are', () => {
    const text = textOf(render(<AsideBanners pair={returned()} />));
    expect(text).toContain('Writes that were on the old primary A only: 3');
    expect(text).toContain('aside-e4-1204513-1204517-3.redo');
    expect(textOf(render(<AsideBanners pair={returned()} />, 'zh-CN'))).toContain('只在原主机 A 上的写入：3 笔');
  });

  it('make no banner where there are none among the records, another epoch has followed, or the header says it', () => {
    expect(keptAside(returned())).toHaveLength(1);
    expect(keptAside(returned({ writes: 0 }))).toEqual([]);
    expect(keptAside(returned({}, 7))).toEqual([]);
    const pair = returned();
    expect(keptAside({ ...pair, tile: { ...pair.tile, reason: message('state.aside') } })).toEqual([]);
    expect(shown(returned({ writes: 0 }))).toContain('Kept aside writes: 0, records: 5');
  });
});

describe('the trend', () => {
  const points = (...lags: (number | null)[]): DataPoint[] =>
    lags.map((lagRecords, index) => ({
      atMs: NOW + index * 1_000,
      primaryLsn: 100 * index,
      standbyLsn: null,
      lagRecords,
    }));

  it('names the highest lag of its time and the rate of late', () => {
    expect(highestLag(points(null, 7, 3))).toBe(7);
    expect(highestLag(points(null))).toBeNull();
    expect(recordsPerSecond(points(0, 0, 0))).toBe(100);
  });

  it('names no rate where it cannot: no past, or the positions of another primary', () => {
    expect(recordsPerSecond([])).toBeNull();
    expect(recordsPerSecond(points(0))).toBeNull();
    const [first, second] = points(0, 0);
    if (!first || !second) throw new Error('there are two');
    expect(recordsPerSecond([{ ...first, primaryLsn: 900 }, second])).toBeNull();
  });

  it('has a gap where nothing was known, and a dash for one point alone', () => {
    const line = pathOf(
      [0, 1, null, 3, null].map((value, index) => ({ atMs: index * 1_000, value })),
      0,
      4_000,
      4,
    );
    expect(line).toBe('M0.0 24.5L40.0 18.8M120.0 7.3h1');
  });
});

describe('what is to be looked at', () => {
  it('is the directory that main says to look at first', () => {
    const look = (key: string) => directoryToLookAt(pairTile({ next: message(key, { directory: '/m' }) }));
    expect(look('state.next.checkDirectory')).toBe('/m');
    expect(look('state.next.mountOrAccept')).toBe('/m');
    expect(look('state.next.checkDatabase')).toBeNull();
    expect(directoryToLookAt(pairTile())).toBeNull();
  });

  it('is the mount of an instance, where a look at it explains anything', () => {
    expect(mountToLookAt(unmountedData())).toBe('/mnt/peer-a/share');
    const { sync } = unmountedData();
    expect(mountToLookAt(unmountedData({ sync: { ...sync, reason: message('sync.redoDamaged') } }))).toBeNull();
    expect(mountToLookAt(standbyData())).toBeNull();
  });

  it.each([
    ['/mnt/peer-a/share', '/mnt/peer-a/share'],
    ['/mnt/O3 共享', "'/mnt/O3 共享'"],
    ["/mnt/it's; rm -rf /", "'/mnt/it'\\''s; rm -rf /'"],
  ])('is one word of a shell: %s', (path, word) => {
    expect(shellWord(path)).toBe(word);
  });
});

describe('amounts of data', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [151_580, '151.6 kB'],
    [34_500_000, '34.5 MB'],
    [2_000_000_000, '2.0 GB'],
  ])('%d is %s', (value, text) => {
    expect(formatsFor('en').bytes(value)).toBe(text);
  });
  it('changes its lag in tenths of a second only', () => {
    expect(formatsFor('en').seconds(0)).toBe('0.0 s');
    expect(formatsFor('zh-CN').seconds(12.44)).toBe('12.4 秒');
    expect(formatsFor('en').seconds(125)).toBe('2 min 5 s');
  });
});
