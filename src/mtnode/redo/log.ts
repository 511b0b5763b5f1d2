import type { Aside } from '#shared/domain';
import { endOf, epochsThrough, writeAside } from './cut.ts';
import { checkedDat, writeDat } from './dat.ts';
import type { DatContent, DatHeader } from './dat-content.ts';
import { RedoDamage, RedoGone, RedoOrder } from './errors.ts';
import type { MarkFile } from './mark.ts';
import { datName, datsOf } from './names.ts';
import { noPause, type Pause } from './pause.ts';
import type { Disk } from './ports.ts';
import { type EpochStart, encodeRecord, type RecordType, type RedoRecord } from './record.ts';
import { type LogState, positionOf, recover, restartAt } from './recover.ts';
import type { RedoLog, RedoLogOptions } from './redo-log.ts';
import { scanRecords } from './scan.ts';
import { MAX_EPOCHS, type Segment } from './segment.ts';
import { LogWriter } from './writer.ts';
/**
 * Opens the log in a folder after recovering it: a torn tail is cut, interrupted cuts are finished. Throws
 * {@link RedoDamage}, naming file and byte, where anything that was forced to disk is damaged or missing.
 */
export async function openRedoLog(disk: Disk, options: RedoLogOptions): Promise<RedoLog> {
  const pause = options.pause ?? noPause;
  const { state, markFile } = await recover(disk, pause);
  const writer = new LogWriter(disk, state, markFile, options.segmentBytes);
  await writer.openNewest();
  await markFile.replace(positionOf(state));
  return new DiskLog(disk, state, markFile, writer, pause);
}

class DiskLog implements RedoLog {
  readonly #disk: Disk;
  readonly #state: LogState;
  readonly #mark: MarkFile;
  readonly #writer: LogWriter;
  readonly #pause: Pause;
  /** What rewrites files waits for its turn. */
  #turn: Promise<unknown> = Promise.resolve();
  #saving: AbortController | undefined;
  /** While the log is cut or replaced nothing can be appended. */
  #isFrozen = false;
  /** Cuts and replacements: what was read before one no longer counts. */
  #cuts = 0;

  constructor(disk: Disk, state: LogState, mark: MarkFile, writer: LogWriter, pause: Pause) {
    this.#disk = disk;
    this.#state = state;
    this.#mark = mark;
    this.#writer = writer;
    this.#pause = pause;
  }

  get firstLsn(): number {
    return this.#state.segments[0]?.firstLsn ?? this.#writer.durableLsn + 1;
  }

  get lastLsn(): number {
    return this.#state.lastLsn;
  }

  get durableLsn(): number {
    return this.#writer.durableLsn;
  }

  get lastEpoch(): number {
    return this.#state.epochs.at(-1)?.epoch ?? 0;
  }

  get datLsn(): number | null {
    return this.#state.datLsn;
  }

  get failure(): Error | undefined {
    return this.#writer.failure;
  }

  get rewrites(): number {
    return this.#cuts;
  }

  epochs(): readonly EpochStart[] {
    return this.#state.epochs;
  }

  append(epoch: number, type: RecordType, payload: Uint8Array): number {
    const lsn = this.lastLsn + 1;
    this.#check(epoch, this.lastEpoch);
    this.#add({ lsn, epoch, durableLsn: this.durableLsn, type, payload });
    return lsn;
  }

  appendCopies(records: readonly RedoRecord[]): void {
    let { lastLsn, lastEpoch } = this;
    for (const { lsn, epoch } of records) {
      if (lsn !== lastLsn + 1) throw new RedoOrder(`LSN ${lsn} does not follow on ${lastLsn}`);
      this.#check(epoch, lastEpoch);
      lastLsn = lsn;
      lastEpoch = epoch;
    }
    for (const record of records) this.#add({ ...record, durableLsn: this.durableLsn });
  }

  flush(): Promise<number> {
    return this.#writer.flush();
  }

  async *read(fromLsn: number, batchRecords = 1_000): AsyncGenerator<RedoRecord[]> {
    const cuts = this.#cuts;
    if (fromLsn < this.firstLsn) throw new RedoGone(fromLsn, this.firstLsn);
    let lsn = fromLsn;
    while (lsn <= this.durableLsn) {
      const segment = this.#state.segments.find((one) => one.firstLsn <= lsn && lsn <= one.lastLsn);
      if (segment === undefined) throw new RedoGone(lsn, this.firstLsn);
      for await (const records of this.#readSegment(segment, lsn)) {
        for (let from = 0; from < records.length; from += batchRecords) {
          if (this.#cuts !== cuts) return;
          const batch = records.slice(from, from + batchRecords);
          lsn += batch.length;
          yield batch;
        }
      }
      if (this.#cuts !== cuts) return;
    }
  }

  bytesAfter(lsn: number): number {
    let bytes = 0;
    for (const segment of this.#state.segments) {
      if (segment.lastLsn <= lsn) continue;
      bytes += segment.bytes - segment.before(lsn + 1).offset;
    }
    return bytes;
  }

  cutAfter(lsn: number): Promise<Aside | null> {
    return this.#rewrite(async () => {
      if (lsn >= this.lastLsn) return null;
      const dats = datsOf(await this.#disk.list());
      const aside = await writeAside(this.#disk, this.#state, lsn, dats.at(-1), this.#pause);
      const base = dats.findLast((dat) => dat.lsn <= lsn)?.lsn ?? 0;
      if (base + 1 >= this.firstLsn) await this.#cut(lsn);
      else await this.#restart(base, epochsThrough(this.epochs(), base));
      this.#state.datLsn = base === 0 ? null : base;
      return aside;
    });
  }

  removeThrough(lsn: number): Promise<void> {
    return this.#inTurn(async () => {
      const through = Math.min(lsn, this.#state.datLsn ?? 0);
      const { segments } = this.#state;
      for (let oldest = segments[0]; oldest && segments.length > 1 && oldest.lastLsn <= through; oldest = segments[0]) {
        await this.#disk.remove(oldest.name);
        segments.shift();
      }
    });
  }

  async saveDat(content: DatContent): Promise<void> {
    const cuts = this.#cuts;
    await this.#inTurn(async () => {
      const saving = new AbortController();
      this.#saving = saving;
      try {
        if (content.lsn > this.lastLsn || this.#cuts !== cuts)
          throw new RedoOrder('a dat of records that the log has not');
        await this.flush();
        await writeDat(this.#disk, content, this.#pause, saving.signal);
      } finally {
        this.#saving = undefined;
      }
      await this.#newDat(content.lsn);
    });
  }

  adoptDat(lsn: number, bytes: AsyncIterable<Uint8Array>): Promise<DatHeader> {
    if (lsn > this.durableLsn) return this.#adoptAhead(lsn, bytes);
    const cuts = this.#cuts;
    return this.#inTurn(async () => {
      const header = await this.#copyDat(datName(lsn), bytes);
      if (this.#cuts !== cuts) throw new RedoOrder('the log was cut or replaced meanwhile');
      await this.#newDat(lsn);
      return header;
    });
  }

  #adoptAhead(lsn: number, bytes: AsyncIterable<Uint8Array>): Promise<DatHeader> {
    return this.#rewrite(async () => {
      const isAhead = lsn > this.lastLsn;
      const position = positionOf(this.#state);
      if (isAhead) await this.#mark.replace(position, lsn);
      const header = await this.#copyDat(datName(lsn), bytes).catch(async (error: unknown) => {
        if (isAhead) await this.#mark.replace(position);
        throw new NotAdopted(error);
      });
      if (isAhead) await this.#restart(lsn, header.epochs);
      await this.#newDat(lsn);
      return header;
    }).catch((error: unknown) => {
      throw error instanceof NotAdopted ? error.cause : error;
    });
  }

  async close(): Promise<void> {
    this.#saving?.abort(new RedoOrder('the log is being closed'));
    try {
      await this.#inTurn(() => this.flush());
    } finally {
      await this.#writer.close();
    }
  }

  #check(epoch: number, lastEpoch: number): void {
    if (this.#isFrozen) throw new RedoOrder('the log is being cut or replaced');
    if (epoch < lastEpoch) throw new RedoOrder(`epoch ${epoch} after ${lastEpoch}`);
    if (epoch > lastEpoch && this.#state.epochs.length >= MAX_EPOCHS) throw new RedoOrder('too many epochs');
  }

  #add(record: RedoRecord): void {
    const { lsn, epoch } = record;
    this.#writer.add(encodeRecord(record));
    if (epoch > this.lastEpoch) this.#state.epochs.push({ epoch, firstLsn: lsn });
  }

  /** The segment's records from `lsn` to what is durable. */
  async *#readSegment(segment: Segment, lsn: number): AsyncGenerator<RedoRecord[]> {
    const cuts = this.#cuts;
    const source = scanRecords(this.#disk, segment.name, segment.before(lsn), this.#pause);
    for (;;) {
      const { done, value } = await source.next().catch((error: unknown) => {
        if (this.#state.segments.includes(segment)) throw error;
        throw new RedoGone(lsn, this.firstLsn);
      });
      if (this.#cuts !== cuts) return;
      if (done) {
        if (value.nextLsn > Math.min(segment.lastLsn, this.durableLsn)) return;
        throw new RedoDamage(
          segment.name,
          value.offset,
          value.stop?.kind === 'damaged' ? value.stop.detail : 'too short',
        );
      }
      const last = Math.min(this.durableLsn, segment.lastLsn);
      const records = value.filter((record) => record.lsn >= lsn && record.lsn <= last);
      if (records.length > 0) yield records;
      if ((value.at(-1)?.lsn ?? 0) >= last) return;
    }
  }

  /** Cuts what is above `lsn`, which a dat or the segments reach. Every state in between recovers. */
  async #cut(lsn: number): Promise<void> {
    const { segments } = this.#state;
    const kept = segments.filter(({ firstLsn }) => firstLsn <= lsn);
    const holder = kept.at(-1);
    const end = holder && (await endOf(this.#disk, holder, lsn, this.#pause));
    await this.#mark.replace({ lsn, segment: holder?.firstLsn ?? lsn + 1, offset: end ?? 0 });
    for (const dat of datsOf(await this.#disk.list()).reverse()) if (dat.lsn > lsn) await this.#disk.remove(dat.name);
    for (const { name } of segments.slice(kept.length).reverse()) await this.#disk.remove(name);
    if (holder && end !== undefined) {
      await this.#disk.truncate(holder.name, end);
      holder.cut(lsn, end);
    }
    await this.#standAt(lsn, kept, epochsThrough(this.epochs(), lsn));
  }

  /** Begins anew after the dat of this LSN; 0: with nothing. */
  async #restart(lsn: number, epochs: readonly EpochStart[]): Promise<void> {
    await this.#mark.replace(positionOf(this.#state), lsn);
    await restartAt(this.#disk, this.#mark, lsn);
    await this.#standAt(lsn, [], epochs);
  }

  async #standAt(lsn: number, segments: readonly Segment[], epochs: readonly EpochStart[]): Promise<void> {
    this.#state.lastLsn = lsn;
    this.#state.segments = [...segments];
    this.#state.epochs = [...epochs];
    await this.#writer.openNewest();
  }

  async #copyDat(name: string, bytes: AsyncIterable<Uint8Array>): Promise<DatHeader> {
    let header: DatHeader | undefined;
    await this.#disk.replace(
      name,
      checkedDat(name, bytes, (found) => {
        header = found;
      }),
    );
    if (header === undefined) throw new RedoDamage(name, 0, 'it is empty');
    return header;
  }

  async #newDat(lsn: number): Promise<void> {
    this.#state.datLsn = Math.max(lsn, this.#state.datLsn ?? 0);
    for (const dat of datsOf(await this.#disk.list()))
      if (dat.lsn < this.#state.datLsn) await this.#disk.remove(dat.name);
  }

  /** Does what changes the log's past, while nothing is appended; a dat being saved is given up. */
  async #rewrite<T>(work: () => Promise<T>): Promise<T> {
    this.#saving?.abort(new RedoOrder('the log was cut or replaced meanwhile'));
    this.#cuts++;
    return this.#inTurn(async () => {
      await this.flush();
      this.#isFrozen = true;
      try {
        return await work();
      } catch (error) {
        if (error instanceof NotAdopted) throw error;
        const failure = this.#writer.fail(error);
        throw error instanceof RedoDamage ? error : failure;
      } finally {
        this.#isFrozen = false;
        this.#cuts++;
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** The copy of a dat did not come to its end; everything is as before. */
class NotAdopted extends Error {
  constructor(cause: unknown) {
    super('not adopted', { cause });
  }
}
