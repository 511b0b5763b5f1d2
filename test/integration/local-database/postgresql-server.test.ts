import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { skipWithoutPostgresql, startPostgresql } from '#test/postgresql';

const root = resolve(import.meta.dirname, '../../..');
const SCRIPT = `
  import { systemClock, systemRandom } from '#core/clock';
  import { startPostgresql } from '#core/postgresql';
  const server = await startPostgresql({ clock: systemClock, random: systemRandom });
  console.log(JSON.stringify({ pid: server.pid, passwordFile: server.passwordFile }));
  setInterval(() => undefined, 1_000);
`;

const lives = (pid: number) => existsSync(`/proc/${pid}`);

describe.skipIf(skipWithoutPostgresql())('a throw-away PostgreSQL', () => {
  it('is gone with all its files once closed', async () => {
    const server = await startPostgresql();
    const folder = dirname(server.passwordFile);
    expect(existsSync(folder)).toBe(true);
    const { pid } = server;
    await server.close();
    expect(existsSync(folder)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it.skipIf(process.platform !== 'linux')(
    'ends with the process that started it, also when that is killed',
    async () => {
      const owner = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const line = await new Promise<string>((done, fail) => {
        owner.stdout.once('data', (bytes: Buffer) => done(String(bytes)));
        owner.once('exit', () => fail(new Error('it ended before the server was there')));
      });
      const { pid, passwordFile } = JSON.parse(line) as { pid: number; passwordFile: string };
      expect(lives(pid)).toBe(true);
      owner.kill('SIGKILL');
      await expect.poll(() => lives(pid), { timeout: 15_000 }).toBe(false);
      await expect.poll(() => existsSync(dirname(passwordFile)), { timeout: 15_000 }).toBe(false);
    },
  );
});
