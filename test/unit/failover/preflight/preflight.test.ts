import { describe, expect, it } from 'vitest';
import { preflightOf } from '#main/failover';
import { PLANNED_STEPS } from '#shared/domain';
import { MachineRig, registration, route, type SnapshotChange } from '#test/failover-facts';

const failing = (rig: MachineRig, to = 'B') =>
  preflightOf(rig.state.facts, to)
    .checks.filter(({ result }) => result !== 'pass')
    .map(({ id, result }) => `${id} ${result}`);

describe('what Promote… shows', () => {
  it('passes everything in a pair in good order, as a planned switchover without a word to type', () => {
    const rig = new MachineRig().settle();
    const report = preflightOf(rig.state.facts, 'B');
    expect(failing(rig)).toEqual([]);
    expect(report).toMatchObject({ planned: true, from: 'A', refusal: null, needsConfirmation: false });
    expect(report.plan.map(({ step }) => step)).toEqual([...PLANNED_STEPS]);
    expect(report.plan.find(({ step }) => step === 'close-route')).toMatchObject({
      message: { params: { epoch: 2, to: 'B' } },
      timeoutMs: 5_000,
    });
  });

  it('asks for the name where the primary is gone, and says whether that is proved', () => {
    const rig = new MachineRig().settle({ mode: 'assist' });
    rig.beat('A', 'refused');
    expect(failing(rig)).toEqual(['old unknown']);
    rig.process('A', 'gone');
    expect(failing(rig)).toEqual([]);
    expect(preflightOf(rig.state.facts, 'B')).toMatchObject({ planned: false, needsConfirmation: true, refusal: null });
  });

  it('waits for nothing of a primary that has let go by itself, though it answers', () => {
    const a = registration('A', { role: 'standby', status: 3, steppedDownEpoch: 1, note: 'its disk is full' });
    const rig = new MachineRig().settle({ a, mode: 'assist' });
    rig.live(500, { A: 'error', B: 'error' });
    const report = preflightOf(rig.state.facts, 'B');
    expect(report).toMatchObject({ planned: false, needsConfirmation: true, refusal: null });
    expect(report.plan.map(({ step }) => step)).not.toContain('drain');
    expect(report.checks.find(({ id }) => id === 'old')?.result).toBe('pass');
  });

  it('warns of a console that stood still, and has the name typed', () => {
    const rig = new MachineRig().settle();
    rig.pass(10_000);
    rig.feed({ kind: 'tick' });
    expect(failing(rig)).toContain('calm warn');
    expect(preflightOf(rig.state.facts, 'B').needsConfirmation).toBe(true);
  });

  it('refuses to close the route of a primary that goes on all the same, where nothing is there to stop it', () => {
    const vendors = { a: registration('A', { selfFence: false }), b: registration('B', { selfFence: false }) };
    const refusal = (options: ConstructorParameters<typeof MachineRig>[0]) =>
      preflightOf(new MachineRig(options).settle(vendors).state.facts, 'B').refusal?.key ?? null;
    const rig = new MachineRig({ hostCheck: true }).settle(vendors);
    expect(failing(rig)).toEqual(['oldAlive fail']);
    const provedOut = (one: MachineRig) =>
      preflightOf(one.state.facts, 'B').plan.find(({ step }) => step === 'prove-old-out')?.message.key;
    // It says nothing of stepping down, and is not waited for to.
    expect(provedOut(rig)).toBe('plan.prove-old-out');
    expect(provedOut(new MachineRig().settle())).toBe('plan.step-down');
    const command = { arguments: ['/opt/stop', '{instance}'], timeoutMs: 5_000 };
    // That it can be proved dead stops nobody.
    expect(refusal({ hostCheck: true })).toBe('preflight.refusal.nothingStops');
    expect(refusal({ commands: { start: command } })).toBe('preflight.refusal.nothingStops');
    expect(refusal({ commands: { stop: command } })).toBeNull();
    expect(refusal({ commands: { fence: { ...command, required: false } } })).toBeNull();
  });

  it('lets a primary that is off be taken over from, whatever stops it', () => {
    const rig = new MachineRig({ hostCheck: true }).settle({
      a: registration('A', { selfFence: false }),
      b: registration('B', { selfFence: false }),
      mode: 'assist',
    });
    rig.beat('A', 'refused');
    rig.process('A', 'gone');
    expect(preflightOf(rig.state.facts, 'B')).toMatchObject({ planned: false, refusal: null });
  });

  const refusals: [string, SnapshotChange][] = [
    ['preflight.refusal.zookeeper', { settled: false }],
    ['blocker.lockOther', { lock: { holder: 'other', name: 'them' } }],
    ['blocker.lockNone', { lock: { holder: 'none', name: null } }],
    ['preflight.refusal.driverNode', { route: route({ driver: 'node' }) }],
    ['preflight.refusal.notRegistered', { b: null }],
    ['preflight.refusal.singleMode', { a: registration('A', { svrMode: 1 }) }],
    ['preflight.refusal.notReady', { b: registration('B', { status: 3 }) }],
    ['preflight.refusal.alreadyPrimary', { route: route({ instance: 'B' }) }],
  ];
  it.each(refusals)('refuses with %s', (key, change) => {
    const rig = new MachineRig().settle(change);
    expect(preflightOf(rig.state.facts, 'B').refusal?.key).toBe(key);
  });

  it('refuses an instance that the pair does not have', () => {
    const rig = new MachineRig().settle();
    expect(preflightOf(rig.state.facts, 'C').refusal?.key).toBe('preflight.refusal.noSuchInstance');
  });
});
