import { verifyDat } from './dat.ts';
import { RedoDamage } from './errors.ts';
import { type Mark, type MarkFile, type ReadMark, readMark } from './mark.ts';
import { datName, datsOf, MARK_FILE, type NumberedFile, segmentName, segmentsOf } from './names.ts';
import type { Pause } from './pause.ts';
import type { Disk } from './ports.ts';
import { type EpochStart, RECORD_HEAD_BYTES, type RedoRecord } from './record.ts';
import { durableSeenAfter, readSegmentHeader, type ScanEnd, scanRecords } from './scan.ts';
import { Segment, type SegmentHeader } from './segment.ts';

/** What is on disk, and how the log stands. */
export interface LogState {
  /** Oldest first; the last one is written to. Without gaps. */
  segments: Segment[];
  /** 0: none. */
  lastLsn: number;
  epochs: EpochStart[];
  /** The newest dat's LSN; null: there is none. */
  datLsn: number | null;
}

/**
 * Reads what a folder holds, after a crash at any byte. Cuts a torn tail, finishes what a cut or replacement had begun.
 * Damage to anything that was forced to disk, as far as mark, later records, later segments and dats tell, is refused
 * with {@link RedoDamage}, and nothing is repaired.
 */
export async function recover(disk: Disk, pause: Pause): Promise<{ state: LogState; markFile: MarkFile }> {
  const found = await readMark(disk);
  const isReplaced = found.mark !== undefined && (await finishRestart(disk, found.file, found.mark));
  const read = isReplaced ? await readMark(disk) : found;
  const files = await disk.list();
  const state = await new Recovery(disk, read, pause).run(segmentsOf(files), datsOf(files));
  return { state, markFile: read.file };
}

/** Where the next record goes. */
export function positionOf({ segments, lastLsn }: LogState): { lsn: number; segment: number; offset: number } {
  const last = segments.at(-1);
  return { lsn: lastLsn, segment: last?.firstLsn ?? lastLsn + 1, offset: last?.bytes ?? 0 };
}

/** Goes on with a replacement of the log by a dat that the mark tells of, should the dat have arrived; whether it had. */
async function finishRestart(disk: Disk, markFile: MarkFile, mark: Mark): Promise<boolean> {
  const { restartLsn } = mark;
  if (restartLsn === null) return false;
  const hasDat = datsOf(await disk.list()).some(({ lsn }) => lsn === restartLsn);
  if (restartLsn !== 0 && !hasDat) return false;
  await restartAt(disk, markFile, restartLsn);
  return true;
}

/** Removes every segment, and the dats above `lsn`: the log goes on at `lsn` + 1. The mark says so already. */
export async function restartAt(disk: Disk, markFile: MarkFile, lsn: number): Promise<void> {
  const files = await disk.list();
  for (const { name } of segmentsOf(files).reverse()) await disk.remove(name);
  for (const dat of datsOf(files).reverse()) if (dat.lsn > lsn) await disk.remove(dat.name);
  await markFile.replace({ lsn, segment: lsn + 1, offset: 0 });
}

/** What of the newest segment is to go once everything has been looked at. */
type Repair = { kind: 'truncate'; name: string; bytes: number } | { kind: 'remove'; name: string };

class Recovery {
  readonly #disk: Disk;
  readonly #mark: Mark | undefined;
  readonly #hasNoMark: boolean;
  readonly #pause: Pause;
  readonly #state: LogState = { segments: [], lastLsn: 0, epochs: [], datLsn: null };
  #repair: Repair | undefined;
  #highestEpoch = 0;

  constructor(disk: Disk, { mark, isMissing }: ReadMark, pause: Pause) {
    this.#disk = disk;
    this.#mark = mark;
    this.#hasNoMark = isMissing;
    this.#pause = pause;
  }

  async run(segments: readonly NumberedFile[], dats: readonly NumberedFile[]): Promise<LogState> {
    const dat = dats.at(-1);
    const header = dat && (await verifyDat(this.#disk, dat.name, this.#pause));
    this.#state.datLsn = dat?.lsn ?? null;
    const first = segments[0];
    if (first === undefined) {
      this.#state.epochs = [...(header?.epochs ?? [])];
      this.#state.lastLsn = this.#endWithoutSegments(dat?.lsn ?? 0);
    } else {
      if (first.lsn !== 1 && first.lsn - 1 > (dat?.lsn ?? 0))
        throw new RedoDamage(first.name, 0, `what was before LSN ${first.lsn} is in no segment and in no dat`);
      this.#state.lastLsn = first.lsn - 1;
      for (const [index, segment] of segments.entries()) await this.#segment(segment, index === segments.length - 1);
      this.#checkEnd(segments.at(-1) ?? first, dat);
      if (this.#state.segments.length === 0) this.#state.epochs = [...(header?.epochs ?? [])];
    }
    if (this.#repair?.kind === 'truncate') await this.#disk.truncate(this.#repair.name, this.#repair.bytes);
    if (this.#repair?.kind === 'remove') await this.#disk.remove(this.#repair.name);
    for (const { name, lsn } of dats) if (lsn !== dat?.lsn) await this.#disk.remove(name);
    return this.#state;
  }

  /** A log has no segment before its first record, and where it goes on after a dat: the mark was made to say so. */
  #endWithoutSegments(datLsn: number): number {
    if (this.#mark === undefined) {
      if (datLsn === 0 && this.#hasNoMark) return 0;
      throw new RedoDamage(MARK_FILE, 0, 'it is missing or unreadable, and so is every redo segment');
    }
    const { lsn, segment, offset } = this.#mark;
    if (lsn === datLsn && offset === 0) return datLsn;
    throw new RedoDamage(segmentName(lsn < datLsn ? datLsn + 1 : segment), 0, 'it is missing');
  }

  /** Takes in a segment; `isLast`: the one that was written to. */
  async #segment(file: NumberedFile, isLast: boolean): Promise<void> {
    const expected = this.#state.lastLsn + 1;
    if (file.lsn > expected)
      throw new RedoDamage(segmentName(expected), 0, `it is missing: the next one begins with LSN ${file.lsn}`);
    if (file.lsn < expected)
      throw new RedoDamage(file.name, 0, `it begins with LSN ${file.lsn}, which another one has already`);
    const header = await this.#header(file, isLast);
    if (header === undefined) return;
    if (header.firstLsn !== file.lsn) throw new RedoDamage(file.name, 0, 'its header is not that of its name');
    const segment = new Segment(file.lsn, header.bytes);
    if (this.#state.segments.length === 0) this.#begin(header);
    this.#state.segments.push(segment);
    const end = await this.#records(segment);
    this.#state.lastLsn = segment.lastLsn;
    if (end.stop === null) return;
    const detail = end.stop.kind === 'damaged' ? end.stop.detail : 'ends within a record';
    if (!isLast) throw new RedoDamage(file.name, end.offset, detail);
    await this.#checkTorn(file.name, end, detail);
    this.#repair = { kind: 'truncate', name: file.name, bytes: end.offset };
  }

  #begin(header: SegmentHeader): void {
    this.#state.epochs = [...header.epochs];
    this.#highestEpoch = header.epochs.at(-1)?.epoch ?? 0;
  }

  /** undefined: the newest segment was being made when the process ended, and nothing in it was forced to disk. */
  async #header(file: NumberedFile, isLast: boolean): Promise<SegmentHeader | undefined> {
    const header = await readSegmentHeader(this.#disk, file.name);
    if (!('kind' in header)) return header;
    const offset = header.kind === 'incomplete' ? file.bytes : header.offset;
    const detail = header.kind === 'incomplete' ? 'ends within its header' : header.detail;
    if (!isLast || header.kind === 'unknown-version') throw new RedoDamage(file.name, offset, detail);
    await this.#checkTorn(file.name, { offset, nextLsn: file.lsn, stop: null }, detail);
    this.#repair = { kind: 'remove', name: file.name };
    return undefined;
  }

  async #records(segment: Segment): Promise<ScanEnd> {
    const source = scanRecords(this.#disk, segment.name, segment.before(segment.firstLsn), this.#pause);
    for (;;) {
      const { done, value } = await source.next();
      if (done) return value;
      for (const record of value) {
        const problem = this.#record(segment, record);
        if (problem !== undefined)
          return {
            offset: segment.bytes,
            nextLsn: record.lsn,
            stop: { kind: 'damaged', offset: segment.bytes, detail: problem },
          };
      }
    }
  }

  /** Takes in a record; why it cannot be: text. */
  #record(segment: Segment, record: RedoRecord): string | undefined {
    if (record.epoch < this.#highestEpoch) return `epoch ${record.epoch} after ${this.#highestEpoch}`;
    if (record.epoch > this.#highestEpoch) {
      this.#state.epochs.push({ epoch: record.epoch, firstLsn: record.lsn });
      this.#highestEpoch = record.epoch;
    }
    segment.add(RECORD_HEAD_BYTES + record.payload.length);
    return undefined;
  }

  /** The newest segment's tail is no record: refuses it unless it can only be what was never forced to disk. */
  async #checkTorn(name: string, end: ScanEnd, detail: string): Promise<void> {
    const { offset, nextLsn } = end;
    if (this.#mark === undefined)
      throw new RedoDamage(name, offset, `${detail}, and ${MARK_FILE} does not say whether it was forced to disk`);
    if (nextLsn <= this.#mark.lsn) throw new RedoDamage(name, offset, `${detail}, where ${this.#mark.lsn} was durable`);
    const seen = await durableSeenAfter(this.#disk, name, { lsn: nextLsn, offset }, this.#pause);
    if (seen >= nextLsn) throw new RedoDamage(name, offset, `${detail}, though a later record says it was durable`);
  }

  /** Everything that is known to have been durable must be here. */
  #checkEnd(last: NumberedFile, dat: NumberedFile | undefined): void {
    const { lastLsn, segments } = this.#state;
    const offset = segments.at(-1)?.name === last.name ? (segments.at(-1)?.bytes ?? 0) : 0;
    const markedLsn = this.#mark?.lsn ?? 0;
    if (lastLsn < markedLsn)
      throw new RedoDamage(last.name, offset, `ends with LSN ${lastLsn}, but ${markedLsn} was durable`);
    if (dat !== undefined && lastLsn < dat.lsn)
      throw new RedoDamage(last.name, offset, `ends with LSN ${lastLsn}, but ${datName(dat.lsn)} has more`);
  }
}
