import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

interface Started {
  child: ChildProcess;
  out: () => string;
  err: () => string;
}

function start(stateDir: string, ...args: string[]): Started {
  const child = spawn(npm, ['--silent', 'start', '--', '--no-open', '--state-dir', stateDir, ...args], { cwd: root });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  return { child, out: () => out, err: () => err };
}

async function isServed(url: string): Promise<boolean> {
  try {
    await fetch(url, { redirect: 'manual' });
    return true;
  } catch {
    return false;
  }
}

describe('npm start', () => {
  let stateDir: string;
  let started: Started | undefined;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'kuantu-start-'));
  });
  afterEach(async () => {
    const child = started?.child;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('prints one line, lets its token in once, and ends with npm', async () => {
    started = start(stateDir, '--web', '--practice', '--port', '0');
    await expect.poll(started.out, { timeout: 40_000 }).toMatch(/\n$/);
    const url = /^Console: (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)\n$/.exec(started.out())?.[1] ?? '';
    expect(url).not.toBe('');
    const first = await fetch(url, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(401);
    expect((await fetch(new URL('/', url), { headers: { cookie } })).status).toBe(200);

    started.child.kill('SIGTERM');
    await expect.poll(() => isServed(url), { timeout: 20_000 }).toBe(false);
    expect(started.out().split('\n')).toHaveLength(2);
  });

  it.skipIf(process.platform !== 'linux')('ends when npm is killed, which can tell nobody', async () => {
    started = start(stateDir, '--web', '--port', '0');
    await expect.poll(started.out, { timeout: 40_000 }).toMatch(/\n$/);
    const url = started.out().trim().replace('Console: ', '');
    started.child.kill('SIGKILL');
    await expect.poll(() => isServed(url), { timeout: 20_000 }).toBe(false);
  });

  it.skipIf(existsSync(join(root, 'node_modules/electron/dist')))(
    'says that there is no Electron runtime, and serves the same app',
    async () => {
      started = start(stateDir, '--port', '0');
      await expect.poll(started.out, { timeout: 40_000 }).toMatch(/^Console: http/);
      expect(started.err()).toContain('Electron runtime is not installed');
    },
  );

  it('refuses arguments that it does not know with code 2, in a sentence', async () => {
    started = start(stateDir, '--web', '--no-such-option');
    const [code] = await once(started.child, 'exit');
    expect(code).toBe(2);
    expect(started.err().trim().split('\n').at(-1)).toContain('--no-such-option');
    expect(started.out()).toBe('');
  });
});
