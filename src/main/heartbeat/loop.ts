import type { Clock, Random, Timer } from '#core/clock';
import type { Log } from '#core/logging';
import { Beating } from './beating.ts';
import { DueQueue } from './due-queue.ts';
import type { HeartbeatLoop } from './port.ts';

export interface HeartbeatLoopOptions {
  clock: Clock;
  random: Random;
  log?: Log;
}

/** Every interval is up to this much shorter or longer, so that beats that fell together drift apart again. */
const JITTER = 0.05;

/**
 * One timer for all targets. The first beats are spread over the interval, later ones jittered by ±5 %, so that 500 pairs
 * never beat together. After a stall of the process each target beats once, not once for every beat that was missed.
 */
export function createHeartbeatLoop({ clock, random, log }: HeartbeatLoopOptions): HeartbeatLoop {
  const queue = new DueQueue<Beating>();
  const all = new Set<Beating>();
  let timer: Timer | undefined;
  let timerDueMs = Number.POSITIVE_INFINITY;
  let stopped = false;

  function arm(): void {
    const dueMs = queue.nextDueMs() ?? Number.POSITIVE_INFINITY;
    if (dueMs === timerDueMs) return;
    timer?.cancel();
    timerDueMs = dueMs;
    timer = Number.isFinite(dueMs) ? clock.setTimer(Math.max(0, dueMs - clock.monotonicMs()), fire) : undefined;
  }

  function fire(): void {
    timerDueMs = Number.POSITIVE_INFINITY;
    const nowMs = clock.monotonicMs();
    for (let beating = queue.takeDue(nowMs); beating; beating = queue.takeDue(nowMs)) {
      if (beating.removed) continue;
      const { intervalMs } = beating.target;
      queue.add(nowMs + intervalMs * (1 + JITTER * (2 * random.next() - 1)), beating);
      beating.beat();
    }
    if (!stopped) arm();
  }

  function failed(instance: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    log?.error('a heartbeat or its listener failed', { instance, reason });
  }

  return {
    add(target, listener) {
      const beating = new Beating(target, clock, listener, (error) => failed(target.instance, error));
      all.add(beating);
      queue.add(clock.monotonicMs() + random.next() * target.intervalMs, beating);
      if (!stopped) arm();
      return {
        remove() {
          beating.remove();
          all.delete(beating);
        },
        beatNow: () => beating.beat(),
        skipped: () => beating.skipped,
      };
    },
    stop() {
      stopped = true;
      timer?.cancel();
      for (const beating of all) beating.remove();
      all.clear();
    },
  };
}
