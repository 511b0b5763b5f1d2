import { describe, expect, it } from 'vitest';
import { message, type PolicyMode, type PolicyRecord, policySettings, type SwitchoverRecord } from '#shared/domain';
import { CATALOGUES, sentence } from '#shared/i18n';
import { MachineRig, registration, route, type SnapshotChange, snapshot, switchoverRecord } from '#test/failover-facts';

const HOUR_MS = 3_600_000;

const record = (change: Partial<SwitchoverRecord> = {}) =>
  switchoverRecord({
    ...{ from: 'B', fromIncarnation: 'B-1', to: 'A', epochBefore: 0, epochAfter: 1 },
    ...{ endedAtMs: 1_000_000, outcome: 'done' },
    ...change,
  });

const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);
const told = (rig: MachineRig) =>
  rig.effects.flatMap((effect) => (effect.kind === 'event' ? [effect.message.key] : []));

/** The primary dies; ZooKeeper goes on saying `change`. */
function killA(rig: MachineRig, change: SnapshotChange = {}): void {
  rig.beat('A', 'empty', { scheduled: false });
  rig.process('A', 'gone');
  rig.sees({ ...change, a: null });
  rig.live(3_000, { A: 'refused', B: 'error' });
}

function rigWith(change: SnapshotChange, hostCheck = true): MachineRig {
  return new MachineRig({ hostCheck }).settle(change);
}

const maintenance = (untilMs: number) => ({ operator: 'Li Lei', reason: 'new disks', sinceMs: 900_000, untilMs });

describe('maintenance', () => {
  const policy = { maintenance: maintenance(1_600_000) };

  it('keeps every console from acting while it lasts, and says until when', () => {
    const rig = rigWith({ policy });
    expect(rig.state.picture).toMatchObject({ state: 'maintenance', severity: 'none', primary: 'A', standby: 'B' });
    killA(rig, { policy });
    expect(rig.began()).toEqual([]);
    expect(rig.blockers).toContainEqual(
      message('blocker.maintenance', { operator: 'Li Lei', why: 'new disks', untilAt: 1_600_000 }),
    );
  });

  it('shows what is wrong beneath it, as no alarm', () => {
    const rig = rigWith({ policy });
    killA(rig, { policy });
    expect(rig.state.picture).toMatchObject({
      state: 'maintenance',
      severity: 'p3',
      reason: { key: 'state.primaryGone' },
      next: { key: 'state.next.maintenance' },
    });
  });

  it('does not hide that two serve', () => {
    const rig = rigWith({ policy });
    rig.live(1_000, { A: 'ok', B: 'ok' });
    expect(rig.state.picture).toMatchObject({ state: 'split-brain', severity: 'p1' });
  });

  it('is over by itself, and what it held back goes on', () => {
    const rig = rigWith({ policy });
    killA(rig, { policy });
    rig.now = { ...rig.now, wallMs: 1_600_000, monotonicMs: rig.now.monotonicMs + 1 };
    rig.live(2_000, { A: 'refused', B: 'error' });
    expect(told(rig)).toContain('failover.event.maintenance.expired');
    expect(rig.began()).toHaveLength(1);
  });

  it('that has run out holds nothing', () => {
    const past = { maintenance: maintenance(999_999) };
    const rig = rigWith({ policy: past });
    expect(keys(rig)).toEqual([]);
    killA(rig, { policy: past });
    expect(rig.began()).toHaveLength(1);
  });

  it('is told when it begins, and by whom it was ended', () => {
    const rig = rigWith({});
    rig.sees({ policy });
    expect(told(rig)).toContain('failover.event.maintenance.begun');
    rig.effects = [];
    rig.sees({ policy: { changed: { operator: 'Han', console: 'c2', atMs: 1 } } });
    expect(rig.effects).toContainEqual(
      expect.objectContaining({
        message: message('failover.event.maintenance.ended', { operator: 'Han', console: 'c2', why: 'new disks' }),
      }),
    );
    expect(told(rig)).not.toContain('failover.event.maintenance.expired');
  });

  it('lets a half-done switchover be finished: nobody serves until it is', () => {
    const half = record({ outcome: 'running', endedAtMs: null, from: 'A', to: 'B' });
    const rig = new MachineRig();
    rig.sees({ policy, record: half });
    expect(rig.effects).toContainEqual(expect.objectContaining({ kind: 'resume-switchover' }));
  });
});

describe('the cooldown after an automatic failover', () => {
  const policy: Partial<PolicyRecord> = { cooldownMs: 600_000, maxPerDay: 10 };

  it('keeps from the next one, from completion on, and says until when', () => {
    const change = { policy, record: record() };
    const rig = rigWith(change);
    expect(rig.blockers).toEqual([message('blocker.cooldown', { untilAt: 1_600_000 })]);
    killA(rig, change);
    expect(rig.began()).toEqual([]);
    rig.now = { ...rig.now, wallMs: 1_599_000 };
    rig.live(500, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    rig.live(4_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it('never begins before the recovery is complete, however long ago that began', () => {
    const started = record({ outcome: 'running', startedAtMs: -5 * HOUR_MS, endedAtMs: null });
    const rig = rigWith({ policy, record: started, lock: { holder: 'other', name: 'them' } });
    expect(rig.state.facts.automatic).toMatchObject({ recent: [], cooldownUntilMs: null });
    expect(keys(rig)).toContain('blocker.running');
  });

  it.each<[string, SnapshotChange]>([
    ['an operator has ended it', { policy: { ...policy, cooldownCleared: { operationId: 'op' } }, record: record() }],
    ['the policy has none', { policy: { cooldownMs: 0, maxPerDay: 10 }, record: record() }],
    ['the last switchover was an operator’s', { policy, record: record({ trigger: 'operator' }) }],
    ['it is over', { policy, record: record({ endedAtMs: 300_000 }) }],
  ])('holds nothing back when %s', (_name, change) => {
    const rig = rigWith(change);
    expect(keys(rig)).toEqual([]);
    killA(rig, change);
    expect(rig.began()).toHaveLength(1);
  });

  it('is not ended by the acknowledgement of an earlier one', () => {
    const rig = rigWith({ policy: { ...policy, cooldownCleared: { operationId: 'before' } }, record: record() });
    expect(keys(rig)).toEqual(['blocker.cooldown']);
  });

  it('that was acknowledged is gone from what blocks, and what blocks besides stays there by name', () => {
    const cleared = { operationId: 'op', operator: 'Li Lei', atMs: 1_000_000 };
    const both = { ...policy, maintenance: maintenance(9_000_000) };
    const rig = rigWith({ policy: both, record: record() });
    expect(keys(rig)).toEqual(['blocker.maintenance', 'blocker.cooldown']);
    rig.sees({ policy: { ...both, cooldownCleared: cleared }, record: record() });
    expect(keys(rig)).toEqual(['blocker.maintenance']);
  });

  it('outlasts an operator’s switchover, which carries it along', () => {
    const earlier = [{ operationId: 'auto', endedAtMs: 1_000_000 }];
    const rig = rigWith({ policy, record: record({ operationId: 'by-hand', trigger: 'operator', earlier }) });
    expect(keys(rig)).toEqual(['blocker.cooldown']);
  });

  it('does not hold the way back after a failed switchover: that recovery is not complete', () => {
    const failed = record({
      from: 'A',
      to: 'B',
      outcome: 'failed',
      earlier: [{ operationId: 'auto', endedAtMs: 1_000_000 }],
    });
    const closed = route({ instance: 'B', incarnation: 'B-1', state: 'closed', epoch: 2, operationId: 'op' });
    const standbyA = registration('A', { role: 'standby', status: 2 });
    const change = { policy, record: failed, route: closed, a: standbyA, b: null };
    const rig = new MachineRig();
    rig.sees(change);
    rig.process('B', 'gone');
    rig.live(3_000, { A: 'error', B: 'refused' });
    expect(rig.state.facts.automatic.cooldownUntilMs).not.toBeNull();
    expect(rig.began()).toHaveLength(1);
  });
});

describe('the daily cap', () => {
  const policy: Partial<PolicyRecord> = { cooldownMs: 0, maxPerDay: 2 };
  const earlier = (endedAtMs: number) => [{ operationId: 'earlier', endedAtMs }];

  it('is none where the policy says 0', () => {
    const rig = rigWith({ policy: { ...policy, maxPerDay: 0 }, record: record({ earlier: earlier(500_000) }) });
    expect(keys(rig)).toEqual([]);
  });

  it('says how many of how many, and when there is room again', () => {
    const change = { policy, record: record({ earlier: earlier(500_000) }) };
    const rig = rigWith(change);
    expect(rig.blockers).toEqual([message('blocker.dailyCap', { done: 2, max: 2, untilAt: 500_000 + 24 * HOUR_MS })]);
    killA(rig, change);
    expect(rig.began()).toEqual([]);
  });

  it.each<[string, Partial<SwitchoverRecord>]>([
    ['one less was completed', {}],
    ['one of them is a day old', { earlier: earlier(1_000_000 - 24 * HOUR_MS) }],
    ['one of them was an operator’s', { trigger: 'operator', earlier: earlier(500_000) }],
    ['one of them did not get done', { outcome: 'failed', earlier: earlier(500_000) }],
  ])('leaves room when %s', (_name, part) => {
    const change = { policy, record: record(part) };
    const rig = rigWith(change);
    expect(keys(rig)).toEqual([]);
    killA(rig, change);
    expect(rig.began()).toHaveLength(1);
  });
});

describe('what cannot be counted', () => {
  it('is not taken for nothing: an unreadable record keeps from acting', () => {
    const rig = rigWith({});
    const unreadable = snapshot({ a: null });
    const problem = message('failover.recordUnreadable', { path: '/switchover', reason: 'not JSON' });
    rig.feed({
      kind: 'coordination',
      snapshot: { ...unreadable, switchover: { value: null, version: 1, lastGood: null, problem } },
    });
    rig.beat('A', 'empty', { scheduled: false });
    rig.process('A', 'gone');
    expect(rig.began()).toEqual([]);
    expect(rig.blockers).toContainEqual(problem);
  });
});

describe('host evidence required', () => {
  const policy = { evidence: 'host' } as const;

  it('waits for the server’s own word, and goes by it', () => {
    const rig = rigWith({ policy });
    rig.beat('A', 'refused');
    rig.sees({ policy, a: null });
    rig.live(2_000, { A: 'refused', B: 'error' });
    expect(rig.state.facts.named?.assessment.verdict).toBe('gone');
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.hostEvidence');
    rig.process('A', 'gone');
    expect(rig.began()).toHaveLength(1);
  });

  it('is not asked for where two classes are enough', () => {
    const rig = rigWith({});
    rig.beat('A', 'refused');
    rig.sees({ a: null });
    rig.live(2_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it('says beforehand that it can never be had without a process check', () => {
    expect(keys(rigWith({ policy }, false))).toEqual(['blocker.noHostCheck']);
    expect(keys(rigWith({}, false))).toEqual([]);
  });
});

describe('the number of failures in a row', () => {
  it.each([
    [2, true],
    [3, false],
  ])('is the policy’s, counted in ZooKeeper: with %i before this one it goes on: %s', (before, goesOn) => {
    const policy = { maxFailures: 4 };
    const failed = record({ from: 'A', to: 'B', outcome: 'failed', failuresBefore: before, endedAtMs: 900_000 });
    const closed = route({ instance: 'B', incarnation: 'B-1', state: 'closed', epoch: 2, operationId: 'op' });
    const rig = new MachineRig();
    rig.sees({ policy, record: failed, route: closed, a: registration('A', { role: 'standby', status: 2 }), b: null });
    rig.process('B', 'gone');
    rig.live(3_000, { A: 'error', B: 'refused' });
    expect(rig.began()).toHaveLength(goesOn ? 1 : 0);
    if (!goesOn) expect(keys(rig)).toContain('blocker.failedBefore');
  });
});

describe('a change of the policy', () => {
  const heard = (...changes: Partial<PolicyRecord>[]) => {
    const rig = rigWith({});
    return changes.map((policy) => {
      rig.effects = [];
      rig.sees({ policy: { ...policy, changed: { operator: 'Han', console: 'c1', atMs: 1 } } });
      return rig.effects.flatMap((effect) =>
        effect.kind === 'event' ? (['zh-CN', 'en'] as const).map((locale) => sentence(locale, effect.message)) : [],
      );
    });
  };

  it('is told with who did it, by what the page calls it, a length of time in the unit that fits', () => {
    expect(heard({ cooldownMs: 5_000 }, { cooldownMs: 5_000, maxPerDay: 7 })).toEqual([
      [
        '策略“自动切换完成后的冷却期”：10 分 → 5 秒（Han，控制台 c1）',
        'Policy “Cooldown after an automatic failover”: 10 min → 5 s (by Han at console c1)',
      ],
      [
        '策略“24 小时内自动切换上限（次）”：3 → 7（Han，控制台 c1）',
        'Policy “Automatic failovers in 24 hours, at most”: 3 → 7 (by Han at console c1)',
      ],
    ]);
    const { timeouts } = policySettings('auto', { timeouts: { drainMs: 90_000 } });
    expect(heard({ timeouts })[0]?.[1]).toBe(
      'Policy “Step: standby catches up”: 10 s → 1 min 30 s (by Han at console c1)',
    );
  });

  it('says never where no length of time means that, and names the evidence that is asked for', () => {
    const [begun, longer, ended] = heard(
      { unreachableSwitchMs: 30_000 },
      { unreachableSwitchMs: 60_000 },
      { unreachableSwitchMs: 0 },
    );
    expect(begun?.[1]).toContain(': never → 30 s');
    expect(longer?.[1]).toContain(': 30 s → 1 min');
    expect(ended?.[0]).toContain('：1 分 → 不切换');
    expect(heard({ evidence: 'host' })[0]?.[1]).toMatch(/: Two classes.* → The process/);
  });

  it('has words for every setting', () => {
    const { mode: _mode, timeouts, evidence: _evidence, ...limits } = policySettings('auto');
    for (const name of [...Object.keys(timeouts), ...Object.keys(limits)]) {
      const [zh, en] = ['zh-CN' as const, 'en' as const].map(
        (locale) => CATALOGUES[locale][`screen.timeout.${name}`] ?? CATALOGUES[locale][`screen.limit.${name}`],
      );
      expect([name, zh, en]).toEqual([name, expect.stringMatching(/^[^{]+$/), expect.stringMatching(/^[^{]+$/)]);
    }
  });
});

describe('a second operator’s approval that is wanted no more', () => {
  it('is told louder than other changes: from then on one is enough', () => {
    const rig = rigWith({});
    const heard = (lossOperators: number) => {
      rig.effects = [];
      rig.sees({ policy: { lossOperators } });
      return rig.effects;
    };
    expect(heard(2)).toEqual([expect.objectContaining({ kind: 'event', severity: 'none' })]);
    expect(heard(1)).toEqual([expect.objectContaining({ kind: 'event', severity: 'p2' })]);
  });
});

describe('the calendar', () => {
  const DAY = [1, 2, 3, 4, 5, 6, 7];
  // The rig's wall clock begins at 00:16:40 of a Thursday, UTC.
  const calendar = (mode: PolicyMode, from = '00:00', to = '01:00') => ({
    zone: 'UTC',
    holidays: [],
    phases: [{ name: 'early', days: DAY, from, to, mode }],
  });

  it.each<[string, SnapshotChange, string[]]>([
    ['a stricter phase', { policy: { calendar: calendar('assist') } }, ['blocker.calendar.assist']],
    ['the strictest phase', { policy: { calendar: calendar('observe') } }, ['blocker.calendar.observe']],
    ['a calendar that cannot be read', { policy: { calendar: 'unreadable' } }, ['blocker.calendarUnreadable']],
    [
      'its own mode outside of the phases',
      { mode: 'assist', policy: { calendar: calendar('auto', '02:00', '03:00') } },
      ['blocker.policy.assist'],
    ],
  ])('keeps from acting by %s', (_name, change, blockers) => {
    const rig = rigWith(change);
    expect(keys(rig)).toEqual(blockers);
    killA(rig, change);
    expect(rig.began()).toEqual([]);
  });

  it.each<[string, SnapshotChange]>([
    ['a phase that allows it', { mode: 'assist', policy: { calendar: calendar('auto') } }],
    ['its own mode outside of the phases', { policy: { calendar: calendar('observe', '02:00', '03:00') } }],
  ])('acts by %s', (_name, change) => {
    const rig = rigWith(change);
    killA(rig, change);
    expect(rig.began()).toHaveLength(1);
  });

  it('goes on by itself when a phase begins, and tells it', () => {
    const change = { mode: 'assist' as const, policy: { calendar: calendar('auto', '01:00', '02:00') } };
    const rig = rigWith(change);
    killA(rig, change);
    expect(rig.began()).toEqual([]);
    rig.now = { ...rig.now, wallMs: HOUR_MS };
    rig.live(3_000, { A: 'refused', B: 'error' });
    expect(told(rig)).toContain('failover.event.phase.auto');
    expect(rig.began()).toHaveLength(1);
  });
});
