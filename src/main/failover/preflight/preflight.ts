import type { Preflight, PreflightItem } from '#shared/contract';
import { ANY_LOSS, ERROR_NUMBERS, type Message, message, STATUS_CODES } from '#shared/domain';
import { canBePromoted } from '../facts/aim.ts';
import { attestedOut, incarnationOf } from '../facts/attestation.ts';
import { fenceAhead, stopCommandOf } from '../facts/commands.ts';
import { factsOf, type InstanceFacts, otherThan, type PairFacts } from '../facts/facts.ts';
import { said } from '../facts/ledger.ts';
import { exceeds, lossAgainst, lossOutlook, syncFailed } from '../facts/loss.ts';
import { handsOver, letGoOf, proofOldOut, stepsDownByRoute } from '../facts/proof.ts';
import { isOperatorsChoice } from '../facts/split-brain.ts';
import { isBroughtOut } from '../facts/unreachable.ts';
import { needsSecondOperator } from '../guards/approval.ts';
import { dataChecks } from './data-checks.ts';
import { planOf } from './plan.ts';
import { serverItems, serversRefusal } from './server-checks.ts';

/** What Promote… shows, but for the token and the figures that only the console has. */
export type PreflightReport = Pick<
  Preflight,
  'to' | 'from' | 'planned' | 'choice' | 'plan' | 'checks' | 'unknowns' | 'loss' | 'needsApproval' | 'refusal'
> & {
  /** True where the node's name has to be typed: not planned, or a check failed or could not be made. */
  needsConfirmation: boolean;
};

/** What is known before a switchover to an instance that the operator asks for. Pure. */
export function preflightOf(facts: PairFacts, to: string): PreflightReport {
  const target = factsOf(facts, to);
  const old = otherThan(facts, to);
  const choice = isOperatorsChoice(facts);
  const checks = target && old ? (choice ? choiceChecks : checksOf)(facts, target, old) : [];
  const loss = target ? lossOf(facts, target) : null;
  const planned = old !== undefined && handsOver(facts, old);
  const doubtful = checks.some(({ result }) => result === 'fail' || result === 'unknown');
  return {
    to,
    from: old?.ledger.name ?? null,
    planned,
    choice,
    plan: planOf(facts, { to, from: old?.ledger.name ?? '?', planned, choice }),
    checks,
    unknowns: unknownsOf(target, old, choice),
    loss,
    needsApproval: loss !== null && needsSecondOperator(facts, loss.bound ?? ANY_LOSS),
    refusal: target
      ? (refusalOf(facts, target) ?? (planned ? plannedRefusal(facts, target, old) : null))
      : message('preflight.refusal.noSuchInstance', { instance: to }),
    needsConfirmation: !planned || doubtful || choice || facts.tilt !== null,
  };
}

function unknownsOf(target: InstanceFacts | undefined, old: InstanceFacts | undefined, choice: boolean): Message[] {
  const names = { to: target?.ledger.name ?? '?', from: old?.ledger.name ?? '?' };
  const ofTwo = [message('preflight.unknown.twoServed', names), message('preflight.unknown.goes', names)];
  return [...(choice ? ofTwo : []), ...(target ? [dataUnknown(target)] : []), message('preflight.unknown.clients')];
}

/** What nobody can say even where all is well: a write without an answer is on one of the disks, or on none. */
function dataUnknown({ ledger }: InstanceFacts): Message {
  return message(ledger.data ? 'preflight.unknown.unanswered' : 'preflight.unknown.data', { instance: ledger.name });
}

/** What the operator would have to accept. */
export function lossOf(facts: PairFacts, target: InstanceFacts): Preflight['loss'] {
  // What only the one that goes was told is with it alone, whatever the one that stays says of itself.
  if (isOperatorsChoice(facts) && target.ledger.data) return { bound: null, reason: message('loss.twoServed') };
  const outlook = lossOutlook(facts, target);
  if (!exceeds(outlook, 0)) return null;
  if (outlook.kind === 'bounded') return { bound: outlook.bound, reason: outlook.why };
  return outlook.kind === 'unknown' ? { bound: null, reason: outlook.why } : null;
}

/** What refuses a promotion that accepts less than may be lost by now; null: it may go on. */
export function lossRefusal(facts: PairFacts, to: string, acceptedLoss: number): Message | null {
  const target = factsOf(facts, to);
  return target ? lossAgainst(lossOutlook(facts, target), to, acceptedLoss) : null;
}

/** What refuses a switchover outright, whoever asks for it. */
export function refusalOf(facts: PairFacts, target: InstanceFacts): Message | null {
  const { ledger } = target;
  const to = ledger.name;
  const { lock } = facts.coordination;
  const { route } = facts;
  const { role, status, svrMode } = said(ledger);
  if (facts.driver === 'node') return message('preflight.refusal.driverNode');
  if (!facts.sight.live || !facts.sight.settled) return message('preflight.refusal.zookeeper');
  if (facts.running !== null || facts.record?.outcome === 'running') return message('blocker.running');
  if (lock.holder === 'other') return message('blocker.lockOther', { name: lock.name ?? '?' });
  if (lock.holder === 'none') return message('blocker.lockNone');
  const choice = isOperatorsChoice(facts);
  if (!choice && route?.instance === to && route.state === 'open')
    return message('preflight.refusal.alreadyPrimary', { instance: to });
  if (!ledger.registered) return message('preflight.refusal.notRegistered', { instance: to });
  if (facts.instances.some((one) => said(one.ledger).svrMode === 1) || svrMode === 1)
    return message('preflight.refusal.singleMode');
  if (!canBePromoted(facts, target) && !choice)
    return message('preflight.refusal.notReady', { instance: to, role: role ?? '?', status: status ?? '?' });
  return null;
}

/**
 * What refuses a switchover away from a primary that serves: a route closed for one that goes on all the same, with nothing
 * to stop it, would be an outage made here.
 */
function plannedRefusal(facts: PairFacts, target: InstanceFacts, old: InstanceFacts): Message | null {
  return givesWay(facts, target, old)
    ? serversRefusal(facts, target)
    : message('preflight.refusal.nothingStops', { instance: old.ledger.name });
}

/** Whether a primary that serves lets go once the route is closed: by itself, or stopped by a program. */
function givesWay(facts: PairFacts, target: InstanceFacts, old: InstanceFacts): boolean {
  return isBroughtOut(facts, { from: old, to: target }) || stopCommandOf(old, target) !== undefined;
}

type Result = PreflightItem['result'];

function item(id: string, result: Result, params: Record<string, string | number> = {}): PreflightItem {
  return { id, result, message: message(`preflight.${id}.${result}`, params) };
}

function checksOf(facts: PairFacts, target: InstanceFacts, old: InstanceFacts): PreflightItem[] {
  const instance = target.ledger.name;
  const { status } = said(target.ledger);
  return [
    ...standingItems(facts, instance, target.ledger.registered),
    item('status', statusResult(target), { instance, status: status ?? '?' }),
    item('pairMode', pairMode(facts)),
    item('beats', beats(target), { instance }),
    oldItem(facts, target, old),
    ...fenceItem(facts, target, old),
    ...undisturbedItems(facts),
    ...dataChecks(facts, target, old),
    ...serverItems(facts, target),
  ];
}

/** What this console and ZooKeeper have to be like for any switchover. */
function standingItems(facts: PairFacts, instance: string, registered: boolean): PreflightItem[] {
  const { lock, session } = facts.coordination;
  return [
    item('zookeeper', facts.sight.live && facts.sight.settled ? 'pass' : 'fail', { state: session.state }),
    item('lock', lock.holder === 'this' ? 'pass' : 'fail', { name: lock.name ?? '?' }),
    item('registered', registered ? 'pass' : 'fail', { instance }),
    item('driver', facts.driver === 'console' ? 'pass' : 'fail'),
    item('idle', facts.running === null && facts.record?.outcome !== 'running' ? 'pass' : 'fail'),
    item('calm', facts.tilt ? 'warn' : 'pass'),
    ...(facts.broken ? [{ id: 'invariant', result: 'fail' as const, message: facts.broken.said }] : []),
  ];
}

/** Of two that serve: what has to be so for the one to stay and the other to go. */
function choiceChecks(facts: PairFacts, target: InstanceFacts, old: InstanceFacts): PreflightItem[] {
  const instance = target.ledger.name;
  const obeys = stepsDownByRoute(old.ledger, target.ledger) && old.ledger.registered;
  return [
    ...standingItems(facts, instance, target.ledger.registered),
    item('serves', 'pass', { instance }),
    item('goes', obeys ? 'pass' : 'unknown', { instance: old.ledger.name }),
    item('pairMode', pairMode(facts)),
    ...fenceItem(facts, target, old),
    ...undisturbedItems(facts),
  ];
}

/** Neither keeps an operator from a switchover; both are worth a second thought before one. */
function undisturbedItems({ maintenance, automatic }: PairFacts): PreflightItem[] {
  const { operator = '', reason: why = '' } = maintenance ?? {};
  const { cooldownUntilMs } = automatic;
  return [
    item('maintenance', maintenance ? 'warn' : 'pass', { operator, why }),
    item(
      'recent',
      cooldownUntilMs === null ? 'pass' : 'warn',
      cooldownUntilMs === null ? {} : { untilAt: cooldownUntilMs },
    ),
  ];
}

/** Status 3 for its synchronisation alone is told by the checks of the data. */
function statusResult({ ledger }: InstanceFacts): Result {
  const { status } = said(ledger);
  if (status === null) return 'unknown';
  if (status === STATUS_CODES.loading) return 'pass';
  return status === STATUS_CODES.failed && syncFailed(ledger) ? 'warn' : 'fail';
}

function pairMode(facts: PairFacts): Result {
  const modes = facts.instances.map(({ ledger }) => said(ledger).svrMode);
  if (modes.includes(1)) return 'fail';
  // A dead instance says nothing any more: its last word, if there was one, is in its last registration.
  return modes.some((mode) => mode === 0) ? 'pass' : 'unknown';
}

function beats({ ledger, assessment }: InstanceFacts): Result {
  if (assessment.verdict !== 'alive') return 'fail';
  const { lastAnswer } = ledger.network;
  return lastAnswer?.errorNumber === ERROR_NUMBERS.standby ? 'pass' : 'warn';
}

function oldItem(facts: PairFacts, target: InstanceFacts, old: InstanceFacts): PreflightItem {
  const instance = old.ledger.name;
  const { route } = facts;
  if (route && letGoOf(route, old.ledger)) return item('old', 'pass', { instance });
  if (handsOver(facts, old)) return item('oldAlive', givesWay(facts, target, old) ? 'pass' : 'fail', { instance });
  const fromIncarnation = route?.instance === instance ? route.incarnation : null;
  const question = { fromIncarnation, newEpoch: null, peer: target.ledger };
  const attested = attestedOut(facts, {
    instance,
    incarnation: incarnationOf(facts, old),
    epochs: [route?.epoch ?? 0],
  });
  return item('old', (attested ?? proofOldOut(old.ledger, facts.sight, question)) ? 'pass' : 'unknown', { instance });
}

/** Whether the old primary's fence hook can be run at all; nothing where there is none. */
function fenceItem(facts: PairFacts, target: InstanceFacts, old: InstanceFacts): PreflightItem[] {
  const planned = handsOver(facts, old);
  const fence = fenceAhead(facts, old, target.ledger.name, planned);
  if (!fence) return [];
  const instance = old.ledger.name;
  if (fence.filled.ok) return [item('fence', 'pass', { instance })];
  const placeholder = `{${fence.filled.placeholder}}`;
  return [item('fence', fence.hook.required ? 'fail' : 'warn', { instance, placeholder })];
}
