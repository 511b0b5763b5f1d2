import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, EntryError, encodeEntry, RedoOrder } from '#mtnode/redo';
import { Uft } from '#mtnode/uft';

const order = { account: 'A1', instrument: 'IF2509', side: 'buy', price: 1.5, quantity: 2 } as const;
const orderOf = (key: string, quantity = 2): Entry => ({ type: 'order', key, order: { ...order, quantity } });
const session = (value: string): Entry => ({ type: 'session', kind: 'session', value });

function applyAll(uft: Uft, entries: readonly Entry[], epoch = 1): Uft {
  for (const entry of entries)
    uft.apply({ lsn: uft.lastLsn + 1, epoch, type: entry.type, payload: encodeEntry(entry) });
  return uft;
}

describe('UFT', () => {
  it('has orders by key with where they were written', () => {
    const uft = applyAll(new Uft(), [{ type: 'epoch', instance: 'a' }, orderOf('k1'), orderOf('k2')], 7);
    expect(uft).toMatchObject({ lastLsn: 3, count: 2, duplicated: 0, sessionCount: 0 });
    expect(uft.read(['k2', 'none', 'k1'])).toEqual([
      { key: 'k2', order, lsn: 3, epoch: 7, times: 1 },
      { key: 'k1', order, lsn: 2, epoch: 7, times: 1 },
    ]);
  });

  it('shows that a key was written twice, and keeps the first', () => {
    const uft = applyAll(new Uft(), [orderOf('k', 1), orderOf('other'), orderOf('k', 9), orderOf('k', 9)]);
    expect(uft).toMatchObject({ count: 2, duplicated: 1, lastLsn: 4 });
    expect(uft.read(['k'])).toEqual([{ key: 'k', order: { ...order, quantity: 1 }, lsn: 1, epoch: 1, times: 3 }]);
  });

  it('has sessions until they end', () => {
    const token: Entry = { type: 'session', kind: 'token', value: 's1' };
    const end: Entry = { type: 'session-end', kind: 'session', value: 's1' };
    const uft = applyAll(new Uft(), [session('s1'), session('s2'), token, session('s2'), end]);
    expect([...uft.sessions()]).toEqual([
      { kind: 'session', value: 's2' },
      { kind: 'token', value: 's1' },
    ]);
    expect(uft.sessionCount).toBe(2);
  });

  it('takes nothing that does not follow, and nothing that says nothing known', () => {
    const uft = applyAll(new Uft(), [orderOf('k')]);
    const payload = encodeEntry(orderOf('k2'));
    for (const lsn of [1, 3]) expect(() => uft.apply({ lsn, epoch: 1, type: 'order', payload })).toThrow(RedoOrder);
    const broken = payload.subarray(0, -1);
    expect(() => uft.apply({ lsn: 2, epoch: 1, type: 'order', payload: broken })).toThrow(EntryError);
    expect(uft).toMatchObject({ lastLsn: 1, count: 1 });
  });

  it('is empty when cleared', () => {
    const uft = applyAll(new Uft(), [orderOf('k'), orderOf('k'), session('s')]);
    uft.clear();
    expect(uft).toMatchObject({ lastLsn: 0, count: 0, duplicated: 0, sessionCount: 0 });
    expect(uft.read(['k'])).toEqual([]);
    expect(uft.digest()).toBe(new Uft().digest());
  });

  it('agrees with a plain map of many orders', () => {
    const keys = fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.integer().map(String)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(keys, (written) => {
        const known = written.filter((key) => key.isWellFormed());
        const times = new Map<string, number>();
        for (const key of known) times.set(key, (times.get(key) ?? 0) + 1);
        const uft = applyAll(
          new Uft(),
          known.map((key) => orderOf(key)),
        );
        expect(uft.count).toBe(times.size);
        expect(uft.duplicated).toBe([...times.values()].filter((count) => count > 1).length);
        for (const [key, count] of times)
          expect(uft.read([key])).toMatchObject([{ key, times: count, lsn: known.indexOf(key) + 1 }]);
      }),
    );
  });

  it('finds every one of a hundred thousand', () => {
    const uft = new Uft();
    for (let lsn = 1; lsn <= 100_000; lsn++)
      uft.apply({ lsn, epoch: 1, type: 'order', payload: encodeEntry(orderOf(`client-${lsn % 7}-${lsn}`)) });
    expect(uft).toMatchObject({ count: 100_000, duplicated: 0 });
    for (let lsn = 1; lsn <= 100_000; lsn += 997)
      expect(uft.read([`client-${lsn % 7}-${lsn}`])).toMatchObject([{ lsn, times: 1 }]);
  });
});

describe('its digest', () => {
  const base = [orderOf('a'), orderOf('b'), orderOf('c')];
  const digestOf = (entries: readonly Entry[], epoch = 1) => applyAll(new Uft(), entries, epoch).digest();

  it('is the same for the same orders', () => {
    expect(digestOf(base)).toBe(digestOf(base));
    expect(digestOf(base)).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, readonly Entry[], number]>([
    ['another order', [orderOf('a'), orderOf('b'), orderOf('d')], 1],
    ['another quantity', [orderOf('a'), orderOf('b', 3), orderOf('c')], 1],
    ['another sequence', [orderOf('b'), orderOf('a'), orderOf('c')], 1],
    ['one less', [orderOf('a'), orderOf('b')], 1],
    ['one twice', [...base, orderOf('a')], 1],
    ['another epoch', base, 2],
    ['a session before, which moves them', [session('s'), ...base], 1],
  ])('differs with %s', (_, entries, epoch) => {
    expect(digestOf(entries, epoch)).not.toBe(digestOf(base));
  });
});

describe('a snapshot', () => {
  it('stays exact while more is written and when UFT is cleared', () => {
    const uft = applyAll(new Uft(), [orderOf('a'), session('s'), orderOf('b'), orderOf('b')]);
    const snapshot = uft.snapshot(4, 1, [
      { epoch: 1, firstLsn: 1 },
      { epoch: 2, firstLsn: 5 },
    ]);
    expect(snapshot).toMatchObject({ lsn: 4, orders: 2, sessions: 1, epochs: [{ epoch: 1, firstLsn: 1 }] });
    applyAll(uft, [orderOf('a'), orderOf('b'), orderOf('c'), { type: 'session-end', kind: 'session', value: 's' }], 2);
    const entries = snapshot.entries[Symbol.iterator]();
    expect(entries.next().value).toMatchObject({ lsn: 1, repeats: undefined });
    uft.clear();
    expect(entries.next().value).toMatchObject({ lsn: 3, repeats: [4] });
    expect(entries.next().done).toBe(true);
    expect([...snapshot.sessionEntries]).toEqual([{ kind: 'session', value: 's' }]);
  });

  it('is of where UFT stands, and of nothing else', () => {
    const uft = applyAll(new Uft(), [orderOf('a')]);
    expect(() => uft.snapshot(0, 1, [])).toThrow(RedoOrder);
    expect(() => uft.snapshot(2, 1, [])).toThrow(RedoOrder);
  });

  it('goes over the ends of its memory’s pieces', () => {
    const uft = new Uft();
    const long = { ...order, account: '帐'.repeat(32), instrument: '约'.repeat(32) };
    for (let lsn = 1; lsn <= 10_000; lsn++) {
      const entry: Entry = { type: 'order', key: `k${lsn}`, order: lsn % 3 === 0 ? order : long };
      uft.apply({ lsn, epoch: 1, type: 'order', payload: encodeEntry(entry) });
    }
    const lsns = [...uft.snapshot(10_000, 1, []).entries].map(({ lsn }) => lsn);
    expect(lsns).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  });
});
