import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { createLogger } from '#core/logging';
import { type App, createApp } from '#main/app';
import { openSecretStore } from '#main/secrets';
import { connectScreen } from '#test/bridge';
import { fakeParts } from '#test/fake-parts';

const SECRET = 'correct horse battery staple';
let directory = '';
let app: App | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-app-secrets-'));
});
afterEach(async () => {
  await app?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Everything that was written below the directory. */
function written(folder: string): string {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => (statSync(path).isDirectory() ? written(path) : readFileSync(path, 'latin1')))
    .join('\n');
}

it('takes a password in and never gives it out: not to screens, logs, journal or files', async () => {
  const { parts } = fakeParts();
  const cipher = {
    place: 'dpapi' as const,
    isAvailable: async () => true,
    encrypt: async (secret: string) => Buffer.from(secret).reverse(),
    decrypt: async (encrypted: Buffer) => Buffer.from(encrypted).reverse().toString(),
  };
  const secrets = openSecretStore({
    platform: 'linux',
    run: () => Promise.reject(new Error('no tool is asked')),
    file: join(directory, 'secrets.json'),
    cipher,
  });
  // A defect right where the password is at hand: its stack goes to the log.
  const broken = { ...secrets, remove: () => Promise.reject(new TypeError('a defect')) };
  const log = createLogger({ name: 'test', level: 'debug', destination: { file: join(directory, 'console.log') } });
  app = await createApp(
    {
      configFile: { path: join(directory, 'config.json'), mustExist: false },
      journalFile: join(directory, 'journal.db'),
      consoleName: 'test',
      clock: systemClock,
      random: systemRandom,
      log,
      parts: { ...parts, secrets: broken },
      setupDirectory: null,
    },
    { shell: 'served', version: '1', platform: 'linux', runtime: 'Node', locale: 'en', practice: null },
  );
  const screen = connectScreen(app);
  for (const topic of ['fleet', 'events', 'troubles'] as const) screen.subscribe(topic);
  const account = { host: '10.0.0.11', user: 'kuantu' };
  const answers = [
    await screen.call('secrets.look', account),
    await screen.call('secrets.set', { ...account, password: SECRET }),
    await screen.call('secrets.look', account),
  ];
  expect(answers).toEqual([{ place: 'dpapi', stored: false }, { place: 'dpapi' }, { place: 'dpapi', stored: true }]);
  await expect(screen.call('secrets.remove', account)).rejects.toMatchObject({ code: 'internal' });
  expect(await secrets.get(account)).toBe(SECRET);
  const shown = ['fleet', 'events', 'troubles'].map((topic) => screen.state(topic as 'fleet'));
  log.flush();
  await app.stop();
  const everything = JSON.stringify(shown) + written(directory);
  expect(everything).toContain('a defect');
  for (const form of [SECRET, Buffer.from(SECRET).toString('base64'), Buffer.from(SECRET).toString('hex')])
    expect(everything).not.toContain(form);
});
