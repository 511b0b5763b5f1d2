import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** Runs a program whose output nobody reads: its reader has gone before it writes. */
async function unread(file: string, ...args: string[]): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [resolve(root, file), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const code = new Promise<number | null>((done) => child.once('exit', done));
  const err = await text(child.stderr);
  return { code: await code, err };
}

describe.each([
  ['simulate', 'test/simulation/main.ts', ['--seed', '41', '--hours', '0.01', '--trace']],
  ['drill', 'src/main/drill.ts', ['--help']],
  ['check', 'src/main/check.ts', ['--help']],
  ['config', 'src/main/config.ts', ['--help']],
])('npm run %s', (_name, file, args) => {
  it('goes on to its own end where nobody reads what it says', async () => {
    expect(await unread(file, ...args)).toEqual({ code: 0, err: '' });
  }, 60_000);
});
