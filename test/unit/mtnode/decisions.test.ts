import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_NUMBERS, type Registration, type Route } from '#shared/domain';
import { type ClaimFacts, decideClaim } from '../../../src/mtnode/claim.ts';
import { needsPromise, servingRight, spanFrom, spanLeftMs } from '../../../src/mtnode/lease.ts';
import { GivenPromises, refusePromise } from '../../../src/mtnode/promise.ts';
import { judgePromotion, judgeRoute, type PromotionFacts } from '../../../src/mtnode/promotion.ts';
import { beatDisposition } from '../../../src/mtnode/self.ts';
import { judgeSelfPromotion, type SelfPromotionFacts } from '../../../src/mtnode/self-promotion.ts';
import { Sessions } from '../../../src/mtnode/sessions.ts';
import { blankState } from '../../../src/mtnode/state.ts';

const route = (changes: Partial<Route> = {}): Route => ({
  version: 1,
  instance: 'A',
  incarnation: 'a1',
  epoch: 5,
  state: 'open',
  driver: 'console',
  token: null,
  operationId: 'op',
  changedAtMs: 0,
  ...changes,
});
const other = (changes: Partial<Registration> = {}): Registration => ({
  version: 1,
  system: 's',
  node: 'mt',
  instance: 'B',
  addresses: [{ viewer: 'default', host: 'h', t2Port: 1, f2Port: 2 }],
  process: { bootId: 'x', pid: 1, startTime: '1' },
  incarnation: 'b1',
  svrMode: 0,
  role: 'standby',
  status: 2,
  phases: [],
  epoch: 5,
  steppedDownEpoch: null,
  lastLsn: null,
  selfFence: true,
  note: null,
  ...changes,
});
const facts = (changes: Omit<Partial<ClaimFacts>, 'state'> & { state?: Partial<ClaimFacts['state']> }): ClaimFacts => ({
  instance: 'A',
  incarnation: 'a9',
  route: undefined,
  others: [],
  forcePrimary: false,
  data: undefined,
  ...changes,
  state: { ...blankState('A'), ...changes.state },
});

describe('the claim', () => {
  const heldByB = { highestEpoch: 5, lastRoute: { instance: 'B', epoch: 5 } };
  const heldByA = { highestEpoch: 5, heldEpoch: 5, lastRoute: { instance: 'A', epoch: 5 } };
  it.each([
    ['no route, no history', facts({}), { kind: 'claim', epoch: 1 }],
    ['no route, no history, but another has seen epochs', facts({ others: [other()] }), { kind: 'wait' }],
    ['no route, held the last epoch', facts({ state: heldByA }), { kind: 'claim', epoch: 6 }],
    ['… but another has seen more', facts({ state: heldByA, others: [other({ epoch: 6 })] }), { kind: 'wait' }],
    ['no route, the other held it', facts({ state: heldByB }), { kind: 'wait' }],
    ['… and it is there', facts({ state: heldByB, others: [other()] }), { kind: 'wait' }],
    [
      '… and it has lost its storage',
      facts({ state: heldByB, others: [other({ epoch: 0 })] }),
      { kind: 'claim', epoch: 6 },
    ],
    [
      'the route names it and it holds the epoch',
      facts({ route: route(), state: heldByA }),
      { kind: 'claim', epoch: 6 },
    ],
    [
      'the route names a claim whose outcome was unknown',
      facts({ route: route(), state: { claiming: { epoch: 5, incarnation: 'a1' } } }),
      { kind: 'claim', epoch: 6 },
    ],
    [
      'the route names another claim of that epoch',
      facts({ route: route(), state: { claiming: { epoch: 5, incarnation: 'a0' } } }),
      { kind: 'wait' },
    ],
    [
      'the route names this very process: a promotion is on its way',
      facts({ route: route({ incarnation: 'a9' }), state: heldByB }),
      { kind: 'wait', note: 'the route names this instance at epoch 5; waiting to be promoted' },
    ],
    ['the route names it, the storage does not hold it', facts({ route: route(), state: heldByB }), { kind: 'wait' }],
    [
      'the route names another, gone',
      facts({ route: route({ instance: 'B' }), state: heldByA }),
      { kind: 'follow', primary: 'B', note: 'waiting for B, which holds epoch 5' },
    ],
    [
      'the route names another, registered',
      facts({ route: route({ instance: 'B' }), others: [other()] }),
      { kind: 'follow', primary: 'B', note: null },
    ],
    [
      'forced',
      facts({ route: route({ instance: 'B' }), forcePrimary: true, others: [other()] }),
      { kind: 'claim', epoch: 6 },
    ],
    [
      'forced against one that serves',
      facts({ route: route({ instance: 'B' }), forcePrimary: true, others: [other({ role: 'primary' })] }),
      { kind: 'follow' },
    ],
    ['forced without a route', facts({ state: heldByB, forcePrimary: true }), { kind: 'claim', epoch: 6 }],
  ])('%s', (_, given, expected) => {
    expect(decideClaim(given)).toMatchObject(expected);
  });

  it('always goes above every epoch known', () => {
    const epoch = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(
        fc.record({ highest: epoch, held: fc.option(epoch), claiming: fc.option(epoch) }),
        fc.option(fc.record({ epoch, instance: fc.constantFrom('A', 'B') }), { nil: undefined }),
        fc.array(epoch, { maxLength: 2 }),
        fc.boolean(),
        (state, named, others, forcePrimary) => {
          const claim = decideClaim(
            facts({
              route: named && route(named),
              others: others.map((each) => other({ epoch: each })),
              forcePrimary,
              state: {
                highestEpoch: state.highest,
                heldEpoch: state.held,
                claiming: state.claiming === null ? null : { epoch: state.claiming, incarnation: 'a1' },
              },
            }),
          );
          if (claim.kind !== 'claim') return;
          for (const seen of [state.highest, state.claiming ?? 0, named?.epoch ?? 0, ...others])
            expect(claim.epoch).toBeGreaterThan(seen);
        },
      ),
    );
  });
});

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

describe('the beat by role (F11–F13)', () => {
  const self = {
    status: 0,
    note: null,
    heldEpoch: undefined,
    steppedDownEpoch: null,
    steppedDownLsn: null,
    steppedDownSums: null,
    steppingDown: false,
  } as const;
  it.each([
    ['starting', { ...self, role: 'starting' }, false, 'standby'],
    ['starting, the route claimed', { ...self, role: 'starting', heldEpoch: 1 }, false, 'switching'],
    ['starting after it stepped down', { ...self, role: 'starting', steppingDown: true }, false, 'close'],
    ['standby', { ...self, role: 'standby' }, false, 'standby'],
    ['promoting', { ...self, role: 'promoting', heldEpoch: 2 }, false, 'switching'],
    ['primary with the right to serve', { ...self, role: 'primary', heldEpoch: 2 }, true, 'serve'],
    ['primary without it', { ...self, role: 'primary', heldEpoch: 2 }, false, 'close'],
    ['stopped', { ...self, role: 'stopped', heldEpoch: 2 }, true, 'close'],
  ] as const)('%s', (_, given, mayServe, expected) => {
    expect(beatDisposition(given, mayServe)).toBe(expected);
  });
});

describe('the standby’s own promotion', () => {
  const base: SelfPromotionFacts = {
    driver: 'node',
    single: false,
    instance: 'B',
    role: 'standby',
    status: 2,
    route: route({ driver: 'node' }),
    primary: { registration: other({ instance: 'A', incarnation: 'a1', role: 'primary' }), registered: false },
    followed: 'a1',
    hasTaken: false,
    isDataUsable: true,
    connected: true,
  };
  it('is looked into once the followed primary is gone, and at once when it says so', () => {
    expect(judgeSelfPromotion(base)).toBe('ask');
    const stopped = other({ instance: 'A', incarnation: 'a1', role: 'stopped' });
    expect(judgeSelfPromotion({ ...base, primary: { registration: stopped, registered: true } })).toBe('act');
  });

  it('is looked into at once when the primary says that it has let go of the epoch', () => {
    const { epoch } = route();
    const judged = (change: Partial<Registration>) => {
      const said = other({ instance: 'A', incarnation: 'a1', role: 'standby', steppedDownEpoch: epoch, ...change });
      return judgeSelfPromotion({ ...base, primary: { registration: said, registered: true } });
    };
    expect(judged({})).toBe('act');
    expect(judged({ role: 'starting' })).toBe('act');
    expect(judged({ steppedDownEpoch: epoch - 1 })).toBe('no');
    expect(judged({ steppedDownEpoch: null })).toBe('no');
    expect(judged({ role: 'primary' })).toBe('no');
    expect(judged({ incarnation: 'a2' })).toBe('no');
  });
  it.each<[string, Partial<SelfPromotionFacts>]>([
    ['the driver is the console', { driver: 'console' }],
    ['the route’s driver is the console', { route: route() }],
    ['single mode', { single: true }],
    ['its own ZooKeeper is away', { connected: false }],
    ['not preloaded', { status: 0 }],
    ['not standby', { role: 'promoting' }],
    ['no route', { route: undefined }],
    ['the route names itself', { route: route({ driver: 'node', instance: 'B' }) }],
    ['it never followed this primary', { followed: undefined }],
    [
      'another life of the primary is registered',
      { primary: { registration: other({ incarnation: 'a2' }), registered: true } },
    ],
  ])('not when %s', (_, change) => {
    expect(judgeSelfPromotion({ ...base, ...change })).toBe('no');
  });
});

describe('sessions', () => {
  it('known from the start are never swept; the rest go at the idle time', () => {
    const service = { kind: 'session', value: 's' } as const;
    const sessions = new Sessions(100, [service]);
    const client = { kind: 'token', value: 's' } as const;
    expect(sessions.touch(client, 0)).toBe(false);
    sessions.add(client, 0);
    expect(sessions.sweep(99)).toEqual([]);
    sessions.restartIdleTimes(99);
    expect(sessions.sweep(198)).toEqual([]);
    expect(sessions.sweep(199)).toHaveLength(1);
    expect(sessions.touch(client, 200)).toBe(false);
    expect(sessions.touch(service, 1e9)).toBe(true);
    expect(sessions.count).toBe(1);
  });
});
