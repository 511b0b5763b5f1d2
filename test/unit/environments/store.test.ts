import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigFileMissingError, configPath, openEnvironmentStore, statePath } from '#main/environments';
import { CATALOGUES, sentence } from '#shared/i18n';

const SECRET = 'the-session-that-nobody-may-see';

const instance = (name: string, port: number, credential: unknown = null) => ({
  name,
  host: '10.0.0.1',
  t2Port: port,
  f2Port: port + 1,
  credential,
});
const site = (id = 'prod', over: Record<string, unknown> = {}) => ({
  id,
  name: 'Production',
  zookeeper: { connectString: '10.0.0.9:2181' },
  pairs: [
    {
      id: 'oms',
      system: 'O3',
      node: 'mt01',
      instances: [instance('a', 9001, { system: 'O3', sessionId: SECRET }), instance('b', 9101)],
    },
  ],
  ...over,
});

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-config-'));
  file = join(directory, 'deep', 'config.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const written = (content: unknown) => {
  const path = join(directory, 'config.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

describe('the configuration file', () => {
  it('is made by the first save, readable by its owner alone, and read back the same', async () => {
    const store = await openEnvironmentStore(file, false);
    expect(store.list()).toEqual([]);
    expect(await store.save({ environment: site(), keepCredentials: [] })).toEqual({ ok: true, id: 'prod' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await openEnvironmentStore(file, true);
    expect(again.list()).toEqual(store.list());
    expect(again.list()[0]?.pairs[0]?.beatIntervalMs).toBe(1000);
  });

  it('must exist where it was named', async () => {
    await expect(openEnvironmentStore(file, true)).rejects.toThrow(ConfigFileMissingError);
    await expect(openEnvironmentStore(file, true)).rejects.toThrow(file);
  });

  it.each([
    ['broken JSON', '{"version": 1,\n "environments": [', 'shell.config.notJson', { line: 2, column: 19 }],
    ['another shape', [1], 'shell.config.problem.type', { path: '(file)', line: 1, column: 1 }],
    ['a newer version', { version: 7, environments: [] }, 'shell.config.newer', { version: 7, line: 1, column: 12 }],
    [
      'a field that is wrong',
      { version: 1, environments: [site('prod', { zookeeper: { connectString: 'nowhere' } })] },
      'shell.config.problem.connectString',
      { path: 'environments[0].zookeeper.connectString' },
    ],
    [
      'an id twice',
      { version: 1, environments: [site(), site()] },
      'shell.config.problem.sameId',
      { path: 'environments[1].id' },
    ],
    [
      'a practice environment',
      { version: 1, environments: [site('prod', { kind: 'practice' })] },
      'shell.config.problem.practice',
      { path: 'environments[0].kind' },
    ],
  ])('with %s is shown, refused for saving and left as it is', async (_what, content, key, params) => {
    const path = written(content);
    const before = readFileSync(path, 'utf8');
    const store = await openEnvironmentStore(path, true);
    expect(store.problem()).toMatchObject({ key, params: { file: path, ...params } });
    expect(store.list()).toEqual([]);
    await expect(store.save({ environment: site(), keepCredentials: [] })).rejects.toMatchObject({
      reason: { key: 'error.configBroken', params: { file: path } },
    });
    await expect(store.remove('prod')).rejects.toMatchObject({ reason: { key: 'error.configBroken' } });
    expect(readFileSync(path, 'utf8')).toBe(before);
    for (const locale of ['zh-CN', 'en'] as const) {
      const said = sentence(locale, store.problem() ?? { key: '', params: {} });
      expect(said).toContain(path);
      expect(said).not.toMatch(/\{\{/);
    }
  });

  it('with a byte order mark is read all the same', async () => {
    const store = await openEnvironmentStore(
      written(`\ufeff${JSON.stringify({ version: 1, environments: [site()] })}`),
      true,
    );
    expect([store.problem(), store.list().map(({ id }) => id)]).toEqual([null, ['prod']]);
  });

  it('never quotes itself in a message: what stands there may be a secret', async () => {
    const store = await openEnvironmentStore(written(`{"sessionId": "${SECRET}", oops`), true);
    expect(JSON.stringify(store.problem())).not.toContain(SECRET.slice(0, 8));
  });

  it('can be saved again once it was put right', async () => {
    const path = written('{');
    const store = await openEnvironmentStore(path, true);
    writeFileSync(path, JSON.stringify({ version: 1, environments: [] }));
    expect(await store.save({ environment: site(), keepCredentials: [] })).toMatchObject({ ok: true });
    expect(store.problem()).toBeNull();
  });

  it('that another program changed is read again and not overwritten', async () => {
    const store = await openEnvironmentStore(file, false);
    await store.save({ environment: site(), keepCredentials: [] });
    const theirs = JSON.stringify({ version: 1, environments: [site('other')] });
    writeFileSync(file, theirs);
    const save = () => store.save({ environment: site('mine'), keepCredentials: [] });
    await expect(save()).rejects.toMatchObject({ reason: { key: 'error.configChanged' } });
    expect(readFileSync(file, 'utf8')).toBe(theirs);
    expect(await save()).toEqual({ ok: true, id: 'mine' });
    expect(store.list().map(({ id }) => id)).toEqual(['other', 'mine']);
  });

  it('that may not be written is read-only', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write everything');
    const path = written({ version: 1, environments: [site()] });
    chmodSync(path, 0o400);
    const store = await openEnvironmentStore(path, true);
    expect(store.readOnly()).toBe(true);
    await expect(store.remove('prod')).rejects.toMatchObject({ reason: { key: 'error.readOnly' } });
  });

  it('takes changes one after the other', async () => {
    const store = await openEnvironmentStore(file, false);
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.save({ environment: site(id), keepCredentials: [] })));
    expect(store.list().map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(JSON.parse(readFileSync(file, 'utf8')).environments).toHaveLength(4);
  });
});

describe('a form', () => {
  it('gets no secret, and keeps the stored one by leaving it empty', async () => {
    const store = await openEnvironmentStore(file, false);
    await store.save({ environment: site(), keepCredentials: [] });
    const editable = store.editable('prod');
    expect(JSON.stringify(editable)).not.toContain(SECRET);
    expect(editable.storedCredentials).toEqual([[0, 0]]);
    const environment = { ...(editable.environment as Record<string, unknown>), id: 'prod2', name: 'Renamed' };
    const result = await store.save({ environment, replaces: 'prod', keepCredentials: [[0, 0]] });
    expect(result).toEqual({ ok: true, id: 'prod2' });
    expect(store.list()).toHaveLength(1);
    expect(store.list()[0]?.pairs[0]?.instances[0].credential).toEqual({ system: 'O3', sessionId: SECRET });
  });

  it('that does not keep the secret loses it, and one that types another replaces it', async () => {
    const store = await openEnvironmentStore(file, false);
    await store.save({ environment: site(), keepCredentials: [] });
    const typed = structuredClone(site());
    const first = typed.pairs[0]?.instances[0];
    if (!first) throw new Error('no instance');
    first.credential = { system: 'O45', userToken: 'new' };
    await store.save({ environment: typed, replaces: 'prod', keepCredentials: [[0, 0]] });
    expect(store.list()[0]?.pairs[0]?.instances[0].credential).toEqual({ system: 'O45', userToken: 'new' });
    first.credential = null;
    await store.save({ environment: typed, replaces: 'prod', keepCredentials: [] });
    expect(store.list()[0]?.pairs[0]?.instances[0].credential).toBeNull();
  });

  it('is told where a secret to keep is not there', async () => {
    const store = await openEnvironmentStore(file, false);
    const result = await store.save({
      environment: site('new', {
        pairs: [{ id: 'p', system: 's', node: 'n', instances: [instance('a', 1), instance('b', 5)] }],
      }),
      keepCredentials: [[0, 1]],
    });
    expect(result).toMatchObject({
      ok: false,
      problems: [{ path: ['pairs', 0, 'instances', 1, 'credential'], message: { key: 'problem.credentialLost' } }],
    });
  });

  it('gets every problem at its field, in keys that both catalogues know', async () => {
    const store = await openEnvironmentStore(file, false);
    await store.save({ environment: site('taken'), keepCredentials: [] });
    const results = [
      await store.save({ environment: {}, keepCredentials: [] }),
      await store.save({ environment: site('taken'), keepCredentials: [] }),
      await store.save({ environment: site('practice'), keepCredentials: [] }),
      await store.save({
        environment: site('x', {
          pairs: [
            {
              id: 'P!',
              system: '',
              node: 'a/b',
              driver: 'pilot',
              timeouts: { beatTimeoutMs: 1 },
              instances: [
                { ...instance('a', 70_000), credential: { system: 'O9' } },
                { ...instance('b', 5), hostCheck: 3 },
              ],
            },
          ],
        }),
        keepCredentials: [],
      }),
    ];
    const problems = results.flatMap((result) => (result.ok ? [] : result.problems));
    const known = problems.map(({ path, message }) => [path.join('.'), message.key]);
    expect(known).toEqual([
      ['id', 'problem.required'],
      ['name', 'problem.required'],
      ['zookeeper', 'problem.required'],
      ['pairs', 'problem.required'],
      ['id', 'problem.sameId'],
      ['id', 'problem.reservedId'],
      ['pairs.0.id', 'problem.id'],
      ['pairs.0.system', 'problem.required'],
      ['pairs.0.system', 'problem.pathName'],
      ['pairs.0.node', 'problem.pathName'],
      ['pairs.0.instances.0.t2Port', 'problem.port'],
      ['pairs.0.instances.0.f2Port', 'problem.port'],
      ['pairs.0.instances.0.credential.system', 'problem.choice'],
      ['pairs.0.instances.1.hostCheck', 'problem.choice'],
      ['pairs.0.driver', 'problem.choice'],
      ['pairs.0.timeouts.beatTimeoutMs', 'problem.atLeast'],
    ]);
    for (const [, key] of known) expect(CATALOGUES['zh-CN']).toHaveProperty([key ?? '']);
  });

  it('of an environment that is gone is refused by name', async () => {
    const store = await openEnvironmentStore(file, false);
    expect(() => store.editable('gone')).toThrow(expect.objectContaining({ code: 'not-found' }));
    const save = store.save({ environment: site(), replaces: 'gone', keepCredentials: [] });
    await expect(save).rejects.toMatchObject({ code: 'not-found', reason: { params: { id: 'gone' } } });
  });
});

describe('where files are', () => {
  const at = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}) => ({ platform, env, home: '/home/op' });
  it('follows the platform', () => {
    expect(configPath(at('linux'))).toBe('/home/op/.config/kuantu-ha-console/config.json');
    expect(configPath(at('linux', { XDG_CONFIG_HOME: '/x' }))).toBe('/x/kuantu-ha-console/config.json');
    expect(configPath(at('linux', { XDG_CONFIG_HOME: 'rel' }))).toBe('/home/op/.config/kuantu-ha-console/config.json');
    expect(configPath(at('darwin'))).toBe('/home/op/Library/Application Support/kuantu-ha-console/config.json');
    expect(configPath(at('win32', { APPDATA: 'C:\\R' }))).toBe('C:\\R\\kuantu-ha-console\\config.json');
    expect(statePath(at('linux', { XDG_STATE_HOME: '/s' }))).toBe('/s/kuantu-ha-console');
  });
});
