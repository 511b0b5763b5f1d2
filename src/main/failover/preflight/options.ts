import type { DeadEndView, OperatorOption } from '#shared/contract';
import { type Message, message, shownCommand } from '#shared/domain';
import { type Attestable, attestable, attestationRefusal, attestedOut, signOfLife } from '../facts/attestation.ts';
import { commandValues, occasionAhead } from '../facts/commands.ts';
import { factsOf, type InstanceFacts, otherThan, type PairFacts } from '../facts/facts.ts';
import { isProcessStopped } from '../facts/ledger.ts';
import { letGoOf, proofOldOut } from '../facts/proof.ts';
import { orderlyAtMs } from '../facts/unreachable.ts';
import { actionBlockers, isLasting, policyBlockers } from '../guards/blockers.ts';
import { stepOf } from '../procedure/procedure.ts';
import { commandMessage } from '../procedure/run-command.ts';
import { lossOf, refusalOf } from './preflight.ts';

/**
 * Where nobody serves, or a switchover waits for a proof: what is known, and all that an operator can do about it. Null:
 * it is not so. Pure. Everything offered can be done at that moment.
 */
export function deadEndOf(facts: PairFacts): DeadEndView | null {
  if (facts.running !== null || facts.record?.outcome === 'running') return waitingForProof(facts);
  if (!nobodyServes(facts)) return null;
  return {
    known: [...lastFailure(facts), ...instancesKnown(facts), ...inTheWay(facts)],
    options: [
      ...promotions(facts),
      ...stops(facts),
      ...attestations(facts),
      ...starts(facts),
      ...mounts(facts),
      waiting(facts),
    ],
  };
}

/** By the route, or by what is heard of whom it names. */
function nobodyServes({ route, named }: PairFacts): boolean {
  if (!route) return false;
  if (route.state === 'closed') return true;
  if (named && letGoOf(route, named.ledger)) return true;
  const verdict = named?.assessment.verdict;
  return verdict === 'gone' || verdict === 'unreachable-registered';
}

function waitingForProof(facts: PairFacts): DeadEndView | null {
  const { record, sharedMs, timeouts } = facts;
  const step = record && stepOf(record, 'prove-old-out');
  if (!record || step?.result !== 'running' || step.startedAtMs === null) return null;
  if (sharedMs - step.startedAtMs < timeouts.askAfterMs) return null;
  const instance = record.from ?? '?';
  const untilAt = step.startedAtMs + timeouts.proveOldOutMs;
  return {
    known: [message('deadEnd.noProofYet', { instance }), ...commandsRun(facts), ...instancesKnown(facts)],
    options: [
      ...stops(facts),
      ...attestations(facts),
      { kind: 'wait', instance: null, message: message('option.wait.proof', { instance, untilAt }) },
    ],
  };
}

/** Why the last switchover ended, where it is what left nobody serving. */
function lastFailure(facts: PairFacts): Message[] {
  const { record, route } = facts;
  if (!record || record.outcome === 'done' || record.operationId !== route?.operationId) return [];
  const failed = record.steps.find(({ result }) => result === 'failed');
  return [...(failed?.detail ? [failed.detail] : []), ...commandsRun(facts)];
}

function commandsRun({ record }: PairFacts): Message[] {
  return (record?.commands ?? []).filter(({ outcome }) => outcome !== 'ok').map(commandMessage);
}

function instancesKnown({ instances }: PairFacts): Message[] {
  return instances.map(({ ledger, assessment }) =>
    message(`deadEnd.verdict.${assessment.verdict}`, {
      ...assessment.reason.params,
      instance: ledger.name,
      reason: assessment.reason.key,
    }),
  );
}

/** What the list already says of the last switchover is not said twice. */
function inTheWay(facts: PairFacts): Message[] {
  return actionBlockers(facts).filter(({ key }) => !/^blocker\.(running|justEnded|failedBefore)$/.test(key));
}

function promotions(facts: PairFacts): OperatorOption[] {
  return facts.instances.flatMap((target): OperatorOption[] => {
    if (refusalOf(facts, target)) return [];
    const instance = target.ledger.name;
    const loss = lossOf(facts, target);
    const key =
      loss === null ? 'option.promote' : loss.bound === null ? 'option.promote.lossUnknown' : 'option.promote.loss';
    return [{ kind: 'promote', instance, message: message(key, { instance, bound: loss?.bound ?? '?' }) }];
  });
}

function attestations(facts: PairFacts): OperatorOption[] {
  const asked = attestable(facts);
  if (!asked || attestationRefusal(facts, asked) || facts.driver === 'node') return [];
  const { instance, incarnation, epoch } = asked;
  // Said already, or proved without anybody's word.
  if (attestedOut(facts, { instance, incarnation, epochs: [epoch] }) || isProved(facts, asked)) return [];
  return [{ kind: 'attest', instance, incarnation, epoch, message: message('option.attest', { instance }) }];
}

/** What nothing proves out, and what shows that it runs, has to be stopped where it runs. */
function stops(facts: PairFacts): OperatorOption[] {
  const asked = attestable(facts);
  const old = asked && factsOf(facts, asked.instance);
  if (!asked || !old || facts.route?.state === 'open' || !signOfLife(old) || isProved(facts, asked)) return [];
  const command = shown(facts, old, 'stop');
  const { instance } = asked;
  return [{ kind: 'stop', instance, message: message('option.stop', { instance }), ...(command ? { command } : {}) }];
}

function isProved(facts: PairFacts, { instance, incarnation, epoch }: Attestable): boolean {
  const old = factsOf(facts, instance);
  if (!old || old.commands?.fence?.required) return false;
  const newEpoch = facts.route?.instance === instance ? null : epoch;
  const peer = otherThan(facts, instance)?.ledger;
  return proofOldOut(old.ledger, facts.sight, { fromIncarnation: incarnation, newEpoch, peer }) !== null;
}

/** Whoever is gone can be started: as the primary that the route still names, or as a standby. */
function starts(facts: PairFacts): OperatorOption[] {
  const { route, instances } = facts;
  const gone = instances.filter(({ assessment, ledger }) => assessment.verdict === 'gone' && !ledger.registered);
  return gone.map((one): OperatorOption => {
    const instance = one.ledger.name;
    const asPrimary = route?.state === 'open' && route.instance === instance;
    const command = shown(facts, one, 'start');
    // What is stopped is in the way of another one: it goes on, or is ended first.
    const key = `option.start.${asPrimary ? 'primary' : 'standby'}${isProcessStopped(one.ledger) ? 'Stopped' : ''}`;
    return { kind: 'start', instance, message: message(key, { instance }), ...(command ? { command } : {}) };
  });
}

/** A command of an instance as it would be typed. */
function shown(facts: PairFacts, one: InstanceFacts, purpose: 'stop' | 'start'): string[] | undefined {
  const { commands } = one;
  if (!commands?.[purpose]) return undefined;
  const other = otherThan(facts, one.ledger.name)?.ledger.name ?? '';
  return shownCommand(commands[purpose].arguments, commandValues(commands, occasionAhead(facts, one, other, false)));
}

/** A mount that is back takes the loss away; a standby that promotes itself goes on then. */
function mounts(facts: PairFacts): OperatorOption[] {
  return facts.instances.flatMap((target): OperatorOption[] => {
    const directory = target.ledger.data?.status.sync.directory;
    const canBePromoted =
      facts.driver === 'node' ? facts.route?.state === 'closed' && target === facts.named : !refusalOf(facts, target);
    if (!directory || !canBePromoted || lossOf(facts, target) === null) return [];
    const instance = target.ledger.name;
    return [{ kind: 'mount', instance, message: message('option.mount', { instance, directory }) }];
  });
}

/** What happens if nothing is done. */
function waiting(facts: PairFacts): OperatorOption {
  const wait = (key: string, params: Message['params'] = {}): OperatorOption => ({
    kind: 'wait',
    instance: null,
    message: message(`option.wait.${key}`, params),
  });
  const { route, driver } = facts;
  if (driver === 'node') return wait('node');
  const standby = factsOf(facts, route?.state === 'closed' ? route.instance : '') ?? facts.other;
  const ofPolicy = policyBlockers(facts);
  if (ofPolicy.some(isLasting)) return wait('nothing');
  if (actionBlockers(facts).length > 0) return wait('until', { instance: standby?.ledger.name ?? '?' });
  if (ofPolicy.length === 0) return wait('console');
  const params = { from: facts.named?.ledger.name ?? '?', to: standby?.ledger.name ?? '?' };
  const untilAt = orderlyAtMs(facts);
  return untilAt === null ? wait('letGo', params) : wait('orderly', { ...params, untilAt });
}
