import { latestAside, openRedoLog, RedoDamage, type RedoLog, slices } from '#mtnode/redo';
import { MARKER_FILE, readOwnSeal } from '#mtnode/sync';
import type { TodbWriter } from '#mtnode/todb';
import type { Uft } from '#mtnode/uft';
import type { Aside } from '#shared/domain';
import type { DataNode, DataPorts, DataSetting } from './environment.ts';
import { OwnMarker } from './marker.ts';
import { Standby, type StandbyParts } from './standby.ts';
import { todbWriter } from './todb.ts';
import { WarmUft } from './warm-uft.ts';

/** The parts that there are once redo has been recovered. */
export interface Opened {
  log: RedoLog;
  marker: OwnMarker;
  warm: WarmUft;
  /** Undefined: nothing is mounted here. */
  standby: Standby | undefined;
  /** Undefined: no local database. */
  todb: TodbWriter | undefined;
  aside: Aside | null;
  seal: { epoch: number; by: string } | undefined;
}

/** Recovers what is on disk, and says that the share is a standby's until it is a primary's. Rejects where it is damaged. */
export async function openData(
  setting: DataSetting,
  { disk, mount, todb }: DataPorts,
  node: DataNode,
  uft: Uft,
  events: Pick<StandbyParts, 'onAside' | 'onReceived'>,
): Promise<Opened> {
  const { clock, random } = node;
  const log = await openRedoLog(disk, { segmentBytes: setting.segmentBytes, pause: slices(clock) });
  const marker = await OwnMarker.open(setting, disk, clock, random.uuid());
  if (log.lastLsn < marker.leastLsn)
    throw new RedoDamage(MARKER_FILE, 0, `LSN ${marker.leastLsn} was on disk, and the redo ends at ${log.lastLsn}`);
  const seal = await readOwnSeal(disk);
  const aside = latestAside(await disk.list());
  await marker.write('standby', log, marker.persistedAtStart);
  const warm = new WarmUft(uft, disk, log, node);
  const parts = { setting, node, log, dataId: marker.dataId, onAside: events.onAside };
  const onReceived = () => {
    warm.received();
    events.onReceived();
  };
  return {
    log,
    marker,
    warm,
    aside,
    seal: seal && { epoch: seal.epoch, by: seal.by },
    standby:
      mount === null
        ? undefined
        : new Standby({ ...parts, mount, onAppended: (records) => warm.take(records), onReceived }),
    todb:
      todb === null || 'error' in todb
        ? undefined
        : todbWriter(setting.node, todb, { disk, log, uft, clock }, () => node.onChange()),
  };
}
