import { type Clock, sleep } from '#core/clock';
import type { FileInfo } from '#mtnode/redo';
import type { Mount } from '#mtnode/sync';
import { ModelDisk, systemError } from '#test/model-disk';

/**
 * What the mount shows: the other's folder; no directory at all; the empty directory beneath a mount that is not there
 * (which takes writes, as a true one does); somebody else's folder; nothing, only the system's error of that code.
 */
export type MountView = 'share' | 'gone' | 'empty' | { foreign: ModelDisk } | { code: string };

/** The other instance's folder as one process sees it through a mount that can be taken away. */
export class ModelMount implements Mount {
  readonly directory: string;
  view: MountView = 'share';
  /** Mounted read-only: every call that writes fails. */
  isReadOnly = false;
  /** How long each call takes; needs a clock. */
  latencyMs = 0;
  readonly #disk: ModelDisk;
  readonly #clock: Clock | undefined;
  #beneath = new ModelDisk();
  #hung: (() => void)[] | undefined;
  #isClosed = false;

  constructor(disk: ModelDisk, clock?: Clock, directory = '/mnt/peer') {
    this.#disk = disk;
    this.#clock = clock;
    this.directory = directory;
  }

  /** Unmounted: the empty directory beneath shows. */
  unmount(): void {
    this.#beneath = new ModelDisk();
    this.view = 'empty';
  }

  remount(): void {
    this.view = 'share';
  }

  /** From now on nothing answers, calls under way included, until {@link release}. */
  hang(): void {
    this.#hung ??= [];
  }

  /** What hung goes on, with what the mount shows then. */
  release(): void {
    const waiting = this.#hung ?? [];
    this.#hung = undefined;
    for (const goOn of waiting) goOn();
  }

  /** How many calls hang now. */
  hanging(): number {
    return this.#hung?.length ?? 0;
  }

  async readFile(name: string): Promise<Uint8Array> {
    return this.#on(name, async (disk) => {
      const content = disk.bytes(name);
      if (content === undefined) throw systemError('ENOENT', 'open', name);
      return content;
    });
  }

  list(): Promise<FileInfo[]> {
    return this.#on('.', (disk) => disk.list());
  }

  read(name: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#on(name, (disk) => disk.read(name, offset, length));
  }

  writeFile(name: string, bytes: Uint8Array): Promise<void> {
    return this.#on(name, (disk) => {
      if (this.isReadOnly) throw systemError('EROFS', 'open', name);
      return disk.replace(name, bytes);
    });
  }

  checkWritable(): Promise<void> {
    return this.#on('.', async () => {
      if (this.isReadOnly) throw systemError('EROFS', 'access', '.');
    });
  }

  /** Calls under way stay without an answer; further ones reject. */
  close(): void {
    this.#isClosed = true;
  }

  async #on<T>(name: string, call: (disk: ModelDisk) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw systemError('EBADF', 'mount', name);
    if (this.latencyMs > 0 && this.#clock !== undefined) await sleep(this.#clock, this.latencyMs);
    if (this.#stands) await this.#whileHung();
    const result = await call(this.#shown(name));
    if (this.#stands) await this.#whileHung();
    return result;
  }

  get #stands(): boolean {
    return this.#hung !== undefined || this.#isClosed;
  }

  async #whileHung(): Promise<void> {
    while (this.#hung !== undefined) {
      const hung = this.#hung;
      await new Promise<void>((resolve) => void hung.push(resolve));
    }
    if (this.#isClosed) await new Promise(() => {});
  }

  #shown(name: string): ModelDisk {
    if (this.view === 'share') return this.#disk;
    if (this.view === 'empty') return this.#beneath;
    if (this.view === 'gone') throw systemError('ENOENT', 'open', name);
    if ('foreign' in this.view) return this.view.foreign;
    throw systemError(this.view.code, 'open', name);
  }
}
