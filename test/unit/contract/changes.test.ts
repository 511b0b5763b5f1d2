import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, changesBetween, packBinary, unpackBinary } from '#shared/contract';

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '主机'), tie('value'), { noNullPrototype: true }),
  ),
})).value;
const record = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), json, { noNullPrototype: true });

describe('changes of a topic', () => {
  it('turn any state into any other', () => {
    fc.assert(
      fc.property(record, record, (before, after) => {
        expect(applyChanges<unknown>(before, changesBetween(before, after))).toEqual(after);
      }),
    );
  });

  it('are none between equal states', () => {
    fc.assert(
      fc.property(record, (state) => {
        expect(changesBetween(state, structuredClone(state))).toEqual([]);
      }),
    );
  });

  it('name only what differs and keep the identity of the rest', () => {
    const before = { pairs: { a: { state: 'normal', rate: 1 }, b: { state: 'normal', rate: 1 } } };
    const after = { pairs: { a: { state: 'normal', rate: 1 }, b: { state: 'suspect', rate: 1 } } };
    const changes = changesBetween(before, after);
    expect(changes).toEqual([{ path: ['pairs', 'b', 'state'], value: 'suspect' }]);
    const applied = applyChanges(before, changes);
    expect(applied).toEqual(after);
    expect(applied.pairs.a).toBe(before.pairs.a);
  });

  it('leave the state they were applied to as it was', () => {
    const before = { list: { a: 1 } };
    applyChanges(before, [{ path: ['list', 'a'], removed: true }]);
    expect(before).toEqual({ list: { a: 1 } });
  });
});

describe('binary messages', () => {
  it('carry typed arrays and everything around them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double()),
        fc.uint8Array(),
        fc.array(fc.float()),
        fc.string(),
        (times, codes, latencies, name) => {
          const message = {
            t: 'beats',
            columns: [
              {
                instance: name,
                atMs: new Float64Array(times),
                code: new Uint8Array(codes),
                latencyMs: new Float32Array(latencies),
              },
            ],
          };
          expect(unpackBinary(packBinary(message))).toEqual(message);
        },
      ),
    );
  });

  it('refuse a frame that claims more than it has', () => {
    const bytes = packBinary({ column: new Float64Array([1, 2, 3]) });
    expect(() => unpackBinary(bytes.subarray(0, bytes.length - 8))).toThrow(RangeError);
    expect(() => unpackBinary(new Uint8Array([0xff, 0xff, 0xff, 0xff]))).toThrow();
    expect(() => unpackBinary(new Uint8Array([1]))).toThrow(RangeError);
  });
});
