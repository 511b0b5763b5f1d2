import { encodeEntry, openRedoLog, type RedoLog } from '#mtnode/redo';
import { type FollowedPrimary, Follower, type FollowerOptions, type ShareMarker, writeOwnMarker } from '#mtnode/sync';
import type { Aside, SyncStatus } from '#shared/domain';
import { ModelDisk } from '#test/model-disk';
import { ModelMount } from '#test/model-mount';
import { VirtualClock } from '#test/virtual-clock';

const SEGMENT_BYTES = 4_096;

function payloadOf(lsn: number): Uint8Array {
  const order = { account: 'acc', instrument: '600000', side: 'buy' as const, price: 10.5, quantity: 100 };
  return encodeEntry({ type: 'order', key: `k-${lsn}`, order });
}

/** One instance's folder, written as a primary writes it. */
export class PrimaryShare {
  readonly disk = new ModelDisk();
  readonly instance: string;
  readonly dataId: string;
  incarnation: string;
  persistedLsn: number | null = null;
  snapshotLsn: number | null = null;
  epoch = 0;
  log: RedoLog;

  private constructor(instance: string, dataId: string, log: RedoLog, disk: ModelDisk) {
    this.instance = instance;
    this.dataId = dataId;
    this.incarnation = `${instance}-1`;
    this.log = log;
    this.disk = disk;
  }

  static async create(instance = 'a'): Promise<PrimaryShare> {
    const disk = new ModelDisk();
    const log = await openRedoLog(disk, { segmentBytes: SEGMENT_BYTES });
    return new PrimaryShare(instance, `data-${instance}`, log, disk);
  }

  /** A term begins. */
  async begin(epoch: number, incarnation = this.incarnation): Promise<this> {
    this.epoch = epoch;
    this.incarnation = incarnation;
    this.log.append(epoch, 'epoch', encodeEntry({ type: 'epoch', instance: this.instance }));
    await this.log.flush();
    await this.mark();
    return this;
  }

  /** Writes orders, durably; returns the last LSN. */
  async write(count: number): Promise<number> {
    for (let i = 0; i < count; i++) this.append();
    return this.log.flush();
  }

  append(): number {
    return this.log.append(this.epoch, 'order', payloadOf(this.log.lastLsn + 1));
  }

  /** As `write`, but what a power cut may leave: the files do not tell that it was durable. */
  async writeUnmarked(count: number): Promise<void> {
    const mark = this.disk.bytes('durable.mark') ?? Buffer.alloc(0);
    const { durableLsn } = this.log;
    await this.write(count);
    this.disk.put('durable.mark', mark);
    await this.mark({ durableLsn });
  }

  async mark(changes: Partial<ShareMarker> = {}): Promise<void> {
    await writeOwnMarker(this.disk, {
      version: 1,
      system: 'O3',
      node: 'mt',
      instance: this.instance,
      incarnation: this.incarnation,
      dataId: this.dataId,
      role: 'primary',
      epoch: this.epoch,
      epochs: [...this.log.epochs()],
      snapshotLsn: this.snapshotLsn,
      persistedLsn: this.persistedLsn,
      durableLsn: this.log.durableLsn,
      writtenAtMs: 0,
      ...changes,
    });
  }

  /** A dat of everything written so far; segments that are in it go where `persisted`. */
  async snapshot(persisted = true): Promise<number> {
    const lsn = this.log.durableLsn;
    const orders = [...Array(lsn).keys()].map((index) => ({
      payload: payloadOf(index + 1),
      lsn: index + 1,
      epoch: this.epoch,
      repeats: undefined,
    }));
    await this.log.saveDat({
      lsn,
      epoch: this.epoch,
      epochs: this.log.epochs(),
      orders: orders.length,
      sessions: 0,
      digest: '0'.repeat(16),
      entries: orders,
      sessionEntries: [],
    });
    this.snapshotLsn = lsn;
    if (persisted) {
      this.persistedLsn = lsn;
      await this.log.removeThrough(lsn);
    }
    await this.mark();
    return lsn;
  }

  get followed(): FollowedPrimary {
    return { instance: this.instance, incarnation: this.incarnation, epoch: this.epoch, isOpen: true };
  }

  segments(): string[] {
    return this.disk.names().filter((name) => name.startsWith('redo-'));
  }
}

export const OPTIONS: FollowerOptions = {
  system: 'O3',
  node: 'mt',
  instance: 'b',
  mountTimeoutMs: 1_000,
  markerGraceMs: 3_000,
};

/** A standby following a share in virtual time. */
export class StandbyRig {
  readonly clock = new VirtualClock();
  readonly primary: PrimaryShare;
  readonly mount: ModelMount;
  readonly disk: ModelDisk;
  readonly log: RedoLog;
  readonly follower: Follower;
  readonly statuses: SyncStatus[] = [];
  readonly asides: Aside[] = [];
  readonly received: number[] = [];

  private constructor(primary: PrimaryShare, disk: ModelDisk, log: RedoLog) {
    this.primary = primary;
    this.disk = disk;
    this.log = log;
    this.mount = new ModelMount(primary.disk, this.clock);
    this.follower = new Follower(OPTIONS, {
      clock: this.clock,
      mount: this.mount,
      log,
      events: {
        onAppended: () => undefined,
        onReceived: (lsn) => void this.received.push(lsn),
        onStatus: (status) => void this.statuses.push(status),
        onAside: (aside) => void this.asides.push(aside),
        log: () => undefined,
      },
    });
  }

  static async create(primary: PrimaryShare, disk = new ModelDisk()): Promise<StandbyRig> {
    return new StandbyRig(primary, disk, await openRedoLog(disk, { segmentBytes: SEGMENT_BYTES }));
  }

  /** Follows the primary, for so long. */
  async follow(ms = 1_000): Promise<this> {
    this.follower.follow(this.primary.followed);
    await this.clock.advance(ms);
    return this;
  }

  /** The primary says how far it is. */
  hint(durableLsn = this.primary.log.durableLsn, acknowledgedLsn = durableLsn): void {
    this.follower.look(this.primary.epoch, durableLsn, acknowledgedLsn);
  }

  get state(): string {
    return this.follower.view.status.state;
  }

  /** The reason's key and detail. */
  get reason(): string | undefined {
    const { reason } = this.follower.view.status;
    return reason === null
      ? undefined
      : `${reason.key} ${String(reason.params.directory)} ${String(reason.params.detail)}`;
  }
}
