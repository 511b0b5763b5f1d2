import { describe, expect, it } from 'vitest';
import { checkDataSync } from '#main/data-sync-setup';
import { CATALOGUES } from '#shared/i18n';
import { natPlan, plainPlan } from '#test/data-sync-plans';

/** What is wrong with an input: its field, and the name of the problem. */
function problemsOf(input: unknown): string[] {
  const checked = checkDataSync(input);
  if (checked.ok) return [];
  for (const { message, remedy } of checked.problems)
    for (const { key, params } of [message, remedy]) {
      const text = CATALOGUES.en[key];
      expect(text, key).toBeDefined();
      const wanted = [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
      expect(Object.keys(params), key).toEqual(expect.arrayContaining(wanted));
    }
  return checked.problems.map(({ path, message }) => `${path.join('.')}: ${message.key.split('.').at(-1)}`);
}
const own = (address: string) => ({ addresses: { own: address } });
const line = (more: object) => ({
  server: 'A',
  protocol: 'tcp',
  outsideAddress: '203.0.113.5',
  outsidePort: 17_001,
  insidePort: 7_001,
  ...more,
});
const GIVEN = [
  line({}),
  line({ protocol: 'udp', outsidePort: 17_002, insidePort: 7_002 }),
  line({ outsidePort: 12_049, insidePort: 2_049 }),
];

describe('a plan for the shared data of a pair', () => {
  it('is taken where nothing is wrong with it', () => {
    const plans = [
      plainPlan(),
      natPlan(),
      natPlan({ nfsVersion: '3', mappings: [] }),
      plainPlan({ nfsVersion: '3' }),
      plainPlan(
        {},
        { shareDirectory: '/home/kuantu/share' },
        { shareDirectory: '/data', mountPoint: '/mnt/宽途 对端' },
      ),
      plainPlan({}, own('fd00::11'), own('fd00::12')),
      // Two private networks may use the same addresses.
      natPlan({ mappings: [] }, {}, { nat: true, addresses: { own: '192.168.1.10', peer: '203.0.113.9' } }),
    ];
    for (const plan of plans) expect(problemsOf(plan)).toEqual([]);
  });

  it.each([
    ['/', 'exportRoot'],
    ['//', 'exportRoot'],
    ['/etc', 'exportSystem'],
    ['/etc/kuantu', 'exportSystem'],
    ['/usr/bin', 'exportSystem'],
    ['/tmp/share', 'exportSystem'],
    ['/var/lib/nfs', 'exportSystem'],
    ['/boot/share', 'exportSystem'],
    ['/home', 'exportWhole'],
    ['/home/kuantu/', 'exportWhole'],
    ['/var', 'exportWhole'],
    ['/srv', 'exportWhole'],
    ['/srv/a\\b', 'pathCharacters'],
    ['/srv/a ', 'pathCharacters'],
    ['/srv/a=b', 'pathCharacters'],
    ['srv/share', 'absolutePath'],
    ['/srv/../etc', 'absolutePath'],
    ['/srv/a\nb', 'absolutePath'],
  ])('does not export %j', (shareDirectory, name) => {
    expect(problemsOf(plainPlan({}, { shareDirectory }))).toEqual([`servers.0.shareDirectory: ${name}`]);
  });

  it.each([
    ['/etc/x', 'mountSystem'],
    ['/home', 'mountSystem'],
    ['/srv/kuantu/a/share/peer', 'nested'],
    ['/srv/kuantu/a', 'nested'],
  ])('does not mount at %s', (mountPoint, name) => {
    expect(problemsOf(plainPlan({}, { mountPoint }))).toEqual([`servers.0.mountPoint: ${name}`]);
  });

  it.each([
    ['*', 'wildcard'],
    ['10.0.0.0/8', 'wildcard'],
    ['*.example.com', 'wildcard'],
    ['0.0.0.0', 'wildcard'],
    ['host-b', 'sourceNotAddress'],
  ])('does not export to %s', (source, name) => {
    expect(problemsOf(plainPlan({}, {}, { addresses: { source } }))).toEqual([`servers.1.addresses.source: ${name}`]);
  });

  it('knows two servers that are one', () => {
    expect(problemsOf(plainPlan({}, {}, own('10.0.0.11')))).toEqual(['servers.1.addresses.own: sameMachine']);
    expect(problemsOf(plainPlan({}, {}, { addresses: { source: '10.0.0.11' } }))).toEqual([
      'servers.1.addresses.source: sameMachine',
    ]);
  });

  it('knows t2 and f2 that are one port, and those that are swapped', () => {
    expect(problemsOf(plainPlan({}, { ports: { f2: 7_001 } }))).toEqual(['servers.0.ports.f2: samePort']);
    expect(problemsOf(plainPlan({}, {}, { ports: { t2: 7_002, f2: 7_001 } }))).toEqual(['servers.1.ports.t2: swapped']);
    expect(problemsOf(plainPlan({}, { ports: { nfs: 7_001 } }))).toEqual(['servers.0.ports.nfs: samePort']);
    expect(problemsOf(plainPlan({ nfsVersion: '3' }, { ports: { t2: 111 } }))).toEqual([
      'servers.0.ports.t2: samePort',
    ]);
  });

  it('knows addresses of two families', () => {
    expect(problemsOf(plainPlan({}, own('fd00::11')))).toEqual(['servers.1.addresses.peer: familiesDiffer']);
    expect(problemsOf(natPlan({ mappings: [] }, { addresses: { console: 'fd00::5' } }))).toEqual([
      'servers.0.addresses.console: familyAcrossNat',
    ]);
    expect(problemsOf(plainPlan({}, own('host-a')))).toEqual(['servers.0.addresses.own: ownNotAddress']);
  });

  it.each<[string, object[], string[]]>([
    [
      'TCP for a UDP port',
      [GIVEN[0], line({ outsidePort: 17_002, insidePort: 7_002 }), GIVEN[2]] as object[],
      ['mappings.1.protocol: mappingProtocol'],
    ],
    [
      'UDP for NFS',
      [GIVEN[0], GIVEN[1], line({ protocol: 'udp', outsidePort: 1, insidePort: 2_049 })] as object[],
      ['mappings.2.protocol: mappingProtocol'],
    ],
    [
      'swapped ports',
      [
        line({ insidePort: 7_002 }),
        line({ protocol: 'udp', outsidePort: 17_002, insidePort: 7_001 }),
        GIVEN[2],
      ] as object[],
      ['mappings.0.protocol: mappingProtocol', 'mappings.1.protocol: mappingProtocol'],
    ],
    ['a line twice', [...GIVEN, line({})], ['mappings.3.outsidePort: mappingTwice']],
    ['one outside port for two', [...GIVEN, line({ insidePort: 2_049 })], ['mappings.3.outsidePort: mappingConflict']],
    [
      'a port of nothing',
      [...GIVEN, line({ outsidePort: 22, insidePort: 22 })],
      ['mappings.3.insidePort: mappingPort'],
    ],
    ['a server of nobody', [...GIVEN, line({ server: 'C', outsidePort: 9 })], ['mappings.3.server: mappingServer']],
    [
      'a server without NAT',
      [...GIVEN, line({ server: 'B', outsidePort: 9 })],
      ['mappings.3.server: mappingWithoutNat'],
    ],
    [
      'another address',
      [...GIVEN, line({ outsideAddress: '203.0.113.6' })],
      ['mappings.3.outsideAddress: mappingAddress'],
    ],
    ['a line too few', GIVEN.slice(0, 2), ['mappings: mappingMissing']],
    ['a port that is none', [...GIVEN, line({ outsidePort: 70_000 })], ['mappings.3.outsidePort: port']],
  ])('knows a router table with %s', (_what, mappings, problems) => {
    expect(problemsOf(natPlan({ mappings }))).toEqual(problems);
  });

  it('knows that the ports which NFSv3 tells by itself cannot be changed by a router', () => {
    const fixed = line({ outsidePort: 10_111, insidePort: 111 });
    expect(problemsOf(natPlan({ nfsVersion: '3', mappings: [...GIVEN, fixed] }))).toEqual([
      'mappings.3.outsidePort: mappingFixed',
    ]);
  });

  it('knows two servers behind one outside address with the same ports', () => {
    const behind = (own: string) => ({
      nat: true,
      addresses: { own, peer: '203.0.113.5', console: own, zooKeeperClients: own },
    });
    const plan = plainPlan({ nfsVersion: '3' }, behind('10.0.0.11'), { ...behind('10.0.0.12'), exports: false });
    expect(problemsOf(plan)).toContain('servers.1.ports.t2: collision');
    expect(problemsOf(plan)).toContain('servers.1.ports.lockd: fixedCollision');
    expect(problemsOf(plan)).toContain('nfsVersion: fixedCollision');
  });

  it('takes no options that are said elsewhere, or that the standby could not rely on', () => {
    expect(problemsOf(plainPlan({ mountOptions: ['hard', 'vers=3', 'soft', 'ro'] }))).toEqual([
      'mountOptions.1: optionOurs',
      'mountOptions.2: optionUnsafe',
      'mountOptions.3: optionUnsafe',
    ]);
    expect(problemsOf(plainPlan({ mountOptions: ['a,b'] }))).toEqual(['mountOptions.0: mountOption']);
    expect(problemsOf(plainPlan({ mountBy: 'fstab', automount: true }))).toEqual(['automount: automountFstab']);
  });

  it('wants somebody to export something, two names, and no fields that are not known', () => {
    expect(problemsOf(plainPlan({}, { exports: false }, { exports: false }))).toEqual([
      'servers.1.exports: nobodyExports',
    ]);
    expect(problemsOf(plainPlan({}, {}, { name: 'A' }))).toEqual(['servers.1.name: sameName']);
    expect(problemsOf(plainPlan({ nfsversion: '4' }))).toEqual([': unknownField']);
    expect(problemsOf(plainPlan({ node: 'a/b' }))).toEqual(['node: pathName']);
  });

  it('survives anything', () => {
    for (const input of [null, 1, 'x', [], {}, { servers: [] }, { servers: [null, 3] }])
      expect(problemsOf(input).length).toBeGreaterThan(0);
  });
});
