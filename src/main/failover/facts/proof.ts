import { hasLetGo, type Message, message, type Route } from '#shared/domain';
import type { CoordinationSight } from './evidence.ts';
import type { InstanceFacts, PairFacts } from './facts.ts';
import type { InstanceLedger } from './ledger.ts';
import { because } from './loss.ts';

/** What is to be proved: that this incarnation of the old instance serves no more, once the new epoch is in force. */
export interface ProofQuestion {
  /** The incarnation that the route named; null where the route did not name this instance. */
  fromIncarnation: string | null;
  /** Null while the route has not been closed yet: then a step-down proves nothing. */
  newEpoch: number | null;
  /** The pair's other instance: of the same kind, where the old one never said whether it stops by itself. */
  peer: InstanceLedger | undefined;
}

/**
 * The proof that the old instance is out, in words, or null. One of: its process is dead; it says itself that it
 * stepped down at the new epoch, or has stopped; its registration is gone, or another incarnation that does not serve has taken its
 * place. The last three need an instance that stops by itself when its lease runs out.
 */
export function proofOldOut(old: InstanceLedger, sight: CoordinationSight, question: ProofQuestion): Message | null {
  const { name: instance, lastRegistration, registered } = old;
  const incarnation = question.fromIncarnation ?? lastRegistration?.incarnation ?? null;
  if (old.host?.says === 'gone' && old.host.incarnation === incarnation)
    return message('failover.proof.processDead', { instance });
  if (!sight.live || !sight.settled || !stepsDownByRoute(old, question.peer)) return null;
  if (!registered)
    return old.registrationProblem || servesUnregistered(old)
      ? null
      : message('failover.proof.registrationGone', { instance });
  if (!lastRegistration) return null;
  const { steppedDownEpoch, role } = lastRegistration;
  if (role === 'stopped') return message('failover.proof.stopped', { instance });
  if (question.newEpoch === null) return null;
  if (steppedDownEpoch !== null && steppedDownEpoch >= question.newEpoch)
    return message('failover.proof.steppedDown', { instance, epoch: steppedDownEpoch });
  if (standsByAt(old, question.newEpoch))
    return message('failover.proof.standsBy', { instance, epoch: question.newEpoch });
  const serves = role === 'primary' || role === 'promoting';
  if (lastRegistration.incarnation !== question.fromIncarnation && !serves)
    return message('failover.proof.notServing', { instance });
  return null;
}

/** It answered 0 to a beat that was sent after its registration had gone: that one is not out, whatever it stands on. */
function servesUnregistered({ network, unregisteredSinceMs }: InstanceLedger): boolean {
  const { okSinceMs, lastOk } = network;
  if (okSinceMs === null || lastOk === null || unregisteredSinceMs === null) return false;
  return lastOk.sentMonotonicMs > unregisteredSinceMs;
}

/**
 * A proof that does not come from a silence that many may share: its server says that the process is dead, or it has
 * said itself that it stopped, or stepped down at the epoch in force.
 */
export function hasOwnProof(old: InstanceLedger, sight: CoordinationSight, epoch: number): boolean {
  const { host, registered, lastRegistration } = old;
  if (host?.says === 'gone' && host.incarnation === lastRegistration?.incarnation) return true;
  if (!sight.live || !sight.settled || !registered || !lastRegistration) return false;
  return lastRegistration.role === 'stopped' || (lastRegistration.steppedDownEpoch ?? -1) >= epoch;
}

/** Whether an old primary is there to hand over in order: it answers, and has not let go by itself. */
export function handsOver({ route }: Pick<PairFacts, 'route'>, { ledger, assessment }: InstanceFacts): boolean {
  return assessment.verdict === 'alive' && !(route && letGoOf(route, ledger));
}

/** By its own word a standby that has seen the epoch: it holds none itself, and takes no promotion to a lower one. */
export function standsByAt({ registered, lastRegistration }: InstanceLedger, epoch: number): boolean {
  return registered && lastRegistration?.role === 'standby' && lastRegistration.epoch >= epoch;
}

/** Why the instance that the route names serves no more although it lives, by its own word; null: it says no such thing. */
export function letGoOf(
  route: Route,
  { name: instance, registered, lastRegistration }: InstanceLedger,
): Message | null {
  if (!registered || !lastRegistration || !hasLetGo(lastRegistration, route)) return null;
  const { note, data } = lastRegistration;
  // What it says of its data is a sentence in every language, its note is not.
  if (data?.sync.reason) return because('failover.verdict.letGoFor', { instance }, data.sync.reason);
  return message('failover.verdict.letGo', { instance, note: note ?? '-' });
}

/** Whether an instance stops by itself when it loses its lease or sees a higher epoch; a vendor node does not. */
export function stepsDownByRoute(old: InstanceLedger, peer: InstanceLedger | undefined): boolean {
  return own(old) ?? (peer && own(peer)) ?? false;
}

function own({ lastRegistration, info }: InstanceLedger): boolean | undefined {
  return lastRegistration?.selfFence ?? info?.selfFence;
}
