import type { ClockSkew } from '#main/coordination';
import {
  blockers,
  commandMessage,
  commonCauseMessage,
  deadEndOf,
  foresightOf,
  type InstanceFacts,
  type MachineState,
  type SwitchoverProgress,
  said,
  shownVerdict,
  staleApproval,
} from '#main/failover';
import type { BeatStatistics } from '#main/heartbeat';
import type { InstanceView, LastReply, PairTile, PairView, PolicyView, SwitchoverView } from '#shared/contract';
import {
  calendarSight,
  configuredPolicy,
  type Environment,
  type InstanceConfig,
  type PairConfig,
  pairKey,
  policyOrigins,
  settingsOf,
} from '#shared/domain';
import type { DataBoard } from './data-board.ts';

/** What the pictures are made of. */
const TOLD_SKEW_MS = 1_000;

export interface PictureSource {
  environment: Environment;
  pair: PairConfig;
  state: MachineState;
  progress: SwitchoverProgress | null;
  statistics: (instance: string) => BeatStatistics;
  /** How far this console's wall clock is from ZooKeeper's; null: not known. */
  clockSkew: ClockSkew | null;
  /** What is shown of the instances' data. */
  board: Pick<DataBoard, 'of' | 'trend'>;
}

/** The overview's tile of a pair. Pure. */
export function tileOf(source: PictureSource): PairTile {
  const { environment, pair, state } = source;
  const { picture, facts, coordination } = state;
  const statistics = pair.instances.map(({ name }) => source.statistics(name));
  const heard = state.ledgers.flatMap(({ network }) => (network.lastAnswer ? [network.lastAnswer.sentAtMs] : []));
  const shown = picture.primary ?? picture.standby;
  const policy = coordination.policy.value ?? coordination.policy.lastGood;
  return {
    key: pairKey(environment.id, pair.id),
    environmentId: environment.id,
    environmentName: environment.name,
    practice: environment.kind === 'practice',
    system: pair.system,
    node: pair.node,
    state: picture.state,
    severity: picture.severity,
    sinceMs: state.sinceWallMs,
    reason: picture.reason,
    next: picture.next,
    primary: picture.primary,
    standby: picture.standby,
    epoch: facts.route?.epoch ?? null,
    policy: policy?.mode ?? null,
    beatsPerSecond: statistics.reduce((sum, one) => sum + one.beatsPerSecond, 0),
    latencyP50Ms: shown === null ? null : source.statistics(shown).latencyP50Ms,
    heardAtMs: heard.length > 0 ? Math.max(...heard) : null,
    beatIntervalMs: pair.beatIntervalMs,
  };
}

/** The pair page. Pure. */
export function viewOf(source: PictureSource): PairView {
  const { environment, pair, state } = source;
  const { facts, coordination } = state;
  const { route } = facts;
  const deadEnd = deadEndOf(facts);
  const { state: sessionState, cause, negotiatedTimeoutMs } = coordination.session;
  return {
    tile: tileOf(source),
    driver: facts.driver,
    route: route && {
      instance: route.instance,
      epoch: route.epoch,
      state: route.state,
      driver: route.driver,
      changedAtMs: route.changedAtMs,
    },
    zookeeper: {
      state: sessionState,
      cause: cause ?? null,
      negotiatedTimeoutMs: negotiatedTimeoutMs ?? null,
      connectString: environment.zookeeper.connectString,
    },
    instances: facts.instances.flatMap((instance, index) => {
      const config = pair.instances[index];
      return config ? [instanceOf(source, config, instance)] : [];
    }),
    lock: { holder: coordination.lock.holder, name: coordination.lock.name },
    ...(worthTelling(source.clockSkew) ? { clockSkewMs: Math.round(source.clockSkew.skewMs) } : {}),
    blockers: blockers(facts),
    foresight: foresightOf(facts),
    switchover: source.progress && switchoverOf(source.progress),
    ...(deadEnd ? { deadEnd } : {}),
    beatIntervalMs: pair.beatIntervalMs,
    dataTrend: source.board.trend(),
    policy: policyOf(source),
    maxLossRecords: (coordination.policy.value ?? coordination.policy.lastGood)?.maxLossRecords ?? null,
  };
}

/** Certainly more than a second: people compare the times of records with what their own screen shows. */
function worthTelling(skew: ClockSkew | null): skew is ClockSkew {
  return skew !== null && Math.abs(skew.skewMs) - skew.errorMs > TOLD_SKEW_MS;
}

/** What every console obeys for the pair, and what its configuration would have it be; null: nothing was read. */
function policyOf({ environment, pair, state: { facts, coordination } }: PictureSource): PolicyView | null {
  const record = coordination.policy.value ?? coordination.policy.lastGood;
  if (!record) return null;
  return {
    settings: settingsOf(record),
    configured: configuredPolicy(environment, pair),
    origins: policyOrigins(settingsOf(record), environment.policyDefaults, pair),
    calendar: record.calendar,
    holds: calendarSight(record.calendar, record.mode, facts.sharedMs),
    maintenance: facts.maintenance,
    approval: facts.approval && { ...facts.approval, stale: staleApproval(facts, facts.approval) },
    loosening: facts.loosening,
    changed: record.changed,
    automaticInLastDay: facts.automatic.recent.length,
    frozen: facts.commonCause && commonCauseMessage(facts.commonCause),
    cooldownUntilMs: facts.automatic.cooldownUntilMs,
  };
}

function instanceOf(source: PictureSource, config: InstanceConfig, facts: InstanceFacts): InstanceView {
  const { ledger, assessment } = facts;
  const { name, host, t2Port, f2Port } = config;
  const { role, status, svrMode, epoch, phases, note } = said(ledger);
  const seen = source.state.coordination.registrations[name];
  const registration = ledger.registered && seen?.value ? seen : undefined;
  const data = source.board.of(name);
  return {
    name,
    host,
    t2Port,
    f2Port,
    role,
    status,
    svrMode,
    epoch,
    phases: [...phases],
    note,
    registration: registration?.value
      ? {
          sinceMs: registration.sinceMs ?? 0,
          pid: registration.value.process.pid,
          incarnation: registration.value.incarnation,
          sessionId: registration.sessionId ?? '',
          steppedDownEpoch: registration.value.steppedDownEpoch,
        }
      : null,
    lastReply: lastReplyOf(ledger),
    ...source.statistics(name),
    verdict: shownVerdict(facts),
    evidence: assessment.evidence,
    onPromise: ledger.info?.onPromise ?? false,
    data: data?.status ?? null,
    dataAtMs: data?.atWallMs ?? null,
  };
}

function lastReplyOf({ network }: InstanceFacts['ledger']): LastReply | null {
  const sample = network.failingSinceMs === null ? network.lastAnswer : network.lastFailure;
  if (!sample) return null;
  return {
    class: sample.class,
    errorNumber: sample.errorNumber,
    atMs: sample.sentAtMs,
    latencyMs: sample.latencyMs,
  };
}

/** A switchover as the screen shows it. */
export function switchoverOf({ record, reason, failure, outage }: SwitchoverProgress): SwitchoverView {
  const { operationId, trigger, from, to, epochBefore, epochAfter, startedAtMs, endedAtMs, outcome, steps } = record;
  return {
    operationId,
    trigger,
    from,
    to,
    epochBefore,
    epochAfter,
    startedAtMs,
    endedAtMs,
    outcome,
    steps,
    outageMs: outage?.outageMs ?? null,
    outageErrorMs: outage?.errorMs ?? null,
    askedBy: record.askedBy ?? null,
    reason,
    failure,
    data: record.data ?? null,
    ...(record.grounds ? { grounds: record.grounds } : {}),
    ...(record.verified ? { verified: record.verified } : {}),
    ...(record.commands ? { commands: record.commands.map(commandMessage) } : {}),
  };
}
