import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkOrder, decodeEntry, type Entry, EntryError, encodeEntry, MAX_PAYLOAD_BYTES } from '#mtnode/redo';

const text = (max: number) =>
  fc.string({ minLength: 1, maxLength: max, unit: 'grapheme' }).filter((s) => s.length <= max && s.length > 0);
const order = fc.record({
  account: text(32),
  instrument: text(32),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  price: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
  quantity: fc.integer({ min: 1, max: 1e9 }),
});
const session = { kind: fc.constantFrom('session' as const, 'token' as const), value: text(1_024) };
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ type: fc.constant('order' as const), key: text(64), order }),
  fc.record({ type: fc.constant('session' as const), ...session }),
  fc.record({ type: fc.constant('session-end' as const), ...session }),
  fc.record({ type: fc.constant('epoch' as const), instance: text(64) }),
);
const plain = { account: 'A1', instrument: 'IF2509', side: 'buy', price: 1.5, quantity: 2 } as const;

describe('entries', () => {
  it('come back as they were, and fit into a record', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const payload = encodeEntry(one);
        expect(payload.length).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
        expect(decodeEntry(one.type, payload)).toEqual(one);
      }),
    );
  });

  it('have room for the longest texts', () => {
    const longest = { ...plain, account: '帐'.repeat(32), instrument: '约'.repeat(32) };
    const payload = encodeEntry({ type: 'order', key: '键'.repeat(64), order: longest });
    expect(decodeEntry('order', payload)).toEqual({ type: 'order', key: '键'.repeat(64), order: longest });
    const token = { kind: 'token', value: '令'.repeat(1_024) } as const;
    expect(decodeEntry('session', encodeEntry({ type: 'session', ...token }))).toEqual({ type: 'session', ...token });
  });

  it('of random bytes are either refused or what they say', () => {
    const types = fc.constantFrom('epoch' as const, 'order' as const, 'session' as const, 'session-end' as const);
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
        let decoded: Entry;
        try {
          decoded = decodeEntry(type, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(EntryError);
          return;
        }
        expect(Buffer.from(encodeEntry(decoded))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('cut short or with a byte too many are refused', () => {
    const payload = encodeEntry({ type: 'order', key: 'k', order: plain });
    for (let length = 0; length < payload.length; length++)
      expect(() => decodeEntry('order', payload.subarray(0, length))).toThrow(EntryError);
    expect(() => decodeEntry('order', Buffer.concat([payload, Buffer.of(0)]))).toThrow(EntryError);
  });

  it.each([
    ['an empty key', { key: '' }],
    ['a key too long', { key: 'k'.repeat(65) }],
    ['half a character', { key: '\ud800' }],
  ])('with %s are not written', (_, { key }) => {
    expect(() => encodeEntry({ type: 'order', key, order: plain })).toThrow(EntryError);
  });

  it.each([
    { price: 0 },
    { price: Number.NaN },
    { price: Number.POSITIVE_INFINITY },
    { quantity: 0 },
    { quantity: 1.5 },
    { quantity: 2e9 },
  ])('with %o are neither written nor read', (wrong) => {
    expect(() => encodeEntry({ type: 'order', key: 'k', order: { ...plain, ...wrong } })).toThrow(EntryError);
    const payload = Buffer.from(encodeEntry({ type: 'order', key: 'k', order: plain }));
    const { price = plain.price, quantity = plain.quantity } = { ...plain, ...wrong };
    payload.writeDoubleLE(price, payload.length - 12);
    payload.writeUInt32LE(Math.floor(quantity), payload.length - 4);
    if (!Number.isInteger(quantity)) return;
    expect(() => decodeEntry('order', payload)).toThrow(EntryError);
  });

  it('that are no UTF-8 are refused', () => {
    const payload = Buffer.from(encodeEntry({ type: 'session', kind: 'token', value: 'abc' }));
    payload[4] = 0xff;
    expect(() => decodeEntry('session', payload)).toThrow('UTF-8');
  });

  it('are checked by the short way exactly as by the long one', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(entry, fc.nat(), fc.nat(255)).map(([one, at, value]) => {
        const payload = Buffer.from(encodeEntry(one));
        payload[at % payload.length] = value;
        return payload;
      }),
    );
    const outcome = (call: () => unknown) => {
      try {
        return call();
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(bytes, (payload) => {
        const key = (entry: Entry) => (entry.type === 'order' ? entry.key : '');
        const long = outcome(() => key(decodeEntry('order', payload)));
        const short = outcome(() => {
          const { keyStart, keyEnd } = checkOrder(payload);
          return Buffer.from(payload).toString('utf8', keyStart, keyEnd);
        });
        expect(short).toEqual(long);
      }),
    );
  });
});
