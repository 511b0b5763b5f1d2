/**
 * The practice environment's last resort, a process of its own: it waits until its standard input ends, which it does
 * when the owner ends, however that happens. Then it ends the node processes that the directory names (they may be
 * hung, so that they cannot notice it themselves) and removes the directory. After an orderly stop there is none left.
 */
import { existsSync } from 'node:fs';
import { systemClock, systemRandom } from '#core/clock';
import { cleanUp } from './clean-up.ts';

const directory = process.argv[2];
if (directory === undefined || !existsSync(directory)) {
  process.stderr.write('usage: reaper DIRECTORY\n');
  process.exit(2);
}
// The owner's end is what counts, not what the terminal or a session's end sends to everybody.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});
// Its other ends may be gone already: the owner can have been killed before this process ran.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.stdin.on('error', reap);
process.stdin.on('end', reap);
process.stdin.resume();
process.stdout.write('watching\n');

let reaping = false;
function reap(): void {
  if (reaping || directory === undefined) return;
  reaping = true;
  cleanUp(directory, { clock: systemClock, random: systemRandom }).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
