import { datName, type Entry, encodeEntry, openRedoLog, type RecordType, type RedoLog } from '#mtnode/redo';
import { loadUft, Uft } from '#mtnode/uft';
import { ModelDisk } from '#test/model-disk';
import { DyingDisk } from './dying-disk.ts';
import type { Seeded } from './random.ts';

/** A record as it was handed to the log; its LSN is its place, from 1. */
export interface Written {
  epoch: number;
  type: RecordType;
  payload: Uint8Array;
}

/** What a process did with its log until it ended, and the files that it left. */
export interface History {
  written: Written[];
  /** Through this LSN the log had said that it is on disk. */
  acknowledgedLsn: number;
  files: Map<string, Buffer>;
  segmentBytes: number;
  /** How it ended, for people. */
  ending: string;
}

const LONGEST_CALLS = 400;

/** Lets a log be used at random until its process is killed at a random call; at times the power goes too. */
export async function writeHistory(random: Seeded): Promise<History> {
  const model = new ModelDisk();
  const isKilled = random.chance(0.8);
  const disk = new DyingDisk(model, random, isKilled ? random.between(1, LONGEST_CALLS) : Number.POSITIVE_INFINITY);
  const user = new LogUser(disk, random, random.between(300, 3_000));
  await Promise.race([user.run(random.between(5, 120)), disk.died]);
  const isPowerCut = random.chance(0.4);
  if (isPowerCut) model.crash(random);
  const files = new Map(model.names().map((name) => [name, model.bytes(name) ?? Buffer.alloc(0)]));
  if (disk.leftover && !isPowerCut) files.set(disk.leftover.name, Buffer.from(disk.leftover.bytes));
  const { written, acknowledgedLsn, segmentBytes } = user;
  const ending = `${isKilled ? 'killed' : 'ran to its end'}${isPowerCut ? ', power cut' : ''}`;
  return { written: [...written], acknowledgedLsn, files, segmentBytes, ending };
}

/** Appends, forces, saves, cuts and opens again as chance has it. */
class LogUser {
  written: Written[] = [];
  acknowledgedLsn = 0;
  readonly segmentBytes: number;
  readonly #disk: DyingDisk;
  readonly #random: Seeded;
  #epoch = 0;

  constructor(disk: DyingDisk, random: Seeded, segmentBytes: number) {
    this.#disk = disk;
    this.#random = random;
    this.segmentBytes = segmentBytes;
  }

  async run(steps: number): Promise<void> {
    let log = await this.#open();
    this.#newEpoch(log);
    for (let step = 0; step < steps; step++) {
      const draw = this.#random.next();
      if (draw < 0.05) log = await this.#reopen(log);
      else if (draw < 0.1) this.#newEpoch(log);
      else if (draw < 0.16) await this.#save(log);
      else if (draw < 0.19) await this.#cut(log);
      else if (draw < 0.22) await this.#adopt(log);
      else await this.#append(log);
    }
  }

  async #open(): Promise<RedoLog> {
    return openRedoLog(this.#disk, { segmentBytes: this.segmentBytes });
  }

  async #reopen(log: RedoLog): Promise<RedoLog> {
    await this.#flush(log);
    await log.close();
    return this.#open();
  }

  #newEpoch(log: RedoLog): void {
    this.#epoch += this.#random.between(1, 3);
    this.#write(log, { type: 'epoch', instance: this.#random.pick(['a', 'b']) });
  }

  async #append(log: RedoLog): Promise<void> {
    const rounds = this.#random.between(1, 3);
    const flushes: Promise<void>[] = [];
    for (let round = 0; round < rounds; round++) {
      for (let left = this.#random.between(1, 6); left > 0; left--) this.#write(log, this.#entry());
      if (this.#random.chance(0.8)) flushes.push(this.#flush(log));
    }
    await Promise.all(flushes);
  }

  async #save(log: RedoLog): Promise<void> {
    await this.#flush(log);
    const uft = new Uft();
    await loadUft(uft, this.#disk, log, { pause: () => undefined });
    const saved = log.saveDat(uft.snapshot(uft.lastLsn, log.lastEpoch, log.epochs()));
    if (this.#random.chance(0.5)) await Promise.all([saved, this.#append(log)]);
    else await saved;
    if (this.#random.chance(0.7)) await log.removeThrough(this.#random.between(1, log.lastLsn));
  }

  async #cut(log: RedoLog): Promise<void> {
    await this.#flush(log);
    const lsn = this.#random.between(Math.max(0, log.lastLsn - 20), log.lastLsn);
    // What is left may reach less far than was asked for.
    this.acknowledgedLsn = log.firstLsn > 1 ? 0 : lsn;
    await log.cutAfter(lsn);
    this.written.length = log.lastLsn;
    this.acknowledgedLsn = log.lastLsn;
    this.#epoch = Math.max(this.#epoch, log.lastEpoch);
    this.#newEpoch(log);
  }

  /** Another log has the same records and more, and its dat is taken over. */
  async #adopt(log: RedoLog): Promise<void> {
    await this.#flush(log);
    const [disk, uft] = [new ModelDisk(), new Uft()];
    const other = await openRedoLog(disk, { segmentBytes: 10_000 });
    for (const { epoch, type, payload } of this.written) other.append(epoch, type, payload);
    this.#newEpoch(other);
    for (let left = this.#random.between(0, 10); left > 0; left--) this.#write(other, this.#entry());
    await other.flush();
    await loadUft(uft, disk, other, { pause: () => undefined });
    await other.saveDat(uft.snapshot(uft.lastLsn, other.lastEpoch, other.epochs()));
    const dat = disk.bytes(datName(other.lastLsn)) ?? Buffer.alloc(0);
    await log.adoptDat(other.lastLsn, piecesOf(dat));
    this.acknowledgedLsn = log.lastLsn;
  }

  async #flush(log: RedoLog): Promise<void> {
    const durable = await log.flush();
    this.acknowledgedLsn = Math.max(this.acknowledgedLsn, durable);
  }

  #write(log: RedoLog, entry: Entry): void {
    const payload = encodeEntry(entry);
    const lsn = log.append(this.#epoch, entry.type, payload);
    this.written[lsn - 1] = { epoch: this.#epoch, type: entry.type, payload };
  }

  #entry(): Entry {
    const draw = this.#random.next();
    const value = `user-${this.#random.between(1, 20)}`;
    if (draw < 0.1) return { type: 'session', kind: this.#random.pick(['session', 'token']), value };
    if (draw < 0.15) return { type: 'session-end', kind: this.#random.pick(['session', 'token']), value };
    const key = this.#random.chance(0.05) ? `again-${this.#random.between(1, 5)}` : `key-${this.written.length + 1}`;
    const order = {
      account: this.#random.pick(['A1', '帐户']),
      instrument: 'x'.repeat(this.#random.between(1, 32)),
      side: this.#random.pick(['buy', 'sell'] as const),
      price: this.#random.between(1, 1e6) / 100,
      quantity: this.#random.between(1, 1e6),
    };
    return { type: 'order', key, order };
  }
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}
