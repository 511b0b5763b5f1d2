import type { Clock } from '#core/clock';
import type { RedoLog } from '#mtnode/redo';
import type { Aside } from '#shared/domain';
import { copyDat, DatMoved, newestShareDat } from './dat-copy.ts';
import { commonLsn } from './history.ts';
import type { MountCalls } from './mount-calls.ts';
import type { PrimaryProgress } from './primary-progress.ts';
import type { ReceivedLog } from './received-log.ts';
import { SegmentMoved, SegmentTail } from './segment-tail.ts';
import type { ShareMarker } from './share-files.ts';
import { localFailure, redoFailure, SyncFailure } from './sync-failure.ts';

export interface IntakeParts {
  clock: Clock;
  calls: MountCalls;
  log: RedoLog;
  received: ReceivedLog;
  progress: PrimaryProgress;
  /** Damage is believed when it is still there after so long: a mount may show bytes before they are written. */
  mountTimeoutMs: number;
}

/**
 * What one look brought. `more`: look again at once. `end`: this is all there is for now. `stuck`: something stands in
 * the way that may pass.
 */
export type IntakeLook = 'more' | 'end' | 'stuck';

/** Takes one primary's dat and redo in from its share, for one of its terms. */
export class ShareIntake {
  readonly #parts: IntakeParts;
  readonly #stop = new AbortController();
  #marker: ShareMarker;
  #tail: SegmentTail | undefined;
  #damage: { file: string; offset: number; sinceMs: number } | undefined;
  /** Since when the primary has more than the mount shows. */
  #missingSinceMs: number | undefined;
  #copying: Promise<void> | undefined;
  #copyFailure: unknown;
  #emptyLooks = 0;

  private constructor(parts: IntakeParts, marker: ShareMarker) {
    this.#parts = parts;
    this.#marker = marker;
  }

  /**
   * Begins with the share of this marker. Own records that its history does not have are put aside first. Rejects with
   * {@link SyncFailure}.
   */
  static async begin(parts: IntakeParts, marker: ShareMarker, onAside: (aside: Aside) => void): Promise<ShareIntake> {
    const { log } = parts;
    if (log.lastEpoch > marker.epoch)
      throw new SyncFailure('mountStale', `epoch ${marker.epoch} < own epoch ${log.lastEpoch}`);
    await parts.received.drained();
    const common = commonLsn({ epochs: log.epochs(), lastLsn: log.lastLsn }, marker.epochs);
    if (common < log.lastLsn) {
      try {
        const aside = await log.cutAfter(common);
        if (aside !== null) onAside(aside);
      } catch (error) {
        throw localFailure(error);
      }
    }
    const intake = new ShareIntake(parts, marker);
    await intake.refresh(marker);
    return intake;
  }

  get marker(): ShareMarker {
    return this.#marker;
  }

  /** The same share's marker, read again. */
  async refresh(marker: ShareMarker): Promise<void> {
    const { log, progress, clock } = this.#parts;
    this.#marker = marker;
    progress.durable(marker.durableLsn, clock.monotonicMs());
    const { snapshotLsn, persistedLsn } = marker;
    const removable = Math.min(log.datLsn ?? 0, persistedLsn ?? 0);
    if (removable >= log.firstLsn)
      await log.removeThrough(removable).catch((error) => Promise.reject(localFailure(error)));
    const isNew = snapshotLsn !== null && snapshotLsn > (log.datLsn ?? 0) && snapshotLsn <= log.durableLsn;
    if (isNew && this.#copying === undefined) this.#copying = this.#copy(snapshotLsn);
  }

  /** Rejects with {@link SyncFailure}, {@link SegmentMoved} or as the mount does. */
  async look(): Promise<IntakeLook> {
    const { log, received, progress, clock } = this.#parts;
    this.#throwCopyFailure();
    await received.room();
    if (this.#tail === undefined && !(await this.#findTail())) return 'more';
    const tail = this.#tail;
    if (tail === undefined) return 'stuck';
    const isBehind = (progress.durableLsn ?? 0) >= tail.wantedLsn;
    const { records, bytes, hasMore, damage } = await this.#guarded(tail.read(isBehind || this.#emptyLooks % 8 === 0));
    if (this.#stop.signal.aborted) return 'stuck';
    this.#emptyLooks = records.length > 0 ? 0 : this.#emptyLooks + 1;
    if (records.length > 0) {
      received.append(records);
      progress.took(records.length, bytes);
      progress.durable(records.at(-1)?.durableLsn ?? 0, clock.monotonicMs());
    }
    if (damage !== undefined) return this.#damaged(damage, tail.wantedLsn);
    this.#damage = undefined;
    if (hasMore) return 'more';
    const isAll = log.lastLsn >= (progress.durableLsn ?? 0);
    if (isAll || records.length > 0) this.#missingSinceMs = undefined;
    if (isAll) return 'end';
    if (records.length > 0) return 'more';
    this.#checkVisible();
    return 'stuck';
  }

  /**
   * At a promotion: nothing more is coming. Rejects with {@link SyncFailure} unless everything that the primary is known
   * to have had on its disk has been read.
   */
  async checkEnd(): Promise<void> {
    const { calls, log, progress } = this.#parts;
    const after = await SegmentTail.find(calls, Number.MAX_SAFE_INTEGER);
    if (after !== undefined && after.firstLsn > log.lastLsn + 1)
      throw redoFailure(after.file, 0, `LSN ${log.lastLsn + 1} to ${after.firstLsn - 1} are missing`);
    const durable = progress.durableLsn ?? 0;
    if (durable > log.lastLsn) throw new SyncFailure('mountStale', `LSN ${log.lastLsn} < ${durable}`);
  }

  /** Nothing more is taken in; what is being copied is dropped. */
  async end(): Promise<void> {
    this.#stop.abort(new Error('the intake has ended'));
    await this.#copying;
  }

  /** False: look again. */
  async #findTail(): Promise<boolean> {
    const { calls, log } = this.#parts;
    this.#tail = await SegmentTail.find(calls, log.lastLsn + 1);
    if (this.#tail !== undefined) return true;
    const lsn = await newestShareDat(calls);
    if (lsn === undefined || lsn <= log.lastLsn) {
      // A primary that has written nothing yet has no segment.
      if (this.#marker.durableLsn <= log.lastLsn) return true;
      throw new SyncFailure('mountUnreadable', `LSN ${log.lastLsn + 1}: neither redo nor dat`);
    }
    await this.#copying;
    this.#copying = this.#copy(lsn);
    await this.#copying;
    this.#throwCopyFailure();
    return false;
  }

  async #copy(lsn: number): Promise<void> {
    const { calls, log, received } = this.#parts;
    try {
      await received.drained();
      await copyDat(calls, log, lsn, this.#stop.signal);
    } catch (error) {
      // There is a newer one, which the next look or marker tells of.
      if (!(error instanceof DatMoved) && !this.#stop.signal.aborted) this.#copyFailure = error;
    } finally {
      this.#copying = undefined;
    }
  }

  #throwCopyFailure(): void {
    const failure = this.#copyFailure;
    this.#copyFailure = undefined;
    if (failure !== undefined) throw failure;
  }

  async #guarded<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      if (error instanceof SegmentMoved) this.#tail = undefined;
      throw error;
    }
  }

  /** Damage above what the primary is known to have on its disk is being written, or what a crash left. */
  #damaged(damage: { file: string; offset: number; detail: string }, lsn: number): IntakeLook {
    const { clock, progress, mountTimeoutMs } = this.#parts;
    const { file, offset, detail } = damage;
    if (lsn > (progress.durableLsn ?? 0)) return 'end';
    const nowMs = clock.monotonicMs();
    if (this.#damage?.file !== file || this.#damage.offset !== offset) this.#damage = { file, offset, sinceMs: nowMs };
    if (nowMs - this.#damage.sinceMs < mountTimeoutMs) return 'stuck';
    throw redoFailure(file, offset, detail);
  }

  /** What the primary has had on its disk must be visible through the mount within two time-outs. */
  #checkVisible(): void {
    const { clock, log, progress, mountTimeoutMs } = this.#parts;
    const nowMs = clock.monotonicMs();
    this.#missingSinceMs ??= nowMs;
    if (nowMs - this.#missingSinceMs <= 2 * mountTimeoutMs) return;
    throw new SyncFailure('mountStale', `LSN ${log.lastLsn} < ${progress.durableLsn ?? 0}`);
  }
}
