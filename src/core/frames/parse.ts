import { type Reply, type Request, replySchema, requestSchema } from '#shared/protocol';
import { safeParseOwn } from '#shared/reading';
import { FrameError } from './errors.ts';
import { decodeJson } from './json.ts';

/** The request in a body. Throws {@link FrameError} NOT_UTF8, NOT_JSON or NOT_A_REQUEST. */
export function parseRequest(body: Uint8Array): Request {
  return requestOf(decodeJson(body));
}

/** The reply in a body. Throws {@link FrameError} NOT_UTF8, NOT_JSON or NOT_A_REPLY. */
export function parseReply(body: Uint8Array): Reply {
  return replyOf(decodeJson(body));
}

/** What is in a body that may be either: a reply has an error number. Throws {@link FrameError} as the other two do. */
export function parseMessage(body: Uint8Array): { request: Request } | { reply: Reply } {
  const request = requestOf(decodeJson(body));
  return 'error_no' in request ? { reply: replyOf(request) } : { request };
}

function requestOf(value: unknown): Request {
  const parsed = safeParseOwn(requestSchema, value);
  if (!parsed.success) throw new FrameError('NOT_A_REQUEST', 'a request needs the whole numbers `function` and `id`');
  return parsed.data;
}

function replyOf(value: unknown): Reply {
  const parsed = safeParseOwn(replySchema, value);
  if (!parsed.success)
    throw new FrameError('NOT_A_REPLY', 'a reply needs the whole numbers `function`, `id` and `error_no`');
  return parsed.data;
}
