import { describe, expect, it } from 'vitest';
import { judgePromotion, judgeRoute, type PromotionFacts } from '#mtnode/leadership';
import { blankState } from '#mtnode/memory';
import { ERROR_NUMBERS, type Route } from '#shared/domain';
import { route } from '../records.ts';

describe('45184006', () => {
  const request = { epoch: 6, token: '7', operationId: 'op', incarnation: 'b1', acceptLoss: 0 };
  const base: PromotionFacts = {
    single: false,
    incarnation: 'b1',
    role: 'standby',
    status: 2,
    state: { ...blankState('B'), highestEpoch: 6 },
    accepted: undefined,
    begun: false,
    isDataUsable: true,
    promiseLeftMs: 0,
  };
  const errorOf = (change: Partial<PromotionFacts>, more: Partial<typeof request> = {}) => {
    const verdict = judgePromotion({ ...request, ...more }, { ...base, ...change });
    return verdict.kind === 'refuse' ? verdict.errorNumber : verdict.kind;
  };
  it('is accepted by a preloaded standby, and answered alike when it is repeated', () => {
    expect(errorOf({})).toBe('go');
    expect(errorOf({ role: 'promoting', accepted: request })).toBe('repeat');
    expect(errorOf({ role: 'primary', status: 1, accepted: request })).toBe('repeat');
  });
  it.each([
    ['single mode', { single: true }, ERROR_NUMBERS.singleMode],
    ['another incarnation', { incarnation: 'b2' }, ERROR_NUMBERS.wrongState],
    ['a higher epoch was seen', { state: { ...base.state, highestEpoch: 7 } }, ERROR_NUMBERS.staleEpoch],
    [
      'a higher token at this epoch',
      { state: { ...base.state, promotedBy: { epoch: 6, token: '10' } } },
      ERROR_NUMBERS.staleEpoch,
    ],
    ['primary', { role: 'primary' as const, status: 1 as const }, ERROR_NUMBERS.wrongState],
    ['promoting by another operation', { role: 'promoting' as const }, ERROR_NUMBERS.wrongState],
    ['not preloaded', { status: 0 as const }, ERROR_NUMBERS.wrongState],
    ['another one is being judged', { begun: true }, ERROR_NUMBERS.wrongState],
    ['its redo or dat is damaged', { isDataUsable: false }, ERROR_NUMBERS.wrongState],
    ['a promise binds', { promiseLeftMs: 1 }, ERROR_NUMBERS.promiseInForce],
  ])('is refused: %s', (_, change, expected) => {
    expect(errorOf(change)).toBe(expected);
  });
  it('a higher token at a lower epoch does not stand in the way of a higher epoch', () => {
    expect(errorOf({ state: { ...base.state, promotedBy: { epoch: 5, token: '99' } } })).toBe('go');
  });
  it('rests on the route as read', () => {
    const self = { instance: 'B', incarnation: 'b1' };
    const closed = route({ instance: 'B', incarnation: 'b1', epoch: 6, state: 'closed' });
    const judge = (found: Route | undefined) => {
      const verdict = judgeRoute(request, found, self);
      return verdict.kind === 'refuse' ? verdict.errorNumber : verdict.kind;
    };
    expect(judge(closed)).toBe('go');
    expect(judge(undefined)).toBe(ERROR_NUMBERS.wrongState);
    expect(judge({ ...closed, epoch: 7 })).toBe(ERROR_NUMBERS.staleEpoch);
    expect(judge({ ...closed, epoch: 5 })).toBe(ERROR_NUMBERS.wrongState);
    expect(judge({ ...closed, instance: 'A' })).toBe(ERROR_NUMBERS.wrongState);
    expect(judge({ ...closed, incarnation: 'b0' })).toBe(ERROR_NUMBERS.wrongState);
    expect(judge({ ...closed, operationId: 'other' })).toBe(ERROR_NUMBERS.wrongState);
    expect(judge({ ...closed, state: 'open' })).toBe(ERROR_NUMBERS.wrongState);
  });
});
