import { type Clock, type Random, sleep } from '#core/clock';
import type { AppendFile, Disk, FileInfo } from '#mtnode/redo';

/** The system's error of that code, as `node:fs` gives it. */
export function systemError(code: string, call: string, name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${call} '${name}'`), { code, syscall: call, path: name });
}

/** Bytes that grow at the end without being copied each time. */
class GrowingBytes {
  #buffer: Buffer;
  #length = 0;

  constructor(content: Uint8Array = new Uint8Array()) {
    this.#buffer = Buffer.alloc(Math.max(256, content.length));
    this.write(0, content);
  }

  get length(): number {
    return this.#length;
  }

  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Writing beyond the end leaves zeros in between, as a file does. */
  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#buffer.length) {
      const grown = Buffer.alloc(Math.max(end, this.#buffer.length * 2));
      this.view().copy(grown);
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, offset);
    this.#length = Math.max(this.#length, end);
  }
}

interface Change {
  kind: 'append' | 'poke';
  offset: number;
  bytes: Uint8Array;
}

interface Entry {
  /** What every process sees. */
  content: GrowingBytes;
  /** What a power cut leaves for certain; undefined: not even the name. */
  durable: GrowingBytes | undefined;
  /** What may or may not have reached the disk since. */
  unsynced: Change[];
}

const entryOf = (content: Uint8Array): Entry => ({
  content: new GrowingBytes(content),
  durable: new GrowingBytes(content),
  unsynced: [],
});

/**
 * A folder modelled in memory: it survives its processes, and a power cut takes from it what was not synced. It is the
 * tests' own view of the folder; a process gets a {@link ModelDisk.attach}ed one, which ends with it.
 */
export class ModelDisk implements Disk {
  /** Where set, everything that writes rejects with this code (ENOSPC, EROFS, EIO...). */
  writeError: string | undefined;
  /** Where set, fsync rejects with this code, and what it should have made durable never will be, as on Linux. */
  syncError: string | undefined;
  /** How long each call takes; needs a clock. */
  latencyMs = 0;
  /** How long a sync takes beyond that. */
  syncMs = 0;
  /** How many syncs were asked for: group commit makes few of many. */
  syncs = 0;
  readonly #clock: Clock | undefined;
  #files = new Map<string, Entry>();
  #generation = 0;
  #cuts = 0;

  constructor(clock?: Clock) {
    this.#clock = clock;
  }

  /**
   * The folder as one process has it: after `detach` (the process was killed), the next `attach` or a crash none of its
   * calls does anything or answers.
   */
  attach(): Disk {
    return new AttachedDisk(this, ++this.#generation);
  }

  /** Kills the attached process; what it has written stays, synced or not. */
  detach(): void {
    this.#generation++;
  }

  /**
   * A power cut. What was not synced is gone; with `random`, any part of it may have reached the disk: appended bytes up
   * to some point, at times with a sector of zeros in between, overwritten bytes whole, torn or not at all.
   */
  crash(random?: Random): void {
    this.#generation++;
    this.#cuts++;
    for (const [name, entry] of [...this.#files]) {
      if (random !== undefined) keepSome(entry, random);
      if (entry.durable === undefined) this.#files.delete(name);
      else this.#files.set(name, entryOf(entry.durable.view()));
    }
  }

  /** The disk is lost with everything on it. */
  wipe(): void {
    this.#generation++;
    this.#cuts++;
    this.#files.clear();
  }

  /** A file's content as it is now; undefined: there is none. A copy. */
  bytes(name: string): Buffer | undefined {
    const entry = this.#files.get(name);
    return entry && Buffer.from(entry.content.view());
  }

  /** Puts a file there from outside, durably: damage, leftovers. */
  put(name: string, content: Uint8Array): void {
    this.#files.set(name, entryOf(content));
  }

  /** Takes a file away from outside. */
  delete(name: string): void {
    this.#files.delete(name);
  }

  names(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** Counts the processes that had the folder: a handle of an earlier one is dead. */
  get generation(): number {
    return this.#generation;
  }

  async list(): Promise<FileInfo[]> {
    await this.#take();
    return this.names().map((name) => ({ name, bytes: this.#entry(name, 'stat').content.length }));
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array> {
    await this.#take();
    return Buffer.from(
      this.#entry(name, 'read')
        .content.view()
        .subarray(offset, offset + length),
    );
  }

  async openAppend(name: string): Promise<AppendFile> {
    await this.#take();
    if (!this.#files.has(name)) {
      this.#mayWrite('open', name);
      this.put(name, new Uint8Array());
    }
    return new ModelAppendFile(this, this.#entry(name, 'open'), name);
  }

  async replace(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    const pieces: Uint8Array[] = [];
    if (content instanceof Uint8Array) pieces.push(Buffer.from(content));
    else for await (const piece of content) pieces.push(Buffer.from(piece));
    await this.#take();
    this.#mayWrite('write', name);
    await this.#sync(name);
    this.put(name, Buffer.concat(pieces));
  }

  async poke(name: string, offset: number, bytes: Uint8Array): Promise<void> {
    const copy = Buffer.from(bytes);
    await this.#take();
    this.#mayWrite('write', name);
    const entry = this.#files.get(name) ?? { content: new GrowingBytes(), durable: undefined, unsynced: [] };
    this.#files.set(name, entry);
    entry.content.write(offset, copy);
    entry.unsynced.push({ kind: 'poke', offset, bytes: copy });
  }

  async truncate(name: string, bytes: number): Promise<void> {
    await this.#take();
    this.#mayWrite('ftruncate', name);
    const content = this.#entry(name, 'ftruncate').content.view();
    await this.#sync(name);
    const cut = Buffer.alloc(bytes);
    content.copy(cut, 0, 0, bytes);
    this.put(name, cut);
  }

  async remove(name: string): Promise<void> {
    await this.#take();
    this.#mayWrite('unlink', name);
    this.#files.delete(name);
  }

  /** For {@link ModelAppendFile}. */
  async appendTo(entry: Entry, name: string, pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(pieces);
    await this.#take();
    this.#mayWrite('write', name);
    const offset = entry.content.length;
    entry.content.write(offset, bytes);
    entry.unsynced.push({ kind: 'append', offset, bytes });
  }

  /** For {@link ModelAppendFile}: makes durable what was written when it was asked for. */
  async syncEntry(entry: Entry, name: string): Promise<void> {
    await this.#take();
    const changes = entry.unsynced;
    entry.unsynced = [];
    await this.#sync(name);
    entry.durable ??= new GrowingBytes();
    for (const change of changes) entry.durable.write(change.offset, change.bytes);
  }

  #take(): Promise<void> {
    return this.#wait(this.latencyMs);
  }

  async #sync(name: string): Promise<void> {
    this.syncs++;
    await this.#wait(this.syncMs);
    if (this.syncError !== undefined) throw systemError(this.syncError, 'fsync', name);
  }

  async #wait(ms: number): Promise<void> {
    const cuts = this.#cuts;
    if (ms > 0 && this.#clock !== undefined) await sleep(this.#clock, ms);
    else await Promise.resolve();
    // What was under way when the power went has no effect and no answer.
    if (this.#cuts !== cuts) await new Promise(() => {});
  }

  #mayWrite(call: string, name: string): void {
    if (this.writeError !== undefined) throw systemError(this.writeError, call, name);
  }

  #entry(name: string, call: string): Entry {
    const entry = this.#files.get(name);
    if (entry === undefined) throw systemError('ENOENT', call, name);
    return entry;
  }
}

class ModelAppendFile implements AppendFile {
  readonly #disk: ModelDisk;
  readonly #entry: Entry;
  readonly #name: string;
  #isOpen = true;

  constructor(disk: ModelDisk, entry: Entry, name: string) {
    this.#disk = disk;
    this.#entry = entry;
    this.#name = name;
  }

  async append(pieces: readonly Uint8Array[]): Promise<void> {
    this.#check('write');
    await this.#disk.appendTo(this.#entry, this.#name, pieces);
  }

  async sync(): Promise<void> {
    this.#check('fsync');
    await this.#disk.syncEntry(this.#entry, this.#name);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }

  #check(call: string): void {
    if (!this.#isOpen) throw systemError('EBADF', call, this.#name);
  }
}

/** One process's view: once the process is gone its calls stay without effect and without an answer. */
class AttachedDisk implements Disk {
  readonly #disk: ModelDisk;
  readonly #generation: number;

  constructor(disk: ModelDisk, generation: number) {
    this.#disk = disk;
    this.#generation = generation;
  }

  list(): Promise<FileInfo[]> {
    return this.#alive(() => this.#disk.list());
  }

  read(name: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#alive(() => this.#disk.read(name, offset, length));
  }

  async openAppend(name: string): Promise<AppendFile> {
    const file = await this.#alive(() => this.#disk.openAppend(name));
    return {
      append: (pieces) => this.#alive(() => file.append(pieces)),
      sync: () => this.#alive(() => file.sync()),
      close: () => this.#alive(() => file.close()),
    };
  }

  replace(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    return this.#alive(() => this.#disk.replace(name, content));
  }

  poke(name: string, offset: number, bytes: Uint8Array): Promise<void> {
    return this.#alive(() => this.#disk.poke(name, offset, bytes));
  }

  truncate(name: string, bytes: number): Promise<void> {
    return this.#alive(() => this.#disk.truncate(name, bytes));
  }

  remove(name: string): Promise<void> {
    return this.#alive(() => this.#disk.remove(name));
  }

  #alive<T>(call: () => Promise<T>): Promise<T> {
    const isAlive = () => this.#disk.generation === this.#generation;
    return new Promise((resolve, reject) => {
      if (!isAlive()) return;
      call().then(
        (value) => isAlive() && resolve(value),
        (error: unknown) => isAlive() && reject(error),
      );
    });
  }
}

const SECTOR_BYTES = 512;

/** Lets a part of what was not synced reach the disk. */
function keepSome(entry: Entry, random: Random): void {
  if (entry.durable === undefined && random.next() < 0.5) return;
  entry.durable ??= new GrowingBytes();
  const upTo = (limit: number) => Math.floor(random.next() * (limit + 1));
  const appended = entry.unsynced.filter((change) => change.kind === 'append');
  let keep = upTo(appended.reduce((sum, change) => sum + change.bytes.length, 0));
  for (const { offset, bytes } of appended) {
    const kept = Buffer.from(bytes.subarray(0, keep));
    keep -= kept.length;
    if (kept.length > SECTOR_BYTES && random.next() < 0.25) {
      const from = upTo(kept.length - SECTOR_BYTES);
      kept.fill(0, from, from + SECTOR_BYTES);
    }
    if (kept.length > 0) entry.durable.write(offset, kept);
  }
  for (const { offset, bytes } of entry.unsynced.filter((change) => change.kind === 'poke')) {
    const draw = random.next();
    if (draw < 0.4) entry.durable.write(offset, bytes);
    else if (draw < 0.5) entry.durable.write(offset, bytes.subarray(0, upTo(bytes.length)));
  }
}
