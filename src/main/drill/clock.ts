import { type Clock, systemClock } from '#core/clock';

/**
 * The machine's monotonic clock itself: every thread of the process counts from the same moment, which the runtime's
 * `performance.now` does not promise.
 */
export const machineClock: Clock = {
  ...systemClock,
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
};
