import { type DataStatus, message } from '#shared/domain';
import type { PairFacts } from '../facts/facts.ts';
import { because, whyNotFollowing } from '../facts/loss.ts';
import { type Told, told } from '../facts/told.ts';
import { todbDiffers } from './data-picture.ts';

/** What is worth a line in the journal of what the instances say of their data: every change once, figures never. Pure. */
export function dataChanges(before: PairFacts, after: PairFacts): Told[] {
  if (after.instances.every(({ ledger: { data } }, index) => data === before.instances[index]?.ledger.data)) return [];
  const changes = after.instances.flatMap(({ ledger }, index) => {
    const was = before.instances[index]?.ledger.data ?? null;
    const { data: is, name } = ledger;
    if (!is || is === was) return [];
    return [
      ...syncChanges(name, was?.status ?? null, is.status),
      ...todbChanges(name, was?.status ?? null, is.status),
      ...asideChanges(name, was?.status ?? null, is.status),
    ];
  });
  if (!before.instances.some(todbDiffers) && after.instances.some(todbDiffers))
    changes.push(told('p2', message('failover.event.todbDiffers')));
  return changes;
}

function syncChanges(instance: string, was: DataStatus | null, { sync, lsn }: DataStatus): Told[] {
  const failedBefore = was?.sync.state === 'failed';
  if (sync.state !== 'failed')
    return failedBefore ? [told('none', message('failover.event.syncBack', { instance, lsn }), instance)] : [];
  if (failedBefore && was.sync.reason?.key === sync.reason?.key) return [];
  return [told('p2', because('failover.event.syncFailed', { instance }, whyNotFollowing({ sync })), instance)];
}

const TODB_TROUBLE: readonly string[] = ['unreachable', 'failed', 'fenced'];

function todbChanges(instance: string, was: DataStatus | null, { todb }: DataStatus): Told[] {
  if (was?.todb.state === todb.state) return [];
  const { backlog } = todb;
  if (TODB_TROUBLE.includes(todb.state)) {
    // Being fenced off is what is wanted of an old primary; a database that cannot be reached is not.
    const severity = todb.state === 'fenced' ? 'p3' : 'p2';
    return [told(severity, because('failover.event.todbTrouble', { instance, backlog }, todb.reason), instance)];
  }
  const wasTrouble = was !== null && TODB_TROUBLE.includes(was.todb.state);
  return wasTrouble ? [told('none', message('failover.event.todbBack', { instance, backlog }), instance)] : [];
}

function asideChanges(instance: string, was: DataStatus | null, { aside }: DataStatus): Told[] {
  if (!aside || was?.aside?.file === aside.file) return [];
  const { writes, records, epoch, file } = aside;
  const text = message('failover.event.aside', { instance, writes, records, epoch, file });
  return [told(writes > 0 ? 'p2' : 'none', text, instance)];
}
