import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portForwards } from '#main/data-sync-setup';
import { environmentSchema } from '#shared/domain';
import {
  findingsOf,
  fromEnvironment,
  natConflicts,
  newSetupValues,
  type SetupValues,
  toEnvironment,
  withValue,
} from '#shared/setup';
import { sharingTexts, topologyOf } from '../../../src/main/setup/sharing.ts';

const CONTEXT = { takenIds: [], pairId: null, hasSecret: false };
/** Few addresses and ports, so that viewers share them often, and servers collide. */
const outsideHost = fc.constantFrom('203.0.113.5', '203.0.113.6', '198.51.100.9');
const port = fc.constantFrom(7001, 7002, 17001, 17002, 27001);
const seen = fc.record({ host: outsideHost, t2Port: port, f2Port: port });
const server = fc.record({
  nat: fc.boolean(),
  /** Whether each of them is on the server's own side of the router. */
  consoleInside: fc.boolean(),
  peerInside: fc.boolean(),
  console: seen,
  peer: seen,
  registered: seen,
  own: fc.record({ t2Port: fc.constantFrom(7001, 7003), f2Port: fc.constantFrom(7002, 7004) }),
  nfs: fc.constantFrom(2049, 12049),
});
type Server = typeof server extends fc.Arbitrary<infer T> ? T : never;
const inside = (index: number) => `192.168.${index}.10`;

function draftOf(servers: readonly [Server, Server]): SetupValues {
  let values = { ...newSetupValues(), mode: 'pair' as const };
  const set = (path: string, value: unknown) => {
    values = withValue(values, path, value) as typeof values;
  };
  set('name', 'Prod');
  set('id', 'prod');
  set('zookeeper.connectString', '10.9.9.9:2181');
  set('node.node', 'mt-01');
  set('node.system', 'o3');
  set('node.pairId', 'mt-01');
  set('policy.mode', 'assist');
  for (const [index, at] of servers.entries()) {
    const own = { host: inside(index), ...at.own };
    const viewed = viewsOf(at, index);
    set(`servers.${index}.host`, viewed.console.host);
    set(`servers.${index}.nat`, at.nat);
    set(`sharing.hosts.${index}.own`, at.nat ? own.host : '');
    if (at.nat) set(`servers.${index}.own`, at.own);
    set(`servers.${index}.peer`, viewed.peer);
    set(`servers.${index}.registered`, viewed.registered);
    const { t2Port, f2Port } = viewed.console;
    set(`node.instances.${index}`, { name: 'AB'[index], t2Port, f2Port });
    const other = index === 0 ? 1 : 0;
    set(`sharing.mounts.${other}`, {
      source: `${viewed.peer.host}:/export/kuantu/${index}`,
      target: '/mnt/peer',
      type: 'nfs',
      options: at.nat && viewed.peer.host !== own.host && at.nfs !== 2049 ? `port=${at.nfs}` : '',
    });
  }
  return values;
}

/** What each of the three dials. */
function viewsOf(at: Server, index: number) {
  const own = { host: inside(index), ...at.own };
  if (!at.nat) return { console: own, peer: own, registered: own };
  return {
    console: at.consoleInside ? own : at.console,
    peer: at.peerInside ? own : at.peer,
    registered: at.registered,
  };
}

/** Every line that a router needs, said independently: who dials what from outside, and where that must arrive. */
function wanted(servers: readonly [Server, Server]): Map<string, Set<string>> {
  const table = new Map<string, Set<string>>();
  const add = (protocol: string, from: string, to: string) =>
    table.set(`${protocol} ${from}`, (table.get(`${protocol} ${from}`) ?? new Set()).add(to));
  for (const [index, at] of servers.entries()) {
    if (!at.nat) continue;
    const views = viewsOf(at, index);
    for (const view of Object.values(views)) {
      if (view.host === inside(index)) continue;
      add('tcp', `${view.host}:${view.t2Port}`, `${inside(index)}:${at.own.t2Port}`);
      add('udp', `${view.host}:${view.f2Port}`, `${inside(index)}:${at.own.f2Port}`);
    }
    if (views.peer.host !== inside(index)) add('tcp', `${views.peer.host}:${at.nfs}`, `${inside(index)}:2049`);
  }
  return table;
}

describe("the router's table", () => {
  it('has every outside address and port that anybody dials, where it leads, by which protocol, and nothing else', () => {
    let possible = 0;
    fc.assert(
      fc.property(fc.tuple(server, server), (servers) => {
        const values = draftOf(servers);
        const expected = wanted(servers);
        const checked = topologyOf(values);
        const impossible = [...expected.values()].some((ends) => ends.size > 1);
        if (impossible) {
          // One outside port cannot lead to two places: nothing is written that only looks right.
          expect(checked.ok).toBe(false);
          return;
        }
        if (!checked.ok) {
          expect(checked.problems.map(({ message: { key } }) => key)).toEqual([]);
          return;
        }
        possible++;
        const lines = portForwards(checked.topology).map(
          ({ protocol, outsideAddress, outsidePort, insideAddress, insidePort }) =>
            [`${protocol} ${outsideAddress}:${outsidePort}`, `${insideAddress}:${insidePort}`] as const,
        );
        expect(lines.map(([from]) => from).sort()).toEqual([...expected.keys()].sort());
        for (const [from, to] of lines) expect([...(expected.get(from) ?? [])]).toEqual([to]);
        const text = sharingTexts(values)
          .items.filter(({ host }) => host === 'router')
          .map(({ content }) => content)
          .join('\n');
        for (const [from, to] of lines) {
          const [protocol = '', outside = ''] = from.split(' ');
          expect(text.replace(/ +/g, ' ')).toContain(`${protocol.toUpperCase()} ${outside} ${to} `);
        }
      }),
      { numRuns: 200, seed: 6 },
    );
    expect(possible).toBeGreaterThan(50);
  }, 60_000);

  it('that cannot be is said at a field of the step where its ports are', () => {
    fc.assert(
      fc.property(fc.tuple(server, server), (servers) => {
        const values = draftOf(servers);
        const errors = findingsOf(values, CONTEXT).filter(({ severity }) => severity === 'error');
        // A field has one error at a time, and another may be said of it first.
        for (const { line } of natConflicts(values))
          expect(errors.filter(({ field }) => field === line.field)).toMatchObject([{ step: 'node' }]);
        const said = errors.filter(({ reason }) => reason.key === 'setup.problem.natConflict');
        expect(said.every(({ remedy }) => remedy !== null)).toBe(true);
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  it('survives being configured and edited again', () => {
    fc.assert(
      fc.property(fc.tuple(server, server), (servers) => {
        const values = draftOf(servers);
        const environment = environmentSchema.safeParse(toEnvironment(values).environment).data;
        if (!environment) return;
        const again = fromEnvironment(environment, 'mt-01');
        for (const index of [0, 1] as const) {
          const { nat, peer, own } = again.servers[index];
          if (!nat) continue;
          expect(peer).toEqual(values.servers[index].peer);
          const { instances } = again.node;
          expect(own.t2Port ?? instances[index].t2Port).toBe(servers[index].own.t2Port);
          expect(again.sharing.hosts[index].own || again.servers[index].host).toBe(inside(index));
        }
      }),
      { numRuns: 100, seed: 6 },
    );
  });
});

const natted = (over: Record<string, unknown> = {}) => {
  const at: Server = {
    nat: true,
    consoleInside: false,
    peerInside: false,
    console: { host: '203.0.113.5', t2Port: 17001, f2Port: 17002 },
    peer: { host: '203.0.113.5', t2Port: 27001, f2Port: 17002 },
    registered: { host: '203.0.113.6', t2Port: 7001, f2Port: 7002 },
    own: { t2Port: 7001, f2Port: 7002 },
    nfs: 12049,
  };
  const values = draftOf([at, { ...at, nat: false }]);
  return Object.entries(over).reduce((all, [path, value]) => withValue(all, path, value), values);
};

describe('a console outside the router', () => {
  it('dials its own port, beside another port at the same address for the other server', () => {
    const checked = topologyOf(natted());
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    const text = sharingTexts(natted()).items.find(({ id }) => id === 'forwards-203.0.113.5')?.content;
    expect(text).toBe(`protocol  outside            inside             service  server  used by
TCP       203.0.113.5:17001  192.168.0.10:7001  t2       A       console
TCP       203.0.113.5:27001  192.168.0.10:7001  t2       A       other server
UDP       203.0.113.5:17002  192.168.0.10:7002  f2       A       console, other server
TCP       203.0.113.5:12049  192.168.0.10:2049  nfs      A       other server
`);
  });

  it('has the checks and the servers files look at the port inside', () => {
    const environment = environmentSchema.parse(toEnvironment(natted()).environment);
    expect(environment.pairs[0]?.instances[0]).toMatchObject({
      host: '203.0.113.5',
      t2Port: 17001,
      server: { own: { host: '192.168.0.10', t2Port: 7001, f2Port: 7002 } },
    });
    expect(environment.pairs[0]?.instances[1].server?.own).toBeUndefined();
  });

  it.each([
    ['sharing.hosts.0.own', 'problem.required', { 'sharing.hosts.0.own': '' }],
    ['servers.0.peer.t2Port', 'setup.problem.untranslated', { 'servers.0.peer.host': '192.168.0.10' }],
    ['servers.0.own.t2Port', 'problem.port', { 'servers.0.own.t2Port': 70_000 }],
  ])('has what is wrong said at %s', (field, key, over) => {
    const found = findingsOf(natted(over), CONTEXT).filter((each) => each.field === field);
    expect(found.map(({ reason }) => reason.key)).toEqual([key]);
  });
});
