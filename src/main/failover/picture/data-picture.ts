import { type DataStatus, type Message, message } from '#shared/domain';
import type { InstanceFacts, PairFacts } from '../facts/facts.ts';
import { because, exceeds, lossOutlook, syncFailed, whyNotFollowing } from '../facts/loss.ts';

/** What is wrong with the data of a pair and what to do about it, in one sentence each. */
export interface DataFinding {
  severity: 'p2' | 'p3';
  reason: Message;
  next: Message;
}

const finding = (severity: 'p2' | 'p3', reason: Message, next: Message): DataFinding => ({ severity, reason, next });

/** A standby that does not follow its primary's data while that one serves (F15). Pure. */
export function standbyDataTrouble(facts: PairFacts, standby: InstanceFacts): DataFinding | undefined {
  const { name: instance, data } = standby.ledger;
  if (!data) return undefined;
  const next = whereToLook(data.status, instance);
  if (syncFailed(standby.ledger))
    return finding('p2', because('state.syncFailed', { instance }, whyNotFollowing(data.status)), next);
  const outlook = lossOutlook(facts, standby);
  if (!exceeds(outlook, facts.maxLossRecords) || (outlook.kind !== 'bounded' && outlook.kind !== 'unknown'))
    return undefined;
  return finding('p2', because('state.notFollowing', { instance }, outlook.why), next);
}

/** Its mount, or where the fault is elsewhere, that place. */
function whereToLook({ sync: { reason, directory } }: DataStatus, instance: string): Message {
  if (reason?.key === 'sync.localDamaged') return message('state.next.checkOwnDisk', { instance });
  if (reason?.key === 'sync.redoDamaged') return message('state.next.checkPrimaryDisk');
  return message('state.next.checkDirectory', { instance, directory: directory ?? '?' });
}

/** The local database and the files that name it (F7, F16), and what only the old primary has. Pure. */
export function otherDataTrouble(facts: PairFacts): DataFinding | undefined {
  const alive = facts.instances.filter(({ assessment }) => assessment.verdict === 'alive');
  for (const one of alive) {
    const found = databaseTrouble(facts, one);
    if (found) return found;
  }
  if (alive.some(todbDiffers)) return finding('p2', message('state.todbDiffers'), message('state.next.alignTodb'));
  return asideTrouble(facts, alive);
}

/** An instance that was fenced off is in order, unless it is the one that is to serve. */
function databaseTrouble({ named }: PairFacts, one: InstanceFacts): DataFinding | undefined {
  const { name: instance, data } = one.ledger;
  const todb = data?.status.todb;
  if (!todb) return undefined;
  const trouble = todb.state === 'unreachable' || todb.state === 'failed' || (todb.state === 'fenced' && one === named);
  if (!trouble) return undefined;
  const reason = because('state.todbTrouble', { instance, backlog: todb.backlog }, todb.reason);
  return finding('p2', reason, nextForDatabase(instance, todb.reason));
}

/** A firewall is to be looked for where the database cannot be reached, and nowhere else. */
function nextForDatabase(instance: string, reason: Message | null): Message {
  const { database = '?', file = '?' } = reason?.params ?? {};
  if (reason?.key === 'todb.fileUnreadable') return message('state.next.correctTodb', { instance, file });
  const key = reason?.key === 'todb.refused' ? 'state.next.lookAtDatabase' : 'state.next.checkDatabase';
  return message(key, { instance, database });
}

/** F7: whether its Todb file is another than its peer's. */
export function todbDiffers({ ledger }: InstanceFacts): boolean {
  return ledger.data?.status.todb.matchesPeer === false;
}

/** Shown for as long as the switchover that left it behind is the last one; the event stays in the journal. */
function asideTrouble({ route }: PairFacts, alive: readonly InstanceFacts[]): DataFinding | undefined {
  for (const { ledger } of alive) {
    const aside = ledger.data?.status.aside;
    if (!aside || aside.writes === 0 || !route || aside.epoch < route.epoch - 1) continue;
    const { writes, file } = aside;
    const instance = ledger.name;
    return finding(
      'p3',
      message('state.aside', { instance, writes }),
      message('state.next.seeAside', { instance, file }),
    );
  }
  return undefined;
}

/** Nobody serves, and who could take over may lose more than the policy allows: what an operator must know first. */
export function lossAhead(facts: PairFacts, target: InstanceFacts): { reason: Message; next: Message } | undefined {
  const outlook = lossOutlook(facts, target);
  if (!exceeds(outlook, facts.maxLossRecords)) return undefined;
  const to = target.ledger.name;
  const directory = target.ledger.data?.status.sync.directory ?? '?';
  const reason =
    outlook.kind === 'bounded'
      ? message('state.nobodyServesLoss', { to, directory, bound: outlook.bound })
      : message('state.nobodyServesLossUnknown', { to, directory });
  // Where the nodes switch over by themselves the console promotes nobody, whatever is accepted.
  const next =
    facts.driver === 'node'
      ? message('state.next.checkDirectory', { instance: to, directory })
      : message('state.next.mountOrAccept', { to, directory });
  return { reason, next };
}
