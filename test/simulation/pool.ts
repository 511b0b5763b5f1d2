import { Worker } from 'node:worker_threads';
import type { SeedResult } from './run-seed.ts';

/** A seed for a worker to run. */
export interface SeedTask {
  seed: number;
  hours: number;
  only?: ReadonlySet<string>;
}

interface Waiting {
  task: SeedTask;
  resolve: (result: SeedResult) => void;
  reject: (error: unknown) => void;
}

/** Most of what a run makes is garbage at once: the more of it is thrown away in one go, the cheaper. */
const YOUNG_MB = 64;
/**
 * A thread has run so many seeds, and is followed by a fresh one: a few kilobytes stay of each. The first seeds of a thread
 * take two to three times as long, until its code is compiled.
 */
const SEEDS_A_THREAD = 2_000;

/** Threads that run seeds, each one at a time. */
export class SeedPool {
  readonly #queue: Waiting[] = [];
  readonly #threads = new Set<Worker>();
  #free: number;

  constructor(threads: number) {
    this.#free = threads;
  }

  run(task: SeedTask): Promise<SeedResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      if (this.#free === 0) return;
      this.#free -= 1;
      void this.#work().finally(() => {
        this.#free += 1;
      });
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  /** One thread after the other, for as long as anything waits. */
  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const thread = new Worker(new URL('./seed-worker.ts', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      });
      this.#threads.add(thread);
      for (let count = 0; count < SEEDS_A_THREAD; count++) {
        const waiting = this.#queue.shift();
        if (waiting === undefined || !(await runOn(thread, waiting))) break;
      }
      this.#threads.delete(thread);
      await thread.terminate();
    }
  }
}

/** Resolves once the task is over, whichever way; false: the thread has ended with it. */
function runOn(thread: Worker, { task, resolve, reject }: Waiting): Promise<boolean> {
  return new Promise((done) => {
    const failed = (error: unknown) => {
      reject(error);
      done(false);
    };
    thread.once('error', failed);
    thread.once('message', (result: SeedResult) => {
      thread.off('error', failed);
      resolve(result);
      done(true);
    });
    thread.postMessage(task);
  });
}
