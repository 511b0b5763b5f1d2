import type { Clock, Timer } from '#core/clock';
import type { FileInfo } from '#mtnode/redo';
import type { MountRequest } from './mount-files.ts';
import { MountThread } from './mount-thread.ts';
import type { Mount } from './ports.ts';

/** How long a call may be under way before its thread is given up for another one; doubles with each in that state. */
const GIVE_UP_MS = 10_000;
const MAX_GIVE_UP_MS = 300_000;
/** Threads that were given up and have not come back. A further one waits as long as it takes. */
const MAX_STUCK = 8;

interface Job {
  request: MountRequest;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** A {@link Mount} of a real directory. */
export interface FileMount extends Mount {
  /**
   * Whether a thread is within a call. Such a thread cannot be ended from within the process: until the call comes back,
   * `process.exit` waits for it, and so does the natural end. Only SIGKILL ends the process then.
   */
  isBusy(): boolean;
  /** Resolves when none is. May take for ever. */
  whenIdle(): Promise<void>;
}

/**
 * Opens the directory in which the other instance's share is mounted; whether anything is there shows with the first
 * call. Calls are made one after the other on a thread of their own, so that one that hangs holds up neither this thread
 * nor the pool that serves its other files.
 *
 * A call that hangs is given up after 10 s, longer each time: it rejects with ETIMEDOUT and another thread takes the
 * next, for after a lazy unmount the old call never comes back though the new mount would answer.
 */
export function openFileMount(directory: string, deps: { clock: Clock; giveUpMs?: number }): FileMount {
  return new DirectoryMount(directory, deps.clock, deps.giveUpMs ?? GIVE_UP_MS);
}

class DirectoryMount implements FileMount {
  readonly directory: string;
  readonly #clock: Clock;
  readonly #giveUpMs: number;
  readonly #queue: Job[] = [];
  readonly #stuck = new Set<MountThread>();
  #idle: (() => void)[] = [];
  #thread: MountThread | undefined;
  #current: { job: Job; giveUp: Timer | undefined } | undefined;
  #isClosed = false;

  constructor(directory: string, clock: Clock, giveUpMs: number) {
    this.directory = directory;
    this.#clock = clock;
    this.#giveUpMs = giveUpMs;
    // At once, so that the first call's deadline is for the mount alone.
    this.#thread = new MountThread(directory);
  }

  async readFile(name: string): Promise<Uint8Array> {
    return (await this.#call({ kind: 'readFile', name })) as Uint8Array;
  }

  async list(): Promise<FileInfo[]> {
    return (await this.#call({ kind: 'list' })) as FileInfo[];
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array> {
    return (await this.#call({ kind: 'read', name, offset, length })) as Uint8Array;
  }

  async writeFile(name: string, bytes: Uint8Array): Promise<void> {
    await this.#call({ kind: 'writeFile', name, bytes });
  }

  async checkWritable(): Promise<void> {
    await this.#call({ kind: 'checkWritable' });
  }

  /** Rejects what waits, the call under way included, and ends the thread as soon as it can be ended. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closed = failure('EBADF', this.directory, 'the mount was closed');
    const thread = this.#thread;
    if (this.#current) this.#giveUp(closed);
    else if (thread) void thread.end();
    for (const job of this.#queue.splice(0)) job.reject(closed);
  }

  isBusy(): boolean {
    return this.#current !== undefined || this.#stuck.size > 0;
  }

  whenIdle(): Promise<void> {
    if (!this.isBusy()) return Promise.resolve();
    return new Promise((resolve) => void this.#idle.push(resolve));
  }

  #call(request: MountRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(failure('EBADF', this.directory, 'the mount was closed'));
      this.#queue.push({ request, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#queue.shift();
    if (job === undefined) {
      this.#tellIdle();
      return;
    }
    if (this.#thread?.hasEnded) this.#thread = undefined;
    this.#thread ??= new MountThread(this.directory);
    const current = { job, giveUp: this.#setGiveUp() };
    this.#current = current;
    const end = () => {
      current.giveUp?.cancel();
      // Otherwise it was given up, and another one may be under way.
      if (this.#current !== current) return;
      this.#current = undefined;
      this.#next();
    };
    this.#thread.call(job.request).then(job.resolve, job.reject).finally(end);
  }

  #setGiveUp(): Timer | undefined {
    if (this.#stuck.size >= MAX_STUCK) return undefined;
    const afterMs = Math.min(this.#giveUpMs * 2 ** this.#stuck.size, MAX_GIVE_UP_MS);
    return this.#clock.setTimer(afterMs, () => {
      this.#giveUp(failure('ETIMEDOUT', this.directory, `no answer within ${afterMs} ms`));
      this.#next();
    });
  }

  /** Leaves the thread to its call; it ends when that comes back. */
  #giveUp(error: Error): void {
    const thread = this.#thread;
    const current = this.#current;
    this.#thread = undefined;
    this.#current = undefined;
    current?.giveUp?.cancel();
    current?.job.reject(error);
    if (thread === undefined) return;
    this.#stuck.add(thread);
    void thread.end().then(() => {
      this.#stuck.delete(thread);
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (this.isBusy()) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function failure(code: string, directory: string, detail: string): Error {
  return Object.assign(new Error(`${code}: ${directory}: ${detail}`), { code });
}
