import type { PairState, Severity, Verdict } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import { aimOf, canBePromoted } from '../facts/aim.ts';
import { factsOf, type InstanceFacts, type PairFacts } from '../facts/facts.ts';
import { isProcessStopped, said } from '../facts/ledger.ts';
import { letGoOf } from '../facts/proof.ts';
import { type TwoServing, twoServing } from '../facts/split-brain.ts';
import { orderlyAtMs } from '../facts/unreachable.ts';
import { staleApproval } from '../guards/approval.ts';
import { blockers, isActionBlocked, policyBlockers } from '../guards/blockers.ts';
import { refusalOf } from '../preflight/preflight.ts';
import { lossAhead, otherDataTrouble, standbyDataTrouble } from './data-picture.ts';

/** The pair in one glance: its state, how bad it is, why, and the one thing to do next. */
export interface Picture {
  state: PairState;
  severity: Severity;
  reason: Message;
  next: Message | null;
  primary: string | null;
  standby: string | null;
}

type Finding = Omit<Picture, 'primary' | 'standby'>;

function finding(state: PairState, severity: Severity, reason: Message, next: Message | null = null): Finding {
  return { state, severity, reason, next };
}

/** Pure: the first rule that fits says what the pair is. */
export function pictureOf(facts: PairFacts): Picture {
  const found = switching(facts) ?? splitBrain(facts) ?? inMaintenance(facts, troubleOf(facts));
  return {
    ...withApproval(found ?? finding('normal', 'none', message('state.normal')), facts),
    primary: primaryName(facts),
    standby: standbyName(facts),
  };
}

/** What is waited for of a person comes before what the pair itself would have done next. */
function withApproval(found: Finding, facts: PairFacts): Finding {
  const { approval } = facts;
  if (!approval || found.state === 'switching' || approval.decision?.approves === false) return found;
  if (staleApproval(facts, approval)) return found;
  const { operator, to, decision } = approval;
  const next = decision
    ? message('approval.next.carryOut', { by: decision.operator, to })
    : message('approval.next.decide', { operator, to });
  return { ...found, next };
}

function troubleOf(facts: PairFacts): Finding | undefined {
  return routeTrouble(facts) ?? primaryTrouble(facts) ?? standbyTrouble(facts) ?? dataTrouble(facts);
}

/**
 * Whoever maintains a pair expects trouble of it: it is told, and is no alarm. That nothing is heard of it stays what it
 * is.
 */
function inMaintenance(facts: PairFacts, beneath: Finding | undefined): Finding | undefined {
  if (!facts.maintenance || beneath?.severity === 'no-data') return beneath;
  const { operator, reason: why, untilMs: untilAt } = facts.maintenance;
  const params = { operator, why, untilAt };
  if (!beneath) return finding('maintenance', 'none', message('state.maintenance', params));
  const severity = beneath.severity === 'none' ? 'none' : 'p3';
  return finding('maintenance', severity, beneath.reason, message('state.next.maintenance', params));
}

function heardAnybody(facts: PairFacts): boolean {
  return facts.instances.some(({ ledger }) => ledger.network.lastAnswer || ledger.network.lastFailure);
}

/** Whether an instance serves, by its beats, and where those say little, by its own word. */
function serves(instance: InstanceFacts): boolean {
  const { ledger, assessment } = instance;
  if (assessment.verdict !== 'alive' || isHung(instance)) return false;
  if (ledger.network.okSinceMs !== null) return true;
  return said(ledger).role === 'primary' && said(ledger).status === 1;
}

/** A node's own promotion that ended with the node: no console takes it up, so that it would be under way for ever. */
function isLeft(facts: PairFacts): boolean {
  const { record } = facts;
  return record?.trigger === 'node' && factsOf(facts, record.to)?.assessment.verdict === 'gone';
}

function switching(facts: PairFacts): Finding | undefined {
  const { record, running } = facts;
  const to = running?.to ?? (record?.outcome === 'running' && !isLeft(facts) ? record.to : null);
  return to === null ? undefined : finding('switching', 'p1', message('state.switching', { to }));
}

function splitBrain(facts: PairFacts): Finding | undefined {
  const two = twoServing(facts);
  return two && finding('split-brain', 'p1', message('state.splitBrain'), nextWhileTwoServe(facts, two));
}

function nextWhileTwoServe(facts: PairFacts, { lower }: TwoServing): Message {
  if (lower) {
    const { name: instance, network } = lower.ledger;
    return message('state.next.lowerStepsDown', { instance, epoch: network.lastOk?.epoch ?? '?' });
  }
  return message(facts.driver === 'node' ? 'state.next.stopOne' : 'state.next.chooseOne');
}

function routeTrouble(facts: PairFacts): Finding | undefined {
  const { route, sight, coordination } = facts;
  if (!sight.live) return withoutZooKeeper(facts);
  if (!sight.settled) return route ? undefined : finding('unknown', 'no-data', message('state.settling'));
  if (!route) {
    const reason = coordination.route.problem ?? message('state.noRoute');
    return finding('unknown', heardAnybody(facts) ? 'p2' : 'no-data', reason, message('state.next.startInstance'));
  }
  if (!facts.named) {
    const reason = message('state.foreignRoute', { instance: route.instance });
    return finding('unknown', 'p2', reason, message('state.next.checkConfiguration'));
  }
  if (route.state === 'closed') {
    const reason = message(`state.${whyClosed(facts)}`, { instance: route.instance });
    if (whyClosed(facts) === 'switchoverUnknown')
      return finding('outage', 'p1', reason, message('state.next.followed', { to: route.instance }));
    const loss = lossOfAim(facts);
    return finding('outage', 'p1', loss?.reason ?? reason, loss?.next ?? nextAfterFailure(facts));
  }
  return undefined;
}

/** What left the route closed. */
function whyClosed({ record, route }: PairFacts): 'switchoverFailed' | 'switchoverUnknown' | 'routeClosed' {
  if (record?.operationId !== route?.operationId || record === null || record.outcome === 'done') return 'routeClosed';
  return record.outcome === 'unknown' ? 'switchoverUnknown' : 'switchoverFailed';
}

/** Without ZooKeeper beats still tell who serves; nothing can be switched. */
function withoutZooKeeper(facts: PairFacts): Finding {
  const reason = message('state.zookeeperAway', { state: facts.coordination.session.state });
  const next = message('state.next.checkZooKeeper');
  if (facts.instances.some(serves)) {
    const onPromise = facts.instances.some(({ ledger }) => ledger.info?.onPromise);
    return finding('degraded', 'p2', onPromise ? message('state.onPromise') : reason, next);
  }
  const heard = facts.instances.some(({ assessment }) => assessment.verdict !== 'unknown');
  return heard ? finding('suspect', 'p1', reason, next) : finding('unknown', 'no-data', reason, next);
}

function primaryTrouble(facts: PairFacts): Finding | undefined {
  const { named, other, route } = facts;
  if (!named) return undefined;
  const instance = named.ledger.name;
  const letGo = route && letGoOf(route, named.ledger);
  if (letGo) return nobodyServes(facts, letGo);
  const loop = inCrashLoop(facts, named);
  if (loop) return loop;
  if (isHung(named))
    return finding(
      'suspect',
      'p1',
      message('state.primaryStopped', { instance }),
      message('state.next.primaryStopped', { instance }),
    );
  switch (named.assessment.verdict) {
    case 'gone': {
      if (other?.assessment.verdict === 'gone')
        return finding('outage', 'p1', message('state.bothGone'), message('state.next.startInstance'));
      // Who reads "gone" looks for a process that has ended.
      const why = isProcessStopped(named.ledger) ? 'state.primaryGoneStopped' : 'state.primaryGone';
      return nobodyServes(facts, message(why, { instance }));
    }
    case 'unreachable-registered':
      if (named.assessment.peerReaches) return unreachableFromHere(facts, named);
      return finding(
        'suspect',
        'p1',
        message('state.primaryUnreachable', { instance }),
        nextWhileUnreachable(facts, instance),
      );
    case 'silent':
      if (named.assessment.servesOnPromise) return unreachableFromHere(facts, named);
      return finding('suspect', 'p2', message('state.primarySilent', { instance }));
    case 'unknown':
      return finding('unknown', 'no-data', message('state.primaryUnheard', { instance }));
    case 'alive':
      if (serves(named)) return undefined;
      return finding(
        'suspect',
        'p1',
        message('state.primaryNotServing', { instance }),
        message('state.next.lookAtNode', { instance }),
      );
  }
}

/** It may serve just now: one that starts again and again is no primary to rely on. */
function inCrashLoop(facts: PairFacts, { assessment: { verdict } }: InstanceFacts): Finding | undefined {
  const { crashLoop, other } = facts;
  if (!crashLoop || (verdict !== 'alive' && verdict !== 'silent')) return undefined;
  const { instance, starts, windowMs } = crashLoop;
  const reason = message('state.crashLoop', { instance, starts, seconds: Math.round(windowMs / 1_000) });
  const able = other !== undefined && refusalOf(facts, other) === null;
  const next = able
    ? message('state.next.leaveCrashLoop', { instance, to: other.ledger.name })
    : message('state.next.lookAtStarts', { instance });
  return finding('suspect', 'p1', reason, next);
}

/** The other instance reaches it, or hears it serve: the fault may lie with this console or on its way. */
function unreachableFromHere(facts: PairFacts, named: InstanceFacts): Finding {
  const instance = named.ledger.name;
  const params = { instance, peer: facts.other?.ledger.name ?? '?' };
  const check = message('state.next.checkOwnNetwork', params);
  if (named.assessment.verdict === 'silent')
    return finding('suspect', 'p2', message('state.primaryOnPromiseElsewhere', params), check);
  // The policy may have it switched over all the same: f2 reaches it, which clients do not use.
  const next = orderlyAtMs(facts) === null ? check : nextWhileUnreachable(facts, instance);
  return finding('suspect', 'p1', message('state.primaryUnreachableHere', params), next);
}

/** The primary serves no more: what the other one's promotion would cost comes before why. */
function nobodyServes(facts: PairFacts, why: Message): Finding {
  const loss = lossOfAim(facts);
  return finding('outage', 'p1', loss?.reason ?? why, loss?.next ?? nextAfterLoss(facts));
}

/** What whoever could take over would lose, where that one can be promoted at all. */
function lossOfAim(facts: PairFacts): ReturnType<typeof lossAhead> {
  const aim = aimOf(facts);
  const able = aim?.to.assessment.verdict === 'alive' && canBePromoted(facts, aim.to);
  return able ? lossAhead(facts, aim.to) : undefined;
}

/** Somebody to promote, or what else can be done. */
function nextAfterFailure(facts: PairFacts): Message {
  const able = facts.instances.some((one) => refusalOf(facts, one) === null);
  return message(able ? 'state.next.promoteByHand' : 'state.next.seeOptions');
}

function nextAfterLoss(facts: PairFacts): Message {
  const to = facts.other?.ledger.name ?? '?';
  if (facts.driver === 'node') return message('state.next.waitForNode', { to });
  if (isActionBlocked(facts)) return message('state.next.seeBlockers', { to });
  if (policyBlockers(facts).length === 0) return message('state.next.waitForConsole', { to });
  return message(facts.mode === 'observe' ? 'state.next.observed' : 'state.next.promoteNow', { to });
}

/** What the operator can do until the console does something by itself, and when that is. */
function nextWhileUnreachable(facts: PairFacts, instance: string): Message {
  const untilAt = orderlyAtMs(facts);
  const others = blockers(facts).filter(({ key }) => key !== 'blocker.unreachableUntil');
  if (untilAt === null || others.length > 0) return message('state.next.checkNetwork', { instance });
  return message('state.next.checkNetworkUntil', { instance, to: facts.other?.ledger.name ?? '?', untilAt });
}

function standbyTrouble(facts: PairFacts): Finding | undefined {
  const { other } = facts;
  if (!other) return undefined;
  const single = facts.instances.find(({ ledger }) => said(ledger).svrMode === 1);
  if (single) return finding('degraded', 'p3', message('state.singleMode', { instance: single.ledger.name }));
  const instance = other.ledger.name;
  if (other.assessment.verdict !== 'alive' || isHung(other))
    return finding(
      'degraded',
      'p2',
      message('state.noStandby', { instance }),
      message(isProcessStopped(other.ledger) ? 'state.next.standbyStopped' : 'state.next.startStandby', { instance }),
    );
  const { role, status, note } = said(other.ledger);
  const behind = role === 'standby' ? standbyDataTrouble(facts, other) : undefined;
  if (behind) return finding('degraded', behind.severity, behind.reason, behind.next);
  if (role === 'standby' && status === 2 && other.ledger.registered) return onPromise(facts);
  if (role === 'starting' || role === 'promoting')
    return finding('degraded', 'p2', message('state.standbyStarting', { instance }));
  const reason = message('state.standbyNotReady', { instance, status: status ?? '?', note: note ?? '' });
  return finding('degraded', 'p2', reason, message('state.next.checkMount', { instance }));
}

/**
 * A stopped process that does not answer: what its server says of it need not wait until its silence is long enough to be
 * believed. Shown alone: the verdict, on which decisions rest, takes its time all the same.
 */
function isHung(instance: InstanceFacts): boolean {
  const { ledger, assessment } = instance;
  if (assessment.verdict === 'gone' || ledger.network.failingSinceMs === null || !isProcessStopped(ledger))
    return false;
  return assessment.evidence.some((source) => source.class === 'host' && source.says === 'alive');
}

/** The verdict as it is shown: one that is known to be stopped, and does not answer, is not called alive. */
export function shownVerdict(instance: InstanceFacts): Verdict {
  const { verdict } = instance.assessment;
  return verdict === 'alive' && isHung(instance) ? 'silent' : verdict;
}

/** Both are there and one could take over; what is left is about the data. */
function dataTrouble(facts: PairFacts): Finding | undefined {
  const found = otherDataTrouble(facts);
  return found && finding(found.severity === 'p3' ? 'normal' : 'degraded', found.severity, found.reason, found.next);
}

function onPromise(facts: PairFacts): Finding | undefined {
  if (!facts.named?.ledger.info?.onPromise) return undefined;
  return finding('degraded', 'p2', message('state.onPromise'), message('state.next.checkZooKeeper'));
}

function primaryName(facts: PairFacts): string | null {
  const { named, route } = facts;
  if (named && route?.state === 'open' && named.assessment.verdict !== 'gone') return named.ledger.name;
  if (route) return null;
  return facts.instances.find(serves)?.ledger.name ?? null;
}

function standbyName(facts: PairFacts): string | null {
  const primary = primaryName(facts);
  const candidate = facts.instances.find(
    ({ ledger, assessment }) =>
      ledger.name !== primary && assessment.verdict === 'alive' && said(ledger).role === 'standby',
  );
  return candidate?.ledger.name ?? null;
}
