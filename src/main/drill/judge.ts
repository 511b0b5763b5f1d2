import { type Message, message } from '#shared/domain';
import type { MeasuredOutage } from './beats.ts';
import type { PromotionReport } from './data-report.ts';
import type { Tally } from './tally.ts';

/**
 * Who serves in the end. `switch`: the standby, one epoch later. `stay`: the primary, as if nothing had happened.
 * `endure`: the same, but that clients could not reach it for a while. `return`: the primary, restarted, one epoch later. `as-loss-allows`: the standby where the possible loss is allowed or
 * was accepted, else the primary once it is back.
 */
export type Expected = 'switch' | 'stay' | 'endure' | 'return' | 'as-loss-allows';

/** What was found in a run. */
export interface RunFacts {
  primaryBefore: string;
  standbyBefore: string;
  epochBefore: number;
  /** The route's primary and epoch in the end; null where the route could not be read. */
  primaryAfter: string | null;
  epochAfter: number | null;
  routeOpen: boolean;
  outage: MeasuredOutage | 'open';
  /** Who gave the client's last reply, if it was good. */
  servedBy: string | undefined;
  zombieServed: number;
  /** How many switchovers were begun or recorded. */
  switchovers: number;
  /** What became of the writes; null: there were none. */
  writes: Tally | null;
  /** Whether nothing was left to write to the local database. */
  drained: boolean;
  promotion: Pick<PromotionReport, 'refused' | 'lossBound' | 'forced'> | null;
  /** What an automatic switchover may lose. */
  maxLossRecords: number;
  /** What was waited for in vain, and whatever else went wrong on the way. */
  problems: Message[];
}

/** What did not happen as it must; empty: the run is ok. */
export function judge(expected: Expected, facts: RunFacts): Message[] {
  const failures = [...facts.problems];
  const { epochAfter, primaryAfter } = facts;
  if (epochAfter === null || primaryAfter === null) failures.push(message('practice.drill.noRoute'));
  else failures.push(...judgePrimary(settled(expected, facts), facts));
  if (facts.outage === 'open') failures.push(message('practice.drill.notServed'));
  if (facts.zombieServed > 0)
    failures.push(message('practice.drill.zombie', { instance: facts.primaryBefore, count: facts.zombieServed }));
  if (expected === 'as-loss-allows') failures.push(...judgeRefusal(facts));
  if (facts.writes) failures.push(...judgeWrites(facts.writes, facts, allowedLoss(expected, facts)));
  return failures;
}

type Settled = Exclude<Expected, 'as-loss-allows'>;

function settled(expected: Expected, { promotion }: RunFacts): Settled {
  if (expected !== 'as-loss-allows') return expected;
  return promotion?.refused && !promotion.forced ? 'return' : 'switch';
}

function judgePrimary(expected: Settled, facts: RunFacts): Message[] {
  const { epochBefore, epochAfter, primaryAfter, servedBy, routeOpen, outage, switchovers } = facts;
  const rightPrimary = expected === 'switch' ? facts.standbyBefore : facts.primaryBefore;
  const stays = expected === 'stay' || expected === 'endure';
  const rightEpoch = stays ? epochBefore : epochBefore + attempts(expected, facts);
  const failures: Message[] = [];
  if (primaryAfter !== rightPrimary)
    failures.push(message('practice.drill.wrongPrimary', { expected: rightPrimary, found: primaryAfter ?? '–' }));
  if (epochAfter !== rightEpoch)
    failures.push(message('practice.drill.wrongEpoch', { expected: rightEpoch, found: epochAfter ?? '–' }));
  if (!routeOpen) failures.push(message('practice.drill.routeClosed'));
  if (expected !== 'switch' && switchovers > 0)
    failures.push(message('practice.drill.switched', { count: switchovers }));
  if (expected === 'stay' && outage !== 'open' && outage.outageMs > 0)
    failures.push(message('practice.drill.outage', { outageMs: outage.outageMs }));
  if (servedBy !== rightPrimary)
    failures.push(message('practice.drill.servedByOther', { expected: rightPrimary, found: servedBy ?? '–' }));
  return failures;
}

/** Each switchover raises the epoch once, also one that the node refused for the loss before an operator accepted it. */
function attempts(expected: Settled, { promotion, switchovers }: RunFacts): number {
  return expected === 'switch' && promotion?.forced ? Math.max(1, switchovers) : 1;
}

/** A refusal names its bound, and the bound is the reason: what may be lost is not refused. */
function judgeRefusal({ promotion, maxLossRecords }: RunFacts): Message[] {
  if (!promotion) return [message('practice.drill.notDecided')];
  const { refused, lossBound: bound } = promotion;
  if (!refused) return [];
  if (bound === null) return [message('practice.drill.boundNotSaid')];
  return bound > maxLossRecords ? [] : [message('practice.drill.refusedThough', { bound, allowed: maxLossRecords })];
}

/** How many acknowledged writes may be missing: never more than the bound that was stated. */
function allowedLoss(expected: Expected, { promotion, maxLossRecords }: RunFacts): number {
  if (expected !== 'as-loss-allows' || !promotion) return 0;
  const { refused, forced, lossBound } = promotion;
  if (forced) return lossBound ?? Number.POSITIVE_INFINITY;
  return refused ? 0 : Math.min(maxLossRecords, lossBound ?? maxLossRecords);
}

function judgeWrites(writes: Tally, { drained }: RunFacts, allowed: number): Message[] {
  const { acked, lost, duplicated, rejectedPresent, database } = writes;
  const failures: Message[] = [];
  if (acked === 0) failures.push(message('practice.drill.nothingWritten'));
  if (lost > allowed) failures.push(message('practice.drill.lost', { count: lost, allowed }));
  if (duplicated > 0) failures.push(message('practice.drill.duplicated', { count: duplicated }));
  if (rejectedPresent > 0) failures.push(message('practice.drill.rejectedPresent', { count: rejectedPresent }));
  if (!database) return failures;
  if (!drained) failures.push(message('practice.drill.notDrained'));
  if (database.missing > 0) failures.push(message('practice.drill.rowsMissing', { count: database.missing }));
  if (database.duplicated > 0) failures.push(message('practice.drill.rowsDoubled', { count: database.duplicated }));
  if (database.surplus > 0) failures.push(message('practice.drill.rowsSurplus', { count: database.surplus }));
  return failures;
}
