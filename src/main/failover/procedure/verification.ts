import {
  type BaseDataStatus,
  type DataSums,
  type Message,
  message,
  type SwitchoverRecord,
  type VerifiedItem,
} from '#shared/domain';
import type { SystemInfoReply } from '#shared/protocol';
import { factsOf, type PairFacts } from '../facts/facts.ts';

/** What is known of the old primary's business, to hold the new one's against. */
export interface OldWord {
  /** What its UFT held: when it stepped down, or when it was last heard to serve. Null: nothing is known. */
  sums: DataSums | null;
  /** It said so when it stepped down: nothing was acknowledged after that. */
  isLast: boolean;
  baseData: BaseDataStatus | null;
}

/** What the old primary said when it stepped down at `epoch`, or what it was last heard to say of that life of it. Pure. */
export function wordOfOld(
  facts: PairFacts,
  { from, fromIncarnation }: Pick<SwitchoverRecord, 'from' | 'fromIncarnation'>,
  epoch: number,
): OldWord {
  const ledger = from === null ? undefined : factsOf(facts, from)?.ledger;
  const { lastRegistration = null, spoken = null } = ledger ?? {};
  const ofThatLife = spoken?.incarnation === fromIncarnation ? spoken : null;
  const baseData = ofThatLife?.baseData ?? null;
  const steppedDown = lastRegistration && (lastRegistration.steppedDownEpoch ?? -1) >= epoch ? lastRegistration : null;
  const last = steppedDown?.steppedDownSums;
  return last ? { sums: last, isLast: true, baseData } : { sums: ofThatLife?.sums ?? null, isLast: false, baseData };
}

/** What was looked at; `refusal`: the new primary does not have what it must have, so that the route stays closed. */
export interface Verification {
  items: VerifiedItem[];
  refusal: Message | null;
}

/**
 * The new primary's business against the old one's, by sums that both keep up as they go: nothing is read for it. Where
 * the old one said nothing that can be held against it, what is there is told, and that it was not compared. Pure.
 */
export function verification(names: { from: string; to: string }, old: OldWord, info: SystemInfoReply): Verification {
  const at = atOneLsn(old, info);
  const found = [dataItem(names, old, info, at), sessionsItem(names, info, at), baseDataItem(names, old, info)];
  const items = found.filter((item) => item !== null);
  const refused = items.find(({ what, result }) => result === 'differs' && what !== 'base-data');
  return { items, refusal: refused?.said ?? null };
}

type Pair = { from: string; to: string };
/** What both held at one LSN. */
type AtOneLsn = { old: DataSums; now: DataSums } | null;

/**
 * Beyond what the new primary took over its numbers are those of its own records: what a dead one was heard to have there
 * is lost, which the loss bound tells, and is no other content of the same record.
 */
function atOneLsn({ sums, isLast }: OldWord, { sums_at: now, data, epoch }: SystemInfoReply): AtOneLsn {
  if (!sums || now?.lsn !== sums.lsn) return null;
  const takeover = data?.takeover;
  if (!isLast && takeover?.epoch === epoch && sums.lsn > takeover.presentLsn) return null;
  return { old: sums, now };
}

function dataItem(names: Pair, old: OldWord, { data }: SystemInfoReply, at: AtOneLsn): VerifiedItem {
  const what = 'data';
  if (!data) return { what, result: 'not-compared', said: message('failover.verified.data.none', { to: names.to }) };
  const { lsn: present = data.lsn, orders = data.orders ?? 0, digest = '?' } = data.sums ?? {};
  const params = { ...names, present, orders, digest };
  if (!old.sums) return { what, result: 'seen', said: message('failover.verified.data.seen', params) };
  const { lsn } = old.sums;
  if (!at)
    return { what, result: 'not-compared', said: message('failover.verified.data.notThere', { ...params, lsn }) };
  if (at.old.digest !== at.now.digest || at.old.orders !== at.now.orders) {
    const differing = { ...names, lsn, old: at.old.digest, found: at.now.digest, oldOrders: at.old.orders };
    return {
      what,
      result: 'differs',
      said: message('failover.verify.digestDiffers', { ...differing, orders: at.now.orders }),
    };
  }
  const same = { ...names, lsn, orders: at.now.orders, digest: at.now.digest, present };
  return {
    what,
    result: 'equal',
    said: message(`failover.verified.data.${old.isLast ? 'equal' : 'equalEarlier'}`, same),
  };
}

function sessionsItem(names: Pair, info: SystemInfoReply, at: AtOneLsn): VerifiedItem {
  const what = 'sessions';
  const params = { ...names, sessions: info.sessions };
  if (!at) return { what, result: 'seen', said: message('failover.verified.sessions.seen', params) };
  const { lsn, sessions } = at.now;
  if (at.old.sessions === sessions && at.old.sessionDigest === at.now.sessionDigest)
    return { what, result: 'equal', said: message('failover.verified.sessions.equal', { ...names, lsn, sessions }) };
  const differing = { ...names, lsn, old: at.old.sessions, found: sessions };
  return { what, result: 'differs', said: message('failover.verify.sessionsDiffer', differing) };
}

/** It is read from the local database anew: rows that were changed there meanwhile are no fault of the switchover. */
function baseDataItem(names: Pair, old: OldWord, { data }: SystemInfoReply): VerifiedItem | null {
  const what = 'base-data';
  const now = data?.baseData;
  if (!now)
    return old.baseData
      ? {
          what,
          result: 'differs',
          said: message('failover.verified.baseData.missing', { ...names, rows: old.baseData.rows }),
        }
      : null;
  const params = { ...names, rows: now.rows, digest: now.digest };
  if (now.from === 'copy') return { what, result: 'seen', said: message('failover.verified.baseData.copy', params) };
  if (!old.baseData) return { what, result: 'seen', said: message('failover.verified.baseData.seen', params) };
  if (old.baseData.digest === now.digest)
    return { what, result: 'equal', said: message('failover.verified.baseData.equal', params) };
  const differing = { ...params, oldRows: old.baseData.rows };
  return { what, result: 'differs', said: message('failover.verified.baseData.differs', differing) };
}
