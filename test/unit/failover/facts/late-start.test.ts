import { describe, expect, it } from 'vitest';
import { type Registration, TIMEOUT_DEFAULTS } from '#shared/domain';
import { MachineRig, registration, route, type SnapshotChange } from '#test/failover-facts';

const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);
const STARTING: Partial<Registration> = { incarnation: 'A-2', role: 'starting', status: 0, epoch: 0 };

/** A is back before ZooKeeper has let its former process go, and is no primary. */
function restarted(own: Partial<Registration> = STARTING, change: SnapshotChange = {}): MachineRig {
  const rig = new MachineRig({ hostCheck: false }).settle(change);
  rig.live(2_000);
  rig.live(250, { A: 'refused', B: 'error' });
  rig.sees({ a: registration('A', own), ...change });
  return rig;
}

describe('a primary that is started anew within its session time-out and does not come to serve', () => {
  it.each<[string, Partial<Registration>]>([
    ['since its start hangs', STARTING],
    ['since its start failed', { ...STARTING, status: 3 }],
    ['since its storage has lost the epoch', { ...STARTING, role: 'standby', status: 2 }],
  ])('is failed over after its time, %s', (_why, own) => {
    const rig = restarted(own);
    rig.live(59_000, { A: 'error', B: 'error' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toEqual(['blocker.startingUntil']);
    expect(rig.state.picture).toMatchObject({ severity: 'p1', reason: { key: 'state.primaryNotServing' } });
    rig.live(2_000, { A: 'error', B: 'error' });
    expect(rig.began()).toMatchObject([
      { request: { trigger: 'automatic', from: 'A', to: 'B', planned: false, reason: { key: 'failover.lateStart' } } },
    ]);
  });

  it('is left alone once it has claimed the route, however late that was', () => {
    const rig = restarted();
    rig.live(59_000, { A: 'error', B: 'error' });
    rig.sees({
      a: registration('A', { incarnation: 'A-2', epoch: 2 }),
      route: route({ incarnation: 'A-2', epoch: 2 }),
    });
    rig.live(120_000);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toEqual([]);
  });

  it('has as long as the policy says', () => {
    const rig = restarted(STARTING, {
      policy: { timeouts: { ...TIMEOUT_DEFAULTS, claimWithinMs: 5_000 } },
    });
    rig.live(4_500, { A: 'error', B: 'error' });
    expect(rig.began()).toEqual([]);
    rig.live(1_000, { A: 'error', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it('is the operator’s under assist, and where nothing would keep it from serving after all', () => {
    const assist = restarted(STARTING, { mode: 'assist' });
    assist.live(120_000, { A: 'error', B: 'error' });
    expect(assist.began()).toEqual([]);
    expect(keys(assist)).toEqual(['blocker.policy.assist']);
    const change = { b: registration('B', { selfFence: false }) };
    const vendor = restarted({ ...STARTING, selfFence: false }, change);
    vendor.live(120_000, { A: 'error', B: 'error' });
    expect(vendor.began()).toEqual([]);
    expect(keys(vendor)).toContain('blocker.noProof');
  });
});
