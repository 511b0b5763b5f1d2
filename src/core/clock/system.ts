import { randomUUID } from 'node:crypto';
import type { Clock, Random, Timer } from './clock.ts';

/** The machine's own time. The only place, with `systemRandom`, where the project touches it. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(delayMs: number, callback: () => void): Timer {
    const handle = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/**
 * The machine's monotonic clock itself: every process and thread counts from the same moment, which the runtime's
 * `performance.now` does not promise.
 */
export const machineClock: Clock = {
  ...systemClock,
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
};

/** The machine's own randomness. */
export const systemRandom: Random = { next: () => Math.random(), uuid: () => randomUUID() };
