import { describe, expect, it } from 'vitest';
import { GivenPromises, refusePromise } from '#mtnode/right';
import { ERROR_NUMBERS } from '#shared/domain';
import { route } from '../records.ts';

describe('the promise', () => {
  it('binds until its end, and for one promise time after the start', () => {
    const promises = new GivenPromises(1_000, 2_000);
    expect(promises.bindingLeftMs(1_500)).toBe(1_500);
    expect(promises.givenLeftMs(1_500)).toBe(0);
    promises.forgetFormerLife();
    expect(promises.bindingLeftMs(1_500)).toBe(0);
    promises.give(1_500, 2_000);
    promises.give(1_600, 500);
    promises.forgetFormerLife();
    expect(promises.bindingLeftMs(2_000)).toBe(1_500);
    expect(promises.bindingLeftMs(3_500)).toBe(0);
  });
  it('is given by a standby to the primary of the route alone', () => {
    const request = { instance: 'A', incarnation: 'a1', epoch: 5, promise_ms: 1_000 };
    const base = { role: 'standby' as const, promotionBegun: false, highestEpoch: 5, route: route() };
    expect(refusePromise(request, base)).toBeNull();
    expect(refusePromise(request, { ...base, highestEpoch: 6 })).toBe(ERROR_NUMBERS.staleEpoch);
    expect(refusePromise(request, { ...base, promotionBegun: true })).toBe(ERROR_NUMBERS.wrongState);
    expect(refusePromise(request, { ...base, role: 'promoting' })).toBe(ERROR_NUMBERS.wrongState);
    expect(refusePromise(request, { ...base, route: undefined })).toBe(ERROR_NUMBERS.wrongState);
    expect(refusePromise({ ...request, incarnation: 'a2' }, base)).toBe(ERROR_NUMBERS.wrongState);
  });
});
