import { describe, expect, it } from 'vitest';
import type { PolicyRecord, Registration, ReplyClass } from '#shared/domain';
import { dataStatus } from '#test/data-facts';
import { MachineRig, registration, route, type SnapshotChange, switchoverRecord } from '#test/failover-facts';

const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);
const policy = (change: Partial<PolicyRecord> = {}) => ({ crashLoopStarts: 3, crashLoopWindowMs: 120_000, ...change });

/** A pair without process checks: a crash that is over before the session has run out is never a verdict. */
const settled = (change: SnapshotChange = {}) => new MachineRig({ hostCheck: false }).settle(change);

/** A crashes and claims the route again, as its life of that number, before ZooKeeper has let it go. */
function restart(rig: MachineRig, life: number, change: SnapshotChange = {}, own: Partial<Registration> = {}): void {
  const epoch = life;
  rig.live(250, { A: 'refused', B: 'error' });
  const a = registration('A', { incarnation: `A-${life}`, role: 'starting', status: 0, epoch: epoch - 1, ...own });
  rig.sees({ a, ...change });
  rig.live(250);
  const claimed = registration('A', { incarnation: `A-${life}`, epoch, ...own });
  rig.sees({ a: claimed, route: route({ incarnation: `A-${life}`, epoch }), ...change });
  rig.live(250);
}

function restarted(rig: MachineRig, times: number, everyMs: number, change: SnapshotChange = {}): MachineRig {
  for (let life = 2; life < 2 + times; life++) {
    rig.live(everyMs);
    restart(rig, life, change);
  }
  return rig;
}

describe('a primary that starts again and again within its session time-out', () => {
  it('is switched over in an orderly way at its third start, though no verdict ever said that it is gone', () => {
    const rig = restarted(settled(), 2, 20_000);
    expect(rig.state.picture.state).toBe('normal');
    expect(rig.began()).toEqual([]);
    rig.live(20_000);
    restart(rig, 4);
    expect(rig.began()).toMatchObject([
      {
        request: {
          ...{ trigger: 'automatic', from: 'A', to: 'B', planned: true, acceptedLoss: 0 },
          reason: { key: 'failover.crashLoop', params: { instance: 'A', starts: 3, seconds: 120 } },
        },
      },
    ]);
  });

  it('is none where as many starts are spread over a longer time', () => {
    const rig = restarted(settled(), 12, 60_000);
    expect(rig.began()).toEqual([]);
    expect(rig.state.picture.state).toBe('normal');
  });

  it('is none where the policy does not count them', () => {
    const change = { policy: policy({ crashLoopStarts: 0 }) };
    const rig = restarted(settled(change), 8, 2_000, change);
    expect(rig.began()).toEqual([]);
    expect(rig.state.picture.state).toBe('normal');
  });

  it('is told, and proposed under assist', () => {
    const change: SnapshotChange = { mode: 'assist' };
    const rig = restarted(settled(change), 3, 2_000, change);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toEqual(['blocker.policy.assist']);
    expect(rig.state.picture).toMatchObject({
      ...{ state: 'suspect', severity: 'p1', primary: 'A' },
      reason: { key: 'state.crashLoop', params: { instance: 'A', starts: 3, seconds: 120 } },
      next: { key: 'state.next.leaveCrashLoop', params: { instance: 'A', to: 'B' } },
    });
    rig.live(121_000);
    expect(rig.state.picture.state).toBe('normal');
  });

  it('is told where nobody could take over', () => {
    const rig = restarted(settled({ b: null }), 3, 2_000, { b: null });
    expect(rig.began()).toEqual([]);
    expect(rig.state.picture).toMatchObject({ severity: 'p1', next: { key: 'state.next.lookAtStarts' } });
  });

  const maintenance = { operator: 'Li Lei', reason: 'disks', sinceMs: 0, untilMs: 9_000_000 };
  const failedOver = switchoverRecord({
    ...{ from: 'B', fromIncarnation: 'B-0', to: 'A', epochBefore: 0, epochAfter: 1 },
    ...{ endedAtMs: 990_000, outcome: 'done' },
  });
  it.each<[string, SnapshotChange]>([
    ['blocker.maintenance', { policy: policy({ maintenance }) }],
    ['blocker.cooldown', { policy: policy({ cooldownMs: 600_000 }), record: failedOver }],
    ['blocker.dailyCap', { policy: policy({ cooldownMs: 0, maxPerDay: 1 }), record: failedOver }],
    ['blocker.lockOther', { lock: { holder: 'other', name: 'c2' } }],
    ['blocker.standbyNotReady', { b: registration('B', { status: 3 }) }],
  ])('waits for what everything automatic waits for: %s', (blocker, change) => {
    const rig = restarted(settled(change), 3, 2_000, change);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain(blocker);
  });

  it('waits where it would not step down by itself', () => {
    const change = { b: registration('B', { selfFence: false }) };
    const rig = new MachineRig().settle(change);
    rig.live(2_000);
    for (let life = 2; life < 5; life++) restart(rig, life, change, { selfFence: false });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.noProof');
  });

  it('loses nothing, whatever a failover may lose', () => {
    const change = { policy: policy({ maxLossRecords: 1_000 }), maxLossRecords: 1_000 };
    const rig = settled(change);
    for (let life = 2; life < 5; life++) {
      rig.says('B', dataStatus({ sync: { state: 'failed', reason: null, directory: '/mnt/a' }, lossBound: 3 }));
      restart(rig, life, change);
    }
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.lossBound');
  });

  it('is failed over as ever where it is gone with proof', () => {
    const change = { mode: 'assist' } as const;
    const rig = restarted(settled(change), 3, 2_000, change);
    const gone: Partial<Record<'A' | 'B', ReplyClass>> = { A: 'refused', B: 'error' };
    rig.sees({ a: null, route: route({ incarnation: 'A-4', epoch: 4 }) });
    rig.live(1_000, gone);
    expect(rig.began()).toMatchObject([{ request: { planned: false, to: 'B' } }]);
  });

  it('begins to be counted anew when the route has named the other one', () => {
    const change = { mode: 'assist' } as const;
    const rig = restarted(settled(change), 3, 2_000, change);
    const a = registration('A', { role: 'standby', status: 2, incarnation: 'A-4' });
    const b = registration('B', { role: 'primary', status: 1, epoch: 9 });
    const at = route({ instance: 'B', incarnation: 'B-1', epoch: 9 });
    rig.sees({ a, b, route: at });
    rig.live(1_000, { A: 'error', B: 'ok' });
    expect(rig.state.picture.state).toBe('normal');
    for (let life = 2; life < 4; life++) rig.sees({ a, b: { ...b, incarnation: `B-${life}` }, route: at });
    rig.live(1_000, { A: 'error', B: 'ok' });
    expect([rig.state.picture.state, rig.state.starts.atMonotonicMs.length]).toEqual(['normal', 2]);
    expect(rig.began()).toEqual([]);
  });

  it('is not what a standby does, nor a primary that is stopped and started in order', () => {
    const standby = settled();
    for (let life = 2; life < 9; life++) standby.sees({ b: registration('B', { incarnation: `B-${life}` }) });
    standby.live(1_000);
    expect(standby.began()).toEqual([]);
    expect(standby.state.picture.state).toBe('normal');
    const assist = { mode: 'assist' } as const;
    const stopped = settled(assist);
    for (let life = 2; life < 9; life++) {
      stopped.sees({ ...assist, a: registration('A', { incarnation: `A-${life - 1}`, role: 'stopped' }) });
      stopped.sees({ ...assist, a: registration('A', { incarnation: `A-${life}` }) });
    }
    expect(stopped.state.facts.crashLoop).toBeNull();
  });

  it('is not what a console makes of what it sees first', () => {
    const change = { policy: policy({ crashLoopStarts: 1 }), a: registration('A', { incarnation: 'A-7' }) };
    const rig = settled(change);
    rig.sees({ ...change, settled: false, a: null });
    rig.sees(change);
    rig.live(1_000);
    expect(rig.began()).toEqual([]);
    expect(rig.state.facts.crashLoop).toBeNull();
  });
});
