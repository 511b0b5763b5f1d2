import { type Clock, withDeadline } from '#core/clock';
import type { Log } from '#core/logging';

/** One step of starting, undone in reverse at the end. */
export interface Phase {
  name: string;
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** A phase that does not end is left behind: the operator asked the console to quit. */
const PHASE_STOP_TIMEOUT_MS = 8_000;

/** Runs phases in order, and undoes those that ran in reverse. */
export class Boot {
  readonly #phases: readonly Phase[];
  readonly #started: Phase[] = [];
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(phases: readonly Phase[], clock: Clock, log: Log) {
    this.#phases = phases;
    this.#clock = clock;
    this.#log = log;
  }

  /** Rejects with the first phase's error after undoing what had started. */
  async start(): Promise<void> {
    for (const phase of this.#phases) {
      const beganMs = this.#clock.monotonicMs();
      try {
        this.#started.push(phase);
        await phase.start();
      } catch (error) {
        this.#log.error('a start-up phase failed', { phase: phase.name, error });
        await this.stop();
        throw error;
      }
      this.#log.debug('started', { phase: phase.name, tookMs: Math.round(this.#clock.monotonicMs() - beganMs) });
    }
  }

  /** Never rejects: every phase is undone as far as it goes. */
  async stop(): Promise<void> {
    for (let phase = this.#started.pop(); phase; phase = this.#started.pop()) {
      const { name } = phase;
      const stopping = Promise.resolve().then(phase.stop);
      await withDeadline(this.#clock, PHASE_STOP_TIMEOUT_MS, name, stopping).catch((error: unknown) =>
        this.#log.error('a phase did not stop cleanly', { phase: name, error }),
      );
    }
  }
}
