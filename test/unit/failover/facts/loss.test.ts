import { describe, expect, it } from 'vitest';
import { lossRefusal, preflightOf } from '#main/failover';
import { ANY_LOSS, type DataStatus, message } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { DIRECTORY, dataStatus, failedSync, mountEmpty, todbStatus } from '#test/data-facts';
import { MachineRig, registration, route, type SnapshotChange, switchoverRecord } from '#test/failover-facts';

const standby = (data: DataStatus, status: 2 | 3 = data.sync.state === 'failed' ? 3 : 2) =>
  registration('B', { status, data });
const primary = (change: Partial<DataStatus> = {}) =>
  registration('A', { data: dataStatus({ sync: { state: 'off', directory: DIRECTORY, reason: null }, ...change }) });

/** A pair whose instances keep data, as its standby tells of its own. */
function pair(data: DataStatus, change: SnapshotChange = {}): MachineRig {
  return new MachineRig().settle({ a: primary(), b: standby(data), ...change });
}

function killA(rig: MachineRig): void {
  rig.beat('A', 'empty', { scheduled: false });
  rig.process('A', 'gone');
}

const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);
const starting = (lossBound: number | null) =>
  dataStatus({ sync: { state: 'starting', directory: DIRECTORY, reason: null }, lossBound });

describe('an automatic failover', () => {
  const goesOn: [string, DataStatus, SnapshotChange?][] = [
    ['the standby follows', dataStatus({ lossBound: null })],
    ['the standby catches up', dataStatus({ lossBound: 900, sync: { ...dataStatus().sync, state: 'catching-up' } })],
    ['the mount is lost and everything acknowledged was confirmed', failedSync(0)],
    ['the bound is the limit', failedSync(1_000), { maxLossRecords: 1_000 }],
    ['it has not begun to follow, and nothing can be missing', starting(0)],
  ];
  it.each(goesOn)('is begun where %s', (_name, data, change) => {
    const rig = pair(data, change);
    killA(rig);
    expect(keys(rig).filter((key) => key !== 'blocker.running')).toEqual([]);
    expect(rig.began()).toEqual([
      expect.objectContaining({ request: expect.objectContaining({ acceptedLoss: change?.maxLossRecords ?? 0 }) }),
    ]);
  });

  const blocked: [string, string[], DataStatus, SnapshotChange?][] = [
    ['the bound is above none', ['blocker.syncFailed', 'blocker.lossBound'], failedSync(1)],
    [
      'the bound is above the limit',
      ['blocker.syncFailed', 'blocker.lossBound'],
      failedSync(1_001),
      { maxLossRecords: 1_000 },
    ],
    [
      'nobody can say, whatever the limit',
      ['blocker.syncFailed', 'blocker.lossUnknown'],
      failedSync(null),
      { maxLossRecords: 1_000_000_000 },
    ],
    ['it has not begun to follow', ['blocker.notFollowing', 'blocker.lossBound'], starting(5)],
    ['it has not begun to follow, nobody can say', ['blocker.notFollowing', 'blocker.lossUnknown'], starting(null)],
  ];
  it.each(blocked)('is not begun where %s', (_name, expected, data, change) => {
    const rig = pair(data, change);
    killA(rig);
    rig.live(2_000, { A: 'refused', B: 'error' });
    expect(keys(rig)).toEqual(expected);
    expect(rig.began()).toEqual([]);
  });

  it('is begun the moment that the mount is back', () => {
    const rig = pair(failedSync(7));
    killA(rig);
    expect(rig.began()).toEqual([]);
    rig.sees({ a: primary(), b: standby(dataStatus()) });
    expect(rig.began()).toHaveLength(1);
  });

  it('rests on no data that is too old, and on fresh data again', () => {
    const rig = pair(dataStatus(), { mode: 'assist' });
    rig.live(6_000);
    expect(keys(rig)).toEqual(['blocker.policy.assist', 'blocker.notFollowing', 'blocker.lossUnknown']);
    rig.says('B', dataStatus());
    expect(keys(rig)).toEqual(['blocker.policy.assist']);
  });

  it('of an instance that says nothing of its data is judged as ever', () => {
    const rig = new MachineRig().settle();
    rig.live(10_000);
    killA(rig);
    expect(rig.began()).toHaveLength(1);
  });

  it('needs status 2, or status 3 for the synchronisation alone', () => {
    const rig = pair(dataStatus(), { b: standby(dataStatus(), 3) });
    expect(keys(rig)).toEqual(['blocker.standbyNotReady']);
  });

  it('after a refusal aims at the old primary that is healthy, whose own records are all its own', () => {
    const failed = switchoverRecord({ token: null, endedAtMs: 1, outcome: 'failed' });
    const closed = route({ instance: 'B', incarnation: 'B-1', epoch: 2, state: 'closed', operationId: 'op' });
    const back = registration('A', { role: 'standby', status: 3, steppedDownEpoch: 2, data: failedSync(0) });
    const rig = new MachineRig();
    rig.sees({ a: back, b: standby(failedSync(9)), route: closed, record: failed });
    rig.live(3_000, { A: 'error', B: 'error' });
    expect(rig.began()).toEqual([
      expect.objectContaining({ request: expect.objectContaining({ to: 'A', from: 'B' }) }),
    ]);

    const gone = new MachineRig().settle({ a: null, b: standby(failedSync(9)), route: closed, record: failed });
    gone.live(3_000, { A: 'refused', B: 'error' });
    expect(gone.began()).toEqual([]);
    expect(keys(gone)).toContain('blocker.lossBound');
    expect(gone.state.picture.reason).toEqual(
      message('state.nobodyServesLoss', { to: 'B', directory: DIRECTORY, bound: 9 }),
    );
  });
});

describe('what an operator is told in three seconds', () => {
  it('names the directory, the reason, the bound and what to do, in both languages', () => {
    const rig = pair(failedSync(1_200));
    killA(rig);
    const { state, severity, reason, next } = rig.state.picture;
    expect([state, severity]).toEqual(['outage', 'p1']);
    for (const locale of ['zh-CN', 'en'] as const) {
      expect(sentence(locale, reason)).toMatch(/B.*\/mnt\/a.*1200/);
      expect(sentence(locale, next ?? message(''))).toContain('df -h /mnt/a');
      const words = rig.blockers.map((blocker) => sentence(locale, blocker)).join('\n');
      expect(words).toContain('df -h /mnt/a');
      expect(words).toContain('no share.json');
      expect(words).toContain('1200');
      expect(words).not.toMatch(/\$t|\{\{/);
    }
  });

  it('offers no loss to accept where the nodes switch over by themselves', () => {
    const rig = pair(failedSync(4), { route: route({ driver: 'node' }) });
    killA(rig);
    expect(rig.state.picture.next?.key).toBe('state.next.checkDirectory');
  });

  it('says so where nobody knows the bound', () => {
    const rig = pair(failedSync(null));
    killA(rig);
    expect(rig.state.picture.reason.key).toBe('state.nobodyServesLossUnknown');
  });

  it('makes a pair degraded while the primary serves and its standby does not synchronise, bound or no bound', () => {
    const rig = pair(failedSync(0));
    expect(rig.state.picture).toMatchObject({ state: 'degraded', severity: 'p2', primary: 'A' });
    expect(rig.state.picture.reason).toEqual(
      message('state.syncFailed', { ...mountEmpty().params, instance: 'B', reason: 'sync.mountEmpty' }),
    );
    expect(rig.state.picture.next).toEqual(
      message('state.next.checkDirectory', { instance: 'B', directory: DIRECTORY }),
    );
    rig.sees({ a: primary(), b: standby(dataStatus()) });
    expect(rig.state.picture.state).toBe('normal');
  });

  it.each([
    ['sync.localDamaged', message('state.next.checkOwnDisk', { instance: 'B' })],
    ['sync.redoDamaged', message('state.next.checkPrimaryDisk')],
    ['sync.mountNoDirectory', message('state.next.checkDirectory', { instance: 'B', directory: DIRECTORY })],
  ])('sends nobody to the mount for what is not its fault (%s)', (key, next) => {
    const rig = pair(failedSync(0, message(key, { directory: DIRECTORY, detail: '' })));
    expect(rig.state.picture.next).toEqual(next);
  });

  it.each([
    ['todb.unreachable', { database: '/d/k.db' }, 'state.next.checkDatabase'],
    ['todb.refused', { database: '/d/k.db' }, 'state.next.lookAtDatabase'],
    ['todb.fileUnreadable', { file: '/etc/Todb_a.xml' }, 'state.next.correctTodb'],
  ])('looks for a firewall only where the database cannot be reached (%s)', (key, params, next) => {
    const reason = message(key, { ...params, detail: '' });
    const rig = pair(dataStatus());
    rig.sees({ a: primary({ todb: todbStatus({ state: 'failed', reason }) }), b: standby(dataStatus()) });
    expect(rig.state.picture.next).toEqual(message(next, { instance: 'A', ...params }));
  });

  it('takes no sentence of an instance that is not made to be part of another', () => {
    const rig = pair(failedSync(0, message('state.syncFailed', { reason: 'state.syncFailed' })));
    expect(rig.state.picture.reason.params.reason).toBe('loss.noReason');
  });

  it.each([
    ['A', 'unreachable', 'degraded'],
    ['B', 'unreachable', 'degraded'],
    ['A', 'failed', 'degraded'],
    ['A', 'fenced', 'degraded'],
    ['B', 'fenced', 'normal'],
    ['A', 'ok', 'normal'],
    ['A', 'idle', 'normal'],
  ] as const)('names the database and the firewall where %s is %s: %s', (instance, state, expected) => {
    const reason = message('todb.unreachable', { database: '127.0.0.1:5432/kuantu', detail: 'ECONNREFUSED' });
    const rig = pair(dataStatus());
    const todb = todbStatus({ state, backlog: 12, reason: expected === 'normal' ? null : reason });
    rig.says(instance, dataStatus({ todb }));
    expect(rig.state.picture.state).toBe(expected);
    if (expected === 'normal') return;
    expect(rig.state.picture.severity).toBe('p2');
    const words = sentence('en', rig.state.picture.reason) + sentence('en', rig.state.picture.next ?? message(''));
    expect(words).toMatch(/12 writes.*127\.0\.0\.1:5432\/kuantu.*firewall/s);
  });

  it('tells Todb files that differ, and only those', () => {
    const rig = pair(dataStatus({ todb: todbStatus({ state: 'idle', matchesPeer: true }) }));
    expect(rig.state.picture.state).toBe('normal');
    rig.says('B', dataStatus({ todb: todbStatus({ state: 'idle', matchesPeer: false }) }));
    expect(rig.state.picture).toMatchObject({
      state: 'degraded',
      severity: 'p2',
      reason: { key: 'state.todbDiffers' },
    });
  });

  it('shows what was on the old primary only until the next switchover', () => {
    const aside = { writes: 3, records: 4, fromLsn: 90, epoch: 1, file: 'aside-e1-90-93-3.redo' };
    const rig = pair(dataStatus({ aside }), { route: route({ epoch: 2 }) });
    expect(rig.state.picture).toMatchObject({
      state: 'normal',
      severity: 'p3',
      next: { params: { file: aside.file } },
    });
    expect(sentence('en', rig.state.picture.reason)).toBe(
      '3 writes were on the old primary B only: they are kept in a file and are not used',
    );
    rig.sees({ a: primary(), b: standby(dataStatus({ aside })), route: route({ epoch: 3 }) });
    expect(rig.state.picture.severity).toBe('none');
  });
});

describe('the journal is told of the data', () => {
  const told = (rig: MachineRig) =>
    rig.effects.flatMap((effect) => (effect.kind === 'event' ? [`${effect.severity} ${effect.message.key}`] : []));

  it('once per change, and of figures never', () => {
    const rig = pair(dataStatus());
    rig.says('B', failedSync(3));
    rig.says('B', failedSync(4));
    rig.says('B', failedSync(5, message('sync.mountHung', { directory: DIRECTORY, detail: '' })));
    rig.says('B', dataStatus({ lsn: 200 }));
    rig.says('B', dataStatus({ lsn: 300, lag: { records: 5, bytes: 5, seconds: 0 } }));
    expect(told(rig).filter((line) => line.includes('sync'))).toEqual([
      'p2 failover.event.syncFailed',
      'p2 failover.event.syncFailed',
      'none failover.event.syncBack',
    ]);
  });

  it('tells trouble with the database, Todb files that differ, and writes set aside, once each', () => {
    const rig = pair(dataStatus({ todb: todbStatus({ state: 'ok' }) }));
    rig.effects = [];
    const reason = message('todb.unreachable', { database: 'd', detail: '' });
    const aside = { writes: 3, records: 3, fromLsn: 90, epoch: 1, file: 'f' };
    const todb = todbStatus({ state: 'unreachable', reason, backlog: 1, matchesPeer: false });
    for (const backlog of [1, 2, 3]) rig.says('B', dataStatus({ todb: { ...todb, backlog }, aside }));
    rig.says('A', dataStatus({ todb: todbStatus({ matchesPeer: false }) }));
    rig.says('B', dataStatus({ todb: todbStatus({ state: 'ok', backlog: 3 }), aside }));
    expect(told(rig).filter((line) => line.includes('todb') || line.includes('aside'))).toEqual([
      'p2 failover.event.todbTrouble',
      'p2 failover.event.aside',
      'p2 failover.event.todbDiffers',
      'none failover.event.todbBack',
    ]);
  });
});

describe('what is known of an instance’s data', () => {
  const known = (rig: MachineRig) => rig.state.ledgers[1].data;

  it('is what was heard last, by the registration or by its own answer', () => {
    const rig = pair(dataStatus({ lsn: 1 }));
    rig.pass(500);
    rig.says('B', dataStatus({ lsn: 2 }));
    expect(known(rig)).toMatchObject({ status: { lsn: 2 }, atMonotonicMs: rig.now.monotonicMs });
    rig.pass(500);
    // The same registration read once more says nothing new.
    rig.sees({ a: primary(), b: standby(dataStatus({ lsn: 1 })) });
    expect(known(rig)?.status.lsn).toBe(2);
    rig.sees({ a: primary(), b: standby(dataStatus({ lsn: 3 })) });
    expect(known(rig)).toMatchObject({ status: { lsn: 3 }, atMonotonicMs: rig.now.monotonicMs });
  });

  it('stays when it is gone, and goes when another process has taken its place', () => {
    const rig = pair(dataStatus({ lsn: 1 }));
    rig.sees({ a: primary(), b: null });
    expect(known(rig)?.status.lsn).toBe(1);
    rig.sees({ a: primary(), b: registration('B', { incarnation: 'B-2' }) });
    expect(known(rig)).toBeNull();
  });

  it('remembers what a primary acknowledged in that life of its process', () => {
    const rig = pair(dataStatus());
    rig.beat('A', 'ok', { lsn: 150 });
    rig.beat('A', 'ok', { lsn: 140 });
    rig.beat('A', 'error', { lsn: 999 });
    expect(rig.state.ledgers[0].served).toEqual({ lsn: 150, incarnation: 'A-1' });
    rig.sees({ a: registration('A', { incarnation: 'A-2', data: dataStatus({ acknowledgedLsn: 7 }) }) });
    expect(rig.state.ledgers[0].served).toEqual({ lsn: 7, incarnation: 'A-2' });
  });
});

describe('what Promote… shows of the data', () => {
  const results = (rig: MachineRig) =>
    Object.fromEntries(preflightOf(rig.state.facts, 'B').checks.map(({ id, result }) => [id, result]));

  it('passes where the standby follows, and knows nothing that could be lost', () => {
    const todb = todbStatus({ state: 'idle', matchesPeer: true });
    const rig = pair(dataStatus({ lossBound: null, todb }));
    expect(results(rig)).toMatchObject({
      sync: 'pass',
      mount: 'pass',
      lag: 'pass',
      todb: 'pass',
      database: 'pass',
      status: 'pass',
    });
    const report = preflightOf(rig.state.facts, 'B');
    expect(report).toMatchObject({ loss: null, needsConfirmation: false, refusal: null });
    expect(report.unknowns.map(({ key }) => key)).toEqual([
      'preflight.unknown.unanswered',
      'preflight.unknown.clients',
    ]);
    expect(lossRefusal(rig.state.facts, 'B', 0)).toBeNull();
  });

  it('asks for the bound where the mount is lost, and for the node’s name', () => {
    const rig = pair(failedSync(40));
    const report = preflightOf(rig.state.facts, 'B');
    expect(report).toMatchObject({ loss: { bound: 40, reason: mountEmpty() }, needsConfirmation: true, refusal: null });
    expect(results(rig)).toMatchObject({ sync: 'fail', mount: 'fail', lag: 'unknown', status: 'warn' });
    expect(lossRefusal(rig.state.facts, 'B', 39)?.key).toBe('preflight.refusal.loss');
    expect(lossRefusal(rig.state.facts, 'B', 40)).toBeNull();
  });

  it('asks for any loss where nobody can say', () => {
    const { facts } = pair(failedSync(null)).state;
    expect(preflightOf(facts, 'B').loss).toEqual({ bound: null, reason: mountEmpty() });
    expect(lossRefusal(facts, 'B', ANY_LOSS - 1)?.key).toBe('preflight.refusal.lossUnknown');
    expect(lossRefusal(facts, 'B', ANY_LOSS)).toBeNull();
  });

  const doubts: [string, string, DataStatus][] = [
    ['sync', 'warn', starting(0)],
    ['sync', 'fail', starting(1)],
    ['sync', 'fail', failedSync(0)],
    ['mount', 'unknown', starting(0)],
    ['mount', 'unknown', failedSync(0, message('sync.localDamaged', { directory: DIRECTORY, detail: '' }))],
    ['lag', 'warn', dataStatus({ lag: { records: 9, bytes: 9, seconds: 2 } })],
    ['lag', 'unknown', dataStatus({ lag: null })],
    ['todb', 'fail', dataStatus({ todb: todbStatus({ state: 'idle', matchesPeer: false }) })],
    ['todb', 'unknown', dataStatus({ todb: todbStatus({ state: 'idle' }) })],
    ['database', 'fail', dataStatus({ todb: todbStatus({ state: 'unreachable' }) })],
    ['database', 'unknown', dataStatus({ todb: todbStatus({ state: 'fenced' }) })],
  ];
  it.each(doubts)('%s: %s', (id, result, data) => {
    expect(results(pair(data))[id]).toBe(result);
  });

  it('says nothing of data where the instance says nothing of it', () => {
    const rig = new MachineRig().settle();
    expect(Object.keys(results(rig))).not.toContain('sync');
    expect(preflightOf(rig.state.facts, 'B').unknowns[0]?.key).toBe('preflight.unknown.data');
  });
});
