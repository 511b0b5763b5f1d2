import { type Message, message, type Timeouts } from '#shared/domain';
import { type Aim, aimOf, canBePromoted, isAfterFailure } from '../facts/aim.ts';
import { attestedOut, incarnationOf } from '../facts/attestation.ts';
import { fenceAhead } from '../facts/commands.ts';
import type { InstanceFacts, PairFacts } from '../facts/facts.ts';
import { said } from '../facts/ledger.ts';
import { lossBlockers } from '../facts/loss.ts';
import { proofOldOut, stepsDownByRoute } from '../facts/proof.ts';
import { guardBlockers } from './guards.ts';
import { orderlyAim } from './orderly.ts';

/** What keeps this console from acting by itself, whether or not there is anything to do just now. */
export function blockers(facts: PairFacts): Message[] {
  return [...policyBlockers(facts), ...actionBlockers(facts)];
}

/** Whether there is any of {@link blockers}: the proof, which takes the longest to look for, is looked for last. */
export function isBlocked(facts: PairFacts): boolean {
  return policyBlockers(facts).length > 0 || isActionBlocked(facts);
}

/** What this pair's operators have set against acting by itself; a manual switchover is not held by any of it. */
export function policyBlockers(facts: PairFacts): Message[] {
  const found: Message[] = [];
  if (facts.driver === 'node') found.push(message('blocker.driverNode'));
  if (!facts.policyKnown) found.push(message('blocker.policyUnknown'));
  else if (facts.mode !== 'auto') found.push(modeBlocker(facts));
  else found.push(...wayBlockers(facts));
  return [...found, ...guardBlockers(facts)];
}

/** What does not stop by itself can be proved out by a look at its process or by its hook alone: without them auto is assist. */
function wayBlockers(facts: PairFacts): Message[] {
  const aim = aimOf(facts);
  if (!aim) return [];
  const { ledger, commands } = aim.from;
  if (ledger.hostCheck || commands?.fence || stepsDownByRoute(ledger, aim.to.ledger)) return [];
  return [message('blocker.noWayToProve', { instance: ledger.name })];
}

/** Whether it is the policy's own mode, or its calendar's, that leaves acting to others. */
function modeBlocker({ mode, holding, coordination }: PairFacts): Message {
  if (coordination.policy.value?.calendar === 'unreadable') return message('blocker.calendarUnreadable');
  if (holding.phase !== null) return message(`blocker.calendar.${mode}`, { phase: holding.phase });
  return message(`blocker.policy.${mode}`);
}

/** They hold only for as long as ZooKeeper has the primary that cannot be reached: what it lets go may be taken for gone. */
const WHILE_REGISTERED: ReadonlySet<string> = new Set(['blocker.unreachable', 'blocker.unreachableUntil']);

/** Whether a blocker of the policy holds for other reasons than that ZooKeeper still has the primary. */
export function isLasting({ key }: Message): boolean {
  return !WHILE_REGISTERED.has(key);
}

/** What would keep anybody at this console from a safe switchover now; the policy left aside. */
export function actionBlockers(facts: PairFacts): Message[] {
  const aim = aimOf(facts);
  return [
    ...consoleBlockers(facts),
    ...instances(facts).flatMap((instance) => singleModeBlocker(instance)),
    ...(aim ? standbyBlockers(facts, aim) : []),
    ...proofBlockers(facts),
    ...earlierBlockers(facts),
  ];
}

/** Whether there is any of {@link actionBlockers}. */
export function isActionBlocked(facts: PairFacts): boolean {
  return consoleBlockers(facts).length > 0 || actionBlockers(facts).length > 0;
}

function instances(facts: PairFacts): readonly InstanceFacts[] {
  return facts.instances;
}

function consoleBlockers(facts: PairFacts): Message[] {
  const found: Message[] = [];
  const { lock } = facts.coordination;
  if (!facts.sight.live) found.push(message('blocker.zookeeper'));
  else if (!facts.sight.settled) found.push(message('blocker.settling'));
  if (facts.tilt) found.push(facts.tilt.reason);
  if (facts.broken) found.push(facts.broken.said);
  if (facts.sight.live && lock.holder === 'other') found.push(message('blocker.lockOther', { name: lock.name ?? '?' }));
  if (facts.sight.live && lock.holder === 'none') found.push(message('blocker.lockNone'));
  if (facts.sight.settled && !facts.route) found.push(facts.coordination.route.problem ?? message('blocker.noRoute'));
  if (facts.route && !facts.named) found.push(message('blocker.foreignRoute', { instance: facts.route.instance }));
  return found;
}

function singleModeBlocker({ ledger }: InstanceFacts): Message[] {
  const single = said(ledger).svrMode === 1 || ledger.info?.svrMode === 1;
  return single ? [message('blocker.singleMode', { instance: ledger.name })] : [];
}

/** What its server itself says: that nobody is heard explains nothing then. */
function isSeenDead({ assessment }: InstanceFacts): boolean {
  return assessment.evidence.some((source) => source.class === 'host' && source.says === 'gone');
}

/** The console that hears nobody may itself be the one that is cut off. */
function standbyBlockers(facts: PairFacts, { to: target, from }: Aim): Message[] {
  const { ledger, assessment } = target;
  const instance = ledger.name;
  if (assessment.verdict === 'gone' && (from.assessment.verdict === 'alive' || isSeenDead(target)))
    return [message('blocker.standbyGone', { instance })];
  if (assessment.verdict !== 'alive') return [message('blocker.standbyNotHeard', { instance })];
  if (!ledger.registered) return [message('blocker.standbyNotRegistered', { instance })];
  if (!canBePromoted(facts, target))
    return [message('blocker.standbyNotReady', { instance, status: said(ledger).status ?? '?' })];
  return lossBlockers(facts, target, orderlyAim(facts) ? 0 : facts.maxLossRecords);
}

/**
 * Before the route is touched by itself the proof must be there: a closed route without one is an outage made here. Where
 * there is a fence hook, that is what may give it.
 */
function proofBlockers(facts: PairFacts): Message[] {
  const { named, route } = facts;
  const aim = aimOf(facts);
  if (!aim || !route || aim.from.assessment.verdict !== 'gone') return [];
  const { ledger } = aim.from;
  const instance = ledger.name;
  const fence = fenceAhead(facts, aim.from, aim.to.ledger.name, false);
  if (fence?.filled.ok) return [];
  if (fence?.hook.required && !fence.filled.ok)
    return [message('blocker.hookUnfit', { instance, placeholder: `{${fence.filled.placeholder}}` })];
  const fromIncarnation = aim.from === named ? route.incarnation : null;
  const question = { fromIncarnation, newEpoch: null, peer: aim.to.ledger };
  const attested = attestedOut(facts, { instance, incarnation: incarnationOf(facts, aim.from), epochs: [route.epoch] });
  return (attested ?? proofOldOut(ledger, facts.sight, question)) ? [] : [message('blocker.noProof', { instance })];
}

function earlierBlockers(facts: PairFacts): Message[] {
  const { record, route, running } = facts;
  if (running !== null || record?.outcome === 'running') return [message('blocker.running')];
  const ofRoute = record !== null && record.operationId === route?.operationId;
  const inForce = record && record.outcome !== 'done' && (ofRoute || isAfterFailure(facts));
  // Counted by whichever is higher: consoles that were restarted, or have only just taken over, know the record alone.
  const failures = Math.max(facts.ended?.failures ?? 0, facts.automatic.failures);
  if (isWaitedAfter(facts, failures)) return [message('blocker.justEnded')];
  if (isAfterFailure(facts) && failures < facts.settings.maxFailures) return [];
  if (!inForce) return [];
  return [message(record.outcome === 'unknown' ? 'blocker.outcomeUnknown' : 'blocker.failedBefore', { to: record.to })];
}

/**
 * Whether the next try has to wait. By the record too: a lock that changes hands, or a console that starts anew, must not
 * use up in seconds the tries that their waits spread over the trouble.
 */
function isWaitedAfter(facts: PairFacts, failures: number): boolean {
  const { ended, record, now, sharedMs, timeouts } = facts;
  if (ended && now.monotonicMs - ended.atMonotonicMs < retryAfterMs(timeouts, ended.failures)) return true;
  if (!isAfterFailure(facts) || failures >= facts.settings.maxFailures || !record?.endedAtMs) return false;
  const sinceMs = sharedMs - record.endedAtMs;
  return sinceMs >= 0 && sinceMs < retryAfterMs(timeouts, failures);
}

/** A switchover that failed before it changed anything may be tried again, in waits that double. */
function retryAfterMs({ retryAfterMs: firstMs, longestRetryMs }: Timeouts, failures: number): number {
  return Math.min(longestRetryMs, firstMs * 2 ** Math.max(0, failures - 1));
}
