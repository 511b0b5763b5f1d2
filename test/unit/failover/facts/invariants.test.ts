import { describe, expect, it } from 'vitest';
import { preflightOf } from '#main/failover';
import { FUNCTIONS, message } from '#shared/domain';
import { MachineRig, registration, route } from '#test/failover-facts';
import { ScriptedSwitchover } from '#test/scripted-switchover';

const PROMOTED = { a: null, b: registration('B', { role: 'primary', status: 1, epoch: 4 }) };
const ofB = route({ instance: 'B', incarnation: 'B-1', epoch: 4, operationId: 'op' });
const events = (rig: MachineRig) =>
  rig.effects.flatMap((effect) => (effect.kind === 'event' ? [`${effect.severity} ${effect.message.key}`] : []));

describe('what must never be so', () => {
  it.each([
    ['an epoch that falls', route({ epoch: 3 }), 'invariant.epochFell'],
    ['an epoch given to another process', { ...ofB, incarnation: 'B-2' }, 'invariant.epochReused'],
    ['an epoch given to the other instance', route({ epoch: 4 }), 'invariant.epochReused'],
    ['an epoch given to another operation', { ...ofB, operationId: 'op-2' }, 'invariant.epochReused'],
  ])('%s stops the console, is told, and is past once the epoch is above it', (_, shown, key) => {
    const rig = new MachineRig().settle({ ...PROMOTED, route: ofB });
    rig.sees({ ...PROMOTED, route: { ...ofB, state: 'closed' } });
    expect(rig.state.facts.broken).toBeNull();
    rig.sees({ ...PROMOTED, route: shown });
    expect(rig.blockers.map((one) => one.key)).toContain(key);
    expect(events(rig)).toContain(`p1 ${key}`);
    expect(preflightOf(rig.state.facts, 'A').checks).toContainEqual(
      expect.objectContaining({ id: 'invariant', result: 'fail' }),
    );
    rig.sees({ ...PROMOTED, route: null });
    rig.sees({ ...PROMOTED, route: route({ epoch: 5 }) });
    expect(rig.state.facts.broken).toBeNull();
    expect(events(rig)).toContain('none invariant.over');
  });

  it('good answers of two instances for one epoch, one after the other, are no two that serve, and stop it too', () => {
    const rig = new MachineRig().settle({ route: route({ epoch: 4 }) });
    rig.beat('A', 'ok', { epoch: 4 });
    rig.beat('A', 'refused');
    rig.beat('B', 'ok', { epoch: 4 });
    expect(rig.state.facts.broken?.said).toMatchObject({ key: 'invariant.twoForOneEpoch', params: { epoch: 4 } });
    rig.sees({ route: route({ epoch: 5 }) });
    expect(rig.state.facts.broken).toBeNull();
  });

  it('replies without an epoch, or of one below the route’s, break nothing', () => {
    const rig = new MachineRig().settle({ route: route({ epoch: 4 }) });
    rig.beat('A', 'ok', { epoch: null });
    rig.beat('B', 'ok', { epoch: null });
    expect(rig.state.facts.broken).toBeNull();
    rig.beat('A', 'ok', { epoch: 3 });
    rig.beat('A', 'refused');
    rig.beat('B', 'ok', { epoch: 3 });
    expect(rig.state.facts.broken).toBeNull();
  });
});

describe('a switchover under way', () => {
  const falls = (world: ScriptedSwitchover) => {
    world.beforeConfirming = () => world.sees({ route: route({ epoch: 0 }) });
  };

  it('begun by the console itself does nothing more once an invariant is broken', async () => {
    const world = new ScriptedSwitchover();
    falls(world);
    const { record, failure } = await world.run();
    expect(record.outcome).toBe('unknown');
    expect(failure?.key).toBe('invariant.epochFell');
    expect(world.calls.some(({ functionNumber }) => functionNumber === FUNCTIONS.completeStartup)).toBe(false);
  });

  it('promotes nobody where the record does not say that the route was closed at that very epoch', async () => {
    const world = new ScriptedSwitchover();
    world.close = () => {
      world.closed();
      return { outcome: 'changed', route: world.route({ epoch: 1 }) };
    };
    const { record, failure } = await world.run();
    expect(record.outcome).toBe('unknown');
    expect(failure).toEqual(message('invariant.promoteUnproved', { instance: 'B', epoch: 1 }));
    expect(world.calls.some(({ functionNumber }) => functionNumber === FUNCTIONS.promote)).toBe(false);
  });
});
