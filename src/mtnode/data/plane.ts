import { sleep } from '#core/clock';
import type { Entry } from '#mtnode/redo';
import type { Hint } from '#mtnode/sync';
import { todbFileUnreadable, todbOff } from '#mtnode/todb';
import { Uft, type UftOrder } from '#mtnode/uft';
import type {
  Aside,
  BaseDataStatus,
  DataStatus,
  DataSums,
  LoadProgress,
  SyncRecord,
  SyncStatus,
  Takeover,
  TodbStatus,
} from '#shared/domain';
import type { RedoPosition } from '#shared/protocol';
import type { DataNode, DataPorts, DataSetting } from './environment.ts';
import { type Opened, openData } from './opened.ts';
import { OwnBound, type OwnReceipt } from './own-bound.ts';
import { Reign } from './reign.ts';
import type { Followed } from './standby.ts';
import { dataStatus, syncStatus } from './status.ts';
import { type CaughtUp, TakingOver } from './taking-over.ts';
import type { WriteOutcome } from './term.ts';

/** Longest the end waits for a call of the mount. */
const STOP_TIMEOUT_MS = 500;

/** What is found at the start. */
export interface OpenedData {
  /** New where the folder is new. */
  dataId: string;
  /** Of the last record. */
  lastEpoch: number;
  /** Who was promoted while this instance held an older epoch. */
  seal: { epoch: number; by: string } | undefined;
}

/**
 * An instance's data: redo and dat, UFT, following the primary as a standby, taking writes as the primary, and the way to
 * the local database. It knows nothing of leadership: the node says what it is.
 */
export class DataPlane {
  readonly #setting: DataSetting;
  readonly #ports: DataPorts;
  readonly #node: DataNode;
  readonly #uft = new Uft();
  readonly #bound: OwnBound;
  #opening: Promise<OpenedData> | undefined;
  #opened: Opened | undefined;
  #damage: string | undefined;
  #reign: Reign | undefined;
  #target: Followed | null = null;
  #takingOver: TakingOver | undefined;
  #work = new AbortController();
  /** Throws an AbortError once the instance has stopped. */
  readonly #goOn = (): void => this.#work.signal.throwIfAborted();
  /** What was begun at the end of a term, and must end before anything else begins. */
  #settling: Promise<void> = Promise.resolve();
  #isStandbyRegistered = false;
  #peerDigest: string | null = null;
  #isLoaded = false;
  #load: LoadProgress | null = null;
  #takeover: Takeover | null = null;
  #aside: Aside | null = null;
  #baseData: BaseDataStatus | undefined;

  constructor(setting: DataSetting, ports: DataPorts, node: DataNode) {
    this.#setting = setting;
    this.#ports = ports;
    this.#node = node;
    this.#bound = new OwnBound(node, () => this.#receipt());
  }

  /** Recovers what is on disk. Rejects, now and ever, where it is damaged or cannot be read. */
  open(): Promise<OpenedData> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.fail(error);
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<OpenedData> {
    const opened = await openData(this.#setting, this.#ports, this.#node, this.#uft, {
      onAside: (aside) => {
        this.#aside = aside;
        this.#node.onChange();
      },
      onReceived: () => this.#bound.consider(),
    });
    const { log, marker, todb, seal } = opened;
    this.#opened = opened;
    this.#aside = opened.aside;
    todb?.peerSays(this.#peerDigest);
    this.#applyTarget();
    this.#node.onChange();
    return { dataId: marker.dataId, lastEpoch: log.lastEpoch, seal };
  }

  /** Why redo or dat cannot be used; undefined while they can. Such an instance neither claims nor is promoted. */
  get damage(): string | undefined {
    return this.#damage ?? this.#opened?.log.failure?.message;
  }

  /** The own disk or what is on it cannot be used. */
  fail(error: unknown): void {
    if (this.#damage !== undefined) return;
    this.#damage = error instanceof Error ? error.message : String(error);
    this.#node.log.error('the data cannot be used', { error });
    this.#opened?.standby?.follow(null);
    this.#node.onChange();
  }

  /** Why a standby that follows could not seal its primary's share, in words; undefined: it could, or does not follow. */
  get sealTrouble(): string | undefined {
    return this.#reign === undefined ? this.#opened?.standby?.view.cannotSeal : undefined;
  }

  /** Why a primary cannot write dats, in words; undefined: it can, or is none. */
  get datTrouble(): string | undefined {
    return this.#reign?.datTrouble;
  }

  /** The last record that is known to be on the own disk; 0: none. */
  get durableLsn(): number {
    return this.#opened?.log.durableLsn ?? 0;
  }

  /** For the answer to a beat: what a primary has acknowledged, what a standby has on its disk. */
  get beatLsn(): number {
    return this.#reign?.term.acknowledgedLsn ?? this.#opened?.log.durableLsn ?? 0;
  }

  status(): DataStatus {
    return dataStatus({
      mode: this.#setting.mode,
      directory: this.#ports.mount?.directory ?? null,
      damage: this.damage,
      log: this.#opened?.log,
      uft: this.#uft,
      isLoaded: this.#isLoaded,
      term: this.#reign?.term,
      follower: this.#opened?.standby?.view,
      lossBound: this.#bound.now,
      load: this.#load,
      todb: this.todb,
      takeover: this.#takeover,
      aside: this.#aside,
      baseData: this.#baseData,
    });
  }

  /** Of the synchronisation alone. */
  get sync(): SyncStatus {
    return syncStatus({
      directory: this.#ports.mount?.directory ?? null,
      damage: this.damage,
      term: this.#reign?.term,
      follower: this.#opened?.standby?.view.status,
    });
  }

  /** What UFT held at that LSN; null: not there yet, or too much has come since. */
  sumsAt(lsn: number): DataSums | null {
    return this.#uft.sumsAt(lsn) ?? null;
  }

  /** When the mount was last seen to live, on the monotonic clock; null: this instance follows nobody through one. */
  mountSight(): { markerAtMs: number | null; redoAtMs: number | null } | null {
    const standby = this.#opened?.standby;
    if (standby === undefined || this.#reign !== undefined || this.#target === null) return null;
    const { markerAtMs, redoAtMs } = standby.view;
    return { markerAtMs, redoAtMs };
  }

  /** Of the way to the local database. */
  get todb(): TodbStatus {
    const { todb } = this.#ports;
    if (todb === null || !('error' in todb)) return this.#opened?.todb?.status() ?? todbOff;
    return { ...todbFileUnreadable(todb.error), backlog: this.#reign?.notPersisted() ?? 0 };
  }

  /** Whom it follows, or did until it became primary. */
  get followed(): Followed | null {
    return this.#target;
  }

  /** Whom to follow, as the route has it; null: nobody. Waits while this instance is primary or becomes it. */
  follow(target: Followed | null): void {
    const before = this.#target;
    const isSame = before?.incarnation === target?.incarnation && before?.epoch === target?.epoch;
    if (isSame && before?.isOpen === target?.isOpen) return;
    this.#target = target;
    this.#applyTarget();
  }

  #applyTarget(): void {
    const standby = this.#opened?.standby;
    if (standby === undefined || this.#reign !== undefined || this.#takingOver !== undefined) return;
    void this.#settling.then(() => {
      if (this.#reign === undefined && this.#takingOver === undefined && this.damage === undefined)
        standby.follow(this.#target);
    });
  }

  /** The `/sync` record, as ZooKeeper shows it. */
  recordSeen(record: SyncRecord | undefined): void {
    this.#bound.recordSeen(record);
  }

  #receipt(): OwnReceipt | undefined {
    const opened = this.#opened;
    if (opened === undefined || this.damage !== undefined) return undefined;
    const view = opened.standby?.view;
    return {
      dataId: opened.marker.dataId,
      receivedLsn: view?.receivedLsn ?? 0,
      isFollowing: view?.status.state !== 'failed',
    };
  }

  /**
   * For a promotion to `epoch`: ends the old primary's term by a seal in its redo, through the mount. Where that cannot
   * be, rejects with {@link LossRefused} unless at most `acceptLoss` acknowledged records may be missing. The route must
   * have been closed for the old primary before. May be repeated.
   */
  async seal(epoch: number, acceptLoss: number): Promise<void> {
    await this.open();
    await this.#settling;
    await this.#takingOver?.caughtUp;
    this.#takingOver = await TakingOver.begin(epoch, acceptLoss, this.#bound, this.#opened?.standby);
  }

  /**
   * Resolves once what {@link seal} sealed is read to its end. Rejects with {@link LossRefused} where it could not be
   * and more may be missing than was accepted.
   */
  async readSealed(): Promise<void> {
    await this.#takingOver?.read(this.#goOn);
  }

  /** A promotion that was prepared does not take place. */
  abandon(): void {
    const caughtUp = this.#takingOver?.caughtUp;
    this.#takingOver = undefined;
    if (caughtUp !== undefined)
      this.#settling = this.#settling.then(() => caughtUp).then(() => this.#opened?.standby?.resume());
    this.#applyTarget();
  }

  /**
   * Everything into UFT: after {@link seal} from the old primary's redo first, to its end. Rejects with
   * {@link LossRefused} where that cannot be read after all, with RedoDamage, or with an AbortError where the term ends
   * meanwhile.
   */
  async load(): Promise<void> {
    await this.open();
    await this.#settling;
    const { signal } = this.#work;
    this.#load = { done: 0, total: 1 };
    const takingOver = this.#takingOver;
    const caughtUp = await takingOver?.read(this.#goOn);
    const { standby, warm } = this.#need();
    await standby?.stop();
    signal.throwIfAborted();
    await warm.load(signal, (progress) => {
      this.#load = progress;
    });
    signal.throwIfAborted();
    this.#isLoaded = true;
    this.#load = { done: this.#load.total, total: this.#load.total };
    if (takingOver && caughtUp) this.#takeover = this.#taken(takingOver.epoch, caughtUp);
    this.#node.onChange();
  }

  #taken(epoch: number, caughtUp: CaughtUp): Takeover {
    const { log, standby } = this.#need();
    return {
      epoch,
      acknowledgedLsn: standby?.view.acknowledgedLsn ?? null,
      presentLsn: log.lastLsn,
      complete: caughtUp.isComplete,
      lossBound: caughtUp.isComplete ? 0 : caughtUp.bound,
      duplicated: this.#uft.duplicated,
    };
  }

  /**
   * Begins the term of an epoch with what was loaded; also when the epoch held is raised. Rejects where the disk fails
   * at the end of the one before, with an AbortError where the term ends meanwhile.
   */
  async lead(epoch: number): Promise<void> {
    const { log, marker, todb } = this.#need();
    const { signal } = this.#work;
    const before = this.#reign;
    if (before !== undefined) {
      await before.end();
      await log.flush();
      before.term.applyRest();
    }
    signal.throwIfAborted();
    const parts = {
      setting: this.#setting,
      node: this.#node,
      disk: this.#ports.disk,
      log,
      uft: this.#uft,
      marker,
      todb,
      hasTodbFile: this.#ports.todb !== null,
    };
    const reign = Reign.begin(parts, epoch);
    this.#reign = reign;
    this.#takingOver = undefined;
    this.#target = null;
    reign.term.registered(this.#isStandbyRegistered);
    this.#node.onChange();
  }

  /** Takes a write. Throws {@link EntryError} where it is none that redo can hold. */
  write(entry: Entry): Promise<WriteOutcome> {
    return this.#reign?.term.write(entry) ?? Promise.resolve({ kind: 'not-acknowledged' });
  }

  /** As `write`, where nobody waits for the outcome. */
  note(entry: Entry): void {
    this.#reign?.term.note(entry);
  }

  read(keys: readonly string[]): UftOrder[] {
    return this.#uft.read(keys);
  }

  /** Over everything in UFT. */
  digest(): { orders: number; sessions: number; duplicated: number; lastLsn: number; digest: string } {
    const { count, sessionCount, duplicated, lastLsn } = this.#uft;
    return { orders: count, sessions: sessionCount, duplicated, lastLsn, digest: this.#uft.digest() };
  }

  /** Of a loaded instance. */
  sessions() {
    return this.#uft.sessions();
  }

  /**
   * The base data (F5) from the local database, or the copy kept of it; waits for one of them. Undefined where no local
   * database is configured. Rejects where `signal` aborts.
   */
  async baseData(signal: AbortSignal): Promise<Record<string, string> | undefined> {
    const opened = await this.open().then(() => this.#opened);
    const found = await opened?.todb?.baseData(signal);
    if (found === undefined) return undefined;
    const { rows, from, digest } = found;
    this.#baseData = { rows: Object.keys(rows).length, digest, from };
    return rows;
  }

  /** Preload (F5) makes the way to the local database ready, and nobody waits for it: a promotion then finds it open. */
  async reachDatabase(signal: AbortSignal): Promise<void> {
    try {
      await this.baseData(signal);
    } catch {
      // Stopping, or no data: whoever needs it learns of that by himself.
    }
  }

  /** Called again and again: a primary's disk that does not answer for too long has failed, though it says nothing. */
  lookAtDisk(): void {
    const waitMs = Math.round(this.#reign?.term.diskWaitMs() ?? 0);
    if (waitMs < this.#setting.diskTimeoutMs) return;
    this.#reign?.term.end();
    this.#node.onFailed(new Error(`the disk has not answered for ${waitMs} ms`));
  }

  /** What an acknowledgement depends on may have changed: lease, route, connection. */
  retry(): void {
    this.#reign?.term.retry();
  }

  /** The right to serve is gone for now: whoever waits for an acknowledgement gets none. */
  letGo(): void {
    this.#reign?.term.letGo();
  }

  /** What ZooKeeper shows of the other instance; undefined: it is not registered. */
  peerSeen(peer: { todbDigest: string | null } | undefined): void {
    this.#isStandbyRegistered = peer !== undefined;
    this.#reign?.term.registered(peer !== undefined);
    if (peer === undefined) return;
    this.#peerDigest = peer.todbDigest;
    this.#opened?.todb?.peerSays(peer.todbDigest);
  }

  /** 990012, or the answer to a hello, from the primary that is followed. */
  look(from: { instance: string; incarnation: string }, position: RedoPosition): void {
    if (this.#reign === undefined) this.#opened?.standby?.look(from, hintOf(position));
  }

  /** What a primary answers to its standby's hello; undefined: it is none. */
  tellPosition(): RedoPosition | undefined {
    return this.#reign?.term.tellPosition();
  }

  /** 990013, from the standby. */
  confirmed(from: { instance: string; dataId: string; atEpoch: number; lsn: number }): void {
    this.#reign?.term.confirmed(from.instance, from);
  }

  /**
   * Not primary any more, and not on the way to it: nothing is acknowledged from the call on, and UFT is emptied. The
   * last LSN on the disk: nothing above it was acknowledged, and what is on its way there still whoever seals may not see.
   * With it, what UFT held: everything that was acknowledged.
   */
  stepDown(): { lastLsn: number; sums: DataSums } {
    this.#work.abort();
    this.#work = new AbortController();
    const reign = this.#reign;
    const caughtUp = this.#takingOver?.caughtUp;
    const lastLsn = this.durableLsn;
    reign?.term.end();
    this.#reign = undefined;
    this.#takingOver = undefined;
    this.#isLoaded = false;
    this.#load = null;
    const sums = this.#uft.sums();
    if (this.#opened === undefined) this.#uft.clear();
    else this.#opened.warm.reset();
    this.#settling = this.#settle(reign, caughtUp).catch((error: unknown) => this.fail(error));
    this.#applyTarget();
    return { lastLsn, sums };
  }

  async #settle(reign: Reign | undefined, caughtUp: Promise<unknown> | undefined): Promise<void> {
    await this.#settling;
    await reign?.end();
    await caughtUp;
    const opened = this.#opened;
    if (caughtUp !== undefined) await opened?.standby?.stop();
    if (opened === undefined || this.damage !== undefined) return;
    await opened.log.flush();
    await opened.marker.write('standby', opened.log, null);
  }

  /** Orderly end: what was written is on disk when this resolves. A mount that hangs is left as it is. */
  async close(): Promise<void> {
    this.#work.abort();
    this.#reign?.term.end();
    this.#ports.mount?.close();
    const { todb } = this.#ports;
    await this.#settling;
    await this.#reign?.end();
    const stopped = this.#opened?.standby?.stop();
    await Promise.race([stopped, sleep(this.#node.clock, STOP_TIMEOUT_MS)]);
    if (this.#damage === undefined) await this.#opened?.log.close();
    if (todb !== null && !('error' in todb)) await todb.database.close();
  }

  #need(): Opened {
    const { damage } = this;
    if (damage !== undefined) throw new Error(`the data cannot be used: ${damage}`);
    if (this.#opened === undefined) throw new Error('the data is not open');
    return this.#opened;
  }
}

function hintOf({ at_epoch, durable_lsn, acknowledged_lsn, confirmed }: RedoPosition): Hint {
  return {
    epoch: at_epoch,
    durableLsn: durable_lsn,
    acknowledgedLsn: acknowledged_lsn,
    confirmed: confirmed && { dataId: confirmed.data_id, lsn: confirmed.lsn },
  };
}
