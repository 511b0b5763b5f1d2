import { describe, expect, it } from 'vitest';
import { environmentSchema } from '#shared/domain';
import {
  type Finding,
  findingsOf,
  fromEnvironment,
  newSetupValues,
  type SetupValues,
  setupValuesSchema,
  toEnvironment,
  withValue,
} from '#shared/setup';

const CONTEXT = { takenIds: [], hasSecret: true };

/** A draft with nothing wrong in it, changed at these paths. */
function draft(over: Record<string, unknown> = {}): SetupValues {
  const base = setupValuesSchema.parse({
    mode: 'pair',
    name: 'Desk 1',
    id: 'desk-1',
    zookeeper: { connectString: '10.0.0.1:2181' },
    servers: [{ host: '10.0.0.11' }, { host: '10.0.0.12' }],
    node: {
      system: 'O45',
      node: 'mt-01',
      pairId: 'mt-01',
      instances: [
        { name: 'A', t2Port: 7001, f2Port: 7002 },
        { name: 'B', t2Port: 7001, f2Port: 7002 },
      ],
    },
    sharing: {
      mounts: [
        { source: '10.0.0.12:/export/kuantu', target: '/mnt/peer' },
        { source: '10.0.0.11:/export/kuantu', target: '/mnt/peer' },
      ],
    },
    policy: { mode: 'assist' },
  });
  return Object.entries(over).reduce((values, [path, value]) => withValue(values, path, value), base);
}

const errors = (values: SetupValues, context: Parameters<typeof findingsOf>[1] = CONTEXT) =>
  findingsOf(values, context).filter(({ severity }) => severity === 'error');
const marks = (findings: readonly Finding[]) => findings.map(({ step, field, reason }) => [step, field, reason.key]);

describe("ZooKeeper's login in a draft", () => {
  const login = { 'zookeeper.auth': 'digest', 'zookeeper.user': 'mt' };

  it.each(['', 'ZK'])('needs a user, and no environment variable: %j', (passwordEnv) => {
    const values = draft({ ...login, 'zookeeper.passwordEnv': passwordEnv });
    expect(errors(values)).toEqual([]);
    const environment = environmentSchema.parse(toEnvironment(values).environment);
    expect(environment.zookeeper.digest).toEqual({ user: 'mt', ...(passwordEnv === '' ? {} : { passwordEnv }) });
    expect(fromEnvironment(environment, null).zookeeper).toMatchObject({ auth: 'digest', user: 'mt', passwordEnv });
  });

  it('is marked where the user is missing, or the variable cannot be one', () => {
    const wrong = draft({ ...login, 'zookeeper.user': '', 'zookeeper.passwordEnv': '1st' });
    expect(marks(errors(wrong))).toEqual([
      ['zookeeper', 'zookeeper.user', 'problem.required'],
      ['zookeeper', 'zookeeper.passwordEnv', 'problem.environmentVariable'],
    ]);
  });
});

describe('what is wrong with a draft', () => {
  it('is nothing where everything is filled in', () => {
    expect(errors(draft())).toEqual([]);
  });

  it('is everything that is still to be filled in, each at its step', () => {
    const steps = new Set(errors(newSetupValues()).map(({ step }) => step));
    expect([...steps].sort()).toEqual(['mode', 'node', 'policy', 'servers', 'sync', 'zookeeper']);
    expect(marks(errors(draft({ 'servers.1.host': '' })))).toContainEqual([
      'servers',
      'servers.1.host',
      'problem.required',
    ]);
  });

  it.each<[string, Record<string, unknown>, string, string, string]>([
    ['a slash in a name', { 'node.node': 'mt/01' }, 'node', 'node.node', 'problem.pathName'],
    ['Chinese in a name', { 'node.system': '宽途' }, 'node', 'node.system', 'setup.problem.name'],
    [
      'Chinese in an instance',
      { 'node.instances.1.name': '备机' },
      'node',
      'node.instances.1.name',
      'setup.problem.name',
    ],
    [
      'an address without a port',
      { 'zookeeper.connectString': '10.0.0.1' },
      'zookeeper',
      'zookeeper.connectString',
      'problem.connectString',
    ],
    [
      'one machine',
      { 'servers.1.host': '10.0.0.11', 'node.instances.1.t2Port': 7003, 'node.instances.1.f2Port': 7004 },
      'servers',
      'servers.1.host',
      'setup.problem.sameMachine',
    ],
    [
      'one machine under two names of its own',
      {
        'servers.0.host': 'localhost',
        'servers.1.host': '127.0.0.1',
        'servers.0.access.type': 'ssh',
        'servers.1.access.type': 'ssh',
        'servers.0.access.user': 'root',
        'servers.1.access.user': 'root',
        'servers.1.access.port': 2222,
      },
      'servers',
      'servers.1.host',
      'setup.problem.sameMachine',
    ],
    [
      'a port that is none',
      { 'zookeeper.connectString': '10.0.0.1:2181,10.0.0.2:70000' },
      'zookeeper',
      'zookeeper.connectString',
      'problem.connectString',
    ],
    [
      'an export of /',
      { 'sharing.mounts.0.source': '10.0.0.12:/' },
      'sync',
      'sharing.mounts.0.source',
      'setup.problem.rootExport',
    ],
    [
      'a mount over /',
      { 'sharing.mounts.1.target': '/' },
      'sync',
      'sharing.mounts.1.target',
      'setup.problem.rootTarget',
    ],
    [
      'its own share',
      { 'sharing.mounts.0.source': '10.0.0.11:/export' },
      'sync',
      'sharing.mounts.0.source',
      'setup.problem.ownShare',
    ],
    ['no synchronisation', { 'sharing.kind': 'none' }, 'sync', 'sharing.kind', 'setup.problem.noSync'],
    [
      'crossed ports',
      { 'node.instances.1.t2Port': 7002, 'node.instances.1.f2Port': 7001 },
      'node',
      'node.instances.1.t2Port',
      'setup.problem.swappedPorts',
    ],
    [
      'protection for nobody',
      { 'zookeeper.acl': 'protected' },
      'zookeeper',
      'zookeeper.acl',
      'setup.problem.protectedBy',
    ],
    ['a NAT without addresses', { 'servers.0.nat': true }, 'servers', 'servers.0.peer.host', 'problem.required'],
    [
      'a NAT without ports',
      { 'servers.0.nat': true, 'servers.0.peer.host': '192.0.2.1' },
      'node',
      'servers.0.peer.t2Port',
      'problem.required',
    ],
    [
      'a key without a file',
      { 'servers.0.access.type': 'ssh', 'servers.0.access.user': 'root', 'servers.0.access.auth': 'key' },
      'servers',
      'servers.0.access.keyFile',
      'problem.required',
    ],
    [
      'a relative directory',
      { 'servers.0.redoDirectory': 'share' },
      'servers',
      'servers.0.redoDirectory',
      'problem.absolutePath',
    ],
    ['a database without a port', { 'database.host': '10.0.0.5' }, 'database', 'database.port', 'problem.required'],
    ['no policy', { 'policy.mode': null }, 'policy', 'policy.mode', 'setup.problem.policy'],
    ['the id of the practice environment', { id: 'practice' }, 'mode', 'id', 'problem.reservedId'],
  ])('is %s', (_what, over, step, field, key) => {
    const found = errors(draft(over));
    expect(marks(found)).toContainEqual([step, field, key]);
  });

  it.each<[string, Record<string, unknown>, [string, string][]]>([
    [
      't2 and f2 of one number',
      { 'node.instances.0.f2Port': 7001 },
      [
        ['node.instances.0.t2Port', 'setup.problem.t2IsF2'],
        ['node.instances.0.f2Port', 'setup.problem.t2IsF2'],
      ],
    ],
    [
      'one number at two instances of one machine',
      {
        'servers.0.host': 'localhost',
        'servers.1.host': '127.0.0.1',
        'node.instances.1.t2Port': 7003,
        'node.instances.1.f2Port': 7001,
        acknowledged: ['same-machine'],
      },
      [
        ['node.instances.0.t2Port', 'problem.samePort'],
        ['node.instances.1.f2Port', 'problem.samePort'],
      ],
    ],
    [
      'ports of its own behind a NAT',
      {
        'servers.0.nat': true,
        'servers.0.own': { t2Port: 7100, f2Port: 7100 },
        'sharing.hosts.0.own': '192.168.0.11',
      },
      [
        ['servers.0.own.t2Port', 'setup.problem.t2IsF2'],
        ['servers.0.own.f2Port', 'setup.problem.t2IsF2'],
      ],
    ],
    ['NFS’s port', { 'node.instances.1.t2Port': 2049 }, [['node.instances.1.t2Port', 'setup.problem.portTaken']]],
    [
      'the port of sshd',
      { 'node.instances.0.t2Port': 22, 'servers.0.access.type': 'ssh', 'servers.0.access.user': 'root' },
      [['node.instances.0.t2Port', 'setup.problem.portTaken']],
    ],
    [
      'the port of ZooKeeper on that server',
      { 'zookeeper.connectString': '10.0.0.1:2181,10.0.0.11:7001' },
      [['node.instances.0.t2Port', 'setup.problem.portTaken']],
    ],
  ])('is %s, at each of the fields and whatever else is wrong', (_what, over, expected) => {
    for (const more of [{}, { 'policy.mode': null, 'node.node': 'mt/01', name: '' }]) {
      const found = errors(draft({ ...over, ...more }));
      for (const [field, key] of expected) {
        expect(marks(found)).toContainEqual(['node', field, key]);
        expect(found.find((each) => each.field === field)?.remedy).not.toBeNull();
      }
    }
  });

  it('is no port that another server or another protocol has, as a router may give it', () => {
    const translated = {
      'servers.0.nat': true,
      'servers.0.host': '192.0.2.1',
      'servers.1.nat': true,
      'servers.1.host': '192.0.2.1',
      'node.instances.1': { name: 'B', t2Port: 7002, f2Port: 7001 },
    };
    expect(marks(errors(draft(translated))).filter(([, , key]) => /samePort|t2IsF2|portTaken/.test(key ?? ''))).toEqual(
      [],
    );
    expect(errors(draft({ 'zookeeper.connectString': '10.0.0.9:7001' }))).toEqual([]);
  });

  it('has a remedy for what an implementer could not guess', () => {
    for (const over of [
      { 'node.node': 'mt/01' },
      { 'node.system': '宽途' },
      { 'servers.1.host': '10.0.0.11' },
      { 'sharing.mounts.0.source': '10.0.0.12:/' },
    ])
      expect(errors(draft(over)).every(({ remedy }) => remedy !== null)).toBe(true);
  });

  it('is a warning once the implementer has said that it is meant so', () => {
    const over = { 'servers.1.host': '10.0.0.11', 'node.instances.1.t2Port': 7003, 'node.instances.1.f2Port': 7004 };
    const values = draft({ ...over, acknowledged: ['same-machine'] });
    expect(errors(values)).toEqual([]);
    expect(findingsOf(values, CONTEXT)).toContainEqual(
      expect.objectContaining({ field: 'servers.1.host', severity: 'warning' }),
    );
  });

  it('is a missing secret, and another environment’s id', () => {
    const values = draft({ 'node.credential': 'O3' });
    expect(marks(errors(values, { ...CONTEXT, hasSecret: false }))).toEqual([
      ['node', 'secret', 'setup.problem.secret'],
    ]);
    expect(marks(errors(draft(), { ...CONTEXT, takenIds: ['desk-1'] }))).toEqual([['mode', 'id', 'problem.sameId']]);
  });

  it('of a single server says nothing of a second one', () => {
    const single = draft({
      mode: 'single',
      'servers.1.host': '',
      'node.instances.1.t2Port': null,
      'policy.mode': null,
    });
    expect(errors(single)).toEqual([]);
  });
});

describe('an environment in the wizard', () => {
  it('comes out as it went in, with all that the wizard does not ask for', () => {
    const environment = environmentSchema.parse({
      ...toEnvironment(
        draft({ 'servers.0.nat': true, 'servers.0.peer': { host: '192.0.2.1', t2Port: 17001, f2Port: 17002 } }),
      ).environment,
    });
    const [pair] = environment.pairs;
    if (!pair) throw new Error('no pair');
    const richer = environmentSchema.parse({
      ...environment,
      policyDefaults: { cooldownMs: 1_000 },
      pairs: [
        {
          ...pair,
          beatIntervalMs: 500,
          maxPerDay: 7,
          instances: [
            {
              ...pair.instances[0],
              commands: { fence: { arguments: ['/bin/fence'], timeoutMs: 1_000, required: true } },
            },
            pair.instances[1],
          ],
        },
      ],
    });
    const again = toEnvironment(fromEnvironment(richer, 'mt-01'), richer, 'mt-01');
    expect(environmentSchema.parse(again.environment)).toEqual(richer);
  });

  it('with a further pair keeps the one that was there', () => {
    const base = environmentSchema.parse(toEnvironment(draft()).environment);
    const values = { ...draft({ 'node.node': 'mt-02', 'node.pairId': 'mt-02' }) };
    const { environment, pairIndex } = toEnvironment(values, base, null);
    expect(pairIndex).toBe(1);
    expect(environmentSchema.parse(environment).pairs.map(({ node }) => node)).toEqual(['mt-01', 'mt-02']);
    const clash = findingsOf(draft(), { ...CONTEXT, base, pairId: null });
    expect(clash).toContainEqual(expect.objectContaining({ field: 'node.node', severity: 'error' }));
  });
});
