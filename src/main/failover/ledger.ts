import type { SeenRegistration } from '#main/coordination';
import type { BeatSample } from '#main/heartbeat';
import type { InstanceRole, InstanceStatus, Message, PhaseProgress, Registration, SvrMode } from '#shared/domain';

/** The moment of an event on both clocks, and whether the own ZooKeeper lease lived then. */
export interface Now {
  monotonicMs: number;
  wallMs: number;
  zookeeperLive: boolean;
}

/** What beats told of an instance. */
export interface NetworkLedger {
  lastAnswer: BeatSample | null;
  /** The latest sample without an answer. */
  lastFailure: BeatSample | null;
  /** When the first failure after the last answer began; null while the latest sample is an answer. */
  failingSinceMs: number | null;
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
}

/** Everything known of one instance. A value: every change makes another. */
export interface InstanceLedger {
  name: string;
  hostCheck: boolean;
  network: NetworkLedger;
  /** The node at the registration's path is there and reads well. */
  registered: boolean;
  /** The present registration, or the last one there was. */
  lastRegistration: Registration | null;
  registrationProblem: Message | null;
  /** When the present state of the registration was learnt, wall time; null: never. */
  registrationAtMs: number | null;
  /** Since when, on the monotonic clock, a settled view has shown no node at the registration's path; null: it does. */
  unregisteredSinceMs: number | null;
  host: HostFact | null;
  info: InfoFact | null;
}

export function emptyLedger(name: string, hostCheck: boolean): InstanceLedger {
  return {
    name,
    hostCheck,
    network: { lastAnswer: null, lastFailure: null, failingSinceMs: null, okSinceMs: null, lastOk: null },
    registered: false,
    lastRegistration: null,
    registrationProblem: null,
    registrationAtMs: null,
    unregisteredSinceMs: null,
    host: null,
    info: null,
  };
}

/** Whether a sample is an answer: an error number of the node's own proves that the process lives. */
export function isAnswer(sample: BeatSample): boolean {
  return sample.class === 'ok' || sample.class === 'switching' || sample.class === 'error';
}

export function withSample(ledger: InstanceLedger, sample: BeatSample): InstanceLedger {
  return { ...ledger, network: nextNetwork(ledger.network, sample) };
}

function nextNetwork(before: NetworkLedger, sample: BeatSample): NetworkLedger {
  if (!isAnswer(sample)) {
    const failingSinceMs = before.failingSinceMs ?? sample.sentMonotonicMs;
    return { ...before, lastFailure: sample, failingSinceMs, okSinceMs: null };
  }
  const ok = sample.class === 'ok';
  return {
    lastAnswer: sample,
    lastFailure: before.lastFailure,
    failingSinceMs: null,
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
    registrationAtMs: changed || ledger.registrationAtMs === null ? now.wallMs : ledger.registrationAtMs,
    unregisteredSinceMs: seen.present ? null : (ledger.unregisteredSinceMs ?? now.monotonicMs),
    host: sameProcess ? ledger.host : null,
  };
}

/** A check counts only for the process that is registered; a late answer about an earlier one is dropped. */
export function withHostFact(ledger: InstanceLedger, fact: HostFact): InstanceLedger {
  return fact.incarnation === ledger.lastRegistration?.incarnation ? { ...ledger, host: fact } : ledger;
}

export function withInfo(ledger: InstanceLedger, info: InfoFact): InstanceLedger {
  return { ...ledger, info };
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
