import { describe, expect, it } from 'vitest';
import type { Effect } from '#main/failover';
import { policySettings, type Timeouts } from '#shared/domain';
import { MachineRig, registration } from '#test/failover-facts';

const sourceOf = (rig: MachineRig, kind: string) =>
  rig.state.facts.instances[0].assessment.evidence.find((evidence) => evidence.class === kind);
const verdictOf = (rig: MachineRig) => rig.state.facts.instances[0].assessment;
const looks = (effects: readonly Effect[], kind: 'check-process' | 'check-reach') =>
  effects.filter((effect) => effect.kind === kind && effect.instance === 'A');
const overSsh = () => new MachineRig({ overSsh: true }).settle();
const ruled = (timeouts: Partial<Timeouts>) => ({
  policy: { timeouts: policySettings('auto', { timeouts }).timeouts },
});

describe("a look at an instance's process over SSH", () => {
  it('is asked for at once when a beat is missed, and again in growing waits', () => {
    const rig = overSsh();
    rig.process('A', 'alive');
    expect(looks(rig.beat('A', 'empty'), 'check-process')).toMatchObject([{ delayMs: 0 }]);
    const waits = Array.from({ length: 9 }, () => {
      rig.beat('A', 'refused');
      const [look] = looks(rig.process('A', 'nothing'), 'check-process');
      return look?.kind === 'check-process' ? look.delayMs : undefined;
    });
    expect(waits).toEqual([20, 50, 200, 500, 1_000, 2_000, 2_000, 2_000, 2_000]);
  });

  it('is made seldom while the instance answers, and counts for as long', () => {
    const rig = overSsh();
    rig.process('A', 'alive');
    rig.effects = [];
    rig.live(9_000);
    expect(looks(rig.effects, 'check-process')).toEqual([]);
    expect(sourceOf(rig, 'host')?.says).toBe('alive');
    rig.live(1_500);
    expect(looks(rig.effects, 'check-process')).toHaveLength(1);
    rig.live(10_000);
    expect(sourceOf(rig, 'host')).toMatchObject({ says: 'nothing', reason: { key: 'failover.host.stale' } });
  });

  it('is made, and counts, for as long as the policy says', () => {
    const rig = overSsh();
    rig.process('A', 'alive');
    rig.sees(ruled({ hostLookMs: 30_000 }));
    rig.effects = [];
    rig.live(29_000);
    expect(looks(rig.effects, 'check-process')).toEqual([]);
    expect(sourceOf(rig, 'host')?.says).toBe('alive');
    rig.sees(ruled({ hostLookMs: 1_000 }));
    rig.live(250);
    expect(looks(rig.effects, 'check-process')).toHaveLength(1);
  });

  it('that is old counts for nothing once the instance does not answer', () => {
    const rig = overSsh();
    rig.process('A', 'alive');
    rig.live(7_000);
    expect(sourceOf(rig, 'host')?.says).toBe('alive');
    rig.beat('A', 'refused');
    expect(sourceOf(rig, 'host')?.says).toBe('nothing');
  });

  it('that finds it dead is the second class, for a node too that does not stop by itself', () => {
    const vendor = { a: registration('A', { selfFence: false }), b: registration('B', { selfFence: false }) };
    const rig = new MachineRig({ overSsh: true }).settle(vendor);
    expect(rig.blockers).toEqual([]);
    rig.beat('A', 'empty');
    expect(rig.began()).toEqual([]);
    rig.process('A', 'gone');
    expect(verdictOf(rig)).toMatchObject({ verdict: 'gone', reason: { key: 'failover.verdict.networkAndHost' } });
    expect(rig.began()).toHaveLength(1);
  });

  it('that says nothing never makes it gone', () => {
    const rig = overSsh();
    for (let second = 0; second < 20; second++) {
      rig.live(1_000, { A: 'refused', B: 'error' });
      rig.process('A', 'nothing');
    }
    expect(verdictOf(rig).verdict).toBe('unreachable-registered');
    expect(rig.began()).toEqual([]);
  });
});

describe("a question from the other one's server", () => {
  it('is put at once when a beat is missed, and every second while none is answered', () => {
    const rig = overSsh();
    expect(sourceOf(rig, 'reach')).toMatchObject({ says: 'nothing', reason: { key: 'failover.reach.notNeeded' } });
    expect(looks(rig.beat('A', 'timeout'), 'check-reach')).toMatchObject([{ delayMs: 0 }]);
    expect(looks(rig.beat('A', 'timeout'), 'check-reach')).toEqual([]);
    expect(looks(rig.reach('A', 'silent'), 'check-reach')).toMatchObject([{ delayMs: 1_000 }]);
    rig.beat('A', 'ok');
    expect(looks(rig.reach('A', 'alive'), 'check-reach')).toEqual([]);
  });

  it('that is answered says that this console alone does not reach it, and keeps an orderly switchover off', () => {
    const rig = new MachineRig({ overSsh: true, hostCheck: false }).settle({ policy: { unreachableSwitchMs: 5_000 } });
    for (let second = 0; second < 8; second++) {
      rig.live(1_000, { A: 'refused', B: 'error' });
      rig.reach('A', 'alive', { serves: true });
    }
    expect(verdictOf(rig)).toMatchObject({
      verdict: 'unreachable-registered',
      reason: { key: 'failover.verdict.unreachablePeerReaches' },
    });
    expect(rig.began()).toEqual([]);
  });

  it('that is refused as well proves nothing: a firewall refuses everybody', () => {
    const rig = new MachineRig({ overSsh: true, hostCheck: false }).settle();
    for (let second = 0; second < 8; second++) {
      rig.live(1_000, { A: 'refused', B: 'error' });
      rig.reach('A', 'gone');
    }
    expect(verdictOf(rig)).toMatchObject({
      verdict: 'unreachable-registered',
      reason: { key: 'failover.verdict.unreachablePeerSilent' },
    });
    expect(rig.began()).toEqual([]);
  });

  it('counts for the registered process alone', () => {
    const rig = overSsh();
    rig.live(4_000, { A: 'refused', B: 'error' });
    rig.reach('A', 'alive', { incarnation: 'A-0' });
    expect(sourceOf(rig, 'reach')).toMatchObject({ says: 'nothing', reason: { key: 'failover.reach.otherProcess' } });
    expect(verdictOf(rig).peerReaches).toBe(false);
  });

  it('answered by one that serves although ZooKeeper has let it go keeps it from being taken for gone', () => {
    const rig = new MachineRig({ overSsh: true, hostCheck: false }).settle();
    rig.live(1_000, { A: 'timeout', B: 'error' });
    rig.sees({ a: null });
    rig.pass(1);
    for (let second = 0; second < 5; second++) {
      rig.reach('A', 'alive', { serves: true });
      rig.live(1_000, { A: 'timeout', B: 'error' });
    }
    expect(verdictOf(rig)).toMatchObject({
      verdict: 'silent',
      reason: { key: 'failover.verdict.servesOnPromise' },
    });
    expect(rig.began()).toEqual([]);
  });

  it('is no source where there is no server to ask from', () => {
    const rig = new MachineRig().settle();
    expect(sourceOf(rig, 'reach')).toBeUndefined();
    expect(looks(rig.beat('A', 'timeout'), 'check-reach')).toEqual([]);
  });
});
