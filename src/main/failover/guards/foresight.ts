import type { ForesightView } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import { type Aim, aimOf } from '../facts/aim.ts';
import type { InstanceFacts, PairFacts } from '../facts/facts.ts';
import { orderlyAtMs } from '../facts/unreachable.ts';
import { blockers, isLasting, policyBlockers } from './blockers.ts';

/**
 * A server looks for sessions that are over at every tick, and grants none shorter than two of them: what is over is let
 * go half a time-out later at most.
 */
const LET_GO_WITHIN = 1.5;

/** Who would act next and when, as far as it can be known from here. Pure. */
export function foresightOf(facts: PairFacts): ForesightView {
  const { lock, session } = facts.coordination;
  const aim = aimOf(facts);
  const letGo = aim && facts.sight.live ? letGoOf(aim.from) : null;
  const heldBy = aim ? holdersBack(facts) : [];
  return {
    holder: lock.holder,
    actor: lock.name,
    successor: lock.successor ?? null,
    to: aim?.to.ledger.name ?? null,
    sentence: sentenceOf(facts, aim, letGo, heldBy.length),
    heldBy,
    letGo,
    ownTimeoutMs: session.negotiatedTimeoutMs ?? null,
  };
}

/** When ZooKeeper lets the instance go at the latest, if it has ended; it does not, while that one lives. */
function letGoOf({ ledger }: InstanceFacts): ForesightView['letGo'] {
  const { name: instance, lastRegistration, registered, network } = ledger;
  const timeoutMs = lastRegistration?.sessionTimeoutMs;
  if (!registered || timeoutMs === undefined) return null;
  const withinMs = Math.round(timeoutMs * LET_GO_WITHIN);
  const { failingSinceAtMs } = network;
  // It may have spoken to ZooKeeper for as long as it answered here: until the first beat that it did not.
  return { instance, withinMs, byMs: failingSinceAtMs === null ? null : failingSinceAtMs + withinMs };
}

/** ZooKeeper has let it go, and it does not answer either: it may live all the same. */
function isLetGo({ ledger }: InstanceFacts): boolean {
  return ledger.lastRegistration !== null && !ledger.registered && ledger.network.failingSinceMs !== null;
}

/** The instance that is being promoted; null: none is. */
function actingOn({ running, record }: PairFacts): string | null {
  return running?.to ?? (record?.outcome === 'running' ? record.to : null);
}

/** What keeps a console that could act from it. What keeps another console is its own to know; the policy is everybody's. */
function holdersBack(facts: PairFacts): Message[] {
  const { holder } = facts.coordination.lock;
  if (facts.driver === 'node' || !facts.sight.live || holder === 'none' || actingOn(facts) !== null) return [];
  const all = holder === 'this' ? blockers(facts) : policyBlockers(facts);
  return all.filter(isLasting);
}

function sentenceOf(facts: PairFacts, aim: Aim | undefined, letGo: ForesightView['letGo'], heldBy: number): Message {
  const { sight, now } = facts;
  const { lock } = facts.coordination;
  const actor = lock.name ?? '?';
  const acting = actingOn(facts);
  if (acting !== null) return message('foresight.acting', { actor, to: acting });
  if (!aim) return message('foresight.unknown');
  const from = aim.from.ledger.name;
  const to = aim.to.ledger.name;
  const params = { from, to, actor };
  if (facts.driver === 'node') return message('foresight.node', params);
  if (!sight.live || lock.holder === 'none') return message('foresight.nobody', params);
  if (heldBy > 0) return message('foresight.held', { ...params, count: heldBy });
  const seconds = letGo ? Math.round(letGo.withinMs / 100) / 10 : '?';
  const { verdict } = aim.from.assessment;
  if (verdict === 'gone') return message('foresight.now', params);
  if (letGo === null && isLetGo(aim.from)) return message('foresight.letGo', params);
  if (letGo === null || letGo.byMs === null) {
    const host = aim.from.ledger.hostCheck ? '.host' : '';
    return message(letGo ? `foresight.calm${host}` : 'foresight.calm.unknown', { ...params, seconds });
  }
  if (now.wallMs <= letGo.byMs) return message('foresight.waiting', { ...params, seconds });
  const untilAt = orderlyAtMs(facts);
  return untilAt === null ? message('foresight.kept', params) : message('foresight.orderly', { ...params, untilAt });
}
