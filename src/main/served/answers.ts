import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { securityHeaders } from '#main/screen-answers';
import type { ScreenFile } from './files.ts';
import type { Gate, Knock } from './gate.ts';

/** On every answer, refusals included. */
export const SECURITY_HEADERS = securityHeaders({ connects: true });

/** Said to a person whose browser was refused, in both languages: no language is known of a stranger. */
export const REFUSALS = {
  401: '请使用控制台启动时打印的地址进入；该地址只能使用一次。\nOpen the address that the console printed when it started; it works once.\n',
  403: '拒绝访问：请求不是来自本机的控制台页面。\nRefused: this request does not come from the console on this machine.\n',
  404: '没有此页面。\nThere is no such page.\n',
  405: '不支持此方法。\nThis method is not allowed.\n',
  503: '连接的页面过多。\nToo many screens are connected.\n',
} as const;
export type RefusalStatus = keyof typeof REFUSALS;

/** What the gate looks at. */
export function knockOf(request: IncomingMessage): Knock {
  const { host, origin, cookie } = request.headers;
  return { host, origin, cookie, target: request.url ?? '/' };
}

interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** Answers plain HTTP: the screen's files to who may have them. Checks go Host and Origin, who, method, path. */
export function createHttpAnswers(gate: Gate, files: ReadonlyMap<string, ScreenFile>) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { status, headers, body } = answer(gate, files, request);
    response.writeHead(status, { ...SECURITY_HEADERS, ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function answer(gate: Gate, files: ReadonlyMap<string, ScreenFile>, request: IncomingMessage): Answer {
  const admission = gate.admit(knockOf(request));
  if (admission.verdict === 'foreign') return refusal(403);
  if (admission.verdict === 'unknown') return refusal(401);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, { allow: 'GET, HEAD' });
  const path = pathOf(request.url ?? '/');
  const file = path === undefined ? undefined : files.get(path);
  if (!file) return refusal(404);
  // A look ahead at the link (a previewer, a scanner) must not use its token up.
  if (request.method === 'HEAD' && admission.verdict === 'welcome') return refusal(401);
  const setCookie = admission.verdict === 'welcome' ? { 'set-cookie': admission.enter() } : {};
  // The token leaves the address at once, so that it is in no history and no screenshot.
  if (admission.verdict === 'welcome' || admission.tokenInUrl)
    return { status: 303, headers: { ...setCookie, location: '/', 'cache-control': 'no-store' } };
  const cacheControl = file.immutable ? 'private, max-age=31536000, immutable' : 'no-store';
  const headers = { 'content-type': file.type, 'content-length': file.bytes.length, 'cache-control': cacheControl };
  return { status: 200, headers, body: file.bytes };
}

function refusal(status: RefusalStatus, headers: OutgoingHttpHeaders = {}): Answer {
  const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return { status, headers: { ...plain, ...headers }, body: REFUSALS[status] };
}

/** The decoded path of a request target; undefined where it is not one of ours (a proxy's, a malformed one). */
export function pathOf(target: string): string | undefined {
  if (!target.startsWith('/')) return undefined;
  const [path = '/'] = target.split('?', 1);
  try {
    return decodeURIComponent(path);
  } catch {
    // A malformed escape names no file.
    return undefined;
  }
}
