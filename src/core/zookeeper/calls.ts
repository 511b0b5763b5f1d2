import type { Clock } from '#core/clock';
import type { Moment } from './client-adapter.ts';
import { isServersAnswer, toZooKeeperError } from './errors.ts';
import { ZooKeeperError } from './port.ts';

export interface CallHooks {
  /** Why no call can be made now; undefined when one can. */
  refusal(path: string): ZooKeeperError | undefined;
  /** The server has answered a request that was sent at `sentAt`. */
  answered(sentAt: Moment): void;
}

/** Which operation of a multi failed it. */
export interface FailedOperation {
  index: number;
  path: string;
}

/** The most calls that may wait for an answer at once; more is a runaway caller. */
const MAX_CALLS_UNDER_WAY = 20_000;

/**
 * Every call goes through here: refused unless connected, ended by a deadline, its error translated, and its answer
 * counted for the lease.
 */
export class CallGate {
  readonly #clock: Clock;
  readonly #hooks: CallHooks;
  #underWay = 0;

  constructor(clock: Clock, hooks: CallHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /**
   * Runs `send`, which hands the request to the client library and calls `done` with what came of it. Rejects with a
   * {@link ZooKeeperError}; without an answer after `timeoutMs` the outcome is unknown.
   */
  call<T>(
    path: string,
    timeoutMs: number,
    send: (done: (error: unknown, value: () => T, failedOp?: FailedOperation) => void) => void,
  ): Promise<T> {
    const refusal = this.#hooks.refusal(path);
    if (refusal) return Promise.reject(refusal);
    if (this.#underWay >= MAX_CALLS_UNDER_WAY) {
      return Promise.reject(new ZooKeeperError('NOT_CONNECTED', path, 'too many calls wait for an answer'));
    }
    const sentAt = { monotonicMs: this.#clock.monotonicMs(), wallMs: this.#clock.wallMs() };
    return new Promise<T>((resolve, reject) => {
      let settled = false;
      const settle = () => {
        settled = true;
        this.#underWay -= 1;
        timer.cancel();
      };
      const fail = (error: ZooKeeperError) => {
        if (!settled) settle();
        reject(error);
      };
      const timer = this.#clock.setTimer(timeoutMs, () => {
        // A busy process finds its timer due before it has read the socket: let what has arrived be read first.
        const late = () => fail(new ZooKeeperError('OUTCOME_UNKNOWN', path, `no answer within ${timeoutMs} ms`));
        setImmediate(() => setImmediate(late));
      });
      this.#underWay += 1;
      try {
        send((error, value, failedOp) => {
          if (settled) return;
          if (!error || isServersAnswer(error)) this.#hooks.answered(sentAt);
          if (error) return fail(toZooKeeperError(error, failedOp?.path ?? path, failedOp?.index));
          settle();
          try {
            resolve(value());
          } catch (unreadable) {
            reject(new ZooKeeperError('OUTCOME_UNKNOWN', path, `unreadable answer: ${String(unreadable)}`));
          }
        });
      } catch (invalid) {
        fail(toZooKeeperError(invalid, path));
      }
    });
  }
}
