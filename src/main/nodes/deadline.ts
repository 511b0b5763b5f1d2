import type { Clock, Timer } from '#core/clock';

/** A timer that fires this much late did not wait for the peer: this process stood still. */
const STALL_MS = 20;
const GRACE_MS = 1;

/**
 * Calls `expired` after `timeoutMs`. When the process itself stood still, what the peer sent in time may lie unread:
 * then one more round of reading comes first, so that our own stall is never told as the peer's silence.
 */
export function startDeadline(clock: Clock, timeoutMs: number, expired: () => void): Timer {
  const dueMs = clock.monotonicMs() + timeoutMs;
  let timer = clock.setTimer(timeoutMs, () => {
    if (clock.monotonicMs() - dueMs > STALL_MS) timer = clock.setTimer(GRACE_MS, expired);
    else expired();
  });
  return { cancel: () => timer.cancel() };
}
