import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { FleetState, ServerMessage } from '#shared/contract';

const entry = resolve(import.meta.dirname, '../../../src/main/web.ts');
const directory = mkdtempSync(join(tmpdir(), 'kuantu-web-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the served shell's entry to its end. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [entry, '--no-open', '--state-dir', directory, ...args]);
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk));
  child.stderr.on('data', (chunk: Buffer) => (error += chunk));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, error };
}

describe('the served shell’s command line', () => {
  it('explains itself in both languages', async () => {
    expect(await run('--help', '--lang', 'en')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: /),
      error: '',
    });
    expect(await run('--help', '--lang', 'zh-CN')).toMatchObject({ code: 0, out: expect.stringMatching(/^用法：/) });
  });

  it('refuses what it does not understand with one sentence and code 2', async () => {
    const { code, out, error } = await run('--no-such-thing');
    expect([code, out]).toEqual([2, '']);
    expect(error).toContain('--no-such-thing');
    expect(error.trim().split('\n')).toHaveLength(1);
  });

  it('names the configuration file that is missing, with code 1', async () => {
    const missing = join(directory, 'none.json');
    const { code, out, error } = await run('--config', missing, '--lang', 'en', '--log-level', 'silent');
    expect({ code, out, error }).toEqual({
      code: 1,
      out: '',
      error: `The configuration file ${missing} does not exist.\n`,
    });
  });
});

/** A screen's session: enters with the one-time address, and asks for the fleet's snapshot as often as it is looked at. */
async function openScreen(url: string): Promise<{ fleet: () => FleetState | undefined; close: () => void }> {
  const entered = await fetch(url, { redirect: 'manual' });
  const cookie = String(entered.headers.get('set-cookie')).split(';')[0] ?? '';
  const { host, origin } = new URL(url);
  const socket = new WebSocket(`ws://${host}/ws`, { headers: { cookie, origin } });
  let latest: FleetState | undefined;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as ServerMessage;
    if (message.t === 'snapshot' && message.topic === 'fleet') latest = message.value as FleetState;
  });
  await once(socket, 'open');
  return {
    fleet() {
      socket.send(JSON.stringify({ t: 'subscribe', topic: 'fleet' }));
      return latest;
    },
    close: () => socket.close(),
  };
}

describe('the served shell with --practice', () => {
  it('prints its address and nothing else, and has the pair normal within ten seconds', async () => {
    const began = performance.now();
    const child = spawn(process.execPath, [
      ...[entry, '--web', '--no-open', '--practice', '--port', '0'],
      ...['--state-dir', join(directory, 'practice'), '--ephemeral'],
    ]);
    const all = text(child.stdout);
    const ended = once(child, 'exit');
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      expect(line).toMatch(/^Console: http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/);
      const screen = await openScreen(line.slice('Console: '.length));
      const state = () => Object.values(screen.fleet()?.pairs ?? {})[0]?.state;
      await expect.poll(state, { timeout: 10_000, interval: 100 }).toBe('normal');
      expect(performance.now() - began).toBeLessThan(10_000);
      screen.close();
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(await all).toBe(`${line}\n`);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
