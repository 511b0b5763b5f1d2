import { describe, expect, it } from 'vitest';
import { shownVerdict } from '#main/failover';
import { message, policySettings, type SwitchoverRecord } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { failedSync } from '#test/data-facts';
import { MachineRig, registration, route, type SnapshotChange, switchoverRecord } from '#test/failover-facts';

const record = (change: Partial<SwitchoverRecord> = {}) => switchoverRecord({ epochAfter: null, ...change });

const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);

function killA(rig: MachineRig): void {
  rig.beat('A', 'empty', { scheduled: false });
  rig.process('A', 'gone');
}

describe('the machine under policy auto', () => {
  it('is normal and has nothing against acting', () => {
    const rig = new MachineRig().settle();
    expect(rig.state.picture).toMatchObject({ state: 'normal', severity: 'none', primary: 'A', standby: 'B' });
    expect(rig.blockers).toEqual([]);
  });

  it('looks at the process as soon as the connection closes, and again while it may be dying', () => {
    const rig = new MachineRig().settle();
    // The idle look of the first ticks is over.
    rig.process('A', 'alive');
    rig.effects = [];
    const first = rig.beat('A', 'empty', { scheduled: false });
    expect(first).toContainEqual(expect.objectContaining({ kind: 'check-process', instance: 'A', delayMs: 0 }));
    expect(rig.beat('A', 'refused').filter(({ kind }) => kind === 'check-process')).toEqual([]);
    const second = rig.process('A', 'alive');
    expect(second).toContainEqual(expect.objectContaining({ kind: 'check-process', delayMs: 1 }));
    const third = rig.process('A', 'alive');
    expect(third).toContainEqual(expect.objectContaining({ kind: 'check-process', delayMs: 2 }));
    expect(rig.process('A', 'gone').filter(({ kind }) => kind === 'check-process')).toEqual([]);
  });

  it('looks at a process of this machine as often as the policy says, and counts it as long', () => {
    const rig = new MachineRig().settle();
    const looks = () => rig.effects.filter((effect) => effect.kind === 'check-process' && effect.instance === 'A');
    const ruled = (localLookMs: number) => ({
      policy: { timeouts: policySettings('auto', { timeouts: { localLookMs } }).timeouts },
    });
    const saysOfHost = () =>
      rig.state.facts.instances[0].assessment.evidence.find((evidence) => evidence.class === 'host')?.says;
    rig.process('A', 'alive');
    rig.sees(ruled(20_000));
    rig.effects = [];
    rig.live(19_000);
    expect(looks()).toEqual([]);
    expect(saysOfHost()).toBe('alive');
    rig.sees(ruled(1_000));
    rig.live(250);
    expect(looks()).toHaveLength(1);
    // What is that old counts for nothing as soon as the instance does not answer.
    rig.beat('A', 'refused');
    expect(saysOfHost()).toBe('nothing');
  });

  it('begins one switchover, at once, when the primary is proved gone', () => {
    const rig = new MachineRig().settle();
    killA(rig);
    expect(rig.began()).toEqual([
      expect.objectContaining({ request: expect.objectContaining({ trigger: 'automatic', from: 'A', to: 'B' }) }),
    ]);
    // Whom it goes to is known before its record is in ZooKeeper, whatever the last one there was about.
    rig.sees({ record: record({ to: 'A', outcome: 'done' }) });
    expect(rig.state.picture.reason).toMatchObject({ key: 'state.switching', params: { to: 'B' } });
    rig.live(5_000, { A: 'refused', B: 'error' });
    rig.sees({ a: null });
    expect(rig.began()).toHaveLength(1);
  });

  it('begins one when the primary says that it has let go by itself, though it lives and answers', () => {
    const rig = new MachineRig().settle();
    const letGo = registration('A', { role: 'standby', status: 3, steppedDownEpoch: 1, note: 'its disk is full' });
    rig.sees({ a: { ...letGo, steppedDownEpoch: 0 } });
    rig.sees({ a: { ...letGo, role: 'promoting' } });
    expect(rig.began()).toEqual([]);
    rig.sees({ a: letGo });
    // So does one that was started again and found that it cannot use its data.
    const again = new MachineRig().settle();
    again.sees({ a: { ...letGo, incarnation: 'A-2' } });
    expect(again.began()).toHaveLength(1);
    const reason = { key: 'failover.verdict.letGo', params: { instance: 'A', note: 'its disk is full' } };
    expect(rig.began()).toEqual([
      expect.objectContaining({ request: expect.objectContaining({ from: 'A', to: 'B', reason }) }),
    ]);
  });

  it('says why in the words of its data, where those say it', () => {
    const reason = message('sync.localDamaged', { directory: '/mnt/b', detail: 'ENOSPC' });
    const data = failedSync(null, reason);
    const rig = new MachineRig().settle({ mode: 'assist' });
    rig.sees({ a: registration('A', { role: 'standby', status: 3, steppedDownEpoch: 1, data }), mode: 'assist' });
    for (const locale of ['zh-CN', 'en'] as const) {
      const said = sentence(locale, rig.state.picture.reason);
      expect(said).toMatch(/A.*ENOSPC/);
      expect(said).not.toMatch(/\$t|\{\{/);
    }
  });

  it('shows a primary that has let go by itself as an outage, with why', () => {
    const rig = new MachineRig().settle({ mode: 'assist' });
    const a = registration('A', { role: 'standby', status: 3, steppedDownEpoch: 1, note: 'its disk is full' });
    rig.sees({ a, mode: 'assist' });
    rig.live(1_000, { A: 'error', B: 'error' });
    expect(rig.state.picture).toMatchObject({
      state: 'outage',
      severity: 'p1',
      reason: { key: 'failover.verdict.letGo' },
      next: { key: 'state.next.promoteNow', params: { to: 'B' } },
    });
    expect(rig.began()).toEqual([]);
  });

  it('does nothing when the standby is gone', () => {
    const rig = new MachineRig().settle();
    rig.beat('B', 'empty', { scheduled: false });
    rig.process('B', 'gone');
    rig.sees({ b: null });
    rig.live(10_000, { A: 'ok', B: 'refused' });
    expect(rig.began()).toEqual([]);
    expect(rig.state.picture).toMatchObject({ state: 'degraded', severity: 'p2', primary: 'A', standby: null });
  });

  const blocked: [name: string, blocker: string, SnapshotChange][] = [
    ['the policy only watches', 'blocker.policy.observe', { mode: 'observe' }],
    ['the policy leaves it to the operator', 'blocker.policy.assist', { mode: 'assist' }],
    ['no policy was read', 'blocker.policyUnknown', { mode: null }],
    ['another console has the lock', 'blocker.lockOther', { lock: { holder: 'other', name: 'them' } }],
    ['nobody has the lock', 'blocker.lockNone', { lock: { holder: 'none', name: null } }],
    ['the view is not settled', 'blocker.settling', { settled: false }],
    ['the nodes switch by themselves', 'blocker.driverNode', { route: route({ driver: 'node' }) }],
    ['the standby is in single mode', 'blocker.singleMode', { b: registration('B', { svrMode: 1 }) }],
    ['the old primary was in single mode', 'blocker.singleMode', { a: registration('A', { svrMode: 1 }) }],
    ['the standby is not ready', 'blocker.standbyNotReady', { b: registration('B', { status: 3 }) }],
    ['the standby is starting', 'blocker.standbyNotReady', { b: registration('B', { role: 'starting', status: 0 }) }],
    ['the standby is not registered', 'blocker.standbyNotRegistered', { b: null }],
    ['another console is switching', 'blocker.running', { record: record(), lock: { holder: 'other', name: 'them' } }],
    [
      'the last try did not complete',
      'blocker.failedBefore',
      { record: record({ outcome: 'failed' }), route: route({ operationId: 'op' }) },
    ],
  ];
  it.each(blocked)('does not act when %s', (_name, blocker, change) => {
    const rig = new MachineRig().settle(change);
    killA(rig);
    rig.live(3_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain(blocker);
  });

  it('does not act when the route is missing or names an instance that is not configured', () => {
    for (const at of [null, route({ instance: 'C' })]) {
      const rig = new MachineRig().settle({ route: at });
      killA(rig);
      expect(rig.began()).toEqual([]);
      expect(rig.state.picture.state).toBe('unknown');
    }
  });

  it('does not act when it hears the standby as little as the primary', () => {
    const rig = new MachineRig().settle();
    rig.beat('B', 'refused');
    killA(rig);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.standbyNotHeard');
    // Where its server has it dead, it is no question of hearing.
    rig.process('B', 'gone');
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.standbyGone');
    expect(keys(rig)).not.toContain('blocker.standbyNotHeard');
  });

  it('says that there is nobody to promote where the standby alone is gone, and whether it was only stopped', () => {
    const rig = new MachineRig().settle();
    rig.live(4_000, { A: 'ok', B: 'timeout' });
    rig.process('B', 'alive', true);
    rig.sees({ b: null });
    rig.live(1_000, { A: 'ok', B: 'timeout' });
    expect(keys(rig)).toContain('blocker.standbyGone');
    expect(keys(rig)).not.toContain('blocker.standbyNotHeard');
    expect(rig.state.picture.next).toMatchObject({ key: 'state.next.standbyStopped' });
    rig.process('B', 'gone');
    expect(rig.state.picture.next).toMatchObject({ key: 'state.next.startStandby' });
  });

  it('does not act while its ZooKeeper lease is not live', () => {
    const rig = new MachineRig().settle();
    rig.now = { ...rig.now, zookeeperLive: false };
    killA(rig);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.zookeeper');
  });

  it('does not close the route of a node that cannot stop by itself and is not proved dead', () => {
    const rig = new MachineRig({ hostCheck: false }).settle({ a: registration('A', { selfFence: false }) });
    rig.live(4_000, { A: 'timeout', B: 'error' });
    rig.sees({ a: null });
    expect(rig.state.facts.named?.assessment.verdict).toBe('gone');
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.noProof');
  });
});

describe('after a switchover that failed and left the route closed', () => {
  const failed = record({ outcome: 'failed', epochAfter: 2 });
  const closed = route({ instance: 'B', incarnation: 'B-1', epoch: 2, state: 'closed', operationId: 'op', token: '5' });
  const back = registration('A', { role: 'standby', status: 2, steppedDownEpoch: 2 });
  const beats = { A: 'error', B: 'error' } as const;

  it('goes back to the old primary where that one is ready', () => {
    const rig = new MachineRig().settle();
    rig.live(1_000, beats);
    rig.sees({ a: back, route: closed, record: failed });
    expect(rig.began()).toEqual([
      expect.objectContaining({
        request: expect.objectContaining({
          trigger: 'automatic',
          from: 'B',
          to: 'A',
          reason: expect.objectContaining({ key: 'failover.afterFailure' }),
        }),
      }),
    ]);
    rig.live(5_000, beats);
    expect(rig.began()).toHaveLength(1);
  });

  it('goes on although the next try ended before it changed anything', () => {
    const untouched = { ...failed, operationId: 'next', epochBefore: 2, epochAfter: null };
    const rig = new MachineRig().settle();
    rig.live(1_000, beats);
    rig.sees({ a: back, route: closed, record: untouched });
    expect(rig.began()).toHaveLength(1);
    const claimed = new MachineRig().settle();
    claimed.live(1_000, beats);
    claimed.sees({ a: back, route: { ...closed, token: null }, record: untouched });
    expect(claimed.began()).toEqual([]);
  });

  it('tries the target again where the old primary lives as a standby that cannot be promoted, and has seen the route', () => {
    const rig = new MachineRig().settle();
    rig.live(1_000, beats);
    const lost = failedSync(null);
    const a = { ...back, status: 3 as const, steppedDownEpoch: null, data: lost };
    const b = registration('B', { epoch: 2 });
    rig.sees({ a: { ...a, epoch: 1 }, b, route: closed, record: failed });
    expect(rig.began()).toEqual([]);
    rig.sees({ a: { ...a, epoch: 2 }, b, route: closed, record: failed });
    expect(rig.began()).toEqual([
      expect.objectContaining({ request: expect.objectContaining({ from: 'A', to: 'B' }) }),
    ]);
  });

  it('tries the target again, as the process it is by now, where the old primary is proved gone', () => {
    const rig = new MachineRig().settle();
    killA(rig);
    rig.effects = [];
    rig.feed({ kind: 'switchover-ended', operationId: 'op', done: false });
    rig.sees({ a: null, route: closed, record: failed, b: registration('B', { incarnation: 'B-2' }) });
    rig.live(1_500, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toEqual(['blocker.justEnded']);
    rig.live(1_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([
      expect.objectContaining({ request: expect.objectContaining({ from: 'A', to: 'B' }) }),
    ]);
  });

  it.each<[string, SnapshotChange, Parameters<MachineRig['live']>[1]]>([
    ['the old primary lives and has not stepped down', { a: registration('A') }, { A: 'ok', B: 'error' }],
    ['the other one is only silent', { a: registration('A') }, { A: 'timeout', B: 'error' }],
    ['neither is ready', { a: registration('A', { role: 'starting', status: 0 }), b: null }, beats],
    [
      'its outcome is unknown',
      { a: back, record: record({ outcome: 'unknown' }), lock: { holder: 'other', name: 'x' } },
      beats,
    ],
    ['the policy leaves it to the operator', { a: back, mode: 'assist' }, beats],
    ['the route is another one’s by now', { a: back, route: { ...closed, operationId: 'op-2' } }, beats],
  ])('does nothing where %s', (_name, change, replies) => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.sees({ route: closed, record: failed, ...change });
    rig.live(8_000, replies);
    expect(rig.began()).toEqual([]);
  });

  it('waits as long where another console has failed: the record says how often, and when', () => {
    const rig = new MachineRig().settle();
    rig.live(1_000, beats);
    const endedAtMs = rig.now.wallMs;
    rig.sees({ a: back, route: closed, record: { ...failed, endedAtMs, failuresBefore: 2 } });
    rig.live(7_000, beats);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toEqual(['blocker.justEnded']);
    rig.live(2_000, beats);
    expect(rig.began()).toHaveLength(1);
  });

  it('leaves it to the operator when it has failed again and again', () => {
    const rig = new MachineRig().settle();
    for (let failure = 0; failure < 5; failure++)
      rig.feed({ kind: 'switchover-ended', operationId: 'op', done: false });
    rig.sees({ a: back, route: closed, record: failed });
    rig.live(200_000, beats);
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toEqual(['blocker.failedBefore']);
  });
});

describe('the doubt of the console in itself', () => {
  it('begins with a stall, asks for fresh beats, and ends when they have come', () => {
    const rig = new MachineRig().settle();
    rig.pass(4_000);
    const asked = rig.feed({ kind: 'tick' });
    expect(keys(rig)).toContain('blocker.stalled');
    expect(asked.filter(({ kind }) => kind === 'beat-now')).toHaveLength(2);
    killA(rig);
    expect(rig.began()).toEqual([]);
    rig.beat('B', 'error');
    expect(keys(rig)).not.toContain('blocker.stalled');
    expect(rig.began()).toHaveLength(1);
  });

  it('begins with whatever comes first after a stall, before the next tick', () => {
    const rig = new MachineRig().settle();
    rig.pass(4_000);
    const asked = rig.process('A', 'gone');
    expect(keys(rig)).toContain('blocker.stalled');
    expect(asked.filter(({ kind }) => kind === 'beat-now')).toHaveLength(2);
    rig.beat('A', 'refused');
    rig.feed({ kind: 'tick' });
    expect(rig.began()).toEqual([]);
    rig.beat('B', 'error');
    expect(rig.began()).toHaveLength(1);
  });

  it('begins with a clock that jumped', () => {
    const rig = new MachineRig().settle();
    rig.pass(250);
    rig.now = { ...rig.now, wallMs: rig.now.wallMs + 3_600_000 };
    rig.feed({ kind: 'tick' });
    expect(keys(rig)).toContain('blocker.clockJump');
  });

  it('lasts while nobody answers', () => {
    const rig = new MachineRig().settle();
    rig.pass(4_000);
    rig.feed({ kind: 'tick' });
    rig.live(10_000, { A: 'timeout', B: 'timeout' });
    expect(keys(rig)).toContain('blocker.stalled');
  });
});

describe('half-done switchovers', () => {
  it('are taken up by whoever holds the lock, once', () => {
    const rig = new MachineRig().settle();
    rig.sees({ record: record(), route: route({ instance: 'B', state: 'closed', operationId: 'op', epoch: 2 }) });
    rig.live(1_000);
    expect(rig.effects.filter(({ kind }) => kind === 'resume-switchover')).toHaveLength(1);
  });

  it('are left alone without the lock', () => {
    const rig = new MachineRig().settle();
    rig.sees({ record: record(), lock: { holder: 'other', name: 'them' } });
    rig.live(10_000);
    expect(rig.effects.filter(({ kind }) => kind === 'resume-switchover')).toEqual([]);
    expect(rig.state.picture.state).toBe('switching');
  });

  it('are left alone where the node runs them', () => {
    const rig = new MachineRig({ driver: 'node' }).settle({ route: route({ driver: 'node' }) });
    rig.sees({ record: record({ trigger: 'node' }), route: route({ driver: 'node' }) });
    rig.live(10_000);
    expect(rig.effects.filter(({ kind }) => kind === 'resume-switchover')).toEqual([]);
    expect(rig.state.picture.state).toBe('switching');
    // The node that was promoting itself has died: nobody goes on with it, and nobody serves.
    const named = route({ driver: 'node', instance: 'B', incarnation: 'B-1', epoch: 2, state: 'closed' });
    rig.sees({ record: record({ trigger: 'node' }), route: named });
    rig.beat('B', 'refused');
    rig.process('B', 'gone');
    expect(rig.state.picture).toMatchObject({ state: 'outage', severity: 'p1' });
  });
});

describe('the picture of a pair', () => {
  it('is a split brain only when both answered 0 at the same time', () => {
    const rig = new MachineRig().settle();
    rig.beat('B', 'ok');
    expect(rig.state.picture.state).not.toBe('split-brain');
    rig.live(500, { A: 'ok', B: 'ok' });
    expect(rig.state.picture).toMatchObject({ state: 'split-brain', severity: 'p1' });
  });

  it('tells the operator to promote under assist', () => {
    const rig = new MachineRig().settle({ mode: 'assist' });
    killA(rig);
    expect(rig.state.picture).toMatchObject({ state: 'outage', severity: 'p1', primary: null });
    expect(rig.state.picture.next).toEqual({ key: 'state.next.promoteNow', params: { to: 'B' } });
  });

  it('names network or firewall when the primary is registered and cannot be reached', () => {
    const rig = new MachineRig().settle();
    rig.live(4_000, { A: 'refused', B: 'error' });
    expect(rig.state.picture).toMatchObject({ state: 'suspect', severity: 'p1', primary: 'A' });
    expect(rig.state.picture.next?.key).toBe('state.next.checkNetwork');
  });

  it('is suspect as soon as the primary does not answer and its process is known to be stopped, and decides as before', () => {
    const rig = new MachineRig().settle();
    rig.process('A', 'alive', true);
    expect(rig.state.picture.state).toBe('normal');
    rig.beat('A', 'timeout');
    const suspect = { state: 'suspect', severity: 'p1', reason: { key: 'state.primaryStopped' } };
    expect(rig.state.picture).toMatchObject({ ...suspect, next: { key: 'state.next.primaryStopped' } });
    // The verdict, on which all that is done rests, takes its time.
    const [a] = rig.state.facts.instances;
    expect([a.assessment.verdict, shownVerdict(a)]).toEqual(['alive', 'silent']);
    rig.live(4_000, { A: 'timeout', B: 'error' });
    rig.process('A', 'alive', true);
    expect(rig.state.picture).toMatchObject(suspect);
    expect(rig.state.facts.named?.assessment.reason.key).toBe('failover.verdict.unreachableStopped');
    expect(rig.began()).toEqual([]);
    rig.beat('A', 'ok');
    expect(rig.state.picture.state).toBe('normal');
  });

  it('waits for the silence to be long enough where the process runs, or what is known of it is old', () => {
    const running = new MachineRig().settle();
    running.process('A', 'alive');
    running.beat('A', 'timeout');
    expect(running.state.picture.state).toBe('normal');
    const old = new MachineRig().settle();
    old.process('A', 'alive', true);
    old.live(20_000);
    old.beat('A', 'timeout');
    expect(old.state.picture.state).toBe('normal');
  });

  it('has no standby as soon as that one does not answer and its process is known to be stopped', () => {
    const rig = new MachineRig().settle();
    rig.process('B', 'alive', true);
    rig.beat('B', 'timeout');
    expect(rig.state.picture).toMatchObject({ state: 'degraded', next: { key: 'state.next.standbyStopped' } });
  });

  it('is suspect without ZooKeeper, too, where the process of the primary is stopped', () => {
    const rig = new MachineRig().settle();
    rig.now = { ...rig.now, zookeeperLive: false };
    rig.sees({ state: 'suspended', settled: false });
    rig.process('A', 'alive', true);
    rig.beat('A', 'timeout');
    expect(rig.state.picture).toMatchObject({ state: 'suspect', reason: { key: 'state.zookeeperAway' } });
    expect(sentence('zh-CN', rig.state.picture.reason)).toContain('（连接中断）');
  });

  it('is degraded without ZooKeeper while the primary serves', () => {
    const rig = new MachineRig().settle();
    rig.now = { ...rig.now, zookeeperLive: false };
    rig.sees({ state: 'suspended', settled: false });
    rig.live(500);
    expect(rig.state.picture).toMatchObject({ state: 'degraded', severity: 'p2' });
  });

  it('is an outage while the route is closed and nobody is switching', () => {
    const rig = new MachineRig().settle({ route: route({ state: 'closed' }) });
    expect(rig.state.picture).toMatchObject({ state: 'outage', severity: 'p1' });
  });

  it('is degraded in single mode', () => {
    const rig = new MachineRig().settle({ a: registration('A', { svrMode: 1 }) });
    expect(rig.state.picture).toMatchObject({ state: 'degraded', severity: 'p3', reason: { key: 'state.singleMode' } });
  });

  it('is no data before anything was heard', () => {
    const rig = new MachineRig();
    rig.sees({});
    expect(rig.state.picture).toMatchObject({ state: 'unknown', severity: 'no-data' });
  });
});
