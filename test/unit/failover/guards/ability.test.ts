import { describe, expect, it } from 'vitest';
import { MachineRig, type SnapshotChange } from '#test/failover-facts';

const LOCK = { holder: 'this', name: 'me' } as const;
const WITH_SUCCESSOR: SnapshotChange = { lock: { ...LOCK, successor: 'other' } };
const kinds = (rig: MachineRig) => rig.effects.map(({ kind }) => kind);
const told = (rig: MachineRig) =>
  rig.effects.flatMap((effect) => (effect.kind === 'tell-unable' ? [effect.unable] : []));
const lines = (rig: MachineRig) =>
  rig.effects.flatMap((effect) => (effect.kind === 'event' ? [effect.message.key] : []));

describe('a console that holds the lock and could not act', () => {
  it('says so when it has not heard the standby for its time, and yields once somebody else could', () => {
    const rig = new MachineRig().settle();
    rig.live(3_250, { A: 'ok', B: 'timeout' });
    expect(told(rig)).toEqual([]);
    rig.live(750, { A: 'ok', B: 'timeout' });
    expect(told(rig)).toEqual([true]);
    // Nobody else could: it keeps its place, whatever it is worth.
    rig.live(60_000, { A: 'ok', B: 'timeout' });
    expect(kinds(rig)).not.toContain('yield-lock');
    rig.sees(WITH_SUCCESSOR);
    expect(kinds(rig).filter((kind) => kind === 'yield-lock')).toHaveLength(1);
    expect(lines(rig)).toContain('failover.event.lockYielded');
    expect(lines(rig)).toContain('blocker.standbyNotHeard');
  });

  it('has yielded within 5 s of the last beat that the standby answered', () => {
    const rig = new MachineRig().settle(WITH_SUCCESSOR);
    const sinceMs = rig.now.monotonicMs;
    while (!kinds(rig).includes('yield-lock') && rig.now.monotonicMs - sinceMs < 10_000)
      rig.live(250, { A: 'ok', B: 'timeout' });
    expect(rig.now.monotonicMs - sinceMs).toBeLessThanOrEqual(4_500);
  });

  it('keeps the lock over a beat that was lost, and where the standby has gone for every console', () => {
    const rig = new MachineRig().settle(WITH_SUCCESSOR);
    rig.live(2_500, { A: 'ok', B: 'timeout' });
    rig.live(2_500);
    rig.sees({ ...WITH_SUCCESSOR, b: null });
    rig.live(10_000, { A: 'ok', B: 'refused' });
    expect(kinds(rig)).not.toContain('yield-lock');
    expect(told(rig)).toEqual([]);
  });

  it('yields a doubt of itself that does not end, and not one that fresh evidence ends', () => {
    const brief = new MachineRig().settle(WITH_SUCCESSOR);
    brief.pass(2_000);
    brief.feed({ kind: 'tick' });
    expect(brief.state.tilt).not.toBeNull();
    brief.live(5_000);
    expect(kinds(brief)).not.toContain('yield-lock');
    const long = new MachineRig().settle(WITH_SUCCESSOR);
    long.pass(2_000);
    long.feed({ kind: 'tick' });
    long.live(1_000, {});
    expect(kinds(long)).toContain('yield-lock');
  });

  it.each(['policy', 'switchover', 'route'] as const)('yields where it cannot read the %s', (record) => {
    const rig = new MachineRig().settle(WITH_SUCCESSOR);
    const { coordination } = rig.state;
    const problem = { key: 'failover.recordUnreadable', params: { path: '/p', reason: 'newer' } };
    const snapshot = { ...coordination, [record]: { ...coordination[record], value: null, problem } };
    rig.feed({ kind: 'coordination', snapshot });
    rig.live(750);
    expect(kinds(rig)).toContain('yield-lock');
    expect(lines(rig)).toContain('failover.recordUnreadable');
  });

  it('does not leave a switchover that it can still bring to its end', () => {
    const rig = new MachineRig().settle(WITH_SUCCESSOR);
    rig.feed({ kind: 'switchover-began', operationId: 'op', to: 'B' });
    rig.pass(2_000);
    rig.feed({ kind: 'tick' });
    rig.live(2_000, {});
    expect(told(rig)).toEqual([true]);
    expect(kinds(rig)).not.toContain('yield-lock');
  });

  it('leaves one whose target it does not hear, and does not count that as a failure of its own', () => {
    const rig = new MachineRig().settle(WITH_SUCCESSOR);
    rig.feed({ kind: 'switchover-began', operationId: 'op', to: 'B' });
    rig.live(4_500, { A: 'timeout', B: 'timeout' });
    expect(kinds(rig)).toContain('yield-lock');
    rig.feed({ kind: 'switchover-ended', operationId: 'op', done: false, left: true });
    expect(rig.state.running).toBeNull();
    expect(rig.state.ended).toBeNull();
  });

  it('says that it can act again when it has been able to for 5 s, not before', () => {
    const rig = new MachineRig().settle();
    rig.live(4_000, { A: 'ok', B: 'timeout' });
    rig.live(5_000);
    expect(told(rig)).toEqual([true]);
    rig.live(500);
    expect(told(rig)).toEqual([true, false]);
    // A relapse begins it all anew.
    rig.live(4_000, { A: 'ok', B: 'timeout' });
    rig.live(1_000);
    rig.live(4_000, { A: 'ok', B: 'timeout' });
    rig.live(1_000);
    expect(told(rig)).toEqual([true, false, true]);
  });

  it('tells the others too while it waits in the queue, and has nothing to yield there', () => {
    const rig = new MachineRig().settle({ lock: { holder: 'other', name: 'x' } });
    rig.live(5_000, { A: 'ok', B: 'timeout' });
    expect(told(rig)).toEqual([true]);
    expect(kinds(rig)).not.toContain('yield-lock');
  });

  it('has no use for the lock where nodes drive', () => {
    const rig = new MachineRig({ driver: 'node' }).settle({ ...WITH_SUCCESSOR, route: null });
    rig.live(10_000, { A: 'ok', B: 'timeout' });
    expect(told(rig)).toEqual([]);
  });
});
