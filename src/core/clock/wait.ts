import type { Clock, Timer } from './clock.ts';

/** Resolves after `delayMs` of the clock's time, or at once when the signal aborts (never rejects). */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      timer.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.setTimer(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/** Thrown by `withDeadline`; `what` names what did not answer. */
export class DeadlineError extends Error {
  readonly what: string;
  readonly timeoutMs: number;
  constructor(what: string, timeoutMs: number) {
    super(`${what}: no answer within ${timeoutMs} ms`);
    this.name = 'DeadlineError';
    this.what = what;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * The promise's own outcome, or a {@link DeadlineError} once `timeoutMs` have passed. The work behind the promise is
 * not called off: its outcome after the deadline is unknown to the caller and must be treated as such. `late`: another
 * error in its place.
 */
export function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  what: string,
  promise: Promise<T>,
  late: () => Error = () => new DeadlineError(what, timeoutMs),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(timeoutMs, () => reject(late()));
    promise.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}

/** Calls `callback` every `periodMs` until cancelled; the next call is due `periodMs` after the last one began. */
export function every(clock: Clock, periodMs: number, callback: () => void): Timer {
  let cancelled = false;
  let timer = clock.setTimer(periodMs, tick);
  function tick() {
    if (cancelled) return;
    timer = clock.setTimer(periodMs, tick);
    callback();
  }
  return {
    cancel: () => {
      cancelled = true;
      timer.cancel();
    },
  };
}
