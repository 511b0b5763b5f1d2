import type { EvidenceView, Verdict } from '#shared/contract';
import { type Message, message, type Timeouts } from '#shared/domain';
import type { HostFact, InstanceLedger, Now } from './ledger.ts';

/** What is made of everything known about one instance. */
export interface Assessment {
  verdict: Verdict;
  /** Why, in one sentence. */
  reason: Message;
  evidence: EvidenceView[];
  /** The pair's other instance reaches it over f2, though this console may not: it has had an answer. */
  peerReaches: boolean;
  /** Gone from ZooKeeper it says to the pair's other instance that it serves: on that one's promise. */
  servesOnPromise: boolean;
}

/** How old evidence may get. A slow beat is no stale evidence: three intervals always count. */
export function maxAgeMs(timeouts: Timeouts, beatIntervalMs: number): number {
  return Math.max(timeouts.evidenceMaxAgeMs, 3 * beatIntervalMs);
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
 * about the process. The peer's word never makes an instance gone; that it hears it serve speaks against it.
 * `peer`: what is known of the pair's other instance.
 */
export function assess(
  ledger: InstanceLedger,
  peer: InstanceLedger,
  sight: CoordinationSight,
  measure: Measure,
  now: Now,
): Assessment {
  const coordination = coordinationEvidence(ledger, sight);
  const reach = reachEvidence(ledger, measure, now);
  const sources: Sources = {
    network: networkEvidence(ledger, measure, now, coordination.says === 'gone'),
    reach,
    peer: peerEvidence(ledger, peer, measure, now),
    coordination,
    host: hostEvidence(ledger, measure, now),
  };
  const more: More = {
    failingMs: failingForMs(ledger, now),
    stopped: saysStopped(ledger),
    frozen: ledger.host?.frozen === true,
    asked: isAskedSince(ledger, measure.timeouts, now),
    peerReaches:
      answersFromThere(ledger, reach) ||
      (sources.peer.says === 'alive' && heardSince(ledger, peer.info?.peer?.answeredMonotonicMs ?? null)),
    servesOnPromise: servesOnPromise(ledger, peer, measure, now) || servesFromThere(ledger, reach),
  };
  const { network, peer: ofPeer, host } = sources;
  return {
    ...judge(sources, more, measure),
    evidence: [network, ...(reach ? [reach] : []), ofPeer, coordination, host],
    peerReaches: more.peerReaches,
    servesOnPromise: more.servesOnPromise,
  };
}

/** What each class says; `reach` where there is a server to ask from. */
type Sources = Record<Exclude<EvidenceView['class'], 'reach'>, EvidenceView> & { reach: EvidenceView | null };

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
  return now.monotonicMs - unregisteredSinceMs >= timeouts.confirmMs;
}

/**
 * Whether the instance was asked after it went from ZooKeeper, or so shortly before that it comes to the same, and has not
 * answered: a beat that failed, or the wait for the one that is sent for that reason. How long it was silent before says
 * nothing of now: a beat that was lost and a session that was lost with its server are no dead process.
 */
export function isAskedSince(
  { network: { lastFailure }, unregisteredSinceMs }: InstanceLedger,
  { confirmMs }: Timeouts,
  now: Now,
): boolean {
  if (unregisteredSinceMs === null || now.monotonicMs - unregisteredSinceMs >= confirmMs) return true;
  return lastFailure !== null && lastFailure.sentMonotonicMs >= unregisteredSinceMs - confirmMs;
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

/**
 * What came of asking it from the other one's server. It is the network's class seen from another place: refusal there
 * proves no more than refusal here (F16), an answer proves that the process lives.
 */
function reachEvidence(ledger: InstanceLedger, measure: Measure, now: Now): EvidenceView | null {
  const { reachFrom: peer, reach: fact, lastRegistration, network } = ledger;
  if (peer === null) return null;
  const view = (says: EvidenceView['says'], reason: Message): EvidenceView => ({
    class: 'reach',
    says,
    atMs: fact?.atWallMs ?? null,
    reason,
  });
  if (!fact || now.monotonicMs - fact.atMonotonicMs > maxAgeMs(measure.timeouts, measure.beatIntervalMs)) {
    if (network.failingSinceMs === null) return view('nothing', message('failover.reach.notNeeded', { peer }));
    return view('nothing', message(fact ? 'failover.reach.stale' : 'failover.reach.notAsked', { peer }));
  }
  if (fact.incarnation !== null && lastRegistration && fact.incarnation !== lastRegistration.incarnation)
    return view('nothing', message('failover.reach.otherProcess', { peer }));
  return view(fact.says, fact.reason);
}

/** It answers there while this console hears nothing. */
function answersFromThere(ledger: InstanceLedger, reach: EvidenceView | null): boolean {
  return reach?.says === 'alive' && heardSince(ledger, ledger.reach?.atMonotonicMs ?? null);
}

/** Gone from ZooKeeper it still says that it serves, to whoever asks from the other one's server. */
function servesFromThere(ledger: InstanceLedger, reach: EvidenceView | null): boolean {
  const { reach: fact, unregisteredSinceMs } = ledger;
  if (!fact?.serves || unregisteredSinceMs === null) return false;
  return answersFromThere(ledger, reach) && fact.atMonotonicMs > unregisteredSinceMs;
}

/** What the other instance says of it, and for this very process alone: it hears others than this console does. */
function peerEvidence(
  ledger: InstanceLedger,
  { name, info }: InstanceLedger,
  measure: Measure,
  now: Now,
): EvidenceView {
  const view = (says: EvidenceView['says'], atMs: number | null, reason: Message): EvidenceView => ({
    class: 'peer',
    says,
    atMs,
    reason,
  });
  const maxMs = maxAgeMs(measure.timeouts, measure.beatIntervalMs);
  if (!info) return view('nothing', null, message('failover.peer.notAsked', { peer: name }));
  const fact = info.peer;
  if (!fact) return view('nothing', null, message('failover.peer.neverHeard', { peer: name }));
  if (fact.instance !== ledger.name || fact.incarnation !== ledger.lastRegistration?.incarnation)
    return view('nothing', null, message('failover.peer.otherProcess', { peer: name }));
  if (now.monotonicMs - info.atMonotonicMs > maxMs)
    return view('nothing', fact.heardWallMs, message('failover.peer.stale', { peer: name }));
  const silentMs = Math.round(info.atMonotonicMs - fact.heardMonotonicMs);
  if (silentMs < measure.timeouts.silentAfterMs && now.monotonicMs - fact.heardMonotonicMs <= maxMs) {
    const serves = fact.servingMonotonicMs !== null;
    return view(
      'alive',
      fact.heardWallMs,
      message(`failover.peer.${serves ? 'hearsServing' : 'hears'}`, { peer: name }),
    );
  }
  const { markerMs = null } = fact.mount ?? {};
  const said =
    markerMs === null
      ? message('failover.peer.silent', { peer: name, silentMs })
      : message('failover.peer.silentMount', { peer: name, silentMs, markerMs });
  return view('silent', fact.heardWallMs, said);
}

/** Gone from ZooKeeper and not heard here, it may serve on the promise of the other instance, which hears it say so. */
function servesOnPromise(ledger: InstanceLedger, { info }: InstanceLedger, measure: Measure, now: Now): boolean {
  const { unregisteredSinceMs, lastRegistration } = ledger;
  const fact = info?.peer;
  if (!fact || fact.servingMonotonicMs === null || unregisteredSinceMs === null) return false;
  if (fact.instance !== ledger.name || fact.incarnation !== lastRegistration?.incarnation) return false;
  const isFresh = now.monotonicMs - fact.servingMonotonicMs <= maxAgeMs(measure.timeouts, measure.beatIntervalMs);
  return isFresh && fact.servingMonotonicMs > unregisteredSinceMs && heardSince(ledger, fact.servingMonotonicMs);
}

/** What was heard before this console began to hear nothing says nothing of the time since. */
function heardSince({ network }: InstanceLedger, atMonotonicMs: number | null): boolean {
  return atMonotonicMs !== null && atMonotonicMs > (network.failingSinceMs ?? Number.NEGATIVE_INFINITY);
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
  if (now.monotonicMs - fact.atMonotonicMs > hostMaxAgeMs(ledger, measure))
    return view('nothing', fact, message('failover.host.stale'));
  return view(fact.says, fact, fact.reason);
}

/** It is looked at seldom for as long as it answers, above all over SSH; once it does not, only fresh looks count. */
function hostMaxAgeMs({ overSsh, network }: InstanceLedger, { timeouts, beatIntervalMs }: Measure): number {
  const alwaysMs = maxAgeMs(timeouts, beatIntervalMs);
  if (network.failingSinceMs !== null) return alwaysMs;
  return Math.max(alwaysMs, 2 * (overSsh ? timeouts.hostLookMs : timeouts.localLookMs));
}

function failingForMs(ledger: InstanceLedger, now: Now): number {
  const { failingSinceMs } = ledger.network;
  return failingSinceMs === null ? 0 : now.monotonicMs - failingSinceMs;
}

/** What verdicts rest on beside what each class says. */
interface More {
  failingMs: number;
  stopped: boolean;
  /** Its process was stopped (SIGSTOP): that it lives says nothing of the network then. */
  frozen: boolean;
  asked: boolean;
  peerReaches: boolean;
  servesOnPromise: boolean;
}

function judge(
  { network, reach, peer, coordination, host }: Sources,
  more: More,
  { timeouts }: Measure,
): { verdict: Verdict; reason: Message } {
  const { failingMs, stopped, asked, servesOnPromise: serves } = more;
  if (network.says === 'alive') return { verdict: 'alive', reason: network.reason };
  if (host.says === 'gone' && coordination.says === 'gone')
    return { verdict: 'gone', reason: message('failover.verdict.hostAndCoordination') };
  const unheard = network.says === 'gone' || network.says === 'silent';
  if (!unheard) return { verdict: 'unknown', reason: network.reason };
  if (host.says === 'gone') return { verdict: 'gone', reason: message('failover.verdict.networkAndHost') };
  if (coordination.says === 'gone') {
    if (serves && !stopped) return { verdict: 'silent', reason: message('failover.verdict.servesOnPromise') };
    // A process that runs and refuses everybody is behind a firewall; one that hangs refuses nobody.
    if (host.says === 'alive' && network.says === 'gone' && !stopped)
      return { verdict: 'silent', reason: message('failover.verdict.runsUnreachable') };
    if (!asked && !stopped) return { verdict: 'silent', reason: message('failover.verdict.askedAgain') };
    return { verdict: 'gone', reason: message('failover.verdict.networkAndCoordination') };
  }
  if (coordination.says === 'alive' && failingMs >= timeouts.silentAfterMs)
    return { verdict: 'unreachable-registered', reason: message(unreachable({ reach, peer, host }, more)) };
  return { verdict: 'silent', reason: network.reason };
}

/** Where the other instance reaches it, look at the way from here first; where nobody does, at its own host. */
function unreachable(
  { reach, peer, host }: Pick<Sources, 'reach' | 'peer' | 'host'>,
  { peerReaches, frozen }: More,
): string {
  if (peerReaches) return 'failover.verdict.unreachablePeerReaches';
  if (host.says === 'alive') return `failover.verdict.${frozen ? 'unreachableStopped' : 'unreachableAlive'}`;
  const notFromThere = reach?.says === 'gone' || reach?.says === 'silent';
  return notFromThere || peer.says === 'silent'
    ? 'failover.verdict.unreachablePeerSilent'
    : 'failover.verdict.unreachable';
}
