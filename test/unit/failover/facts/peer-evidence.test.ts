import { describe, expect, it } from 'vitest';
import type { PeerSightReply } from '#shared/protocol';
import { MachineRig } from '#test/failover-facts';

const ofA = (change: Partial<PeerSightReply> = {}): PeerSightReply => ({
  ...{
    instance: 'A',
    incarnation: 'A-1',
    heard_ms: 100,
    heard_by: 'hello',
    answered_ms: 100,
    serving_ms: 100,
    mount: null,
  },
  ...change,
});
const assessmentOf = (rig: MachineRig) => rig.state.facts.instances[0].assessment;
const peer = (rig: MachineRig) => {
  const { says, reason, atMs } = assessmentOf(rig).evidence.find((source) => source.class === 'peer') ?? {};
  return { says, key: reason?.key, atMs };
};

/** Time goes by in which this console hears nothing of A, and B says each second what it hears. */
function unheard(rig: MachineRig, ms: number, told: (goneMs: number) => PeerSightReply | null) {
  for (let gone = 0; gone < ms; gone += 1_000) {
    rig.live(1_000, { A: 'timeout', B: 'error' });
    rig.says('B', null, told(gone + 1_000));
  }
}

describe('what the standby hears of the primary', () => {
  it('is one of the four classes, with the age that the standby told', () => {
    const rig = new MachineRig().settle();
    expect(assessmentOf(rig).evidence.map((source) => source.class)).toEqual([
      'network',
      'peer',
      'coordination',
      'host',
    ]);
    expect(peer(rig)).toMatchObject({ says: 'nothing', key: 'failover.peer.notAsked' });
    rig.says('B', null, null);
    expect(peer(rig)).toMatchObject({ says: 'nothing', key: 'failover.peer.neverHeard' });
    rig.says('B', null, ofA({ heard_ms: 700 }));
    expect(peer(rig)).toEqual({ says: 'alive', key: 'failover.peer.hearsServing', atMs: rig.now.wallMs - 700 });
    rig.says('B', null, ofA({ serving_ms: null }));
    expect(peer(rig)).toMatchObject({ says: 'alive', key: 'failover.peer.hears' });
  });

  it('grows old, also while nothing else happens', () => {
    const rig = new MachineRig().settle();
    rig.says('B', null, ofA());
    rig.live(5_250);
    expect(peer(rig)).toMatchObject({ says: 'nothing', key: 'failover.peer.stale' });
  });

  it('is silence once the standby has heard nothing for as long as makes an instance silent', () => {
    const rig = new MachineRig().settle();
    rig.says('B', null, ofA({ heard_ms: 2_999 }));
    expect(peer(rig).says).toBe('alive');
    rig.says('B', null, ofA({ heard_ms: 3_000 }));
    expect(peer(rig)).toMatchObject({ says: 'silent', key: 'failover.peer.silent' });
    rig.says('B', null, ofA({ heard_ms: 3_000, mount: { marker_ms: 40, redo_ms: 9_000 } }));
    expect(peer(rig)).toMatchObject({ says: 'silent', key: 'failover.peer.silentMount' });
  });

  it('counts for the registered process alone', () => {
    const rig = new MachineRig().settle();
    rig.says('B', null, ofA({ incarnation: 'A-0' }));
    expect(peer(rig)).toMatchObject({ says: 'nothing', key: 'failover.peer.otherProcess' });
    rig.says('B', null, ofA({ instance: 'C' }));
    expect(peer(rig).says).toBe('nothing');
  });

  it('never makes an instance gone, however long it lasts', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    unheard(rig, 20_000, (goneMs) => ofA({ heard_ms: goneMs, answered_ms: goneMs, serving_ms: goneMs }));
    expect(peer(rig).says).toBe('silent');
    expect(assessmentOf(rig)).toMatchObject({
      verdict: 'unreachable-registered',
      reason: { key: 'failover.verdict.unreachablePeerSilent' },
    });
    expect(rig.began()).toEqual([]);
  });

  it('says where the fault lies when this console alone does not hear the primary', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    unheard(rig, 6_000, () => ofA());
    expect(assessmentOf(rig)).toMatchObject({
      verdict: 'unreachable-registered',
      reason: { key: 'failover.verdict.unreachablePeerReaches' },
    });
    expect(rig.state.picture).toMatchObject({
      state: 'suspect',
      reason: { key: 'state.primaryUnreachableHere', params: { instance: 'A', peer: 'B' } },
      next: { key: 'state.next.checkOwnNetwork' },
    });
    expect(rig.began()).toEqual([]);
  });

  it('keeps the orderly switchover of an unreachable primary back: this console may be the one that is cut off', () => {
    const policy = { unreachableSwitchMs: 4_000 };
    const rig = new MachineRig({ hostCheck: false }).settle({ policy });
    unheard(rig, 20_000, () => ofA());
    expect(rig.began()).toEqual([]);
    expect(rig.blockers).toMatchObject([{ key: 'blocker.unreachablePeerReaches', params: { instance: 'A', to: 'B' } }]);
    // Once the standby does not reach it either, it is not this console alone.
    unheard(rig, 6_000, (goneMs) => ofA({ heard_ms: goneMs, answered_ms: goneMs, serving_ms: goneMs }));
    expect(rig.began()).toHaveLength(1);
  });

  it('does not clear the primary where its own datagrams come through and nobody reaches it: a firewall on its host', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    unheard(rig, 6_000, (goneMs) => ofA({ heard_by: 'look', answered_ms: goneMs, serving_ms: goneMs }));
    expect(peer(rig).says).toBe('alive');
    expect(assessmentOf(rig)).toMatchObject({
      verdict: 'unreachable-registered',
      reason: { key: 'failover.verdict.unreachable' },
    });
    expect(rig.state.picture.reason.key).toBe('state.primaryUnreachable');
  });

  it('is no word about now where it was heard before the silence began', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.live(3_250, { A: 'timeout', B: 'error' });
    rig.says('B', null, ofA({ heard_ms: 3_300, answered_ms: 3_300, serving_ms: 3_300 }));
    rig.live(250, { A: 'timeout', B: 'error' });
    expect(assessmentOf(rig)).toMatchObject({ verdict: 'unreachable-registered', peerReaches: false });
  });

  it('speaks against the end of a primary that serves on its promise, gone from ZooKeeper and from here', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    unheard(rig, 4_000, () => ofA());
    rig.sees({ a: null });
    // What was heard before the registration went says nothing of the time since.
    expect(assessmentOf(rig).verdict).toBe('gone');
    const promised = new MachineRig({ hostCheck: false }).settle({ lock: { holder: 'other', name: 'x' } });
    const other = { lock: { holder: 'other', name: 'x' } as const };
    unheard(promised, 4_000, () => ofA());
    promised.sees({ a: null, ...other });
    promised.live(1_000, { A: 'timeout', B: 'error' });
    promised.says('B', null, ofA({ heard_by: 'promise' }));
    expect(assessmentOf(promised)).toMatchObject({
      verdict: 'silent',
      reason: { key: 'failover.verdict.servesOnPromise' },
    });
    expect(promised.state.picture.reason.key).toBe('state.primaryOnPromiseElsewhere');
    // It goes on only for as long as that is heard.
    promised.live(1_000, { A: 'timeout', B: 'error' });
    promised.says('B', null, ofA({ serving_ms: null }));
    expect(assessmentOf(promised).verdict).toBe('gone');
  });

  it('does not keep a dead process, nor one that says that it stopped', () => {
    const rig = new MachineRig().settle({ lock: { holder: 'other', name: 'x' } });
    const other = { lock: { holder: 'other', name: 'x' } as const };
    rig.sees({ a: null, ...other });
    rig.live(1_000, { A: 'refused', B: 'error' });
    rig.says('B', null, ofA());
    expect(assessmentOf(rig).verdict).toBe('silent');
    rig.process('A', 'gone');
    expect(assessmentOf(rig).verdict).toBe('gone');
  });
});
