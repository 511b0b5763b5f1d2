import { Worker } from 'node:worker_threads';
import { workerFile } from '#core/worker-file';
import type { MountRequest } from './mount-files.ts';

export type MountAnswer =
  | { result: unknown }
  | { problem: { message: string; code: string; syscall: string | undefined; path: string | undefined } };

/** One thread that calls the mounted directory: one call at a time. */
export class MountThread {
  /** It takes no call any more. */
  hasEnded = false;
  readonly #worker: Worker;
  readonly #ended = Promise.withResolvers<void>();
  #waiting: { resolve: (result: unknown) => void; reject: (error: Error) => void } | undefined;

  constructor(directory: string) {
    // Nothing this process was started with, preloads for one, is meant for the thread.
    this.#worker = new Worker(workerFile('mount-worker', import.meta.url), { workerData: directory, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answer: MountAnswer) => this.#take(answer));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#worker.once('exit', () => {
      this.hasEnded = true;
      this.#fail('the thread has ended');
      this.#ended.resolve();
    });
  }

  /** Settles when the call comes back, which may be never. Rejects with the system's error. */
  call(request: MountRequest): Promise<unknown> {
    // Whoever waits for an answer keeps the process; an idle thread does not.
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread once the call under way, if any, comes back; resolves then. */
  end(): Promise<void> {
    this.#worker.unref();
    void this.#worker.terminate();
    return this.#ended.promise;
  }

  #take(answer: MountAnswer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(Object.assign(new Error(answer.problem.message), answer.problem));
  }

  #fail(detail: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(Object.assign(new Error(`EIO: mount thread: ${detail}`), { code: 'EIO' }));
  }
}
