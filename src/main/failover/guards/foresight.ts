import type { ForesightView } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import { aimOf } from '../facts/aim.ts';
import type { InstanceFacts, PairFacts } from '../facts/facts.ts';
import { blockers, policyBlockers } from './blockers.ts';

/**
 * A server looks for sessions that are over at every tick, and grants none shorter than two of them: what is over is let
 * go half a time-out later at most.
 */
const LET_GO_WITHIN = 1.5;

/** They hold only for as long as ZooKeeper has the instance. */
const OF_THE_UNREACHABLE: ReadonlySet<string> = new Set(['blocker.unreachable', 'blocker.unreachableUntil']);

/** Who would act next and when, as far as it can be known from here. Pure. */
export function foresightOf(facts: PairFacts): ForesightView {
  const { lock, session } = facts.coordination;
  const aim = aimOf(facts);
  const letGo = aim && facts.sight.live ? letGoOf(aim.from) : null;
  return {
    holder: lock.holder,
    actor: lock.name,
    successor: lock.successor ?? null,
    to: aim?.to.ledger.name ?? null,
    sentence: sentenceOf(facts, aim, letGo),
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

function sentenceOf(facts: PairFacts, aim: ReturnType<typeof aimOf>, letGo: ForesightView['letGo']): Message {
  const { running, record, sight, now } = facts;
  const { lock } = facts.coordination;
  const actor = lock.name ?? '?';
  const acting = running?.to ?? (record?.outcome === 'running' ? record.to : null);
  if (acting !== null) return message('foresight.acting', { actor, to: acting });
  if (!aim) return message('foresight.unknown');
  const from = aim.from.ledger.name;
  const to = aim.to.ledger.name;
  const params = { from, to, actor };
  if (facts.driver === 'node') return message('foresight.node', params);
  if (!sight.live || lock.holder === 'none') return message('foresight.nobody', params);
  // What keeps another console is its own to know; the policy is everybody's.
  const keeps = (lock.holder === 'this' ? blockers(facts) : policyBlockers(facts)).filter(
    ({ key }) => !OF_THE_UNREACHABLE.has(key),
  );
  if (keeps.length > 0) return message('foresight.held', { ...params, count: keeps.length });
  const seconds = letGo ? Math.round(letGo.withinMs / 100) / 10 : '?';
  const { verdict } = aim.from.assessment;
  if (verdict === 'gone') return message('foresight.now', params);
  if (letGo === null || letGo.byMs === null) {
    const host = aim.from.ledger.hostCheck ? '.host' : '';
    return message(letGo ? `foresight.calm${host}` : 'foresight.calm.unknown', { ...params, seconds });
  }
  return message(now.wallMs > letGo.byMs ? 'foresight.kept' : 'foresight.waiting', { ...params, seconds });
}
