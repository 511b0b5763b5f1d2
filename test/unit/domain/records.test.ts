import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  configFileSchema,
  environmentSchema,
  MAX_RECORD_BYTES,
  pairPaths,
  parseRecord,
  RecordError,
  recordText,
  routeSchema,
} from '#shared/domain';

const route = {
  version: 1,
  instance: 'A',
  incarnation: 'i-1',
  epoch: 3,
  state: 'open',
  driver: 'console',
  token: '4294967297',
  operationId: null,
  changedAtMs: 1,
};

describe('a record from ZooKeeper', () => {
  it('comes back as it was written', () => {
    expect(parseRecord(routeSchema, '/r', Buffer.from(recordText(route)))).toEqual(route);
  });

  it('is refused with its path and the place when it does not fit', () => {
    const bytes = Buffer.from(recordText({ ...route, epoch: -1 }));
    expect(() => parseRecord(routeSchema, '/kuantu/x/route', bytes)).toThrow(/^\/kuantu\/x\/route: epoch: /);
  });

  it('is refused when it is larger than any record', () => {
    const bytes = Buffer.from(recordText({ ...route, pad: 'x'.repeat(MAX_RECORD_BYTES) }));
    expect(() => parseRecord(routeSchema, '/r', bytes)).toThrow(RecordError);
  });

  it('never does anything but parse or refuse, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          try {
            parseRecord(routeSchema, '/r', bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(RecordError);
          }
        },
      ),
    );
  });
});

describe('the paths of a pair', () => {
  it('follow the template', () => {
    const paths = pairPaths('/kuantu/{system}/mt/{node}', 'O45', 'mt-01');
    expect(paths.instance('A')).toBe('/kuantu/O45/mt/mt-01/instances/A');
    expect(paths.route).toBe('/kuantu/O45/mt/mt-01/route');
  });

  it('take names with characters that replacement patterns would read', () => {
    expect(pairPaths('/k/{system}/{node}', '$&', "$'").base).toBe("/k/$&/$'");
  });
});

const instance = (name: string, t2Port: number) => ({ name, host: '127.0.0.1', t2Port, f2Port: t2Port + 1 });
const environment = {
  id: 'desk',
  name: 'Trading desk',
  zookeeper: { connectString: 'zk1:2181,[::1]:2182' },
  pairs: [{ id: 'mt-01', system: 'O45', node: 'mt-01', instances: [instance('A', 7001), instance('B', 7003)] }],
};
const problems = (value: unknown) =>
  (environmentSchema.safeParse(value).error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);

describe('an environment', () => {
  it('fills in what is left out', () => {
    const parsed = environmentSchema.parse(environment);
    expect(parsed.pairs[0]).toMatchObject({
      driver: 'console',
      policy: 'assist',
      beatIntervalMs: 1000,
      timeouts: {},
    });
    expect(parsed.zookeeper.sessionTimeoutMs).toBe(6000);
  });

  it('names the field and the problem', () => {
    const pair = environment.pairs[0];
    for (const connectString of ['zk1', 'zk1:0', 'zk1:2181,zk2:65536', 'zk1:2181,', 'zk1:2181/kuantu'])
      expect(problems({ ...environment, zookeeper: { connectString } })).toEqual([
        'zookeeper.connectString problem.connectString',
      ]);
    expect(problems({ ...environment, pairs: [pair, { ...pair, node: 'mt-other' }] })).toEqual([
      'pairs.1.id problem.samePairId',
    ]);
    expect(problems({ ...environment, pairs: [{ ...pair, node: 'a/b' }] })).toEqual(['pairs.0.node problem.pathName']);
    expect(problems({ ...environment, pairs: [{ ...pair, beatIntervalMs: 99 }] })).toEqual([
      'pairs.0.beatIntervalMs problem.beatInterval',
    ]);
    expect(
      problems({ ...environment, pairs: [{ ...pair, instances: [instance('A', 7001), instance('A', 7003)] }] }),
    ).toEqual(['pairs.0.instances.1.name problem.sameName']);
    expect(
      problems({ ...environment, pairs: [{ ...pair, instances: [instance('A', 7001), instance('B', 7001)] }] }),
    ).toEqual(['pairs.0.instances.1.t2Port problem.samePort', 'pairs.0.instances.1.f2Port problem.samePort']);
  });

  it('takes Chinese names, and refuses two environments of one id', () => {
    expect(problems({ ...environment, pairs: [{ ...environment.pairs[0], node: '策略接入' }] })).toEqual([]);
    const file = configFileSchema.safeParse({ version: 1, environments: [environment, environment] });
    expect(file.error?.issues.map((issue) => issue.message)).toEqual(['problem.sameId']);
  });
});
