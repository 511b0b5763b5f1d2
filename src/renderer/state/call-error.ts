import type { WireError } from '#shared/contract';
import { type Message, message } from '#shared/domain';

/** A call that failed: in main (its typed error), or on the way, where its outcome is not known. */
export class CallError extends Error {
  readonly code: WireError['code'] | 'timeout' | 'link-lost';
  /** What to tell the operator. */
  readonly said: Message;
  readonly instance: string | undefined;
  readonly step: string | undefined;

  constructor(code: CallError['code'], said: Message, where: { instance?: string; step?: string } = {}) {
    super(`${code}: ${said.key}`);
    this.name = 'CallError';
    this.code = code;
    this.said = said;
    this.instance = where.instance;
    this.step = where.step;
  }

  static fromWire(error: WireError): CallError {
    return new CallError(error.code, error.message, error);
  }
}

/** What to tell the operator of anything that was thrown. */
export function saidOf(error: unknown): Message {
  if (error instanceof CallError) return error.said;
  return message('screen.error.unexpected', { detail: error instanceof Error ? error.message : String(error) });
}
