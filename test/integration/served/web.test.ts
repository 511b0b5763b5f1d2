import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

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
