import { type Reply, type Request, replySchema, requestSchema } from '#shared/protocol';
import { safeParseOwn } from '#shared/reading';
import { FrameError } from './errors.ts';
import { decodeJson } from './json.ts';

/** The request in a body. Throws {@link FrameError} NOT_UTF8, NOT_JSON or NOT_A_REQUEST. */
export function parseRequest(body: Uint8Array): Request {
  const parsed = safeParseOwn(requestSchema, decodeJson(body));
  if (!parsed.success) throw new FrameError('NOT_A_REQUEST', 'a request needs the whole numbers `function` and `id`');
  return parsed.data;
}

/** The reply in a body. Throws {@link FrameError} NOT_UTF8, NOT_JSON or NOT_A_REPLY. */
export function parseReply(body: Uint8Array): Reply {
  const parsed = safeParseOwn(replySchema, decodeJson(body));
  if (!parsed.success)
    throw new FrameError('NOT_A_REPLY', 'a reply needs the whole numbers `function`, `id` and `error_no`');
  return parsed.data;
}
