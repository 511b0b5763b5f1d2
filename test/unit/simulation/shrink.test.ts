import { expect, it } from 'vitest';
import type { Violation } from '../../simulation/invariants.ts';
import { planRound } from '../../simulation/plan.ts';
import type { SeedTask } from '../../simulation/pool.ts';
import type { SeedResult } from '../../simulation/run-seed.ts';
import { shrink } from '../../simulation/shrink.ts';

const SEED = 4;
const ROUND = 6;
const violation: Violation = {
  seed: SEED,
  invariant: 'write-lost',
  round: ROUND,
  atMs: 9,
  what: 'lost',
  trace: ['all'],
};

/** Runs that violate where `needs` are among the faults; `invariant`: what they violate then. */
function runsThatNeed(needs: readonly string[], invariant: Violation['invariant'] = 'write-lost') {
  const tasks: SeedTask[] = [];
  const run = async (task: SeedTask): Promise<SeedResult> => {
    tasks.push(task);
    const fails = needs.every((id) => task.only?.has(id));
    return {
      ...{
        seed: task.seed,
        virtualMs: 1,
        pairs: 1,
        nightMs: 0,
        events: 1,
        switchovers: 0,
        liveness: [],
        faults: {},
        acknowledged: 0,
      },
      ...{ givenUp: 0, traceHash: '', violations: fails ? [{ ...violation, invariant, trace: ['less'] }] : [] },
    };
  };
  return { run, tasks };
}

it('leaves out every fault that is not needed, those of earlier rounds included', async () => {
  const needs = [planRound(SEED, ROUND - 2).faults[1], planRound(SEED, ROUND).faults[3]].map(
    (fault) => fault?.id ?? '',
  );
  const { run, tasks } = runsThatNeed(needs);
  const small = await shrink({ seed: SEED, hours: 1 }, violation, run);
  expect(small.only).toEqual(needs);
  expect(small.violation.trace).toEqual(['less']);
  expect(tasks.length).toBeLessThanOrEqual(80);
});

it('keeps the whole seed where it is violated by all of its faults alone', async () => {
  const { run } = runsThatNeed(['9.9']);
  expect(await shrink({ seed: SEED, hours: 1 }, violation, run)).toEqual({ violation, only: undefined });
});

it('does not take another violation for the same', async () => {
  const { run } = runsThatNeed([], 'two-serving');
  expect((await shrink({ seed: SEED, hours: 1 }, violation, run)).only).toBeUndefined();
});
