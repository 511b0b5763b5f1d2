import { type CheckVerdict, type Message, message, PAIR_HOST, type ReadinessWord } from '#shared/domain';
import type { PairFacts, ServersFact } from './facts.ts';

/** Whether the servers let an instance take over, by the last look at them. */
export interface ServersSight {
  word: ReadinessWord;
  /** When the oldest of what it rests on was looked at, and how long ago that is; null: never. */
  atMs: number | null;
  ageMs: number | null;
  /** It counts for a planned switchover: no older than the policy allows, and of the present epoch. */
  fresh: boolean;
  /** What did not pass, the worst first. */
  found: ServersFact['checks'];
}

const WORST_FIRST: readonly CheckVerdict[] = ['fail', 'unknown', 'warn', 'pass'];

/** Null where the configuration says nothing of the servers: then nobody looks, and nothing rests on it. Pure. */
export function serversSight(facts: PairFacts, to: string): ServersSight | null {
  const { looksAtServers, servers, now, timeouts, route } = facts;
  if (!looksAtServers) return null;
  const needed = (servers?.checks ?? []).filter(({ host }) => host === to || host === PAIR_HOST);
  if (needed.length === 0) return { word: 'unknown', atMs: null, ageMs: null, fresh: false, found: [] };
  const atMs = Math.min(...needed.map((check) => check.atMs));
  // A clock that was set back must not make an old look a fresh one.
  const ageMs = Math.abs(now.wallMs - atMs);
  const order = ({ result }: { result: CheckVerdict }) => WORST_FIRST.indexOf(result);
  const found = needed.filter(({ result }) => result !== 'pass').sort((a, b) => order(a) - order(b));
  const has = (result: CheckVerdict) => found.some((check) => check.result === result);
  return {
    word: has('fail') ? 'not-ready' : has('unknown') ? 'unknown' : 'ready',
    atMs,
    ageMs,
    fresh: ageMs <= timeouts.readinessMaxAgeMs && atMs >= (route?.changedAtMs ?? 0),
    found,
  };
}

/** A check's finding in a sentence, with the server; what concerns both names none. */
export function serverFinding(key: string, { id, host, reason }: ServersFact['checks'][number]): Message {
  return message(host === PAIR_HOST ? `${key}.pair` : key, {
    ...reason.params,
    check: id,
    server: host,
    because: reason.key,
  });
}
