import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord, MAX_PAYLOAD_BYTES, parseRecords, parseSegmentHeader, type RedoRecord } from '#mtnode/redo';

const recordOf = (lsn: number, payload = Buffer.from(`payload ${lsn}`)): RedoRecord => ({
  lsn,
  epoch: 3,
  durableLsn: Math.max(0, lsn - 2),
  type: 'order',
  payload,
});
const bytesOf = (...lsns: number[]) => Buffer.concat(lsns.map((lsn) => encodeRecord(recordOf(lsn))));

describe('records', () => {
  it('come back as they were', () => {
    const number = fc.integer({ min: 0, max: 2 ** 52 });
    const record = fc.record({
      lsn: number.map((lsn) => lsn + 1),
      epoch: fc.integer({ min: 0, max: 2 ** 50 }),
      durableLsn: fc.integer({ min: 0, max: 2 ** 50 }),
      type: fc.constantFrom('epoch' as const, 'order' as const, 'session' as const, 'session-end' as const),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(record, (one) => {
        const { records, stop } = parseRecords(encodeRecord(one), { expectLsn: one.lsn });
        expect(stop).toBeNull();
        expect(records.map((found) => ({ ...found, payload: Uint8Array.from(found.payload) }))).toEqual([one]);
      }),
    );
  });

  it('are read up to where the bytes end, at every byte', () => {
    const bytes = bytesOf(5, 6, 7);
    const size = bytes.length / 3;
    for (let length = 0; length <= bytes.length; length++) {
      const parsed = parseRecords(bytes.subarray(0, length), { expectLsn: 5 });
      const whole = Math.floor(length / size);
      expect(parsed.records.map(({ lsn }) => lsn)).toEqual([5, 6, 7].slice(0, whole));
      expect(parsed.bytes).toBe(whole * size);
      expect(parsed.stop).toEqual(length % size === 0 ? null : { kind: 'incomplete', offset: whole * size });
    }
  });

  it('with any bit flipped are not taken for records', () => {
    const bytes = bytesOf(5, 6, 7);
    const size = bytes.length / 3;
    for (let bit = size * 8; bit < size * 16; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const parsed = parseRecords(flipped, { expectLsn: 5 });
      expect(parsed.records.map(({ lsn }) => lsn)).toEqual([5]);
      expect(parsed.stop?.offset).toBe(size);
    }
  });

  it('that do not follow are refused, unless gaps are allowed', () => {
    const bytes = bytesOf(5, 7);
    expect(parseRecords(bytes, { expectLsn: 5 })).toMatchObject({
      records: [{ lsn: 5 }],
      stop: { kind: 'damaged', detail: 'not the record with LSN 6' },
    });
    expect(parseRecords(bytes, { expectLsn: null })).toMatchObject({ records: [{ lsn: 5 }, { lsn: 7 }], stop: null });
    expect(parseRecords(bytes, { expectLsn: 4 }).stop).toMatchObject({ kind: 'damaged', offset: 0 });
  });

  it('are no longer than is allowed', () => {
    expect(() => encodeRecord(recordOf(1, Buffer.alloc(MAX_PAYLOAD_BYTES + 1)))).toThrow(RangeError);
    const longest = encodeRecord(recordOf(1, Buffer.alloc(MAX_PAYLOAD_BYTES)));
    expect(parseRecords(longest, { expectLsn: 1 }).records).toHaveLength(1);
    Buffer.from(longest.buffer, longest.byteOffset).writeUInt32LE(MAX_PAYLOAD_BYTES + 1, 0);
    expect(parseRecords(longest, { expectLsn: 1 }).stop).toMatchObject({ kind: 'damaged' });
  });

  it('can be read a few at a time', () => {
    const parsed = parseRecords(bytesOf(1, 2, 3), { expectLsn: 1, maxRecords: 2 });
    expect(parsed).toMatchObject({ records: [{ lsn: 1 }, { lsn: 2 }], stop: null });
    expect(parsed.bytes).toBe(bytesOf(1, 2).length);
  });

  it('of random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseRecords(bytes, { expectLsn: 1 }).bytes).toBeLessThanOrEqual(bytes.length);
        parseSegmentHeader(bytes);
      }),
    );
  });
});
