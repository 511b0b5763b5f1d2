import type { SeenRegistration } from '#main/coordination';
import type { BeatSample } from '#main/heartbeat';
import { sameValue } from '#shared/contract';
import type {
  BaseDataStatus,
  DataStatus,
  DataSums,
  InstanceRole,
  InstanceStatus,
  Message,
  PhaseProgress,
  Registration,
  SvrMode,
} from '#shared/domain';
import type { PeerSightReply } from '#shared/protocol';

/** The moment of an event on both clocks, and whether the own ZooKeeper lease lived then. */
export interface Now {
  monotonicMs: number;
  wallMs: number;
  /** Wall time as ZooKeeper has it, which all consoles count by. Absent: the own one is what there is. */
  sharedWallMs?: number;
  zookeeperLive: boolean;
}

/** What beats told of an instance. */
export interface NetworkLedger {
  lastAnswer: BeatSample | null;
  /** The latest sample without an answer. */
  lastFailure: BeatSample | null;
  /** When the first failure after the last answer began; null while the latest sample is an answer. */
  failingSinceMs: number | null;
  /** The same moment, wall time. */
  failingSinceAtMs: number | null;
  /** When the present unbroken run of `ok` replies began; null while the latest sample is not `ok`. */
  okSinceMs: number | null;
  lastOk: BeatSample | null;
}

/** What a process check found, for the registered process alone. */
export interface HostFact {
  says: 'alive' | 'gone' | 'nothing';
  frozen: boolean;
  incarnation: string;
  atMonotonicMs: number;
  atWallMs: number;
  reason: Message;
}

/**
 * What the instance says that it heard of the pair's other one. The moments are on the console's clocks, reckoned back
 * from when it was asked: what is old may look older, never younger.
 */
export interface PeerFact {
  instance: string;
  incarnation: string;
  heardMonotonicMs: number;
  heardWallMs: number;
  /** When it last answered a question; null: it has not. Only then is it known that it can be reached. */
  answeredMonotonicMs: number | null;
  /** When the other one last said that it serves; null: it has not, or has said otherwise since. */
  servingMonotonicMs: number | null;
  /** How old the mount's marker and the newest redo read through it were then; null: it follows nobody. */
  mount: { markerMs: number | null; redoMs: number | null } | null;
}

/** A {@link PeerFact} from the answer to a question that was sent at the given moment. */
export function peerFact(said: PeerSightReply, askedMonotonicMs: number, askedWallMs: number): PeerFact {
  const { instance, incarnation, heard_ms: heardMs, answered_ms: answeredMs, serving_ms: servingMs, mount } = said;
  return {
    instance,
    incarnation,
    heardMonotonicMs: askedMonotonicMs - heardMs,
    heardWallMs: askedWallMs - heardMs,
    answeredMonotonicMs: answeredMs === null ? null : askedMonotonicMs - answeredMs,
    servingMonotonicMs: servingMs === null ? null : askedMonotonicMs - servingMs,
    mount: mount && { markerMs: mount.marker_ms, redoMs: mount.redo_ms },
  };
}

/** What came of asking the instance from the server of the pair's other one. */
export interface ReachFact {
  says: 'alive' | 'gone' | 'silent' | 'nothing';
  /** Of the process that answered; null: none did. */
  incarnation: string | null;
  /** It said that it serves as primary. */
  serves: boolean;
  atMonotonicMs: number;
  atWallMs: number;
  reason: Message;
}

/** What the instance itself last said, by 1403040. */
export interface InfoFact {
  atMonotonicMs: number;
  role: InstanceRole;
  status: InstanceStatus;
  svrMode: SvrMode;
  epoch: number;
  incarnation: string;
  phases: PhaseProgress[];
  note: string | null;
  onPromise: boolean;
  promiseLeftMs: number;
  selfFence: boolean;
  /** Null where it keeps no data. */
  data: DataStatus | null;
  /** Null: it has heard nothing of the other instance, or does not say. */
  peer: PeerFact | null;
  atWallMs: number;
}

/** What an instance says of its data, by its registration or by 1403040, whichever was heard last. */
export interface DataFact {
  status: DataStatus;
  incarnation: string;
  atMonotonicMs: number;
  atWallMs: number;
}

/** The LSN that the last beat's reply carried: a primary's acknowledged one, a standby's received one. */
export interface LsnFact {
  lsn: number;
  atMonotonicMs: number;
}

/** The highest LSN that an instance was heard to have acknowledged as primary in one life of its process. */
export interface ServedFact {
  lsn: number;
  incarnation: string;
}

/** What an instance last said of its business while it was primary, in one life of its process. */
export interface SpokenFact {
  sums: DataSums | null;
  baseData: BaseDataStatus | null;
  incarnation: string;
}

/** Everything known of one instance. A value: every change makes another. */
export interface InstanceLedger {
  name: string;
  hostCheck: boolean;
  /** Its process is looked at over SSH: that takes longer than a look at this machine. */
  overSsh: boolean;
  /** The instance from whose server it can be asked; null: from none. */
  reachFrom: string | null;
  network: NetworkLedger;
  /** The node at the registration's path is there and reads well. */
  registered: boolean;
  /** The present registration, or the last one there was. */
  lastRegistration: Registration | null;
  registrationProblem: Message | null;
  /** When the process of `lastRegistration` was seen registered first, on the monotonic clock; null: none was. */
  processSinceMs: number | null;
  /** When the present state of the registration was learnt, wall time; null: never. */
  registrationAtMs: number | null;
  /** Since when, on the monotonic clock, a settled view has shown no node at the registration's path; null: it does. */
  unregisteredSinceMs: number | null;
  host: HostFact | null;
  reach: ReachFact | null;
  info: InfoFact | null;
  /** The last there was, also of an instance that is gone. */
  data: DataFact | null;
  beatLsn: LsnFact | null;
  served: ServedFact | null;
  spoken: SpokenFact | null;
}

/** From where servers tell of an instance, beside whether they do. */
export type ServerSetup = Partial<Pick<InstanceLedger, 'overSsh' | 'reachFrom'>>;

/** Before anything was heard of an instance. */
export function emptyLedger(name: string, hostCheck: boolean, servers: ServerSetup = {}): InstanceLedger {
  return {
    name,
    hostCheck,
    overSsh: servers.overSsh ?? false,
    reachFrom: servers.reachFrom ?? null,
    network: {
      lastAnswer: null,
      lastFailure: null,
      failingSinceMs: null,
      failingSinceAtMs: null,
      okSinceMs: null,
      lastOk: null,
    },
    registered: false,
    lastRegistration: null,
    registrationProblem: null,
    processSinceMs: null,
    registrationAtMs: null,
    unregisteredSinceMs: null,
    host: null,
    reach: null,
    info: null,
    data: null,
    beatLsn: null,
    served: null,
    spoken: null,
  };
}

/** Whether a sample is an answer: an error number of the node's own proves that the process lives. */
export function isAnswer(sample: BeatSample): boolean {
  return sample.class === 'ok' || sample.class === 'switching' || sample.class === 'error';
}

/** After a beat. */
export function withSample(ledger: InstanceLedger, sample: BeatSample): InstanceLedger {
  const beatLsn = sample.lsn === null ? ledger.beatLsn : { lsn: sample.lsn, atMonotonicMs: sample.endedMonotonicMs };
  const incarnation = ledger.lastRegistration?.incarnation;
  const served = sample.class === 'ok' && incarnation ? nextServed(ledger, incarnation, sample.lsn) : ledger.served;
  return { ...ledger, network: nextNetwork(ledger.network, sample), beatLsn, served };
}

function nextServed({ served }: InstanceLedger, incarnation: string, lsn: number | null): ServedFact | null {
  if (lsn === null) return served;
  const before = served?.incarnation === incarnation ? served.lsn : 0;
  return { lsn: Math.max(before, lsn), incarnation };
}

function nextNetwork(before: NetworkLedger, sample: BeatSample): NetworkLedger {
  if (!isAnswer(sample)) {
    const failingSinceMs = before.failingSinceMs ?? sample.sentMonotonicMs;
    const failingSinceAtMs = before.failingSinceAtMs ?? sample.sentAtMs;
    return { ...before, lastFailure: sample, failingSinceMs, failingSinceAtMs, okSinceMs: null };
  }
  const ok = sample.class === 'ok';
  return {
    lastAnswer: sample,
    lastFailure: before.lastFailure,
    failingSinceMs: null,
    failingSinceAtMs: null,
    okSinceMs: ok ? (before.okSinceMs ?? sample.sentMonotonicMs) : null,
    lastOk: ok ? sample : before.lastOk,
  };
}

/** Another incarnation is another process: what was known of the old one's process says nothing of it. */
export function withRegistration(ledger: InstanceLedger, seen: SeenRegistration, now: Now): InstanceLedger {
  const registered = seen.present && seen.value !== null;
  const lastRegistration = seen.value ?? ledger.lastRegistration ?? seen.lastGood;
  const changed = registered !== ledger.registered || lastRegistration !== ledger.lastRegistration;
  const sameProcess = lastRegistration?.incarnation === ledger.lastRegistration?.incarnation;
  return {
    ...ledger,
    registered,
    lastRegistration,
    registrationProblem: seen.present && !seen.value ? seen.problem : null,
    processSinceMs: sameProcess ? ledger.processSinceMs : now.monotonicMs,
    registrationAtMs: changed || ledger.registrationAtMs === null ? now.wallMs : ledger.registrationAtMs,
    unregisteredSinceMs: seen.present ? null : (ledger.unregisteredSinceMs ?? now.monotonicMs),
    host: sameProcess ? ledger.host : null,
    data: registeredData(ledger, seen.value, now),
    served:
      seen.value?.role === 'primary'
        ? nextServed(ledger, seen.value.incarnation, seen.value.data?.acknowledgedLsn ?? null)
        : ledger.served,
    spoken:
      seen.value?.role === 'primary'
        ? nextSpoken(ledger, seen.value.incarnation, seen.value.data ?? null)
        : ledger.spoken,
  };
}

/** A registration that says the same of the data as before is no news of it; another process's data is not the old one's. */
function registeredData(ledger: InstanceLedger, said: Registration | null, now: Now): DataFact | null {
  if (!said || said === ledger.lastRegistration) return ledger.data;
  const { data: status, incarnation } = said;
  const known = ledger.data?.incarnation === incarnation ? ledger.data : null;
  if (!status || (known && sameValue(status, ledger.lastRegistration?.data))) return known;
  return { status, incarnation, atMonotonicMs: now.monotonicMs, atWallMs: now.wallMs };
}

/**
 * A check counts only for the process that is registered; a late answer about an earlier one is dropped. Where none was
 * ever seen registered it counts for the one that was looked for.
 */
export function withHostFact(ledger: InstanceLedger, fact: HostFact): InstanceLedger {
  const registered = ledger.lastRegistration?.incarnation ?? fact.incarnation;
  return fact.incarnation === registered ? { ...ledger, host: fact } : ledger;
}

/** After the other server asked it. */
export function withReach(ledger: InstanceLedger, reach: ReachFact): InstanceLedger {
  return { ...ledger, reach };
}

/** After it answered 1403040. */
export function withInfo(ledger: InstanceLedger, info: InfoFact): InstanceLedger {
  const { data: status, incarnation, atMonotonicMs, atWallMs } = info;
  const data = status && { status, incarnation, atMonotonicMs, atWallMs };
  const acknowledged = info.role === 'primary' ? (status?.acknowledgedLsn ?? null) : null;
  const spoken = info.role === 'primary' ? nextSpoken(ledger, incarnation, status) : ledger.spoken;
  return { ...ledger, info, data, served: nextServed(ledger, incarnation, acknowledged), spoken };
}

/** The later of two words counts, by its LSN: a registration may be older than what was answered. */
function nextSpoken({ spoken }: InstanceLedger, incarnation: string, status: DataStatus | null): SpokenFact | null {
  if (!status) return spoken;
  const before = spoken?.incarnation === incarnation ? spoken : null;
  const { sums = null, baseData = null } = status;
  const isLater = sums !== null && sums.lsn >= (before?.sums?.lsn ?? 0);
  return { incarnation, sums: isLater ? sums : (before?.sums ?? null), baseData: baseData ?? before?.baseData ?? null };
}

/** What an instance says it is: the registration while there is one, else its own last answer. */
export function said(ledger: InstanceLedger) {
  const source = ledger.registered ? ledger.lastRegistration : null;
  const info = ledger.info;
  if (source)
    return {
      role: source.role,
      status: source.status,
      svrMode: source.svrMode,
      epoch: source.epoch,
      phases: source.phases,
      note: source.note,
    };
  if (info)
    return {
      role: info.role,
      status: info.status,
      svrMode: info.svrMode,
      epoch: info.epoch,
      phases: info.phases,
      note: info.note,
    };
  return { role: null, status: null, svrMode: null, epoch: null, phases: [], note: null };
}

/** What an instance was heard to have acknowledged as primary in the given life of its process; null: nothing. */
export function acknowledgedBy({ served }: InstanceLedger, incarnation: string | null): number | null {
  return served !== null && served.incarnation === incarnation ? served.lsn : null;
}

/** A process that was stopped (SIGSTOP) has not ended: it can be let go on. */
export function isProcessStopped({ host, lastRegistration }: InstanceLedger): boolean {
  return host?.says === 'alive' && host.frozen && host.incarnation === lastRegistration?.incarnation;
}
