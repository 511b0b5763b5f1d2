import { defineConfig } from '@playwright/test';
import { electronRuntime } from './electron-runtime.ts';

const runtime = electronRuntime();
// The configuration is read again by every worker: one says it.
if ('missing' in runtime && process.env.TEST_WORKER_INDEX === undefined)
  console.log(`The specs run on the served shell alone: ${runtime.missing}.`);

/** The same specs on both shells: `served` in an installed Chromium, `electron` where the runtime is there. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // A spec waits for processes most of its time, and none of them asserts how long something took.
  workers: 2,
  use: { actionTimeout: 15_000 },
  forbidOnly: !!process.env.CI,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : [['list']],
  projects: [{ name: 'served' }, ...('path' in runtime ? [{ name: 'electron' }] : [])],
});
