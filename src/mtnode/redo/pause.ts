import type { Clock } from '#core/clock';

/** Asked between pieces of long work: a promise to wait for when it is somebody else's turn, else undefined. */
export type Pause = () => Promise<void> | undefined;

/** A {@link Pause} that lets others work after every `sliceMs` of the clock's time. */
export function slices(clock: Clock, sliceMs = 8): Pause {
  let beganMs = clock.monotonicMs();
  return () => {
    if (clock.monotonicMs() - beganMs < sliceMs) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        beganMs = clock.monotonicMs();
        resolve();
      });
    });
  };
}

/** Never pauses. */
export const noPause: Pause = () => undefined;
