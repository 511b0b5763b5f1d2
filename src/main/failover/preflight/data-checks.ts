import type { PreflightItem } from '#shared/contract';
import { type DataStatus, type Message, message } from '#shared/domain';
import type { InstanceFacts, PairFacts } from '../facts/facts.ts';
import { because, exceeds, lossOutlook, whyNotFollowing } from '../facts/loss.ts';

type Result = PreflightItem['result'];

/** What is looked at of the data before a switchover; nothing where the instance says nothing of its data. Pure. */
export function dataChecks(facts: PairFacts, target: InstanceFacts, old: InstanceFacts): PreflightItem[] {
  const data = target.ledger.data?.status;
  if (!data) return [];
  const instance = target.ledger.name;
  return [
    syncItem(facts, target, data),
    mountItem(instance, data),
    lagItem(instance, data, facts.timeouts.lagNoteMs),
    ...todbItems(instance, data, old),
  ];
}

function item(id: string, result: Result, params: Message['params']): PreflightItem {
  return { id, result, message: message(`preflight.${id}.${result}`, params) };
}

/** A loss that would have to be accepted always fails here, so that it is never confirmed by a click alone. */
function syncItem(facts: PairFacts, target: InstanceFacts, data: DataStatus): PreflightItem {
  const outlook = lossOutlook(facts, target);
  const instance = target.ledger.name;
  if (outlook.kind === 'none') return item('sync', 'pass', { instance, lsn: data.lsn });
  const result = exceeds(outlook, 0) || data.sync.state === 'failed' ? 'fail' : 'warn';
  const why = outlook.kind === 'untold' ? whyNotFollowing(data) : outlook.why;
  return { id: 'sync', result, message: because(`preflight.sync.${result}`, { instance }, why) };
}

/** A failed synchronisation is the mount's fault unless the instance says that its own data is. */
function mountItem(instance: string, { sync }: DataStatus): PreflightItem {
  const params = { instance, directory: sync.directory ?? '?' };
  const readable = sync.state === 'following' || sync.state === 'catching-up';
  if (readable) return item('mount', 'pass', params);
  const own = sync.reason?.key === 'sync.localDamaged' || sync.reason?.key === 'sync.noPrimary';
  return item('mount', sync.state === 'failed' && !own ? 'fail' : 'unknown', params);
}

/** What the standby has to catch up with is part of the outage. */
function lagItem(instance: string, { lag, sync }: DataStatus, noteFromMs: number): PreflightItem {
  if (!lag || sync.state === 'failed') return item('lag', 'unknown', { instance });
  const { records } = lag;
  const seconds = Math.round(lag.seconds * 10) / 10;
  return item('lag', lag.seconds * 1_000 > noteFromMs ? 'warn' : 'pass', { instance, records, seconds });
}

/** F7: both connect to the same local database through files that say the same. Where none is configured, none is needed. */
function todbItems(instance: string, { todb }: DataStatus, old: InstanceFacts): PreflightItem[] {
  const other = old.ledger.data?.status.todb;
  if (todb.state === 'off' && (!other || other.state === 'off')) return [];
  const matches = todb.matchesPeer ?? other?.matchesPeer ?? null;
  const same = item('todb', matches === null ? 'unknown' : matches ? 'pass' : 'fail', { instance });
  const trouble = todb.state === 'unreachable' || todb.state === 'failed';
  const known = trouble || todb.state === 'ok' || todb.state === 'idle';
  const result = trouble ? 'fail' : known ? 'pass' : 'unknown';
  const key = `preflight.database.${result}`;
  const said = trouble ? because(key, { instance }, todb.reason) : message(key, { instance });
  return [same, { id: 'database', result, message: said }];
}
