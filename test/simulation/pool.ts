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

/** Threads that run seeds, each one at a time. */
export class SeedPool {
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #queue: Waiting[] = [];

  constructor(threads: number) {
    for (let count = 0; count < threads; count++) {
      const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      });
      this.#all.push(worker);
      this.#idle.push(worker);
    }
  }

  run(task: SeedTask): Promise<SeedResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #next(): void {
    const worker = this.#idle.pop();
    if (worker === undefined) return;
    const waiting = this.#queue.shift();
    if (waiting === undefined) {
      this.#idle.push(worker);
      return;
    }
    const { task, resolve, reject } = waiting;
    const onError = (error: unknown) => {
      reject(error);
    };
    worker.once('error', onError);
    worker.once('message', (result: SeedResult) => {
      worker.off('error', onError);
      this.#idle.push(worker);
      resolve(result);
      this.#next();
    });
    worker.postMessage(task);
  }
}
