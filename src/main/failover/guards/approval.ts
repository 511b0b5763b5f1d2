import { type Approval, type AskedBy, isSameOperator, type Message, message, type PolicyRecord } from '#shared/domain';
import { factsOf, otherThan, type PairFacts } from '../facts/facts.ts';
import { approvalAt } from '../facts/in-force.ts';
import { lossAgainst, lossOutlook } from '../facts/loss.ts';
import { SwitchoverRefused } from './refusal.ts';

/** Who does something, where and when. */
export interface Doer {
  operator: string;
  console: string;
  atMs: number;
}

export interface ApprovalRequest {
  id: string;
  to: string;
  acceptedLoss: number;
  reason: string;
}

/** Whether the policy wants a second operator for a promotion that accepts so much. Pure. */
export function needsSecondOperator({ settings }: Pick<PairFacts, 'settings'>, acceptedLoss: number): boolean {
  return settings.lossOperators > 1 && acceptedLoss > 0;
}

/** What is asked for, bound to what holds at this moment. Throws {@link SwitchoverRefused}. */
export function newApproval(facts: PairFacts, { id, to, acceptedLoss, reason }: ApprovalRequest, by: Doer): Approval {
  const target = factsOf(facts, to)?.ledger.lastRegistration;
  const from = otherThan(facts, to)?.ledger.name;
  if (!target || !from) throw new SwitchoverRefused(message('preflight.refusal.notRegistered', { instance: to }));
  return {
    id,
    operator: by.operator,
    console: by.console,
    reason,
    to,
    incarnation: target.incarnation,
    from,
    epoch: facts.route?.epoch ?? 0,
    acceptedLoss,
    askedAtMs: by.atMs,
    untilMs: by.atMs + facts.timeouts.approvalLifeMs,
    decision: null,
    used: null,
  };
}

/** The record with a request in it, where none is waited for or approved already. Throws {@link SwitchoverRefused}. */
export function withApprovalAsked(record: PolicyRecord, facts: PairFacts, asked: Approval): PolicyRecord {
  const before = approvalAt(record, asked.askedAtMs);
  if (before && before.decision?.approves !== false && !staleApproval(facts, before))
    throw new SwitchoverRefused(message('approval.refused.another', { operator: before.operator, to: before.to }));
  return { ...record, approval: asked };
}

/**
 * The record with the request approved or turned down. Another operator than the one who asked has to approve; turning
 * down is anybody's, the own request included. Throws {@link SwitchoverRefused}.
 */
export function withApprovalDecided(
  record: PolicyRecord,
  { id, approves }: { id: string; approves: boolean },
  by: Doer,
): PolicyRecord {
  const approval = theOne(record, id, by.atMs);
  if (approval.decision) {
    const { operator } = approval.decision;
    // What was approved can still be stopped; what was turned down has to be asked for anew.
    if (approves || !approval.decision.approves)
      throw new SwitchoverRefused(message('approval.refused.decided', { operator }));
  }
  if (approves && isSameOperator(by.operator, approval.operator))
    throw new SwitchoverRefused(message('approval.refused.sameOperator', { operator: approval.operator }));
  return { ...record, approval: { ...approval, decision: { ...by, approves } } };
}

/** The record with the approval used up: it serves once. Throws {@link SwitchoverRefused}. */
export function withApprovalUsed(record: PolicyRecord, id: string, by: Doer): PolicyRecord {
  const approval = theOne(record, id, by.atMs);
  if (!isApproved(approval)) throw new SwitchoverRefused(message('approval.refused.notApproved'));
  return { ...record, approval: { ...approval, used: by } };
}

/** The approval with that id, fit to be carried out now. Throws {@link SwitchoverRefused}. */
export function approvedNow(facts: PairFacts, id: string): Approval {
  const { approval } = facts;
  if (!approval || approval.id !== id) throw new SwitchoverRefused(message('approval.refused.over'));
  if (!isApproved(approval)) throw new SwitchoverRefused(message('approval.refused.notApproved'));
  const stale = staleApproval(facts, approval);
  if (stale) throw new SwitchoverRefused(stale);
  return approval;
}

/** Who stands behind a promotion that was approved. */
export function askedByOf({ operator, reason, decision }: Approval): AskedBy {
  return { operator, approver: decision?.operator ?? null, reason };
}

/** What makes a request or an approval void although its time is not over; null: what was asked for is so still. Pure. */
export function staleApproval(facts: PairFacts, approval: Approval): Message | null {
  const { to, epoch, incarnation, acceptedLoss } = approval;
  const found = facts.route?.epoch ?? 0;
  if (found !== epoch) return message('approval.stale.epoch', { epoch, found });
  const target = factsOf(facts, to);
  if (target?.ledger.lastRegistration?.incarnation !== incarnation)
    return message('approval.stale.target', { instance: to });
  return lossAgainst(lossOutlook(facts, target), to, acceptedLoss);
}

function isApproved({ decision }: Approval): boolean {
  return decision?.approves === true;
}

function theOne(record: PolicyRecord, id: string, wallMs: number): Approval {
  const approval = approvalAt(record, wallMs);
  if (!approval || approval.id !== id) throw new SwitchoverRefused(message('approval.refused.over'));
  return approval;
}
