import { type Grounds, keptShort, MAX_SERVER_REASONS } from '#shared/domain';
import type { PairFacts } from './facts.ts';
import { type ServersSight, serverFinding, serversSight } from './servers.ts';

/** The verdict on both instances and every source behind it, as they are at this moment: kept with a decision. Pure. */
export function groundsOf(facts: PairFacts, to: string): Grounds {
  const { instances, now, sharedMs } = facts;
  const servers = serversSight(facts, to);
  return {
    atMs: sharedMs,
    instances: instances.map(({ ledger, assessment: { verdict, reason, evidence } }) => ({
      instance: ledger.name,
      verdict,
      reason: keptShort(reason),
      sources: evidence.map(({ class: kind, says, atMs, reason: why }) => ({
        class: kind,
        says,
        ageMs: atMs === null ? null : Math.max(0, Math.round(now.wallMs - atMs)),
        reason: keptShort(why),
      })),
    })),
    ...(servers ? { servers: serversOf(servers) } : {}),
  };
}

function serversOf({ word, ageMs, found }: ServersSight): NonNullable<Grounds['servers']> {
  const reasons = found.map((check) => keptShort(serverFinding(`preflight.server.${check.result}`, check)));
  return { word, ageMs: ageMs === null ? null : Math.round(ageMs), reasons: reasons.slice(0, MAX_SERVER_REASONS) };
}
