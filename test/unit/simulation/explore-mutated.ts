/** A worker thread: explores with a mutation of the product in it. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadMutated } from '../../simulation/mutations/patch.ts';

loadMutated(workerData.edits);
const { exhaustively } = await import('../../simulation/exhaustive/run.ts');
parentPort?.postMessage(await exhaustively(workerData.depth, workerData.faults));
