import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { securityHeaders } from '#main/screen-answers';
import { isOurs, pairPage } from '../../../src/main/desktop/origin.ts';
import { fileOf, screenHandler } from '../../../src/main/desktop/protocol.ts';

const CONTENT_SECURITY_POLICY = securityHeaders({ connects: false })['content-security-policy'] ?? '';

let base: string;
let root: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'kuantu-screen-'));
  root = join(base, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets', 'a.js'), 'export {};');
  writeFileSync(join(root, 'secret.db'), 'x');
  writeFileSync(join(base, 'outside.js'), 'x');
});
afterAll(() => rmSync(base, { recursive: true }));

describe('our own origin', () => {
  it.each([
    ['app://console/index.html', true],
    ['app://console/#/pair/a/b', true],
    ['app://console.evil/', false],
    ['app://console:81/', false],
    ['app://user@console.evil/', false],
    ['app:console', false],
    ['https://console/', false],
    ['file:///console/', false],
    ['about:blank', false],
    ['nonsense', false],
  ])('%s: %s', (address, ours) => expect(isOurs(address)).toBe(ours));

  it('names a pair by its own escaped parts', () => {
    expect(pairPage('site a/pair#1')).toBe('app://console/index.html#/pair/site%20a/pair%231');
  });

  it('names a pair so that the screen finds it', async () => {
    const route = join(import.meta.dirname, '../../../src/renderer/places/route.ts');
    const { parseRoute } = (await import(route)) as { parseRoute(hash: string): unknown };
    expect(parseRoute(new URL(pairPage('site a/pair#1')).hash)).toEqual({ page: 'pair', key: 'site a/pair#1' });
  });
});

describe('files of the screen', () => {
  it.each([
    'app://console/../outside.js',
    'app://console/%2e%2e/outside.js',
    'app://console/assets/..%2f..%2foutside.js',
    'app://console/..%5coutside.js',
    'app://console/%00/index.html',
    'app://console/%zz',
    'app://console//etc/passwd',
    'app://elsewhere/index.html',
  ])('%s never leaves the folder', (address) => {
    const file = fileOf(root, address);
    expect(file === undefined || file.startsWith(join(root, '/'))).toBe(true);
  });

  it('refuses what climbs out once it is decoded', () => {
    expect(fileOf(root, 'app://console/assets/..%2f..%2foutside.js')).toBeUndefined();
    expect(fileOf(root, 'app://console/')).toBe(join(root, 'index.html'));
  });

  const get = (path: string, method = 'GET') => screenHandler(root)({ method, url: `app://console${path}` });

  it('serves the page, scripts with their type, and HEAD without a body', async () => {
    const page = await get('/');
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html>',
    ]);
    expect((await get('/assets/a.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await (await get('/assets/a.js', 'HEAD')).text()).toBe('');
  });

  it('says 404 and 405 to the rest', async () => {
    expect((await get('/none.js')).status).toBe(404);
    expect((await get('/secret.db')).status).toBe(404);
    expect((await get('/assets')).status).toBe(404);
    expect((await get('/', 'POST')).status).toBe(405);
  });

  it('puts the policy and nosniff on every response', async () => {
    for (const response of [await get('/'), await get('/none.js'), await get('/', 'PUT')]) {
      expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none';/);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|connect-src/);
  });
});
