import { type Message, message } from '#shared/domain';
import { factsOf, type PairFacts } from './facts.ts';

/** Which process is to be out, and at which epochs the word was to be given. */
export interface AttestationQuestion {
  instance: string;
  incarnation: string | null;
  epochs: readonly (number | null)[];
}

/**
 * An operator's word that a process is off, as a proof, or null. It counts for that incarnation and that epoch alone,
 * and not against the instance's own answers. Pure.
 */
export function attestedOut(facts: PairFacts, question: AttestationQuestion): Message | null {
  const attested = facts.coordination.policy.value?.attested;
  if (!attested || attested.instance !== question.instance || attested.incarnation !== question.incarnation)
    return null;
  if (!question.epochs.includes(attested.epoch)) return null;
  if (factsOf(facts, question.instance)?.assessment.verdict === 'alive') return null;
  return message('failover.proof.attested', { instance: question.instance, operator: attested.operator });
}
