import { parentPort, workerData } from 'node:worker_threads';
import { MountFiles, type MountRequest } from './mount-files.ts';
import type { MountAnswer } from './mount-thread.ts';

// The thread that may hang in the mount. One call at a time: while one is under way no other begins.
const files = new MountFiles(String(workerData));

parentPort?.on('message', (request: MountRequest) => {
  const answer = answerTo(request);
  const moved = 'result' in answer && answer.result instanceof Uint8Array ? [answer.result.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(answer, moved);
});

function answerTo(request: MountRequest): MountAnswer {
  try {
    return { result: files.perform(request) };
  } catch (error) {
    const { message, code, syscall, path } = error as NodeJS.ErrnoException;
    return { problem: { message, code: code ?? 'EIO', syscall, path } };
  }
}
