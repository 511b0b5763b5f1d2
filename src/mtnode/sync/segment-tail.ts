import { parseRecords, parseSegmentHeader, type RedoRecord, segmentName, segmentsOf } from '#mtnode/redo';
import type { MountCalls } from './mount-calls.ts';
import { codeOf } from './sync-failure.ts';

/** So much is read at once; more than the longest record and the longest header by far. */
export const CHUNK_BYTES = 256 * 1024;

/** What a look at the end of the redo brought. */
export interface TailRead {
  /** In order, without gaps. Views on the bytes read. */
  records: RedoRecord[];
  bytes: number;
  /** There is more to be read at once. */
  hasMore: boolean;
  /** What stands where the next record must be is none. */
  damage: { file: string; offset: number; detail: string } | undefined;
}

/** The file that was being read is no longer there. */
export class SegmentMoved extends Error {
  constructor(file: string) {
    super(`${file} is no longer there`);
    this.name = 'SegmentMoved';
  }
}

/** Reads another instance's redo through the mount, from one LSN on, as it grows. */
export class SegmentTail {
  readonly #calls: MountCalls;
  /** Of the segment that it was found in. */
  readonly firstLsn: number;
  #file: string;
  /** The first LSN in the file's name; undefined once the header has been read. */
  #headerOf: number | undefined;
  #offset = 0;
  /** Of the record at the offset. */
  #atLsn: number;
  #wantedLsn: number;

  private constructor(calls: MountCalls, segmentLsn: number, wantedLsn: number) {
    this.#calls = calls;
    this.firstLsn = segmentLsn;
    this.#file = segmentName(segmentLsn);
    this.#headerOf = segmentLsn;
    this.#atLsn = segmentLsn;
    this.#wantedLsn = wantedLsn;
  }

  /** Finds where the record with this LSN is, or will be; undefined: only a dat has it. */
  static async find(calls: MountCalls, wantedLsn: number): Promise<SegmentTail | undefined> {
    const segments = segmentsOf(await calls.call('list', (mount) => mount.list()));
    const holding = segments.filter((segment) => segment.lsn <= wantedLsn).at(-1);
    return holding && new SegmentTail(calls, holding.lsn, wantedLsn);
  }

  /** The segment being read. */
  get file(): string {
    return this.#file;
  }

  /** The next LSN that is wanted. */
  get wantedLsn(): number {
    return this.#wantedLsn;
  }

  /**
   * What has come since the last call. `lookForNext`: where the segment has nothing more, looks whether the next one is
   * there. Rejects with {@link SegmentMoved}, or as the mount does.
   */
  async read(lookForNext: boolean): Promise<TailRead> {
    const found = await this.#readFile();
    if (found.records.length > 0 || found.hasMore || found.damage !== undefined) return found;
    return lookForNext && (await this.#turnOver()) ? { ...found, hasMore: true } : found;
  }

  async #readFile(): Promise<TailRead> {
    const bytes = await this.#bytes(this.#file, this.#offset);
    if (bytes === undefined) throw new SegmentMoved(this.#file);
    let head = 0;
    if (this.#headerOf !== undefined) {
      const header = parseSegmentHeader(bytes);
      if ('kind' in header) {
        if (header.kind === 'incomplete') return { records: [], bytes: 0, hasMore: false, damage: undefined };
        return this.#damaged(header.offset, header.detail);
      }
      if (header.firstLsn !== this.#headerOf) return this.#damaged(0, `LSN ${header.firstLsn} in its header`);
      head = header.bytes;
      this.#headerOf = undefined;
    }
    const parsed = parseRecords(bytes.subarray(head), { expectLsn: this.#atLsn });
    this.#offset += head + parsed.bytes;
    this.#atLsn += parsed.records.length;
    const records = parsed.records.filter((record) => record.lsn >= this.#wantedLsn);
    this.#wantedLsn += records.length;
    const hasMore = bytes.length === CHUNK_BYTES && parsed.stop?.kind !== 'damaged';
    const damage =
      parsed.stop?.kind === 'damaged'
        ? { file: this.#file, offset: this.#offset, detail: parsed.stop.detail }
        : undefined;
    return { records, bytes: parsed.bytes, hasMore, damage };
  }

  /** Goes on to the segment that begins with the next record, where there is one. */
  async #turnOver(): Promise<boolean> {
    const next = segmentName(this.#atLsn);
    if (next === this.#file || (await this.#bytes(next, 0, 1)) === undefined) return false;
    this.#file = next;
    this.#headerOf = this.#atLsn;
    this.#offset = 0;
    return true;
  }

  async #bytes(file: string, offset: number, length = CHUNK_BYTES): Promise<Uint8Array | undefined> {
    try {
      return await this.#calls.call(file, (mount) => mount.read(file, offset, length));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  #damaged(offset: number, detail: string): TailRead {
    return { records: [], bytes: 0, hasMore: false, damage: { file: this.#file, offset, detail } };
  }
}
