import type { EvidenceView, Verdict } from '#shared/contract';
import { type Message, message, type Timeouts } from '#shared/domain';
import type { HostFact, InstanceLedger, Now } from './ledger.ts';

/** What is made of everything known about one instance. */
export interface Assessment {
  verdict: Verdict;
  /** Why, in one sentence. */
  reason: Message;
  evidence: EvidenceView[];
}

/** How old evidence may get. A slow beat is no stale evidence: three intervals always count. */
export function maxAgeMs(timeouts: Timeouts, beatIntervalMs: number): number {
  return Math.max(timeouts.evidenceMaxAgeMs, 3 * beatIntervalMs);
}

/**
 * How long an instance that has gone from ZooKeeper is given to answer the beat that was sent for that reason: a part of
 * a beat's time-out that no living process needs.
 */
export function confirmationMs(timeouts: Timeouts): number {
  return timeouts.beatTimeoutMs / 4;
}

/** What the coordination class may rest on: only a settled view over a live session says anything. */
export interface CoordinationSight {
  live: boolean;
  settled: boolean;
}

/** The measure that evidence is held to. */
export interface Measure {
  timeouts: Timeouts;
  beatIntervalMs: number;
}

/**
 * The verdict on an instance. "Gone" needs two classes that fail for different causes, one of them host or
 * coordination: a firewall that comes on refuses every connection while the process lives (F16). Silence says nothing
 * about the process.
 */
export function assess(ledger: InstanceLedger, sight: CoordinationSight, measure: Measure, now: Now): Assessment {
  const coordination = coordinationEvidence(ledger, sight);
  const network = networkEvidence(ledger, measure, now, coordination.says === 'gone');
  const host = hostEvidence(ledger, measure, now);
  return {
    ...judge(network, coordination, host, failingForMs(ledger, now), measure, saysStopped(ledger)),
    evidence: [network, coordination, host],
  };
}

/** An instance that stops in good order says so in its registration before it goes. */
function saysStopped({ registered, lastRegistration }: InstanceLedger): boolean {
  return registered && lastRegistration?.role === 'stopped';
}

/**
 * Silence takes its time to be believed; less of it where ZooKeeper has let the instance go: a beat that ran into its
 * time-out, none answered since, and not the one either that was sent when the registration went.
 */
function isSilent(ledger: InstanceLedger, silentMs: number, { timeouts }: Measure, now: Now, letGo: boolean): boolean {
  if (silentMs >= timeouts.silentAfterMs) return true;
  const { unregisteredSinceMs } = ledger;
  if (!letGo || unregisteredSinceMs === null || silentMs < timeouts.beatTimeoutMs) return false;
  return now.monotonicMs - unregisteredSinceMs >= confirmationMs(timeouts);
}

function networkEvidence(ledger: InstanceLedger, measure: Measure, now: Now, letGo: boolean): EvidenceView {
  const { lastAnswer, lastFailure, failingSinceMs } = ledger.network;
  const view = (says: EvidenceView['says'], atMs: number | null, reason: Message): EvidenceView => ({
    class: 'network',
    says,
    atMs,
    reason,
  });
  const answer =
    lastAnswer && now.monotonicMs - lastAnswer.endedMonotonicMs <= maxAgeMs(measure.timeouts, measure.beatIntervalMs)
      ? lastAnswer
      : null;
  if (failingSinceMs === null || !lastFailure) {
    if (!lastAnswer) return view('nothing', null, message('failover.network.neverHeard'));
    if (!answer) return view('nothing', lastAnswer.sentAtMs, message('failover.network.stale'));
    if (answer.class === 'ok') return view('alive', answer.sentAtMs, message('failover.network.answers'));
    return view(
      'alive',
      answer.sentAtMs,
      message('failover.network.answersError', { errorNumber: answer.errorNumber ?? 0 }),
    );
  }
  if (lastFailure.class === 'refused') return view('gone', lastFailure.sentAtMs, message('failover.network.refused'));
  if (lastFailure.class === 'empty') return view('gone', lastFailure.sentAtMs, message('failover.network.empty'));
  const silentMs = Math.round(now.monotonicMs - failingSinceMs);
  if (answer && !isSilent(ledger, silentMs, measure, now, letGo))
    return view('alive', answer.sentAtMs, message('failover.network.waiting', { silentMs }));
  return view('silent', lastFailure.sentAtMs, message('failover.network.silent', { silentMs }));
}

function coordinationEvidence(ledger: InstanceLedger, sight: CoordinationSight): EvidenceView {
  const { registered, lastRegistration, registrationProblem, registrationAtMs } = ledger;
  const view = (says: EvidenceView['says'], reason: Message): EvidenceView => ({
    class: 'coordination',
    says,
    atMs: registrationAtMs,
    reason,
  });
  if (!sight.live) return view('nothing', message('failover.coordination.notLive'));
  if (!sight.settled) return view('nothing', message('failover.coordination.settling'));
  if (registrationProblem) return view('nothing', registrationProblem);
  if (saysStopped(ledger)) return view('gone', message('failover.coordination.stopped'));
  if (registered && lastRegistration) return view('alive', message('failover.coordination.registered'));
  if (lastRegistration) return view('gone', message('failover.coordination.expired'));
  return view('gone', message('failover.coordination.neverRegistered'));
}

function hostEvidence(ledger: InstanceLedger, measure: Measure, now: Now): EvidenceView {
  const view = (says: EvidenceView['says'], fact: HostFact | null, reason: Message): EvidenceView => ({
    class: 'host',
    says,
    atMs: fact?.atWallMs ?? null,
    reason,
  });
  if (!ledger.hostCheck) return view('nothing', null, message('failover.host.notConfigured'));
  const fact = ledger.host;
  if (!ledger.lastRegistration) return view('nothing', null, message('failover.host.noIdentity'));
  if (!fact) return view('nothing', null, message('failover.host.notChecked'));
  // That a very process is gone stays true; that it lives has to be seen again.
  if (fact.says === 'gone') return view('gone', fact, fact.reason);
  if (now.monotonicMs - fact.atMonotonicMs > maxAgeMs(measure.timeouts, measure.beatIntervalMs))
    return view('nothing', fact, message('failover.host.stale'));
  return view(fact.says, fact, fact.reason);
}

function failingForMs(ledger: InstanceLedger, now: Now): number {
  const { failingSinceMs } = ledger.network;
  return failingSinceMs === null ? 0 : now.monotonicMs - failingSinceMs;
}

function judge(
  network: EvidenceView,
  coordination: EvidenceView,
  host: EvidenceView,
  failingMs: number,
  { timeouts }: Measure,
  stopped: boolean,
): { verdict: Verdict; reason: Message } {
  if (network.says === 'alive') return { verdict: 'alive', reason: network.reason };
  if (host.says === 'gone' && coordination.says === 'gone')
    return { verdict: 'gone', reason: message('failover.verdict.hostAndCoordination') };
  const unheard = network.says === 'gone' || network.says === 'silent';
  if (!unheard) return { verdict: 'unknown', reason: network.reason };
  if (host.says === 'gone') return { verdict: 'gone', reason: message('failover.verdict.networkAndHost') };
  if (coordination.says === 'gone') {
    // A process that runs and refuses everybody is behind a firewall; one that hangs refuses nobody.
    if (host.says === 'alive' && network.says === 'gone' && !stopped)
      return { verdict: 'silent', reason: message('failover.verdict.runsUnreachable') };
    return { verdict: 'gone', reason: message('failover.verdict.networkAndCoordination') };
  }
  if (coordination.says === 'alive' && failingMs >= timeouts.silentAfterMs)
    return {
      verdict: 'unreachable-registered',
      reason: message(host.says === 'alive' ? 'failover.verdict.unreachableAlive' : 'failover.verdict.unreachable'),
    };
  return { verdict: 'silent', reason: network.reason };
}
