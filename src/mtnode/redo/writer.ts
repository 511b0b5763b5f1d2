import { RedoFailed } from './errors.ts';
import type { MarkFile } from './mark.ts';
import type { AppendFile, Disk } from './ports.ts';
import { type LogState, positionOf } from './recover.ts';
import { encodeSegmentHeader, Segment } from './segment.ts';

/**
 * Gets records to disk: what is appended while one forcing is under way goes with the next (group commit). Segments
 * follow one another; a new one is begun when everything in the one before is on disk.
 */
export class LogWriter {
  readonly #disk: Disk;
  readonly #state: LogState;
  readonly #mark: MarkFile;
  readonly #segmentBytes: number;
  #file: AppendFile | undefined;
  #pending: Uint8Array[] = [];
  #durableLsn: number;
  #current: Promise<number> | undefined;
  #next: Promise<number> | undefined;
  #failure: RedoFailed | undefined;

  constructor(disk: Disk, state: LogState, mark: MarkFile, segmentBytes: number) {
    this.#disk = disk;
    this.#state = state;
    this.#mark = mark;
    this.#segmentBytes = segmentBytes;
    this.#durableLsn = state.lastLsn;
  }

  get durableLsn(): number {
    return this.#durableLsn;
  }

  get failure(): RedoFailed | undefined {
    return this.#failure;
  }

  /** Takes the next record's bytes. */
  add(bytes: Uint8Array): void {
    this.throwIfFailed();
    this.#pending.push(bytes);
    this.#state.lastLsn++;
  }

  flush(): Promise<number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#pending.length === 0) return this.#current ?? Promise.resolve(this.#durableLsn);
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  /** Forces what an earlier process left in the newest segment to disk, and keeps it open for more. */
  async openNewest(): Promise<void> {
    const newest = this.#state.segments.at(-1);
    await this.#guard(async () => {
      await this.#file?.close();
      this.#file = newest && (await this.#disk.openAppend(newest.name));
      await this.#file?.sync();
    });
    this.#durableLsn = this.#state.lastLsn;
  }

  /** From here on nothing more can be written. */
  fail(cause: unknown): RedoFailed {
    this.#failure ??= cause instanceof RedoFailed ? cause : new RedoFailed(cause);
    return this.#failure;
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    this.fail(new Error('it is closed'));
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #afterCurrent(): Promise<number> {
    await this.#current;
    this.#next = undefined;
    this.#current = this.#guard(() => this.#commit());
    try {
      return await this.#current;
    } finally {
      this.#current = undefined;
    }
  }

  async #commit(): Promise<number> {
    const batch = this.#pending;
    this.#pending = [];
    for (let from = 0; from < batch.length; ) from += await this.#write(batch, from);
    return this.#durableLsn;
  }

  /** Writes as much of the batch as fits into the segment and forces it to disk; how many records that were. */
  async #write(batch: readonly Uint8Array[], from: number): Promise<number> {
    const newest = this.#state.segments.at(-1);
    const isFull = newest === undefined || newest.bytes >= this.#segmentBytes;
    const header = isFull ? await this.#begin() : undefined;
    const segment = header?.segment ?? newest;
    if (segment === undefined || this.#file === undefined) throw new Error('there is no segment to write to');
    let bytes = segment.bytes;
    let to = from;
    while (to < batch.length && (to === from || bytes < this.#segmentBytes)) bytes += batch[to++]?.length ?? 0;
    const records = batch.slice(from, to);
    await this.#file.append([Buffer.concat(header ? [header.bytes, ...records] : records)]);
    await this.#file.sync();
    if (header) this.#state.segments.push(segment);
    for (const record of records) segment.add(record.length);
    await this.#mark.poke({ ...positionOf(this.#state), lsn: segment.lastLsn });
    this.#durableLsn = segment.lastLsn;
    return records.length;
  }

  async #begin(): Promise<{ segment: Segment; bytes: Buffer }> {
    const firstLsn = this.#durableLsn + 1;
    const bytes = encodeSegmentHeader(
      firstLsn,
      this.#state.epochs.filter((epoch) => epoch.firstLsn < firstLsn),
    );
    const segment = new Segment(firstLsn, bytes.length);
    await this.#file?.close();
    this.#file = await this.#disk.openAppend(segment.name);
    return { segment, bytes };
  }

  /** After an error of the disk nobody knows what is on it: never tried again. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    this.throwIfFailed();
    try {
      return await work();
    } catch (error) {
      throw this.fail(error);
    }
  }
}
