import type { Clock } from '#core/clock';
import type { Disk, RedoLog } from '#mtnode/redo';
import { readOwnMarker, type ShareMarker, writeOwnMarker } from '#mtnode/sync';
import type { DataSetting } from './environment.ts';

/** The marker of the own share: written anew at every change of role, epoch or snapshot, one writing at a time. */
export class OwnMarker {
  readonly #setting: DataSetting;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly dataId: string;
  /** What the marker said of the local database when the instance started. */
  readonly persistedAtStart: number | null;
  /** Where the instance's last life ended as primary: what it had on disk by then, at least. A primary's log is never cut. */
  readonly leastLsn: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(setting: DataSetting, disk: Disk, clock: Clock, found: ShareMarker | undefined, newId: string) {
    this.#setting = setting;
    this.#disk = disk;
    this.#clock = clock;
    this.dataId = found?.dataId ?? newId;
    this.persistedAtStart = found?.persistedLsn ?? null;
    this.leastLsn = found?.role === 'primary' ? found.durableLsn : 0;
  }

  /** Reads what there is; a folder without a marker is new, and gets `newId`. Rejects where there is one that is none. */
  static async open(setting: DataSetting, disk: Disk, clock: Clock, newId: string): Promise<OwnMarker> {
    const found = await readOwnMarker(disk);
    if (found !== undefined && (found.instance !== setting.instance || found.node !== setting.node))
      throw new Error(`share.json: the folder belongs to instance ${found.instance} of node ${found.node}`);
    return new OwnMarker(setting, disk, clock, found, newId);
  }

  /** Says what is so now; resolves when that is on disk. */
  write(role: ShareMarker['role'], log: RedoLog, persistedLsn: number | null): Promise<void> {
    const { system, node, instance, incarnation } = this.#setting;
    const written = this.#writing.then(() =>
      writeOwnMarker(this.#disk, {
        version: 1,
        system,
        node,
        instance,
        incarnation,
        dataId: this.dataId,
        role,
        epoch: log.lastEpoch,
        epochs: [...log.epochs()],
        snapshotLsn: log.datLsn,
        persistedLsn,
        durableLsn: log.durableLsn,
        writtenAtMs: this.#clock.wallMs(),
      }),
    );
    // A failure is its own writer's to tell; the next one begins anew.
    this.#writing = written.catch(() => {});
    return written;
  }
}
