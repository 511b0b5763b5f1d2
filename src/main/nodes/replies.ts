import type { z } from 'zod';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import {
  digestReplySchema,
  loginReplySchema,
  type Reply,
  readReplySchema,
  type SystemInfoReply,
  statusReplySchema,
  systemInfoReplySchema,
  writeReplySchema,
} from '#shared/protocol';
import { safeParseOwn } from '#shared/reading';
import type { CallOutcome } from './port.ts';

/** What a successful reply must hold beyond the envelope. An error's reply needs no more than its number. */
const REPLY_SCHEMAS: ReadonlyMap<number, z.ZodType<Reply>> = new Map<number, z.ZodType<Reply>>([
  [FUNCTIONS.systemInfo, systemInfoReplySchema],
  [FUNCTIONS.completeStartup, statusReplySchema],
  [FUNCTIONS.practiceLogin, loginReplySchema],
  [FUNCTIONS.practiceWrite, writeReplySchema],
  [FUNCTIONS.practiceRead, readReplySchema],
  [FUNCTIONS.practiceDigest, digestReplySchema],
]);

/** What 1403040 answered, as it was read when it came in; null: nothing that can be used. */
export function systemInfoOf({ class: replyClass, reply }: CallOutcome): SystemInfoReply | null {
  return replyClass === 'ok' ? (reply as SystemInfoReply) : null;
}

/** A call that ended without a usable reply. */
export function withoutReply(outcomeClass: 'empty' | 'refused' | 'timeout', detail: string): CallOutcome {
  return { class: outcomeClass, reply: null, errorNumber: null, latencyMs: null, detail };
}

/**
 * A reply's class (F11–F13): 0 `ok`, 308000000 `switching`, another number `error`. A reply of another function, or one
 * that lacks what its function promises, is as good as none: `empty`, with the reason. The reply becomes the outcome's.
 */
export function classifyReply(functionNumber: number, reply: Reply, latencyMs: number): CallOutcome {
  if (reply.function !== functionNumber)
    return withoutReply('empty', `a reply of function ${reply.function} to a call of ${functionNumber}`);
  if (reply.error_no === ERROR_NUMBERS.switching)
    return { class: 'switching', reply, errorNumber: reply.error_no, latencyMs, detail: 'becoming primary' };
  if (reply.error_no !== ERROR_NUMBERS.ok) {
    const detail = reply.error_info ?? `error ${reply.error_no}`;
    return { class: 'error', reply, errorNumber: reply.error_no, latencyMs, detail };
  }
  const schema = REPLY_SCHEMAS.get(functionNumber);
  const parsed = schema && safeParseOwn(schema, reply);
  if (!parsed || parsed.success)
    return { class: 'ok', reply: parsed?.data ?? reply, errorNumber: 0, latencyMs, detail: 'ok' };
  const issue = parsed.error.issues[0];
  const place = issue ? `${issue.path.join('.')}: ${issue.message}` : 'it does not fit';
  return withoutReply('empty', `the reply of function ${functionNumber} is not usable: ${place}`);
}
