import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { diffLines } from '../../../src/main/config-files/change/line-diff.ts';
import { threeWayDiff } from '../../../src/main/config-files/change/three-way.ts';
import { unifiedDiff } from '../../../src/main/config-files/change/unified.ts';

// The machine may be busy: these are long for unit tests.
vi.setConfig({ testTimeout: 60_000 });

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 20 });

/** The new lines, made out of the old ones and what the hunks bring. */
function patched(old: readonly string[], now: readonly string[]): string[] {
  const made: string[] = [];
  let at = 0;
  for (const hunk of diffLines(old, now)) {
    made.push(...old.slice(at, hunk.old.from), ...now.slice(hunk.new.from, hunk.new.to));
    at = hunk.old.to;
  }
  return [...made, ...old.slice(at)];
}

describe('a diff', () => {
  it('makes the new lines of the old ones', () => {
    fc.assert(
      fc.property(lines, lines, (old, now) => {
        expect(patched(old, now)).toEqual(now);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the shortest', () => {
    expect(
      diffLines([...'abcabba'], [...'cbabac'])
        .flatMap(({ old }) => [old.to - old.from])
        .reduce((a, b) => a + b),
    ).toBe(3);
  });

  it('is one stretch where there is too much to compare', () => {
    const many = (word: string) => Array.from({ length: 3_000 }, (_, index) => `${word}${index}`);
    expect(diffLines(['x', ...many('a'), 'y'], ['x', ...many('b'), 'y'])).toEqual([
      { old: { from: 1, to: 3_001 }, new: { from: 1, to: 3_001 } },
    ]);
  });

  it('is written as diff -u writes it', () => {
    const old = [...'abcdefghijklmnop'];
    const now = ['a', 'B', ...'cdefghijklm', 'n', 'N', 'o', 'p'];
    expect(unifiedDiff(old, now, { old: 'x', new: 'y' })).toEqual([
      '--- x',
      '+++ y',
      '@@ -1,5 +1,5 @@',
      ' a',
      '-b',
      '+B',
      ' c',
      ' d',
      ' e',
      '@@ -12,5 +12,6 @@',
      ' l',
      ' m',
      ' n',
      '+N',
      ' o',
      ' p',
    ]);
    expect(unifiedDiff([], ['a'], { old: 'x', new: 'y' }).slice(2)).toEqual(['@@ -0,0 +1 @@', '+a']);
    expect(unifiedDiff(['a'], ['a'], { old: 'x', new: 'y' })).toEqual([]);
  });
});

describe('a three-way diff', () => {
  it('holds each side as it is', () => {
    fc.assert(
      fc.property(lines, lines, lines, (base, ours, theirs) => {
        const hunks = threeWayDiff(base, ours, theirs);
        const side = (of: 'base' | 'ours' | 'theirs') => {
          const made: string[] = [];
          let at = 0;
          for (const hunk of hunks) {
            made.push(...base.slice(at, hunk.line - 1), ...hunk[of]);
            at = hunk.line - 1 + hunk.base.length;
          }
          return [...made, ...base.slice(at)];
        };
        expect([side('base'), side('ours'), side('theirs')]).toEqual([base, ours, theirs]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says who changed what', () => {
    const base = [...'abcdefg'];
    const ours = [...'aBcdefGh'];
    const theirs = [...'aXcDefGh'];
    expect(threeWayDiff(base, ours, theirs).map(({ who, line }) => [who, line])).toEqual([
      ['both', 2],
      ['theirs', 4],
      ['same', 7],
    ]);
  });
});
