/** Starts a practice environment in the given directory, hangs its primary, prints the pids, and waits to be killed. */
import { join, resolve } from 'node:path';
import { systemClock, systemRandom } from '#core/clock';
import { silentLog } from '#core/logging';
import { createNodeLauncher, createPractice } from '#main/practice';

const root = resolve(import.meta.dirname, '../../..');
const practice = createPractice(
  {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    launcher: createNodeLauncher(),
    nodeEntry: join(root, 'src/mtnode/main.ts'),
    reaperEntry: join(root, 'src/main/practice/reaper.ts'),
  },
  { baseDirectory: process.argv[2] ?? '' },
);
await practice.start();
await practice.fault('A', 'hang');
console.log(JSON.stringify(practice.view().instances.map(({ pid }) => pid)));
