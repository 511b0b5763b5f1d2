/**
 * A console of a drill as a process of its own: watches the pair that it is told with the very monitor and engine of the
 * app, answers over its channel, and may be told to kill itself at a step of its next switchover. Ends with its parent.
 */
import { writeSync } from 'node:fs';
import { machineClock as clock, systemRandom as random } from '#core/clock';
import { createLogger } from '#core/logging';
import { KillAtStep } from './kill-at-step.ts';
import type { ConsoleRequest, ConsoleSaid, LastWords } from './port.ts';
import { type WatchedPair, watchPair } from './watched-pair.ts';

const log = createLogger({ name: 'console', level: 'error', destination: 'stderr' });
let watched: WatchedPair | undefined;
let killing: KillAtStep | undefined;

// The terminal signals everybody; this one ends when its parent does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (request: ConsoleRequest) => {
  answer(request).then(
    (result) => say({ kind: 'answer', id: request.id, result }),
    (error: unknown) =>
      say({ kind: 'problem', id: request.id, problem: error instanceof Error ? error.message : String(error) }),
  );
});

function say(said: ConsoleSaid): void {
  if (process.connected) process.send?.(said);
}

async function answer(request: ConsoleRequest): Promise<unknown> {
  if (request.kind === 'start') return start(request);
  if (!watched) throw new Error('nothing is watched yet');
  const { monitor, close } = watched;
  switch (request.kind) {
    case 'view':
      return monitor.view();
    case 'preflight':
      return monitor.preflight(request.to);
    case 'promote':
      return monitor.promote(request.request);
    case 'kill-at':
      killing = new KillAtStep(request.step, request.delayMs, monitor.view(), {
        clock,
        kill: (underWayMs) => killMyself({ step: request.step, underWayMs, atMs: clock.monotonicMs() }),
      });
      return null;
    case 'close':
      await close();
      process.exit(0);
  }
}

function start({ options }: Extract<ConsoleRequest, { kind: 'start' }>): null {
  watched = watchPair(
    options,
    { clock, random, log },
    {
      changed: () => {
        if (killing && watched) killing.see(watched.monitor.view());
      },
      notice: (notice) => say({ kind: 'notice', seen: { atMs: clock.monotonicMs(), notice } }),
      event: (event) => say({ kind: 'event', event }),
    },
  );
  return null;
}

function killMyself(words: LastWords): void {
  writeSync(1, `${JSON.stringify(words)}\n`);
  process.kill(process.pid, 'SIGKILL');
}
