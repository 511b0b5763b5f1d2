import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, encodeEntry } from '#mtnode/redo';
import { Uft } from '#mtnode/uft';

const orderOf = (key: string, quantity = 2): Entry => ({
  type: 'order',
  key,
  order: { account: 'A1', instrument: 'IF2509', side: 'buy', price: 1.5, quantity },
});
const session = (value: string): Entry => ({ type: 'session', kind: 'session', value });
const end = (value: string): Entry => ({ type: 'session-end', kind: 'session', value });

function applyAll(uft: Uft, entries: readonly Entry[], epoch = 1): Uft {
  for (const entry of entries)
    uft.apply({ lsn: uft.lastLsn + 1, epoch, type: entry.type, payload: encodeEntry(entry) });
  return uft;
}

describe('what UFT held', () => {
  it('is known for now and for each of the latest records', () => {
    const uft = applyAll(new Uft(), [orderOf('k1'), session('s1'), orderOf('k2')]);
    const before = applyAll(new Uft(), [orderOf('k1'), session('s1')]);
    expect(uft.sums()).toMatchObject({ lsn: 3, orders: 2, sessions: 1, digest: uft.digest() });
    expect(uft.sumsAt(2)).toEqual(before.sums());
    expect(uft.sumsAt(3)).toEqual(uft.sums());
    expect(uft.sumsAt(4)).toBeUndefined();
    expect(new Uft().sumsAt(0)).toEqual(new Uft().sums());
    expect(applyAll(new Uft(), [orderOf('k')]).sumsAt(0)).toBeUndefined();
  });

  it('is known some thousand records back, and then no more', () => {
    const uft = new Uft();
    applyAll(
      uft,
      Array.from({ length: 20_000 }, (_, i) => orderOf(`k${i}`)),
    );
    expect(uft.sumsAt(20_000 - 16_384)).toBeUndefined();
    const back = uft.sumsAt(20_000 - 16_000);
    expect(back).toEqual(
      applyAll(
        new Uft(),
        Array.from({ length: 4_000 }, (_, i) => orderOf(`k${i}`)),
      ).sums(),
    );
  });

  it('differs where an order, its epoch or a session does', () => {
    const sums = (entries: Entry[], epoch = 1) => applyAll(new Uft(), entries, epoch).sums();
    const one = sums([orderOf('k1'), session('s1')]);
    expect(sums([orderOf('k1'), session('s1')])).toEqual(one);
    expect(sums([orderOf('k1', 3), session('s1')]).digest).not.toBe(one.digest);
    expect(sums([orderOf('k1'), session('s1')], 2).digest).not.toBe(one.digest);
    expect(sums([orderOf('k1'), session('s2')])).toMatchObject({ digest: one.digest, sessions: 1 });
    expect(sums([orderOf('k1'), session('s2')]).sessionDigest).not.toBe(one.sessionDigest);
  });

  it('counts sessions alike in whatever order they came and went, and after a dat', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd');
    const entry = fc.oneof(names.map(session), names.map(end));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const uft = applyAll(new Uft(), entries);
        const left = [...uft.sessions()].map(({ value }) => value);
        const direct = applyAll(new Uft(), left.map(session));
        expect(uft.sums()).toMatchObject({ sessions: left.length, sessionDigest: direct.sums().sessionDigest });
        const { sessionEntries, entries: orders, ...header } = uft.snapshot(uft.lastLsn, 1, []);
        const restored = new Uft();
        restored.restore(header);
        restored.addBatch({ orders: [...orders], sessions: [...sessionEntries] });
        expect(restored.sums()).toEqual(uft.sums());
      }),
    );
  });

  it('is forgotten when UFT is emptied', () => {
    const uft = applyAll(new Uft(), [orderOf('k1'), session('s'), orderOf('k2')]);
    uft.clear();
    expect(uft.sums()).toEqual(new Uft().sums());
    applyAll(uft, [orderOf('x')]);
    expect(uft.sumsAt(2)).toBeUndefined();
  });
});
