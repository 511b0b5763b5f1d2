import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/main/served/gate.ts';

const PORT = 4711;
const TOKEN = 'token-of-the-one-time';
const SESSION = 'session-of-the-process';
const COOKIE = `kuantu-${PORT}=${SESSION}`;
const HOST = `127.0.0.1:${PORT}`;

const gate = () => new Gate(PORT, { token: TOKEN, session: SESSION });
const knock = (over: Partial<{ host: string; origin: string; cookie: string; target: string }>) => ({
  host: HOST,
  origin: undefined,
  cookie: undefined,
  target: '/',
  ...over,
});

describe('the gate', () => {
  it.each([
    [{ host: 'evil.example:4711' }],
    [{ host: '127.0.0.1' }],
    [{ host: `127.0.0.1:${PORT + 1}` }],
    [{ host: `[::1]:${PORT}` }],
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: `https://${HOST}` }],
    [{ origin: `http://localhost:${PORT}` }],
  ])('turns away foreign names before anything else: %j', (over) => {
    const target = `/?token=${TOKEN}`;
    expect(gate().admit(knock({ cookie: COOKIE, target, ...over })).verdict).toBe('foreign');
  });

  it('turns away a request without a Host, and a WebSocket without an Origin', () => {
    expect(gate().admit({ ...knock({ cookie: COOKIE }), host: undefined }).verdict).toBe('foreign');
    expect(gate().admit(knock({ cookie: COOKIE }), true).verdict).toBe('foreign');
    expect(gate().admit(knock({ cookie: COOKIE, origin: `http://${HOST}` }), true).verdict).toBe('admitted');
  });

  it('knows localhost by its own origin', () => {
    const host = `localhost:${PORT}`;
    expect(gate().admit(knock({ host, origin: `http://${host}`, cookie: COOKIE })).verdict).toBe('admitted');
  });

  it('takes the token once, and its cookie from then on', () => {
    const door = gate();
    const first = door.admit(knock({ target: `/?token=${TOKEN}` }));
    if (first.verdict !== 'welcome') throw new Error(first.verdict);
    const setCookie = first.enter();
    expect(setCookie).toMatch(/^kuantu-4711=session-of-the-process; /);
    expect(setCookie).toContain('HttpOnly');
    expect(setCookie).toContain('SameSite=Strict');
    expect(door.admit(knock({ target: `/?token=${TOKEN}` })).verdict).toBe('unknown');
    expect(door.admit(knock({ cookie: `other=1; ${COOKIE}` }))).toEqual({ verdict: 'admitted', tokenInUrl: false });
    expect(door.admit(knock({ cookie: COOKIE, target: `/?token=${TOKEN}` }))).toEqual({
      verdict: 'admitted',
      tokenInUrl: true,
    });
  });

  it('keeps the token good until somebody has entered with it', () => {
    const door = gate();
    door.admit(knock({ target: `/?token=${TOKEN}` }));
    expect(door.admit(knock({ target: `/?token=${TOKEN}` })).verdict).toBe('welcome');
  });

  it.each([
    [{}],
    [{ target: '/?token=' }],
    [{ target: `/?token=${TOKEN}x` }],
    [{ cookie: `kuantu-${PORT}=` }],
    [{ cookie: `kuantu-${PORT}=${SESSION}x` }],
    [{ cookie: `kuantu-9=${SESSION}` }],
  ])('does not know %j', (over) => {
    expect(gate().admit(knock(over)).verdict).toBe('unknown');
  });
});
