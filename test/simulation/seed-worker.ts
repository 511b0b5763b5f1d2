/** A worker thread: runs the seeds that it is given, one after the other. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { SeedTask } from './pool.ts';

// Errors are part of every fault; where each came from is for a replay of one seed to say.
Error.stackTraceLimit = 0;

// All that is imported from here on is compiled once, and not by every thread of every run.
enableCompileCache();
const { runSeed } = await import('./run-seed.ts');
let isKept = false;

parentPort?.on('message', async ({ seed, hours, only }: SeedTask) => {
  const result = await runSeed(seed, hours, only === undefined ? {} : { only });
  // A thread is not told of its end: what a seed has run of the code is kept now.
  if (!isKept) flushCompileCache();
  isKept = true;
  parentPort?.postMessage(result);
});
