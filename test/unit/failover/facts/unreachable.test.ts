import { describe, expect, it } from 'vitest';
import type { PolicyRecord, ReplyClass } from '#shared/domain';
import { dataStatus } from '#test/data-facts';
import { MachineRig, registration, type SnapshotChange } from '#test/failover-facts';

const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);
const policy = (change: Partial<PolicyRecord> = {}) => ({ unreachableSwitchMs: 10_000, ...change });

/** A pair whose primary refuses everybody for so long, while it is registered. */
function refusedFor(ms: number, change: SnapshotChange, beats: Partial<Record<'A' | 'B', ReplyClass>> = {}) {
  const rig = new MachineRig().settle(change);
  rig.process('A', 'alive');
  rig.live(ms, { A: 'refused', B: 'error', ...beats });
  return rig;
}

describe('a primary that is unreachable and registered', () => {
  it('is no failover on network evidence, however long it lasts; the finding is named, and why nothing is done', () => {
    const rig = refusedFor(600_000, {});
    expect(rig.began()).toEqual([]);
    expect(rig.state.facts.named?.assessment.verdict).toBe('unreachable-registered');
    expect(rig.state.picture).toMatchObject({
      state: 'suspect',
      severity: 'p1',
      reason: { key: 'state.primaryUnreachable' },
      next: { key: 'state.next.checkNetwork' },
    });
    expect(keys(rig)).toEqual(['blocker.unreachable']);
  });

  it('is the same for a silence', () => {
    const rig = refusedFor(600_000, {}, { A: 'timeout' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toEqual(['blocker.unreachable']);
  });

  it('is switched over in an orderly way once the policy’s time is up, which is told beforehand', () => {
    const rig = refusedFor(9_750, { policy: policy() });
    expect(rig.began()).toEqual([]);
    // The first beat that failed was sent a quarter of a second after the settling.
    const untilAt = 1_000_000 + 500 + 250 + 10_000;
    expect(rig.blockers).toMatchObject([{ key: 'blocker.unreachableUntil', params: { to: 'B', untilAt } }]);
    expect(rig.state.picture.next).toMatchObject({ key: 'state.next.checkNetworkUntil', params: { untilAt } });
    rig.live(500, { A: 'refused', B: 'error' });
    expect(rig.began()).toMatchObject([
      {
        request: {
          trigger: 'automatic',
          from: 'A',
          to: 'B',
          planned: true,
          acceptedLoss: 0,
          firstSignWallMs: 1_000_750,
          reason: { key: 'failover.unreachable', params: { instance: 'A', seconds: 10 } },
        },
      },
    ]);
  });

  it('begins to count anew with every answer', () => {
    const rig = refusedFor(9_000, { policy: policy() });
    rig.beat('A', 'ok');
    rig.live(9_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    rig.live(1_500, { A: 'refused', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it('is never begun before the verdict, however short the policy’s time is', () => {
    const rig = refusedFor(2_750, { policy: policy({ unreachableSwitchMs: 1 }) });
    expect(rig.began()).toEqual([]);
    rig.live(750, { A: 'refused', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it('is not held by a policy that wants the server’s word for a failover: nobody is taken for dead', () => {
    const rig = refusedFor(11_000, { policy: policy({ evidence: 'host' }) });
    expect(rig.began()).toHaveLength(1);
  });

  const maintenance = { operator: 'Li Lei', reason: 'disks', sinceMs: 0, untilMs: 9_000_000 };
  it.each<[string, SnapshotChange]>([
    ['blocker.policy.assist', { mode: 'assist', policy: policy() }],
    ['blocker.policy.observe', { mode: 'observe', policy: policy() }],
    ['blocker.maintenance', { policy: policy({ maintenance }) }],
    ['blocker.lockOther', { policy: policy(), lock: { holder: 'other', name: 'c2' } }],
    ['blocker.standbyNotRegistered', { policy: policy(), b: null }],
    ['blocker.standbyNotReady', { policy: policy(), b: registration('B', { status: 3 }) }],
    ['blocker.singleMode', { policy: policy(), b: registration('B', { svrMode: 1 }) }],
    [
      'blocker.noProof',
      { policy: policy(), a: registration('A', { selfFence: false }), b: registration('B', { selfFence: false }) },
    ],
  ])('waits for what everything automatic waits for: %s', (blocker, change) => {
    const rig = refusedFor(60_000, change);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain(blocker);
    expect(rig.state.picture.next?.key).not.toBe('state.next.checkNetworkUntil');
  });

  it('waits while the standby is not heard: the console itself may be the one that is cut off', () => {
    const rig = refusedFor(60_000, { policy: policy() }, { B: 'timeout' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.standbyNotHeard');
  });

  it('waits where the standby could lose anything, whatever a failover may lose', () => {
    const change = { policy: policy({ maxLossRecords: 1_000 }), maxLossRecords: 1_000 };
    const rig = new MachineRig().settle(change);
    for (let second = 0; second < 12; second++) {
      rig.says('B', dataStatus({ sync: { state: 'failed', reason: null, directory: '/mnt/a' }, lossBound: 3 }));
      rig.live(1_000, { A: 'refused', B: 'error' });
    }
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.lossBound');
  });

  it('waits while pairs are in trouble together', () => {
    const rig = new MachineRig().settle({ policy: policy() });
    const others = ['one', 'two'].map((name) => ({
      ...{ key: `e/${name}`, name, standsOn: ['h'], sinceMonotonicMs: rig.now.monotonicMs + 250 },
      ...{ overMonotonicMs: null, acting: false },
    }));
    rig.common = { ...rig.common, troubles: others };
    rig.live(60_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.commonCause');
  });
});
