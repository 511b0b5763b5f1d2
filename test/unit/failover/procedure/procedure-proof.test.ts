import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '#shared/domain';
import { registration } from '#test/failover-facts';
import { ScriptedSwitchover } from '#test/scripted-switchover';

describe('waiting for the proof', () => {
  it('goes on the moment that the old registration is gone', async () => {
    const world = new ScriptedSwitchover();
    world.close = () => ({ outcome: 'changed', route: world.route() });
    world.clock.setTimer(7_000, () => world.sees({ a: null, route: world.route() }));
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    const step = record.steps.find(({ name }) => name === 'prove-old-out');
    expect(step?.tookMs).toBeCloseTo(7_000, -1);
    expect(step?.detail?.key).toBe('failover.proof.registrationGone');
  });

  it('is that the old one stands by, by its own word, and has seen the epoch', async () => {
    const world = new ScriptedSwitchover();
    const a = registration('A', { role: 'standby', status: 2, epoch: 1 });
    world.close = () => {
      world.sees({ a, route: world.route() });
      return { outcome: 'changed', route: world.route() };
    };
    world.clock.setTimer(3_000, () => world.sees({ a: { ...a, epoch: 2 }, route: world.route() }));
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    const step = record.steps.find(({ name }) => name === 'prove-old-out');
    expect(step?.tookMs).toBeCloseTo(3_000, -1);
    expect(step?.detail?.key).toBe('failover.proof.standsBy');
  });

  it('is found again once ZooKeeper has answered: an old primary may have registered anew, and serve', async () => {
    const world = new ScriptedSwitchover();
    const a = registration('A');
    world.close = () => {
      world.sees({ a: null, route: world.route() });
      return { outcome: 'changed', route: world.route() };
    };
    world.beforeConfirming = () => {
      world.beforeConfirming = () => {};
      world.sees({ a, route: world.route() });
    };
    world.clock.setTimer(3_000, () => {
      expect(world.asked(FUNCTIONS.promote)).toBe(0);
      world.sees({ a: { ...a, role: 'standby', steppedDownEpoch: 2 }, route: world.route() });
    });
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    const step = record.steps.find(({ name }) => name === 'prove-old-out');
    expect(step?.detail?.key).toBe('failover.proof.steppedDown');
    expect(step?.tookMs).toBeGreaterThan(2_500);
  });
});
