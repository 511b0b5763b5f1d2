import { type Clock, DeadlineError, withDeadline } from '#core/clock';
import { DatabaseError } from './port.ts';

/** What both kinds of database are held to. */
export interface Limits {
  clock: Clock;
  /** A call's deadline, waiting for its turn and connecting included. */
  timeoutMs: number;
  /** How long a statement waits for another writer's lock. */
  lockTimeoutMs: number;
}

/** One call at a time, each under a deadline that includes its wait; one whose deadline passed before its turn is dropped. */
export class SerialCalls {
  readonly #name: string;
  readonly #limits: Limits;
  #last: Promise<unknown> = Promise.resolve();

  constructor(name: string, limits: Limits) {
    this.#name = name;
    this.#limits = limits;
  }

  /** `abandon` is called when the deadline passes while `work` is under way; later calls wait until `work` settles. */
  async run<T>(work: () => Promise<T>, abandon: () => void = () => undefined): Promise<T> {
    const { clock, timeoutMs } = this.#limits;
    const call = { working: false, givenUp: false };
    const turn = this.#last.then(() => {
      if (call.givenUp) throw this.#noAnswer();
      call.working = true;
      return work();
    });
    this.#last = turn.catch(() => undefined);
    try {
      return await withDeadline(clock, timeoutMs, this.#name, turn);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      call.givenUp = true;
      if (call.working) abandon();
      throw this.#noAnswer();
    }
  }

  #noAnswer(): DatabaseError {
    return new DatabaseError('UNREACHABLE', this.#name, `no answer within ${this.#limits.timeoutMs} ms`);
  }
}
