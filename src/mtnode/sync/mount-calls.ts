import { type Clock, withDeadline } from '#core/clock';
import type { Mount } from './ports.ts';

/** The mount gave no answer in time, to this call or to the one before it that is still under way. */
export class MountHung extends Error {
  /** What was asked. */
  readonly what: string;
  readonly timeoutMs: number;
  constructor(what: string, timeoutMs: number) {
    super(`${what}: no answer from the mount within ${timeoutMs} ms`);
    this.name = 'MountHung';
    this.what = what;
    this.timeoutMs = timeoutMs;
  }
}

/** Calls of the mount, one at a time and each under a deadline. While one hangs no other is made. */
export class MountCalls {
  readonly #mount: Mount;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #underWay: { what: string; settled: Promise<void> } | undefined;

  constructor(mount: Mount, clock: Clock, timeoutMs: number) {
    this.#mount = mount;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  get directory(): string {
    return this.#mount.directory;
  }

  /**
   * Makes the call when those before it have ended. Rejects with the call's own error, or with {@link MountHung} once
   * `timeoutMs` have passed, waiting for its turn included; what the call brings after that is dropped.
   */
  async call<T>(what: string, run: (mount: Mount) => Promise<T>): Promise<T> {
    const deadlineMs = this.#clock.monotonicMs() + this.#timeoutMs;
    while (this.#underWay !== undefined) await this.#inTime(this.#underWay.what, deadlineMs, this.#underWay.settled);
    const answer = run(this.#mount);
    const settled = answer.then(
      () => this.#end(),
      () => this.#end(),
    );
    this.#underWay = { what, settled };
    return this.#inTime(what, deadlineMs, answer);
  }

  /** Resolves when no call is under way any more. */
  async whenIdle(): Promise<void> {
    while (this.#underWay !== undefined) await this.#underWay.settled;
  }

  #end(): void {
    this.#underWay = undefined;
  }

  #inTime<T>(what: string, deadlineMs: number, promise: Promise<T>): Promise<T> {
    const leftMs = deadlineMs - this.#clock.monotonicMs();
    return withDeadline(this.#clock, leftMs, what, promise, () => new MountHung(what, this.#timeoutMs));
  }
}
