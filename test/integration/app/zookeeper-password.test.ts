import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { createLogger } from '#core/logging';
import type { ZooKeeperSession } from '#core/zookeeper';
import { createApp, createParts } from '#main/app';
import type { SecretCipher } from '#main/secrets';
import { zooKeeperAccount } from '#shared/domain';
import { type ApacheZooKeeper, skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { connectScreen } from '#test/bridge';
import { realSession, until } from '#test/zookeeper-session';

const SECRET = 'correct:horse battery staple';
const USER = 'mt';
const LIMIT_MS = 30_000;
/** A stand-in for the system's cipher, so that what is stored outlives a console. */
const cipher: SecretCipher = {
  place: 'dpapi',
  isAvailable: async () => true,
  encrypt: async (secret: string) => Buffer.from(secret).reverse(),
  decrypt: async (encrypted: Buffer) => Buffer.from(encrypted).reverse().toString(),
};

/** Everything that was written below the directory. */
function written(folder: string): string {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => (statSync(path).isDirectory() ? written(path) : readFileSync(path, 'latin1')))
    .join('\n');
}

describe.skipIf(skipWithoutApache())("ZooKeeper's digest password", () => {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-zookeeper-password-'));
  const configFile = join(directory, 'config.json');
  let zookeeper: ApacheZooKeeper;
  let owner: ZooKeeperSession;

  beforeAll(async () => {
    zookeeper = await startApacheZooKeeper();
    owner = realSession({
      connectString: zookeeper.connectString,
      sessionTimeoutMs: 10_000,
      digestAuth: `${USER}:${SECRET}`,
    });
    await owner.whenConnected(LIMIT_MS);
    // Nobody else may so much as read it.
    const acl = [{ scheme: 'auth', id: '', permissions: ['read', 'write', 'create', 'delete', 'admin'] as const }];
    await owner.multi([{ op: 'create', path: '/walled', data: Buffer.alloc(0), mode: 'persistent', acl }]);
    writeFileSync(configFile, JSON.stringify({ version: 1, environments: [environment('desk')] }));
  }, 2 * LIMIT_MS);
  afterAll(async () => {
    await owner?.close();
    await zookeeper?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const environment = (id: string) => ({
    id,
    name: 'Desk',
    zookeeper: { connectString: zookeeper.connectString, chroot: '/walled', digest: { user: USER } },
    pairs: [
      {
        id: 'oms',
        system: 'O3',
        node: 'mt01',
        instances: ['a', 'b'].map((name, index) => ({ name, host: '127.0.0.1', t2Port: 1 + index, f2Port: 3 + index })),
      },
    ],
  });

  /** A console with the real parts; its screen. */
  async function console() {
    const log = createLogger({ name: 'test', level: 'debug', destination: { file: join(directory, 'console.log') } });
    const clocks = { clock: systemClock, random: systemRandom };
    const app = await createApp(
      {
        ...clocks,
        configFile: { path: configFile, mustExist: true },
        journalFile: join(directory, 'journal.db'),
        setupDirectory: join(directory, 'setup'),
        consoleName: 'test',
        log,
        parts: createParts({ ...clocks, log, secretsFile: join(directory, 'secrets.json'), cipher }),
      },
      { shell: 'served', version: '1', platform: 'linux', runtime: 'Node', locale: 'en', practice: null },
    );
    const screen = connectScreen(app);
    for (const topic of ['fleet', 'events', 'pair:desk/oms']) screen.subscribe(topic);
    const stop = async () => {
      log.flush();
      await app.stop();
    };
    return { screen, stop, of: (id: string) => screen.state('fleet')?.environments[id]?.zookeeper };
  }

  it(
    'is asked for at the pair, begins the session once it is entered, and is there for a later console',
    async () => {
      const account = zooKeeperAccount('desk', USER);
      const first = await console();
      await until(() => first.of('desk')?.noPassword !== undefined, LIMIT_MS);
      const missing = { key: 'zookeeperLogin.noPassword', params: { user: USER } };
      expect(first.of('desk')).toMatchObject({ state: 'connecting', noPassword: missing });
      await until(() => first.screen.state('pair:desk/oms')?.zookeeper.noPassword !== undefined, LIMIT_MS);
      expect(first.screen.state('pair:desk/oms')?.tile).toMatchObject({
        reason: missing,
        next: { key: 'zookeeperLogin.next', params: { environment: 'Desk' } },
      });
      expect(first.screen.state('fleet')?.pairs['desk/oms']?.reason).toEqual(missing);

      expect(await first.screen.call('secrets.set', { ...account, password: SECRET })).toEqual({ place: 'dpapi' });
      await until(() => first.of('desk')?.state === 'connected', LIMIT_MS);
      expect(first.of('desk')?.noPassword).toBeUndefined();
      // Where nobody else may: the console's own entry below the pair.
      await until(async () => (await owner.exists('/walled/kuantu/O3/mt/mt01')) !== undefined, LIMIT_MS);
      const answers = [
        await first.screen.call('secrets.look', account),
        await first.screen.call('environments.get', { id: 'desk' }),
        await first.screen.call('environments.export', { ids: null }),
        first.screen.state('fleet'),
        first.screen.state('pair:desk/oms'),
        first.screen.state('events'),
      ];
      await first.stop();

      const later = await console();
      await until(() => later.of('desk')?.state === 'connected', LIMIT_MS);
      // It goes with the environment to another id.
      const moved = { environment: environment('floor'), replaces: 'desk', keepCredentials: [] };
      expect(await later.screen.call('environments.save', moved)).toMatchObject({ ok: true });
      await until(() => later.of('floor')?.state === 'connected', LIMIT_MS);
      expect(await later.screen.call('secrets.look', account)).toMatchObject({ stored: false });

      const own = zooKeeperAccount('floor', USER);
      await later.screen.call('secrets.remove', own);
      await until(() => later.of('floor')?.noPassword !== undefined, LIMIT_MS);
      await later.screen.call('secrets.set', { ...own, password: SECRET });
      await until(() => later.of('floor')?.state === 'connected', LIMIT_MS);
      const everything = JSON.stringify(answers) + written(directory);
      await later.screen.call('environments.remove', { id: 'floor' });
      expect(await later.screen.call('secrets.look', own)).toMatchObject({ stored: false });
      await later.stop();

      expect(everything).toContain("ZooKeeper's password is missing");
      for (const form of [SECRET, Buffer.from(SECRET).toString('base64'), Buffer.from(SECRET).toString('hex')])
        expect(everything + written(directory)).not.toContain(form);
      expect(await treeText(owner, '/walled')).not.toContain(SECRET);
    },
    6 * LIMIT_MS,
  );
});

/** What ZooKeeper holds below the path. */
async function treeText(session: ZooKeeperSession, path: string): Promise<string> {
  const node = await session.get(path);
  if (!node) return '';
  const below = await Promise.all((await session.children(path)).map((name) => treeText(session, `${path}/${name}`)));
  return [path, node.data.toString('latin1'), ...below].join('\n');
}
