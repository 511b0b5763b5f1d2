import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClaimFacts, decideClaim } from '#mtnode/leadership';
import { blankState } from '#mtnode/memory';
import { other, route } from '../records.ts';

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
      '… and the next one did not come about',
      facts({ route: route(), state: { claiming: { epoch: 6, incarnation: 'a1' } } }),
      { kind: 'claim', epoch: 7 },
    ],
    [
      '… and has gone past it',
      facts({ route: route(), state: { claiming: { epoch: 4, incarnation: 'a1' } } }),
      { kind: 'wait' },
    ],
    [
      'a console has it promoted after a claim',
      facts({ route: route({ token: '7' }), state: { claiming: { epoch: 5, incarnation: 'a1' } } }),
      { kind: 'wait' },
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
