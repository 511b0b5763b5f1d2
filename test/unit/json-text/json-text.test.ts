import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonBreak } from '#core/json-text';

it.each([
  ['', 0],
  ['{"a":[}', 6],
  ['{"environments":[', 17],
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ['{"a":tru}', 5],
  ['{"a":01}', 5],
  ['{"a":"x\ny"}', 5],
  ['[1 2]', 3],
  ['[] {}', 3],
  ['{"a":1]', 6],
  ["{'a':1}", 1],
  ['{"a":"\\x"}', 5],
  ['  {"主":"机", }', 12],
])('finds where %j is no JSON', (text, offset) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonBreak(text)).toBe(offset);
});

it('goes to the end of whatever JSON.parse takes, and of the rest to what can be the beginning of JSON', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '\\', '0', '-', 'e', ' ', '\n'))
    .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1));
  fc.assert(
    fc.property(damaged, (text) => {
      const offset = jsonBreak(text);
      try {
        JSON.parse(text);
        expect(offset).toBe(text.length);
      } catch {
        // Whatever comes before is right: the same break is found with anything behind it.
        expect(offset).toBeLessThanOrEqual(text.length);
        if (offset < text.length) expect(jsonBreak(`${text}]`)).toBe(offset);
      }
    }),
    { numRuns: 2_000, seed: 11 },
  );
});
