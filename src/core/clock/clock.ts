/** A timer that can be called off. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as it is handed to everything that decides. Intervals are measured with `monotonicMs`, which never jumps but
 * may stand still while the machine sleeps; `wallMs` is for display, for records, and as the second opinion that
 * notices a sleep.
 */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since the Unix epoch; may jump. */
  wallMs(): number;
  /** Runs `callback` once, no earlier than `delayMs` from now. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

/** Randomness as it is handed in, so that a run can be repeated from its seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A string that no other call returns, for ids and names. */
  uuid(): string;
}
