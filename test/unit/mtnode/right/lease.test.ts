import { describe, expect, it } from 'vitest';
import { needsPromise, servingRight, spanFrom, spanLeftMs } from '#mtnode/right';

describe('the lease', () => {
  const at = (monotonicMs: number, wallMs: number) => ({ monotonicMs, wallMs });
  it('ends by the earlier of the two clocks', () => {
    const span = spanFrom(at(0, 1_000), 100);
    expect(spanLeftMs(span, at(40, 1_040))).toBe(60);
    expect(spanLeftMs(span, at(40, 1_100))).toBe(0);
    expect(spanLeftMs(span, at(100, 1_000))).toBe(0);
    expect(spanLeftMs(span, at(40, 900))).toBe(60);
    expect(spanLeftMs(undefined, at(0, 0))).toBe(0);
  });
  it('is preferred to the promise, and neither counts once the right has lapsed', () => {
    const now = at(0, 0);
    const lease = spanFrom(now, 10);
    const promise = spanFrom(now, 20);
    expect(servingRight({ now, lease, promise, lapsed: false })).toEqual({ basis: 'lease', leftMs: 20 });
    expect(servingRight({ now, lease: undefined, promise, lapsed: false })).toEqual({ basis: 'promise', leftMs: 20 });
    expect(servingRight({ now, lease: undefined, promise: undefined, lapsed: false }).basis).toBe('none');
    expect(servingRight({ now, lease, promise, lapsed: true }).basis).toBe('none');
  });
  it('asks for a promise when suspended or when a third of the lease is left', () => {
    expect(needsPromise(true, 4_000, 6_000)).toBe(false);
    expect(needsPromise(true, 1_333, 6_000)).toBe(true);
    expect(needsPromise(false, 4_000, 6_000)).toBe(true);
  });
});
