import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, relative, resolve } from 'node:path';
import { SCREEN_TYPES, securityHeaders } from '#main/screen-answers';
import { isOurs } from './origin.ts';

/** On every response, refusals included. */
const SECURITY_HEADERS = securityHeaders({ connects: false });

/** The file under `root` that an address of ours means; undefined where it is not ours, or would leave `root`. */
export function fileOf(root: string, address: string): string | undefined {
  if (!isOurs(address)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(new URL(address).pathname);
  } catch {
    // A malformed escape names no file.
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`);
  const inside = relative(root, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : file;
}

function refusal(status: 404 | 405): Response {
  return new Response(null, { status, headers: SECURITY_HEADERS });
}

/** Answers requests of the console's own scheme from the built screen under `root`, and from nowhere else. */
export function screenHandler(root: string): (request: Pick<Request, 'method' | 'url'>) => Promise<Response> {
  return async ({ method, url }) => {
    if (method !== 'GET' && method !== 'HEAD') return refusal(405);
    const file = fileOf(root, url);
    const type = file && SCREEN_TYPES[extname(file)];
    if (!file || !type) return refusal(404);
    try {
      const bytes = new Uint8Array(await readFile(file));
      return new Response(method === 'HEAD' ? null : bytes, { headers: { ...SECURITY_HEADERS, 'content-type': type } });
    } catch {
      // Whatever keeps a file of ours from being read, the page is told the same: it is not there.
      return refusal(404);
    }
  };
}
