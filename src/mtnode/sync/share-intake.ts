import type { Clock } from '#core/clock';
import { MARK_FILE, markedLsn, type RedoLog } from '#mtnode/redo';
import type { Aside } from '#shared/domain';
import { copyDat, DatMoved, newestShareDat } from './dat-copy.ts';
import { commonLsn } from './history.ts';
import type { MountCalls } from './mount-calls.ts';
import type { PrimaryProgress } from './primary-progress.ts';
import type { ReceivedLog } from './received-log.ts';
import { SegmentMoved, SegmentTail } from './segment-tail.ts';
import type { ShareMarker } from './share-files.ts';
import { codeOf, localFailure, mountFailure, redoFailure, SyncFailure } from './sync-failure.ts';

/** More than a mark has. */
const MARK_BYTES = 8_192;

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
  #marker: ShareMarker;
  #tail: SegmentTail | undefined;
  #damage: { file: string; offset: number; sinceMs: number } | undefined;
  /** Since when the primary has more than the mount shows. */
  #missingSinceMs: number | undefined;
  #gapAfterLsn: number | undefined;
  #copyStop = new AbortController();
  #copying: Promise<void> | undefined;
  #copyFailure: unknown;
  #emptyLooks = 0;
  #hasEnded = false;

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
    intake.note(marker);
    await intake.readMark();
    return intake;
  }

  get marker(): ShareMarker {
    return this.#marker;
  }

  /** The same share's marker, read again. */
  note(marker: ShareMarker): void {
    const { progress, clock } = this.#parts;
    this.#marker = marker;
    progress.durable(marker.durableLsn, clock.monotonicMs());
  }

  /** How far the primary is, as far as its files tell. Rejects with {@link SyncFailure}. */
  async readMark(): Promise<void> {
    const { calls, progress, clock } = this.#parts;
    try {
      const mark = await calls.call(MARK_FILE, (mount) => mount.read(MARK_FILE, 0, MARK_BYTES));
      progress.durable(markedLsn(mark) ?? 0, clock.monotonicMs());
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw mountFailure(error, MARK_FILE);
    }
  }

  /** Begins to copy a new dat, or removes what neither instance needs any more. */
  async tidy(): Promise<void> {
    if (this.#copying !== undefined) return;
    const { log } = this.#parts;
    const { snapshotLsn, persistedLsn } = this.#marker;
    const removable = Math.min(log.datLsn ?? 0, persistedLsn ?? 0);
    try {
      if (removable >= log.firstLsn) await log.removeThrough(removable);
    } catch (error) {
      throw localFailure(error);
    }
    const isNew = snapshotLsn !== null && snapshotLsn > (log.datLsn ?? 0) && snapshotLsn <= log.durableLsn;
    if (isNew) this.#copying = this.#copy(snapshotLsn);
  }

  /**
   * `isThorough`: looks for a further segment even where nothing tells of one. Rejects with {@link SyncFailure},
   * {@link SegmentMoved} or as the mount does.
   */
  async look(isThorough = false): Promise<IntakeLook> {
    const { received, progress, clock } = this.#parts;
    this.#throwCopyFailure();
    await received.room();
    if (this.#tail === undefined && !(await this.#findTail())) return 'more';
    const tail = this.#tail;
    if (tail === undefined) return this.#standing(0);
    const isBehind = (progress.durableLsn ?? 0) >= tail.wantedLsn;
    const { records, bytes, hasMore, damage } = await this.#guarded(
      tail.read(isThorough || isBehind || this.#emptyLooks % 8 === 0),
    );
    if (this.#hasEnded) return 'stuck';
    this.#emptyLooks = records.length > 0 ? 0 : this.#emptyLooks + 1;
    if (records.length > 0) {
      received.append(records);
      progress.took(records.length, bytes);
      progress.durable(records.at(-1)?.durableLsn ?? 0, clock.monotonicMs());
    }
    if (damage !== undefined) return this.#damaged(damage, tail.wantedLsn);
    this.#damage = undefined;
    return hasMore ? 'more' : this.#standing(records.length);
  }

  /** Whether nothing is known to be missing or in the way. Throws where a dat could not be copied. */
  hasAll(): boolean {
    const { log, progress } = this.#parts;
    this.#throwCopyFailure();
    if (this.#tail === undefined || this.#damage !== undefined || progress.durableLsn === null) return false;
    return log.lastLsn >= progress.durableLsn;
  }

  /** What a look comes to that brought so many records and left nothing more to be read. */
  async #standing(records: number): Promise<IntakeLook> {
    const { log, progress } = this.#parts;
    const isAll = log.lastLsn >= (progress.durableLsn ?? 0);
    if (isAll || records > 0) this.#missingSinceMs = undefined;
    if (isAll) return 'end';
    if (records > 0) return 'more';
    await this.#checkVisible();
    return 'stuck';
  }

  /**
   * At a promotion: whether what a thorough look called the end is it; else look again. Rejects with
   * {@link SyncFailure} where something is missing that the primary is known to have had on its disk.
   */
  async isAtEnd(): Promise<boolean> {
    const { log, progress } = this.#parts;
    if (await this.#hasGap()) return false;
    const durable = progress.durableLsn ?? 0;
    if (durable > log.lastLsn) throw new SyncFailure('mountStale', `LSN ${log.lastLsn} < ${durable}`);
    return true;
  }

  /** A dat that is being copied for later is dropped. */
  async stopCopying(): Promise<void> {
    this.#copyStop.abort(new Error('the copy is not wanted any more'));
    await this.#copying;
    this.#copyStop = new AbortController();
  }

  /** Nothing more is taken in. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.stopCopying();
  }

  /** False: look again. */
  async #findTail(): Promise<boolean> {
    const { calls, log, received } = this.#parts;
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
    received.replaced();
    return false;
  }

  async #copy(lsn: number): Promise<void> {
    const { calls, log, received } = this.#parts;
    const { signal } = this.#copyStop;
    try {
      await received.drained();
      await copyDat(calls, log, lsn, signal);
    } catch (error) {
      // There is a newer one, which the next look or marker tells of.
      if (!(error instanceof DatMoved) && !signal.aborted) this.#copyFailure = error;
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

  /**
   * Whether there is a segment that begins after the end of what was read. It may have been made since; where a look in
   * between brought nothing, what comes before it has gone.
   */
  async #hasGap(): Promise<boolean> {
    const { calls, log } = this.#parts;
    const last = await SegmentTail.find(calls, Number.MAX_SAFE_INTEGER);
    if (last === undefined || last.firstLsn <= log.lastLsn + 1) return false;
    if (this.#gapAfterLsn === log.lastLsn)
      throw redoFailure(last.file, 0, `LSN ${log.lastLsn + 1} to ${last.firstLsn - 1}: ENOENT`);
    this.#gapAfterLsn = log.lastLsn;
    return true;
  }

  /** What the primary has had on its disk must be visible through the mount within two time-outs. */
  async #checkVisible(): Promise<void> {
    const { clock, log, progress, mountTimeoutMs } = this.#parts;
    const nowMs = clock.monotonicMs();
    this.#missingSinceMs ??= nowMs;
    if (nowMs - this.#missingSinceMs <= 2 * mountTimeoutMs) return;
    if (await this.#hasGap()) return;
    throw new SyncFailure('mountStale', `LSN ${log.lastLsn} < ${progress.durableLsn ?? 0}`);
  }
}
