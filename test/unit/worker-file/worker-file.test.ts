import { describe, expect, it } from 'vitest';
import { workerFile } from '#core/worker-file';

describe("a worker thread's file", () => {
  it.each([
    ['file:///app/src/mtnode/sync/mount-thread.ts', 'file:///app/src/mtnode/sync/mount-worker.ts'],
    ['file:///app/out/main/mtnode.js', 'file:///app/out/main/mount-worker.js'],
    ['file:///app/out/main/chunks/run-Cb1.js', 'file:///app/out/main/mount-worker.js'],
    ['file:///C:/app.asar/out/main/chunks/run-Cb1.js', 'file:///C:/app.asar/out/main/mount-worker.js'],
  ])('for %s is %s', (here, file) => {
    expect(workerFile('mount-worker', here).href).toBe(file);
  });
});
