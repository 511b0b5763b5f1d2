/** A worker thread: runs the seeds that it is given, one after the other. */
import { parentPort } from 'node:worker_threads';
import type { SeedTask } from './pool.ts';
import { runSeed } from './run-seed.ts';

// Errors are part of every fault; where each came from is for a replay of one seed to say.
Error.stackTraceLimit = 0;

parentPort?.on('message', async ({ seed, hours, only }: SeedTask) => {
  parentPort?.postMessage(await runSeed(seed, hours, only === undefined ? {} : { only }));
});
