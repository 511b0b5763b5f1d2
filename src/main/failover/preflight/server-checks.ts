import type { PreflightItem } from '#shared/contract';
import { type Message, message } from '#shared/domain';
import type { InstanceFacts, PairFacts } from '../facts/facts.ts';
import { type ServersSight, serverFinding, serversSight } from '../facts/servers.ts';

/** More than these are on the checks' own panel. */
const MOST_ITEMS = 6;

/**
 * What the last look at the servers says of a takeover by the target, with the age of the look, and each check that did not
 * pass. Nothing where the configuration says nothing of the servers. Pure.
 */
export function serverItems(facts: PairFacts, { ledger: { name: instance } }: InstanceFacts): PreflightItem[] {
  const sight = serversSight(facts, instance);
  return sight ? [summary(instance, sight), ...findings(sight)] : [];
}

function summary(instance: string, sight: ServersSight): PreflightItem {
  if (sight.ageMs === null) return { id: 'servers', result: 'unknown', message: message('preflight.servers.never') };
  const params = { instance, seconds: Math.round(sight.ageMs / 1_000) };
  if (!sight.fresh) return { id: 'servers', result: 'unknown', message: message('preflight.servers.old', params) };
  const [worst] = sight.found;
  const result = worst?.result ?? 'pass';
  return { id: 'servers', result, message: message(`preflight.servers.${result}`, params) };
}

/** What an old look found is told as well: it may be so still. */
function findings({ found, fresh }: ServersSight): PreflightItem[] {
  return found.slice(0, MOST_ITEMS).map((check) => ({
    id: `servers-${check.id}-${check.host}`,
    result: fresh || check.result === 'warn' ? check.result : 'unknown',
    message: serverFinding(`preflight.server.${check.result}`, check),
  }));
}

/**
 * Why a planned switchover is refused: the standby cannot take over, by a look that is fresh. Null: nothing says so. One
 * that is forced is never refused for it: nobody serves, and a look may be wrong.
 */
export function serversRefusal(facts: PairFacts, { ledger: { name } }: InstanceFacts): Message | null {
  const sight = serversSight(facts, name);
  const [worst] = sight?.found ?? [];
  return sight?.fresh && worst?.result === 'fail' ? serverFinding('preflight.refusal.servers', worst) : null;
}

/** Whether the servers are to be looked at before a planned switchover begins: the last look is too old, or there is none. */
export function needsLook(facts: PairFacts, to: string): boolean {
  return serversSight(facts, to)?.fresh === false;
}
