import { type Message, message } from '#shared/domain';
import { factsOf, type InstanceFacts, type PairFacts } from './facts.ts';

/** Which process is to be out, and at which epochs the word was to be given. */
export interface AttestationQuestion {
  instance: string;
  incarnation: string | null;
  epochs: readonly (number | null)[];
}

/** The process that an operator can make sure of: what it stood in the way of, and at which epoch that was. */
export interface Attestable {
  instance: string;
  incarnation: string;
  epoch: number;
}

/**
 * An operator's word that a process is off, as a proof, or null. It counts for that incarnation and that epoch alone,
 * and not against what the instance itself shows. Pure.
 */
export function attestedOut(facts: PairFacts, question: AttestationQuestion): Message | null {
  const attested = facts.coordination.policy.value?.attested;
  if (!attested || attested.instance !== question.instance || attested.incarnation !== question.incarnation)
    return null;
  if (!question.epochs.includes(attested.epoch)) return null;
  const instance = factsOf(facts, question.instance);
  if (!instance || signOfLife(instance)) return null;
  return message('failover.proof.attested', { instance: question.instance, operator: attested.operator });
}

/** What shows that an instance is not off, whoever says so; null: nothing does. */
export function signOfLife({ ledger, assessment }: InstanceFacts): Message | null {
  const instance = ledger.name;
  if (assessment.verdict === 'alive') return message('attest.refusal.answers', { instance });
  return ledger.registered ? message('attest.refusal.registered', { instance }) : null;
}

/**
 * The process whose end nothing proves and that keeps the pair from going on: the one that the last switchover could
 * not prove out, or the primary that the route names. Null: there is none. Pure.
 */
export function attestable(facts: PairFacts): Attestable | null {
  const { route, record, instances } = facts;
  if (!route) return null;
  const inForce = record !== null && record.operationId === route.operationId && record.outcome !== 'done';
  const instance = inForce ? record.from : route.state === 'open' ? route.instance : null;
  const incarnation = inForce ? record.fromIncarnation : route.incarnation;
  if (instance === null || incarnation === null) return null;
  return instances.some(({ ledger }) => ledger.name === instance)
    ? { instance, incarnation, epoch: route.epoch }
    : null;
}

/** Why an operator's word on it would not be taken; null: it would. */
export function attestationRefusal(facts: PairFacts, asked: Attestable): Message | null {
  const { instance } = asked;
  const now = attestable(facts);
  if (!now || now.instance !== instance) return message('attest.refusal.nothing', { instance });
  if (now.incarnation !== asked.incarnation || now.epoch !== asked.epoch)
    return message('attest.refusal.changed', { instance });
  const named = factsOf(facts, instance);
  return named ? signOfLife(named) : null;
}

/**
 * The incarnation of an instance that a switchover has to prove out: the one that the route names, or the last that was
 * seen, or the one that the last switchover could not prove out.
 */
export function incarnationOf({ route, record }: PairFacts, { ledger }: InstanceFacts): string | null {
  if (route?.instance === ledger.name) return route.incarnation;
  return ledger.lastRegistration?.incarnation ?? (record?.from === ledger.name ? record.fromIncarnation : null);
}
