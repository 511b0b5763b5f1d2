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

/** What is due sooner is due: a wait for less than a clock can tell would never end. */
const LEAST_WAIT_MS = 1;

/** When a target is beaten next; the latest of its turns counts. */
interface Turn {
  beating: Beating;
}

/**
 * One timer for all targets. The first beats are spread over the interval, later ones jittered by ±5 %, so that 500 pairs
 * never beat together. After a stall of the process each target beats once, not once for every beat that was missed.
 */
export function createHeartbeatLoop({ clock, random, log }: HeartbeatLoopOptions): HeartbeatLoop {
  const queue = new DueQueue<Turn>();
  const turns = new Map<Beating, Turn>();
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
    const dueMs = nowMs + LEAST_WAIT_MS;
    for (let turn = queue.takeDue(dueMs); turn; turn = queue.takeDue(dueMs)) {
      const { beating } = turn;
      if (turns.get(beating) !== turn) continue;
      takeTurn(beating, nowMs + beating.target.intervalMs * (1 + JITTER * (2 * random.next() - 1)));
      beating.beat();
    }
    if (!stopped) arm();
  }

  /** Within the interval, at any moment of it: those that begin together are spread. */
  function begin(beating: Beating): void {
    takeTurn(beating, clock.monotonicMs() + random.next() * beating.target.intervalMs);
    if (!stopped) arm();
  }

  function takeTurn(beating: Beating, dueMs: number): void {
    const turn = { beating };
    turns.set(beating, turn);
    queue.add(dueMs, turn);
  }

  function failed(instance: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    log?.error('a heartbeat or its listener failed', { instance, reason });
  }

  return {
    add(target, listener) {
      const beating = new Beating(target, clock, listener, (error) => failed(target.instance, error));
      begin(beating);
      return {
        remove() {
          beating.remove();
          turns.delete(beating);
        },
        beatNow: () => beating.beat(),
        restart() {
          if (!beating.removed) begin(beating);
        },
        skipped: () => beating.skipped,
      };
    },
    stop() {
      stopped = true;
      timer?.cancel();
      for (const beating of turns.keys()) beating.remove();
      turns.clear();
    },
  };
}
