import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EnvironmentStore, openEnvironmentStore } from '#main/environments';
import { compareExchange, readExchange, withStored, writeExchange } from '#main/exchange';
import { type Environment, environmentSchema, type Message } from '#shared/domain';
import { CATALOGUES } from '#shared/i18n';
import { createExchange } from '../../../src/main/app/exchange.ts';

const SECRETS = {
  session: 'S3CRET-session',
  token: 'S3CRET-token',
  password: 'S3CRET-password',
  url: 'S3CRET-url',
  mount: 'S3CRET-mount',
};

const instance = (name: string, port: number, more: object = {}) => ({
  name,
  host: `host-${name}`,
  t2Port: port,
  f2Port: port + 1,
  ...more,
});
const environment = (id: string, more: object = {}): Environment =>
  environmentSchema.parse({
    id,
    name: `名称 ${id}`,
    zookeeper: { connectString: '10.0.0.9:2181' },
    pairs: [
      {
        id: 'oms',
        system: 'O3',
        node: `mt-${id}`,
        instances: [
          instance('A', 9_001, {
            credential: { system: 'O3', sessionId: SECRETS.session },
            commands: {
              fence: {
                arguments: ['/usr/bin/ipmitool', '-H', '{host}', '-U', 'admin', '-P', SECRETS.password, 'power', 'off'],
                timeoutMs: 8_000,
                required: true,
              },
              stop: {
                arguments: ['/opt/stop', '--token', '{token}', `https://u:${SECRETS.url}@h/x`],
                timeoutMs: 5_000,
              },
            },
            server: {
              mount: {
                source: '//h/x',
                target: '/mnt/x',
                type: 'cifs',
                options: ['username=u', `password=${SECRETS.mount}`],
              },
            },
          }),
          instance('B', 9_101, { credential: { system: 'O45', userToken: SECRETS.token } }),
        ],
      },
    ],
    ...more,
  });

/** The problems of a text: pointer, line and what. */
const problemsOf = (text: string): string[] => {
  const read = readExchange(text);
  if (read.ok) return [];
  for (const { message } of read.problems) expect(CATALOGUES.en[message.key], message.key).toBeDefined();
  return read.problems.map(({ pointer, line, message }) => `${pointer} ${line} ${message.key.split('.').at(-1)}`);
};

describe('a file of environments', () => {
  it('holds no secret: no session, no token, none of a command, a URL or a mount', () => {
    const text = writeExchange([environment('a')]);
    expect(text).not.toContain('S3CRET');
    expect(text).toContain('"-P",\n');
    expect(text).toContain('https://u:***@h/x');
    // What the console puts in by itself is none.
    expect(text).toContain('"{token}"');
    expect(text).toContain('"system": "O45"');
  });

  const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{6,20}$/).map((each) => `S3CRET${each}`);
  const argumentsOf = (value: string) =>
    fc.constantFrom(
      ['/usr/bin/x', '--password', value],
      ['/usr/bin/x', `--password=${value}`],
      ['/usr/bin/x', `DB_PASSWORD=${value}`],
      ['/usr/bin/x', '-pw', value, 'host'],
      ['/usr/bin/x', '--api-key', value],
      ['/usr/bin/x', `api_token:${value}`],
      ['/usr/bin/sshpass', '-p', value, 'ssh', 'h'],
      ['/usr/bin/sshpass', `-p${value}`, 'ssh', 'h'],
      ['/usr/sbin/fence_ipmilan', '-p', value],
      ['/usr/bin/curl', '-u', `me:${value}`, 'http://h'],
      ['/usr/bin/curl', '-H', `Authorization: Bearer ${value}`, 'http://h'],
      ['/usr/bin/wget', `ftp://me:${value}@h/f`],
      ['C:\\ipmi\\ipmitool.exe', '-P', value],
    );

  it('holds none, wherever it stands, and comes back as it was but for them', () => {
    const port = fc.integer({ min: 1, max: 60_000 });
    const name = fc.stringMatching(/^[A-Za-z0-9 宽途"\\._-]{1,12}$/).filter((each) => !/^\.{1,2}$/.test(each));
    const generated = fc
      .record({
        name,
        node: name,
        system: name,
        t2: port,
        secret,
        credential: fc.constantFrom('O3', 'O45', null),
        beatIntervalMs: fc.integer({ min: 100, max: 60_000 }),
      })
      .chain((values) => argumentsOf(values.secret).map((given) => ({ ...values, given })));
    fc.assert(
      fc.property(fc.array(generated, { minLength: 1, maxLength: 4 }), (list) => {
        const environments = list.map(({ name, node, system, t2, secret, credential, beatIntervalMs, given }, index) =>
          environmentSchema.parse({
            id: `e${index}`,
            name,
            zookeeper: { connectString: `h${index}:1` },
            pairs: [
              {
                id: 'p',
                system,
                node,
                beatIntervalMs,
                instances: [
                  instance('A', t2, {
                    credential:
                      credential === 'O3'
                        ? { system: 'O3', sessionId: secret }
                        : credential && { system: 'O45', userToken: secret },
                    commands: { stop: { arguments: given, timeoutMs: 5_000 } },
                  }),
                  instance('B', t2),
                ],
              },
            ],
          }),
        );
        const text = writeExchange(environments);
        expect(text).not.toContain('S3CRET');
        const read = readExchange(text);
        if (!read.ok) throw new Error(JSON.stringify(read.problems));
        expect(read.ignored).toEqual([]);
        // With what is stored here all of it is as it was, and compared with it the same.
        const back = read.environments.map((each, index) =>
          withStored(each.environment, each.credentialSystems, environments[index]),
        );
        expect(back.map((each) => each.environment)).toEqual(environments);
        expect(back.flatMap(({ missing }) => missing)).toEqual([]);
        expect(compareExchange(read.environments, environments).map(({ state }) => state)).toEqual(
          list.map(() => 'same'),
        );
        // Without it, the same again is written; a command without its secret is not there.
        const bare = read.environments.map((each) => withStored(each.environment, each.credentialSystems, undefined));
        for (const each of bare) expect(each.environment.pairs[0]?.instances[0]?.commands).toBeUndefined();
        expect(bare.flatMap(({ missing }) => missing).length).toBeGreaterThanOrEqual(list.length);
        expect(writeExchange(environments)).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('of version 1, the configuration file itself, is brought up without its secrets', () => {
    const config = JSON.stringify({ version: 1, environments: [environment('a')] });
    const read = readExchange(config);
    expect(read).toMatchObject({ ok: true, version: 1, ignored: [] });
    if (!read.ok) return;
    const [first] = read.environments;
    expect(first?.environment.pairs[0]?.instances.map(({ credential }) => credential)).toEqual([null, null]);
    expect([...(first?.credentialSystems ?? [])]).toEqual([
      ['oms/A', 'O3'],
      ['oms/B', 'O45'],
    ]);
    expect(first?.environment.name).toBe('名称 a');
    expect(problemsOf('{"version": 1, "environments": [{"pairs": 3, "id": null}, 7]}').length).toBeGreaterThan(0);
  });

  it('is refused with the place and the reason, and nothing of it is quoted', () => {
    const text = writeExchange([environment('a'), environment('b')]);
    const lineOf = (of: string, what: string) => of.split('\n').findIndex((line) => line.includes(what)) + 1;
    const badPort = text.replace('"t2Port": 9101', '"t2Port": 99101');
    expect(problemsOf(badPort)).toEqual([
      `/environments/0/pairs/0/instances/1/t2Port ${lineOf(badPort, '99101')} port`,
    ]);
    expect(problemsOf('{"version": 2')[0]).toMatch(/^ 1 notJson$/);
    expect(problemsOf('{\n  "version": 2,\n  nonsense\n}')).toEqual([' 3 notJson']);
    expect(problemsOf('[]')).toEqual([' 1 notOne']);
    expect(problemsOf('{"version": 2, "environments": []}')).toEqual([' 1 notOne']);
    expect(problemsOf('{"format": "something else", "version": 1, "environments": []}')).toEqual([' 1 notOne']);
    expect(problemsOf(text.replace('"version": 2', '"version": 3'))).toEqual(['/version 3 version']);
    const undecoded = Buffer.from(text.replaceAll('名称', '\u00c3\u00fb'), 'latin1').toString('utf8');
    expect(problemsOf(undecoded)).toEqual([` ${lineOf(text, '名称')} notUtf8`]);
    expect(problemsOf(text.replace('"id": "b"', '"id": "a"'))).toEqual([
      expect.stringMatching(/^\/environments\/1\/id \d+ sameId$/),
    ]);
    expect(problemsOf(text.replace('"id": "b"', '"id": "practice"'))).toEqual([
      expect.stringContaining('/environments/1/id'),
    ]);
    expect(problemsOf(text.replace('"name": "名称 a",', ''))).toEqual([
      expect.stringMatching(/^\/environments\/0\/name \d+ required$/),
    ]);
    expect(problemsOf(text.replace('"name": "名称 a"', '"name": "x", "name": "名称 a"'))).toEqual([
      expect.stringMatching(/^\/environments\/0\/name \d+ twice$/),
    ]);
    const withSecret = text.replace('"system": "O3"\n', '"system": "O3", "sessionId": "S3CRET"\n');
    expect(problemsOf(withSecret)).toEqual([expect.stringMatching(/credential \d+ unknownField$/)]);
    expect(JSON.stringify(readExchange(withSecret))).not.toContain('S3CRET');
    expect(problemsOf(' '.repeat(1_000_001))).toEqual([' 1 tooLarge']);
    expect(problemsOf(`${'['.repeat(200_000)}`)).toHaveLength(1);
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    for (const nested of [`"environments":${deep}`, `"environments":[{"x":${deep}}]`, `"x":${deep},"environments":[]`])
      expect(problemsOf(`{"format":"kuantu-ha-console/environments","version":2,${nested}}`)).toEqual([' 1 deep']);
    for (const odd of ['', 'null', '7', '"x"', '{}', '{"format":"kuantu-ha-console/environments","version":2}'])
      expect(problemsOf(odd).length, odd).toBeGreaterThan(0);
  });

  it('with fields that are not known says which, and is taken without them; a byte order mark is none', () => {
    const text = writeExchange([environment('a')]).replace('"chroot": ""', '"chroot": "", "colour": 1');
    expect(readExchange(`\ufeff${text}`)).toMatchObject({ ok: true, ignored: ['/environments/0/zookeeper/colour'] });
  });
});

describe('an import', () => {
  let directory: string;
  let store: EnvironmentStore;
  const events: Message[] = [];
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kuantu-exchange-'));
    const file = join(directory, 'config.json');
    writeFileSync(file, JSON.stringify({ version: 1, environments: [environment('a'), environment('b')] }));
    store = await openEnvironmentStore(file, true);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const exchange = () => createExchange(store, { wallMs: () => Date.UTC(2026, 0, 2) }, (said) => events.push(said));
  const previewed = (text: string) => {
    const preview = exchange().preview(text);
    if (!preview.ok) throw new Error(JSON.stringify(preview.problems));
    return preview;
  };

  it('shows what is new, what changes and where, what is the same, and what collides', () => {
    const changed = writeExchange([
      environment('a'),
      { ...environment('b'), name: 'other' },
      environment('c', { name: '名称 a' }),
    ]).replace(/"t2Port": 9101/g, '"t2Port": 9111');
    const { items } = previewed(changed.replace('9111', '9101'));
    expect(items.map(({ id, state }) => `${id} ${state}`)).toEqual(['a same', 'b changed', 'c new']);
    expect(items[1]?.changes).toEqual([
      { place: 'name', before: '"名称 b"', after: '"other"' },
      { place: 'pairs[oms].instances[B].t2Port', before: '9101', after: '9111' },
    ]);
    expect(items[2]?.conflicts).toEqual([{ key: 'exchange.sameName', params: { id: 'a', name: '名称 a' } }]);
    expect(items[2]?.missing.map(({ params }) => String(params.what).split('.').at(-1))).toEqual([
      'credential',
      'fence',
      'stop',
      'mount',
      'credential',
    ]);
    const again = { ...environment('d'), pairs: environment('a').pairs };
    expect(previewed(writeExchange([again])).items[0]?.conflicts).toMatchObject([
      { key: 'exchange.samePair', params: { id: 'a', node: 'mt-a' } },
    ]);
  });

  it("says that ZooKeeper's password has to be entered, where its user is another one here", () => {
    const digest = (id: string, user: string) =>
      environment(id, { zookeeper: { connectString: '10.0.0.9:2181', digest: { user } } });
    const { items } = previewed(writeExchange([digest('a', 'mt'), digest('new', 'mt')]));
    for (const item of items)
      expect(item.missing).toContainEqual({ key: 'exchange.missingLogin', params: { user: 'mt' } });
    const read = readExchange(writeExchange([digest('a', 'mt')]));
    const again = read.ok ? compareExchange(read.environments, [digest('a', 'mt')]) : [];
    expect(again.flatMap(({ missing }) => missing)).toEqual([]);
  });

  it('adds and replaces what was chosen alone, keeps stored secrets, and overwrites nothing unsaid', async () => {
    const text = writeExchange([
      environment('a', { name: 'new name' }),
      environment('b', { name: 'not chosen' }),
      environment('c'),
    ]);
    const { revision } = previewed(text);
    await expect(exchange().import({ text, revision, choices: [{ id: 'a', action: 'add' }] })).rejects.toThrow(
      'exchange.isThere',
    );
    await expect(exchange().import({ text, revision, choices: [{ id: 'c', action: 'replace' }] })).rejects.toThrow();
    await expect(exchange().import({ text, revision, choices: [{ id: 'x', action: 'add' }] })).rejects.toThrow();
    expect(store.list().map(({ name }) => name)).toEqual(['名称 a', '名称 b']);

    const choices = [
      { id: 'a', action: 'replace' as const },
      { id: 'c', action: 'add' as const },
    ];
    expect(await exchange().import({ text, revision, choices })).toEqual({ added: ['c'], replaced: ['a'] });
    expect(events.splice(0)).toEqual([{ key: 'exchange.imported', params: { added: 'c', replaced: 'a' } }]);
    expect(store.list().map(({ id, name }) => `${id} ${name}`)).toEqual(['a new name', 'b 名称 b', 'c 名称 c']);
    const [a, , c] = store.list();
    expect(JSON.stringify(a)).toContain(SECRETS.session);
    expect(JSON.stringify(a)).toContain(SECRETS.password);
    expect(JSON.stringify(c)).not.toContain('***');
    expect((await openEnvironmentStore(store.file, true)).list()).toEqual(store.list());
  });

  it('is refused where the environments were changed after the preview', async () => {
    const text = writeExchange([environment('c')]);
    const { revision } = previewed(text);
    await store.remove('b');
    const choices = [{ id: 'c', action: 'add' as const }];
    await expect(exchange().import({ text, revision, choices })).rejects.toThrow('error.configShownChanged');
    expect(store.list().map(({ id }) => id)).toEqual(['a']);
  });

  it('takes back what an export gave, one or all', () => {
    const all = exchange().export(null);
    expect(all.fileName).toBe('kuantu-environments-2026-01-02.json');
    expect(previewed(all.text).items.map(({ state }) => state)).toEqual(['same', 'same']);
    const one = exchange().export(['b']);
    expect(one.fileName).toBe('kuantu-b-2026-01-02.json');
    expect(previewed(one.text).items.map(({ id }) => id)).toEqual(['b']);
    expect(() => exchange().export(['zz'])).toThrow();
  });
});
