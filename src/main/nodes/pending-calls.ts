import type { Timer } from '#core/clock';
import { FUNCTIONS } from '#shared/domain';
import type { CallOutcome } from './port.ts';
import type { T2Connection } from './t2-connection.ts';

/** A call under way. */
export interface PendingCall {
  id: number;
  functionNumber: number;
  frame: Uint8Array;
  connection: T2Connection;
  /** Monotonic time of sending; null until sent. */
  sentAtMs: number | null;
  timer: Timer;
  resolve: (outcome: CallOutcome) => void;
}

/** The calls under way, in the order of their making; each is settled once and forgotten. */
export class PendingCalls {
  readonly #calls = new Map<number, PendingCall>();

  add(call: PendingCall): void {
    this.#calls.set(call.id, call);
  }

  get(id: number): PendingCall | undefined {
    return this.#calls.get(id);
  }

  on(connection: T2Connection): PendingCall[] {
    return [...this.#calls.values()].filter((call) => call.connection === connection);
  }

  all(): PendingCall[] {
    return [...this.#calls.values()];
  }

  /**
   * Whose reply a frame without a body is: it carries no id. F12 knows it as the heartbeat's, so the oldest heartbeat
   * takes it, and only where there is none another call.
   */
  ownerOfEmptyFrame(connection: T2Connection): PendingCall | undefined {
    const sent = this.on(connection).filter((call) => call.sentAtMs !== null);
    return sent.find((call) => call.functionNumber === FUNCTIONS.heartbeat) ?? sent[0];
  }

  settle(call: PendingCall, outcome: CallOutcome): void {
    if (!this.#calls.delete(call.id)) return;
    call.timer.cancel();
    call.resolve(outcome);
  }
}
