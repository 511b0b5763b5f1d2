/**
 * `OVERSIZED`: longer than the transport allows; on t2 the stream cannot be read on. `NOT_UTF8`, `NOT_JSON`: the body is
 * not what the convention says. `NOT_A_REQUEST`, `NOT_A_REPLY`: JSON that lacks the fields every message has.
 */
export type FrameErrorCode = 'OVERSIZED' | 'NOT_UTF8' | 'NOT_JSON' | 'NOT_A_REQUEST' | 'NOT_A_REPLY';

/** Bytes from the network that are no message, with the reason. Never carries the body itself: it may hold secrets. */
export class FrameError extends Error {
  readonly code: FrameErrorCode;
  constructor(code: FrameErrorCode, detail: string) {
    super(detail);
    this.name = 'FrameError';
    this.code = code;
  }
}
