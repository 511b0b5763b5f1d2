import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '#core/clock';
import type { ScreenPort } from '#main/ipc';
import { ScreenNotBuiltError, type ServedShell, ServeError, serve } from '#main/served';
import { unpackBinary } from '#shared/contract';

let directory: string;
let screenDirectory: string;
let shell: ServedShell;
let cookie: string;
const screens: { port: ScreenPort; received: unknown[]; closed: boolean }[] = [];

const options = () => ({
  screenDirectory,
  port: 0,
  clock: systemClock,
  connect: (port: ScreenPort) => {
    const screen = { port, received: [] as unknown[], closed: false };
    screens.push(screen);
    return {
      receive: (raw: unknown) => {
        screen.received.push(raw);
        return raw !== 'nonsense';
      },
      close: () => {
        screen.closed = true;
      },
    };
  },
});

interface Asked {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
}
interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
/** A plain request: `fetch` would not let Host be chosen. */
function ask({ path = '/', method = 'GET', headers = {} }: Asked, port = shell.port): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** What an upgrade is answered with: 101, or the refusal's status. */
function upgrade(path: string, headers: Record<string, string>): Promise<{ status: number; socket: WebSocket }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${shell.port}${path}`, { headers });
    socket.once('open', () => resolve({ status: 101, socket }));
    socket.once('unexpected-response', (_request, response) => resolve({ status: response.statusCode ?? 0, socket }));
    socket.once('error', reject);
  });
}

/** Sends bytes as they are, for what a well-behaved client cannot say. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(shell.port, '127.0.0.1', () => socket.end(text));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', reject);
  });
}

async function enter(served: ServedShell): Promise<Answered> {
  const url = new URL(served.entryUrl);
  return ask({ path: url.pathname + url.search }, served.port);
}
const cookieOf = (answer: Answered) => String(answer.headers['set-cookie']).split(';')[0] ?? '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-served-'));
  screenDirectory = join(directory, 'screen');
  mkdirSync(join(screenDirectory, 'assets'), { recursive: true });
  writeFileSync(join(screenDirectory, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(screenDirectory, 'assets', 'app-1a2b.js'), 'void 0;');
  writeFileSync(join(screenDirectory, 'assets', '图 标.svg'), '<svg/>');
  writeFileSync(join(directory, 'secret.html'), 'outside');
  symlinkSync(join(directory, 'secret.html'), join(screenDirectory, 'link.html'));
  shell = await serve(options());
  cookie = cookieOf(await enter(shell));
});
afterAll(async () => {
  await shell.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('entering', () => {
  it('turns the token into a cookie, once, and takes it out of the address', async () => {
    const served = await serve(options());
    try {
      const first = await enter(served);
      expect(first.status).toBe(303);
      expect(first.headers.location).toBe('/');
      expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
      expect((await enter(served)).status).toBe(401);
      const page = await ask({ headers: { cookie: cookieOf(first) } }, served.port);
      expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>console</title>' });
      const { pathname, search } = new URL(served.entryUrl);
      const again = await ask({ path: pathname + search, headers: { cookie: cookieOf(first) } }, served.port);
      expect(again.status).toBe(303);
    } finally {
      await served.close();
    }
  });

  it('is not spent by a request that got nothing', async () => {
    const served = await serve(options());
    try {
      const { search } = new URL(served.entryUrl);
      expect((await ask({ path: `/nowhere${search}` }, served.port)).status).toBe(404);
      expect((await ask({ path: `/${search}`, method: 'POST' }, served.port)).status).toBe(405);
      expect((await ask({ path: `/${search}`, method: 'HEAD' }, served.port)).status).toBe(401);
      expect((await ask({ path: `/${search}`, headers: { host: 'evil' } }, served.port)).status).toBe(403);
      expect((await enter(served)).status).toBe(303);
    } finally {
      await served.close();
    }
  });

  it('refuses foreign names first, strangers next', async () => {
    const { port } = shell;
    const cases: [Record<string, string>, number][] = [
      [{}, 401],
      [{ cookie }, 200],
      [{ cookie, host: `localhost:${port}` }, 200],
      [{ cookie, origin: `http://127.0.0.1:${port}` }, 200],
      [{ cookie, host: 'console.example' }, 403],
      [{ host: 'console.example' }, 403],
      [{ cookie, origin: 'http://evil.example' }, 403],
      [{ cookie, origin: 'null' }, 403],
      [{ origin: 'http://evil.example' }, 403],
      [{ cookie: `${cookie}x` }, 401],
    ];
    for (const [headers, status] of cases)
      expect([headers, (await ask({ headers })).status]).toEqual([headers, status]);
  });
});

describe('what is served', () => {
  it('is the screen’s own files and nothing else', async () => {
    const headers = { cookie };
    expect((await ask({ path: '/index.html', headers })).status).toBe(200);
    expect(await ask({ path: '/assets/app-1a2b.js', headers })).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': expect.stringContaining('immutable'),
      },
    });
    expect((await ask({ path: `/assets/${encodeURIComponent('图 标.svg')}`, headers })).status).toBe(200);
    const outside = [
      '/secret.html',
      '/../secret.html',
      '/..%2fsecret.html',
      '/%2e%2e/secret.html',
      '/assets/..%5c..%5csecret.html',
      '/link.html',
      '/assets/',
      '//index.html',
      '/%zz',
      '/index.html%00.js',
      '/ws',
    ];
    for (const path of outside) expect([path, (await ask({ path, headers })).status]).toEqual([path, 404]);
  });

  it('is not a proxy', async () => {
    const host = `127.0.0.1:${shell.port}`;
    const answer = await raw(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(await raw(`GET / HTTP/1.0\r\nCookie: ${cookie}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('is read only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const answer = await ask({ method, headers: { cookie } });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'GET, HEAD']);
    }
    const head = await ask({ method: 'HEAD', headers: { cookie } });
    expect(head).toMatchObject({ status: 200, body: '' });
  });

  it('carries its protection on every answer, and no CORS', async () => {
    const answers = [
      await ask({ headers: { cookie } }),
      await ask({}),
      await ask({ headers: { host: 'x' } }),
      await ask({ path: '/x', headers: { cookie } }),
    ];
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(answers[0]?.headers['cache-control']).toBe('no-store');
  });
});

describe('the WebSocket', () => {
  const own = () => ({ origin: `http://127.0.0.1:${shell.port}` });

  it('obeys the same rules, and requires an Origin', async () => {
    const cases: [string, Record<string, string>, number][] = [
      ['/ws', { cookie, ...own() }, 101],
      ['/ws', { cookie }, 403],
      ['/ws', { cookie, origin: 'http://evil.example' }, 403],
      ['/ws', { cookie, ...own(), host: 'evil.example' }, 403],
      ['/ws', own(), 401],
      [`/ws${new URL(shell.entryUrl).search}`, own(), 401],
      ['/other', { cookie, ...own() }, 404],
      ['/other', own(), 401],
    ];
    for (const [path, headers, expected] of cases) {
      const { status, socket } = await upgrade(path, headers);
      socket.terminate();
      expect([path, headers, status]).toEqual([path, headers, expected]);
    }
  });

  it('carries messages both ways: text, and binary where there are typed arrays', async () => {
    const { socket } = await upgrade('/ws', { cookie, ...own() });
    const screen = screens.at(-1);
    const got: unknown[] = [];
    const three = new Promise<void>((resolve) =>
      socket.on('message', (data: Buffer, binary) => {
        got.push(binary ? unpackBinary(data) : JSON.parse(data.toString()));
        if (got.length === 3) resolve();
      }),
    );
    const columns = [
      { instance: 'a', atMs: Float64Array.of(1, 2), code: Uint8Array.of(0, 5), latencyMs: Float32Array.of(1.5, 2.5) },
    ];
    screen?.port.send({ t: 'snapshot', topic: 'fleet', version: 1, value: { 名: '主备' } });
    screen?.port.send({ t: 'beats', topic: 'beats:e/p', columns });
    screen?.port.send({ t: 'reply', id: 3, ok: true, value: columns });
    await three;
    expect(got).toEqual([
      { t: 'snapshot', topic: 'fleet', version: 1, value: { 名: '主备' } },
      { t: 'beats', topic: 'beats:e/p', columns },
      { t: 'reply', id: 3, ok: true, value: columns },
    ]);
    socket.send(JSON.stringify({ t: 'subscribe', topic: 'fleet' }));
    await expect.poll(() => screen?.received).toEqual([{ t: 'subscribe', topic: 'fleet' }]);
    socket.terminate();
    await expect.poll(() => screen?.closed).toBe(true);
  });

  it.each([
    ['text that is not JSON', '{', 1008],
    ['a message that the session does not know', '"nonsense"', 1008],
    ['bytes', Buffer.of(1, 2, 3), 1008],
    ['more than it takes', `"${'x'.repeat(3 * 1024 * 1024)}"`, 1009],
  ])('ends with %s', async (_what, sent, code) => {
    const { socket } = await upgrade('/ws', { cookie, ...own() });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(sent);
    expect(await closed).toBe(code);
  });
});

describe('serving', () => {
  it('says which port is taken', async () => {
    const taken = serve({ ...options(), port: shell.port });
    await expect(taken).rejects.toThrow(ServeError);
    await expect(taken).rejects.toMatchObject({ port: shell.port, code: 'EADDRINUSE' });
  });

  it('says that the screen has not been built', async () => {
    await expect(serve({ ...options(), screenDirectory: join(directory, 'none') })).rejects.toThrow(
      ScreenNotBuiltError,
    );
    await expect(serve({ ...options(), screenDirectory: join(screenDirectory, 'assets') })).rejects.toThrow(
      ScreenNotBuiltError,
    );
  });

  it('lets go of every connection at the end', async () => {
    const served = await serve(options());
    const entry = await enter(served);
    const headers = { cookie: cookieOf(entry), origin: `http://127.0.0.1:${served.port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}/ws`, { headers });
    await new Promise((resolve) => socket.once('open', resolve));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    await served.close();
    await gone;
    await expect(ask({}, served.port)).rejects.toThrow(/ECONNREFUSED/);
  });
});
