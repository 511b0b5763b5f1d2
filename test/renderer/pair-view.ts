import type { InstanceView, PairView, PolicyView, SwitchoverView } from '#shared/contract';
import { type DataStatus, message, policyOrigins, policySettings, SWITCHOVER_STEPS } from '#shared/domain';
import { pairTile } from './pair-tile.ts';

/** What a primary in mode `sync` says of its data while all is well. */
export function primaryData(over: Partial<DataStatus> = {}): DataStatus {
  return {
    mode: 'sync',
    lsn: 1_204_512,
    acknowledgedLsn: 1_204_510,
    confirmedLsn: 1_204_510,
    sync: { state: 'off', directory: null, reason: null },
    lag: null,
    lossBound: null,
    load: null,
    orders: 1_180_233,
    todb: {
      state: 'ok',
      reason: null,
      backlog: 12,
      persistedLsn: 1_204_498,
      digest: 'a'.repeat(64),
      matchesPeer: true,
    },
    takeover: null,
    aside: null,
    ...over,
  };
}

/** What its standby says. */
export function standbyData(over: Partial<DataStatus> = {}): DataStatus {
  return {
    ...primaryData(),
    confirmedLsn: null,
    sync: { state: 'following', directory: '/mnt/peer-a/share', reason: null },
    lag: { records: 2, bytes: 212, seconds: 0.1 },
    lossBound: 0,
    orders: null,
    todb: { ...primaryData().todb, state: 'idle', backlog: 0, persistedLsn: null },
    ...over,
  };
}

/** A standby whose mount is gone, in the error status of F15. */
export function unmountedData(over: Partial<DataStatus> = {}): DataStatus {
  const directory = '/mnt/peer-a/share';
  return standbyData({
    sync: { state: 'failed', directory, reason: message('sync.mountMissing', { directory, detail: 'ENOENT' }) },
    lag: { records: 1_430, bytes: 151_580, seconds: 12.4 },
    lossBound: 1_430,
    ...over,
  });
}

export function instanceView(over: Partial<InstanceView> = {}, nowMs = 100_000): InstanceView {
  return {
    name: 'A',
    host: '10.8.3.11',
    t2Port: 9_001,
    f2Port: 9_002,
    role: 'primary',
    status: 1,
    svrMode: 0,
    epoch: 4,
    phases: [
      { name: 'preload', state: 'done', done: 3, total: 3 },
      { name: 'front-adapters', state: 'done', done: 2, total: 2 },
      { name: 'base-data', state: 'done', done: 1, total: 1 },
    ],
    note: null,
    registration: {
      sinceMs: nowMs - 90_000,
      pid: 2_876,
      incarnation: 'c0ffee00-1',
      sessionId: '0x1a20',
      steppedDownEpoch: null,
    },
    lastReply: { class: 'ok', errorNumber: 0, atMs: nowMs - 500, latencyMs: 0.7 },
    beatsPerSecond: 1,
    latencyP50Ms: 0.8,
    latencyP99Ms: 4,
    verdict: 'alive',
    evidence: [
      { class: 'network', says: 'alive', atMs: nowMs - 500, reason: message('failover.network.answers') },
      {
        class: 'coordination',
        says: 'alive',
        atMs: nowMs - 1_000,
        reason: message('failover.coordination.registered'),
      },
    ],
    onPromise: false,
    data: primaryData(),
    dataAtMs: nowMs - 500,
    ...over,
  };
}

/** The policy as the product makes it, with nothing having happened to the pair. */
export function policyView(over: Partial<PolicyView> = {}): PolicyView {
  const settings = policySettings('auto');
  const holds = { mode: 'auto', phase: null, next: null } as const;
  const nothingYet = {
    calendar: null,
    holds,
    maintenance: null,
    approval: null,
    loosening: null,
    changed: null,
    automaticInLastDay: 0,
    frozen: null,
    cooldownUntilMs: null,
  };
  const origins = policyOrigins(settings, {}, {});
  return { settings, configured: settings, origins, ...nothingYet, ...over };
}

/** A pair that keeps data, with A primary and B standby, as it is at `nowMs`. */
export function pairView(over: Partial<PairView> = {}, nowMs = 100_000): PairView {
  return {
    tile: pairTile({ primary: 'A', standby: 'B', epoch: 4, heardAtMs: nowMs, sinceMs: nowMs - 60_000 }),
    driver: 'console',
    route: { instance: 'A', epoch: 4, state: 'open', driver: 'console', changedAtMs: nowMs - 3_600_000 },
    zookeeper: {
      state: 'connected',
      cause: null,
      negotiatedTimeoutMs: 3_000,
      connectString: '10.8.3.11:2181,10.8.3.12:2181,10.8.3.13:2181',
    },
    instances: [
      instanceView({}, nowMs),
      instanceView({ name: 'B', host: '10.8.3.12', role: 'standby', status: 2, data: standbyData() }, nowMs),
    ],
    lock: { holder: 'this', name: null },
    blockers: [],
    switchover: null,
    beatIntervalMs: 1_000,
    dataTrend: Array.from({ length: 60 }, (_, index) => ({
      atMs: nowMs - (59 - index) * 1_000,
      primaryLsn: 1_204_512 - (59 - index) * 1_980,
      standbyLsn: 1_204_510 - (59 - index) * 1_980,
      lagRecords: index > 30 && index < 38 ? 120 - Math.abs(34 - index) * 25 : index % 4,
    })),
    policy: policyView(),
    maxLossRecords: 0,
    ...over,
  };
}

/** A finished switchover from A to B, without loss. */
export function switchoverView(over: Partial<SwitchoverView> = {}): SwitchoverView {
  return {
    operationId: 'op',
    trigger: 'operator',
    from: 'A',
    to: 'B',
    epochBefore: 4,
    epochAfter: 5,
    startedAtMs: 1_000,
    endedAtMs: 1_214,
    outcome: 'done',
    steps: SWITCHOVER_STEPS.map((name) => ({ name, result: 'ok', startedAtMs: 1_000, tookMs: 8, detail: null })),
    outageMs: 212,
    outageErrorMs: 10,
    askedBy: null,
    reason: message('failover.trigger.operator'),
    failure: null,
    data: { acknowledged: 1_204_510, present: 1_204_512, lost: 0, lossBound: 0, duplicated: 0 },
    ...over,
  };
}
