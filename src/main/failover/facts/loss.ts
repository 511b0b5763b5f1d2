import { ANY_LOSS, type DataStatus, type Message, message, STATUS_CODES } from '#shared/domain';
import { maxAgeMs } from './evidence.ts';
import type { InstanceFacts, PairFacts } from './facts.ts';
import { type InstanceLedger, said } from './ledger.ts';

/** What promoting a standby now may lose. `untold`: it says nothing of its data, so nothing can be said of it here. */
export type LossOutlook =
  | { kind: 'untold' }
  | { kind: 'none' }
  | { kind: 'bounded'; bound: number; why: Message }
  | { kind: 'unknown'; why: Message };

/**
 * One that follows a readable mount reads the old redo to its end and loses nothing. Any other may miss what it has not
 * received: at most its own bound, and where it knows none, or was not heard lately, nobody can say. Pure.
 */
export function lossOutlook(facts: PairFacts, { ledger }: InstanceFacts): LossOutlook {
  const { data } = ledger;
  if (!data) return { kind: 'untold' };
  const ageMs = facts.now.monotonicMs - data.atMonotonicMs;
  if (ageMs > maxAgeMs(facts.timeouts, facts.beatIntervalMs))
    return { kind: 'unknown', why: message('loss.stale', { seconds: Math.round(ageMs / 1_000) }) };
  return outlookOf(data.status);
}

/** The same of what an instance has said this moment. */
export function outlookOf(status: DataStatus): LossOutlook {
  const { sync, lossBound } = status;
  if (sync.state === 'following' || sync.state === 'catching-up') return { kind: 'none' };
  const why = whyNotFollowing(status);
  return lossBound === null ? { kind: 'unknown', why } : { kind: 'bounded', bound: lossBound, why };
}

/** Why an instance does not follow, in its own words where it has some. */
export function whyNotFollowing({ sync }: Pick<DataStatus, 'sync'>): Message {
  if (sync.reason) return sync.reason;
  return sync.directory === null
    ? message('loss.noMount')
    : message('loss.notYet', { directory: sync.directory, detail: sync.state });
}

/** Whether more may be lost than is accepted. What nobody can say is accepted by ANY_LOSS alone. */
export function exceeds(outlook: LossOutlook, acceptedRecords: number): boolean {
  if (outlook.kind === 'bounded') return outlook.bound > acceptedRecords;
  return outlook.kind === 'unknown' && acceptedRecords < ANY_LOSS;
}

/** What is said of a switchover that is not begun since more may be lost than is accepted; null: it may be begun. */
export function lossAgainst(outlook: LossOutlook, instance: string, accepted: number): Message | null {
  if (!exceeds(outlook, accepted)) return null;
  if (outlook.kind === 'bounded')
    return because('preflight.refusal.loss', { instance, accepted, bound: outlook.bound }, outlook.why);
  return outlook.kind === 'unknown'
    ? because('preflight.refusal.lossUnknown', { instance, accepted }, outlook.why)
    : null;
}

/** A failed synchronisation alone (F15, status 3) does not keep a standby from being promoted: its loss bound decides. */
export function isPromotable(ledger: InstanceLedger): boolean {
  const { role, status } = said(ledger);
  if (role !== 'standby') return false;
  return status === STATUS_CODES.loading || (status === STATUS_CODES.failed && syncFailed(ledger));
}

/** Whether it says that it cannot follow its primary's redo. */
export function syncFailed({ data }: InstanceLedger): boolean {
  return data?.status.sync.state === 'failed';
}

/**
 * What keeps this console from promoting the standby by itself, where it may lose `allowed` records: why it does not
 * follow, and how much that may cost.
 */
export function lossBlockers(facts: PairFacts, instance: InstanceFacts, allowed: number): Message[] {
  const outlook = lossOutlook(facts, instance);
  if ((outlook.kind !== 'bounded' && outlook.kind !== 'unknown') || !exceeds(outlook, allowed)) return [];
  const { name, data } = instance.ledger;
  const directory = data?.status.sync.directory ?? '?';
  const params = { instance: name, directory, allowed };
  return [
    because(
      syncFailed(instance.ledger) ? 'blocker.syncFailed' : 'blocker.notFollowing',
      { instance: name },
      outlook.why,
    ),
    outlook.kind === 'bounded'
      ? message('blocker.lossBound', { ...params, bound: outlook.bound })
      : message('blocker.lossUnknown', params),
  ];
}

/** Reasons come from instances: only those that are made to be part of another sentence become one. */
const REASON_KEY = /^(sync|todb|loss)\.\w+$/;

/** A sentence with an instance's own reason in it: `$t({{reason}})` in the catalogues stands for it. */
export function because(key: string, params: Message['params'], reason: Message | null): Message {
  const known = reason !== null && REASON_KEY.test(reason.key);
  return message(key, { ...(known ? reason.params : {}), ...params, reason: known ? reason.key : 'loss.noReason' });
}
