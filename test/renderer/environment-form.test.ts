import { get } from 'react-hook-form';
import { describe, expect, it } from 'vitest';
import {
  type FormValues,
  fromEnvironment,
  kept,
  newEnvironment,
  newPair,
  resolver,
  serverValues,
  toEnvironment,
  toServer,
} from '#renderer/features/environments';
import { environmentSchema, freeId, type ServerConfig, serverConfigSchema } from '#shared/domain';

const EDITABLE = {
  id: 'prod',
  name: '生产',
  kind: 'site',
  zookeeper: { connectString: '10.0.0.1:2181', chroot: '', sessionTimeoutMs: 6_000 },
  pathTemplate: '/kuantu/{system}/mt/{node}',
  pairs: [
    {
      ...newPair(),
      id: 'equity',
      system: 'O3',
      node: 'mt_equity',
      instances: [
        {
          name: 'a',
          host: 'h1',
          t2Port: 1,
          f2Port: 2,
          hostCheck: 'none',
          credential: { system: 'O45', userToken: '' },
        },
        { name: 'b', host: 'h2', t2Port: 1, f2Port: 2, hostCheck: 'local', credential: null },
      ],
    },
  ],
};

/** As much of a server as there is. */
const SERVER: ServerConfig = {
  access: {
    type: 'ssh',
    host: '10.0.0.11',
    port: 2222,
    user: 'kuantu',
    auth: { type: 'key', file: '~/.ssh/id', passphraseEnv: 'PASS' },
    knownHostsFile: '~/known',
    sudo: true,
  },
  mount: {
    source: '10.0.0.12:/export/share',
    target: '/mnt/peer',
    type: 'nfs',
    options: ['hard', 'noac'],
    writable: false,
    minFreePercent: 7,
  },
  redoDirectory: '/var/lib/mt/share',
  todbFile: '/etc/mt/Todb_mt-01.xml',
  database: { host: '10.0.0.20', port: 5432 },
  peer: { host: '172.16.0.2', t2Port: 17_001, f2Port: 17_002 },
  own: { host: '172.16.0.1', t2Port: 7_001, f2Port: 7_002 },
  nfsPort: 12_049,
  process: 'mt_server --node mt-01',
};
const savedServer = (server: unknown) => {
  const [pair] = EDITABLE.pairs;
  const [a, b] = pair?.instances ?? [];
  const values = fromEnvironment(
    { ...EDITABLE, pairs: [{ ...pair, instances: [{ ...a, credential: null, server }, b] }] },
    [],
  );
  return environmentSchema.parse(toEnvironment(values)).pairs[0]?.instances[0].server;
};

describe('a server', () => {
  it('is saved as it was, field by field, whatever of it was looked at', () => {
    expect(savedServer(SERVER)).toEqual(SERVER);
    for (const server of [
      undefined,
      { access: { type: 'local', sudo: true } },
      { access: { type: 'ssh', port: 22, user: 'u', auth: { type: 'agent', socket: '/run/agent' }, sudo: false } },
      { access: { type: 'ssh', port: 22, user: 'u', auth: { type: 'password', env: 'SECRET' }, sudo: false } },
      { access: { type: 'ssh', port: 22, user: 'u', auth: { type: 'password' }, sudo: false } },
      { mount: { source: '/a', target: '/b', type: 'link', options: [], writable: true, minFreePercent: 0 } },
      { nfsPort: 2049 },
    ])
      expect(savedServer(server)).toEqual(server);
    expect(Object.keys(serverConfigSchema.shape).sort()).toEqual(Object.keys(SERVER).sort());
  });

  it('is not there where every field of it is empty', () => {
    expect(toServer(serverValues(undefined))).toEqual({});
  });

  it('marks each mistake at its field', async () => {
    const values = newEnvironment();
    const [pair] = values.pairs;
    if (!pair) throw new Error('no pair');
    pair.instances[0].server = {
      ...serverValues(SERVER),
      access: { ...serverValues(SERVER).access, user: '', port: 0 },
      mount: { ...serverValues(SERVER).mount, target: 'mnt/peer', options: 'hard,-x' },
      nfsPort: 70_000,
    };
    const { errors } = await resolver(values, undefined, { fields: {}, shouldUseNativeValidation: false });
    const at = (path: string) =>
      (get(errors, `pairs.0.instances.0.server.${path}`) as { message?: string } | undefined)?.message;
    expect([at('access.user'), at('access.port'), at('mount.target'), at('mount.options.1'), at('nfsPort')]).toEqual([
      'problem.required',
      'problem.port',
      'problem.absolutePath',
      'problem.mountOption',
      'problem.port',
    ]);
    expect(at('redoDirectory')).toBeUndefined();
  });
});

function edited(change: (credential: FormValues['pairs'][number]['instances'][0]['credential']) => void): FormValues {
  const values = fromEnvironment(EDITABLE, [[0, 0]]);
  const credential = values.pairs[0]?.instances[0].credential;
  if (!credential) throw new Error('the pair is missing');
  change(credential);
  return values;
}
const sentCredential = (values: FormValues) =>
  environmentSchema.parse(toEnvironment(values)).pairs[0]?.instances[0].credential;

describe('credentials', () => {
  it('stay when nothing is typed, and no secret is sent', () => {
    const values = edited(() => undefined);
    expect(kept(values)).toEqual([[0, 0]]);
    expect(sentCredential(values)).toBeNull();
  });

  it('are replaced by what is typed', () => {
    const values = edited((credential) => {
      credential.userToken = 'new';
    });
    expect(kept(values)).toEqual([]);
    expect(sentCredential(values)).toEqual({ system: 'O45', userToken: 'new' });
  });

  it('are dropped when the heartbeats are to carry nothing', () => {
    const values = edited((credential) => {
      credential.system = '';
    });
    expect(kept(values)).toEqual([]);
    expect(sentCredential(values)).toBeNull();
  });

  it('are asked for anew when their kind changes', () => {
    const values = edited((credential) => {
      credential.system = 'O3';
    });
    expect(kept(values)).toEqual([]);
    const { error } = environmentSchema.safeParse(toEnvironment(values));
    expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['pairs.0.instances.0.credential.sessionId', 'problem.required'],
    ]);
  });
});

it('names empty fields of a new environment by the paths of the configuration', () => {
  const { error } = environmentSchema.safeParse(toEnvironment(newEnvironment()));
  const paths = error?.issues.map(({ path }) => path.join('.'));
  expect(paths).toEqual(
    expect.arrayContaining(['id', 'name', 'zookeeper.connectString', 'pairs.0.node', 'pairs.0.instances.1.t2Port']),
  );
});

it('comes back from editing as it was, but for its secrets', () => {
  const { pairs, ...rest } = environmentSchema.parse(
    toEnvironment(
      fromEnvironment(
        {
          ...EDITABLE,
          pairs: EDITABLE.pairs.map((pair) => ({
            ...pair,
            instances: pair.instances.map((instance) => ({ ...instance, credential: null })),
          })),
        },
        [],
      ),
    ),
  );
  const { pairs: pairsBefore, ...restBefore } = EDITABLE;
  expect(rest).toEqual({ ...restBefore, policyDefaults: { timeouts: {} } });
  expect(pairs[0]?.timeouts).toEqual(pairsBefore[0]?.timeouts);
  expect(pairs[0]?.instances[1]).toEqual(pairsBefore[0]?.instances[1]);
});

describe("ZooKeeper's login", () => {
  const saved = (digest: unknown) =>
    environmentSchema.parse(
      toEnvironment(fromEnvironment({ ...EDITABLE, zookeeper: { ...EDITABLE.zookeeper, digest } }, [[0, 0]])),
    ).zookeeper.digest;

  it.each([undefined, { user: 'mt' }, { user: 'mt', passwordEnv: 'ZK' }])(
    'comes back from editing as it was: %j',
    (digest) => expect(saved(digest)).toEqual(digest),
  );

  it('is named by its fields where something is wrong with it', async () => {
    const values = newEnvironment();
    values.zookeeper.digest = { type: 'digest', user: '', passwordEnv: '1st' };
    const { errors } = await resolver(values, undefined, { fields: {}, shouldUseNativeValidation: false });
    const at = (path: string) => (get(errors, `zookeeper.digest.${path}`) as { message?: string } | undefined)?.message;
    expect([at('user'), at('passwordEnv')]).toEqual(['problem.required', 'problem.environmentVariable']);
  });
});

describe('how often checks are made', () => {
  const schedule = { checkIntervalMs: 60_000, checkIntervals: { todb: 3_600_000, 'mount-answers': 10_000 } };
  const scheduled = () =>
    fromEnvironment(
      {
        ...EDITABLE,
        checkIntervalMs: 30_000,
        checkIntervals: { route: 20_000 },
        pairs: EDITABLE.pairs.map((pair) => ({ ...pair, ...schedule })),
      },
      [[0, 0]],
    );

  it('is saved as it was, of single checks as well', () => {
    const { checkIntervalMs, checkIntervals, pairs } = environmentSchema.parse(toEnvironment(scheduled()));
    expect([checkIntervalMs, checkIntervals]).toEqual([30_000, { route: 20_000 }]);
    expect(pairs[0]).toMatchObject(schedule);
  });

  it('is not said of a check whose field is empty, and a mistake is marked at its field', async () => {
    const values = scheduled();
    const [pair] = values.pairs;
    if (!pair) throw new Error('no pair');
    // What the form makes of empty fields.
    Object.assign(values, { checkIntervals: { route: undefined, mount: undefined } });
    Object.assign(pair, { checkIntervals: { todb: 5, mount: undefined } });
    const sent = toEnvironment(values);
    expect(sent).not.toHaveProperty('checkIntervals');
    expect(sent).toMatchObject({ pairs: [{ checkIntervals: { todb: 5 } }] });
    const { errors } = await resolver(values, undefined, { fields: {}, shouldUseNativeValidation: false });
    expect(get(errors, 'pairs.0.checkIntervals.todb')).toMatchObject({ message: 'problem.checkInterval' });
    expect(Object.keys(errors)).toEqual(['pairs']);
  });
});

describe('an id for a name', () => {
  it('is what may stand in one', () => {
    expect(freeId('  Shanghai Prod #2 ', 'env', [])).toBe('shanghai-prod-2');
  });

  it('is a number of its kind where nothing of the name may stand in one', () => {
    expect(freeId('生产环境', 'env', [])).toBe('env-1');
    expect(freeId('算法节点', 'pair', ['pair-1', 'pair-2'])).toBe('pair-3');
  });

  it('is never one that is taken', () => {
    expect(freeId('mt', 'pair', ['mt', 'mt-2'])).toBe('mt-3');
  });

  it.each(['-_-', 'Ä', 'x'.repeat(80), `${'y'.repeat(59)} z`])('passes the schema: %j', (name) => {
    const { id } = environmentSchema.shape;
    const first = freeId(name, 'env', []);
    expect(id.safeParse(first).success, first).toBe(true);
    expect(id.safeParse(freeId(name, 'env', [first])).success).toBe(true);
  });
});

describe('checking the form', () => {
  const options = { fields: {}, shouldUseNativeValidation: false };

  it('puts each problem on the field of its path, as a catalogue key', async () => {
    const { errors } = await resolver(newEnvironment(), undefined, options);
    expect(errors.zookeeper?.connectString?.message).toBe('problem.required');
    expect(errors.pairs?.[0]?.instances?.[1]?.t2Port?.message).toBe('problem.port');
  });

  it('passes what main will take, with a stored credential left alone', async () => {
    const values = fromEnvironment(EDITABLE, [[0, 0]]);
    expect(await resolver(values, undefined, options)).toEqual({ values, errors: {} });
  });
});

describe('commands', () => {
  const commands = {
    fence: { arguments: ['/usr/bin/ssh', 'fence@{host}', '', '{epoch}'], timeoutMs: 8_000, required: true },
    start: { arguments: ['/opt/start'], timeoutMs: 10_000 },
  };
  const withCommands = () => {
    const [pair] = EDITABLE.pairs;
    const instances = pair?.instances.map((instance, index) => (index === 0 ? { ...instance, commands } : instance));
    return fromEnvironment({ ...EDITABLE, pairs: [{ ...pair, instances }] }, [[0, 0]]);
  };

  it('are edited one argument a line, and come back as they were', () => {
    const values = withCommands();
    expect(values.pairs[0]?.instances[0].commands.fence.text).toBe('/usr/bin/ssh\nfence@{host}\n\n{epoch}');
    const sent = environmentSchema.parse(toEnvironment(values)).pairs[0]?.instances;
    expect(sent?.[0].commands).toEqual(commands);
    expect(sent?.[1]).not.toHaveProperty('commands');
  });

  it('are none where nothing is written, and wrong where the line is', async () => {
    const values = withCommands();
    const given = values.pairs[0]?.instances[0].commands;
    if (!given) throw new Error('no commands');
    given.start.text = ' \n ';
    given.fence.text = '/usr/bin/ssh\r\n{nobody}\n';
    given.stop.text = 'systemctl\nstop';
    const { error } = environmentSchema.safeParse(toEnvironment(values));
    expect(error?.issues.map(({ path, message }) => [path.slice(4).join('.'), message])).toEqual([
      ['commands.fence.arguments.1', 'problem.placeholder'],
      ['commands.stop.arguments.0', 'problem.program'],
    ]);
  });
});
