import { describe, expect, it } from 'vitest';
import {
  asideName,
  datName,
  latestAside,
  newestDat,
  parseAsideName,
  parseDatName,
  parseSegmentName,
  segmentName,
  segmentsOf,
} from '#mtnode/redo';

const files = (...names: string[]) => names.map((name) => ({ name, bytes: 1 }));

describe('file names', () => {
  it('carry the LSN in sixteen digits and give it back', () => {
    expect(segmentName(42)).toBe('redo-0000000000000042.log');
    expect(datName(Number.MAX_SAFE_INTEGER)).toBe('dat-9007199254740991.dat');
    expect(parseSegmentName(segmentName(42))).toBe(42);
    expect(parseDatName(datName(7))).toBe(7);
  });

  it.each([
    'redo-42.log',
    'redo-0000000000000042.log.new',
    'redo-9999999999999999.log',
    '../redo-0000000000000042.log',
  ])('like %s are nobody’s', (name) => {
    expect(parseSegmentName(name)).toBeUndefined();
    expect(parseDatName(name)).toBeUndefined();
  });

  it('sort a folder by LSN', () => {
    const folder = files(segmentName(100), datName(5), 'share.json', segmentName(9), datName(80));
    expect(segmentsOf(folder).map(({ lsn }) => lsn)).toEqual([9, 100]);
    expect(newestDat(folder)?.lsn).toBe(80);
    expect(newestDat(files('share.json'))).toBeUndefined();
  });

  it('say what was put aside', () => {
    const name = asideName(3, 11, 14, 2);
    expect(name).toBe('aside-e3-11-14-2.redo');
    expect(parseAsideName(name)).toEqual({ epoch: 3, fromLsn: 11, records: 4, writes: 2, file: name });
    expect(parseAsideName('aside-e3-11-10-2.redo')).toBeUndefined();
    expect(parseAsideName('aside-e3-11-14.redo')).toBeUndefined();
    expect(latestAside(files(name, asideName(2, 90, 99, 1), asideName(3, 11, 16, 4)))?.records).toBe(6);
    expect(latestAside([])).toBeNull();
  });
});
