import { describe, expect, it } from 'vitest';
import { newSetupValues, type SetupValues, withValue } from '#shared/setup';
import { sharingSteps, sharingTexts, topologyField, topologyOf } from '../../../src/main/setup/sharing.ts';

function draft(over: Record<string, unknown> = {}): SetupValues {
  const filled: Record<string, unknown> = {
    mode: 'pair',
    'zookeeper.connectString': '10.0.0.1:2181',
    'servers.0.host': '10.0.0.11',
    'servers.1.host': '10.0.0.12',
    'node.node': 'mt-01',
    'node.instances.0': { name: 'A', t2Port: 7001, f2Port: 7002 },
    'node.instances.1': { name: 'B', t2Port: 7001, f2Port: 7002 },
    'sharing.mounts.0.source': '10.0.0.12:/export/kuantu',
    'sharing.mounts.0.target': '/mnt/peer',
    'sharing.mounts.1.source': '10.0.0.11:/export/kuantu',
    'sharing.mounts.1.target': '/mnt/peer',
    ...over,
  };
  return Object.entries(filled).reduce((values, [path, value]) => withValue(values, path, value), newSetupValues());
}
const NAT = {
  'servers.1.nat': true,
  'servers.1.peer': { host: '192.0.2.12', t2Port: 17001, f2Port: 17002 },
  'servers.1.registered': { host: '192.0.2.12', t2Port: 17001, f2Port: 17002 },
};

describe('what has to be done for NFS', () => {
  it('is text for both servers, each exporting to the other alone', () => {
    const { items, problems } = sharingTexts(draft());
    expect(problems).toEqual([]);
    expect(new Set(items.map(({ host }) => host))).toEqual(new Set(['A', 'B']));
    const text = (host: string) =>
      items
        .filter((item) => item.host === host)
        .map(({ content }) => content)
        .join('\n');
    expect(text('A')).toMatch(/\/export\/kuantu.*10\.0\.0\.12/);
    expect(text('B')).toMatch(/\/export\/kuantu.*10\.0\.0\.11/);
  });

  it('is a table for the router where there is one: t2 as TCP, f2 as UDP', () => {
    const { items, problems } = sharingTexts(draft(NAT));
    expect(problems).toEqual([]);
    const router = items
      .filter(({ host }) => host === 'router')
      .map(({ content }) => content)
      .join('\n');
    expect(router).toMatch(/tcp.*17001|17001.*tcp/i);
    expect(router).toMatch(/udp.*17002|17002.*udp/i);
  });

  it('forwards NFS from another port where the mount says so, and each address that clients use', () => {
    const { items, problems } = sharingTexts(
      draft({
        ...NAT,
        'servers.1.registered': { host: '198.51.100.9', t2Port: 27001, f2Port: 27002 },
        'sharing.mounts.0.options': 'softerr, port=12049',
      }),
    );
    expect(problems).toEqual([]);
    const content = (id: string) => items.find((item) => item.id === id)?.content ?? '';
    expect(content('forwards-192.0.2.12')).toMatch(/TCP +192\.0\.2\.12:12049 +10\.0\.0\.12:2049 +nfs/);
    expect(content('forwards-198.51.100.9')).toMatch(/UDP +198\.51\.100\.9:27002 +10\.0\.0\.12:7002 +f2/);
    expect(content('forwards-198.51.100.9')).not.toContain('nfs');
    const unit = items.find(({ host, id }) => host === 'A' && id === 'unit')?.content ?? '';
    expect(unit).toContain('Options=vers=4.2,port=12049,softerr,_netdev');
  });

  it('takes the ports of NFSv3 as they are, where a mount is to be of that version', () => {
    const { items, problems } = sharingTexts(draft({ ...NAT, 'sharing.mounts.0.options': 'nfsvers=3' }));
    expect(problems).toEqual([]);
    const router = items.filter(({ host }) => host === 'router').map(({ content }) => content);
    expect(router.join('')).toMatch(/UDP +192\.0\.2\.12:111 /);
    expect(router.join('')).toMatch(/TCP +192\.0\.2\.12:20048 /);
    expect(items.map(({ id }) => id)).toContain('nfs-conf');
    // With nothing else said, what was tested stays in force.
    expect(items.find(({ id }) => id === 'unit')?.content).toContain('actimeo=0');
  });

  it('gives each server the options of its own mount, and refuses those that nobody could rely on', () => {
    const own = topologyOf(draft({ 'sharing.mounts.1.options': 'hard,vers=4.2,lookupcache=none' }));
    expect(own.ok && own.topology.servers.map(({ mountOptions }) => mountOptions)).toEqual([
      undefined,
      ['hard', 'lookupcache=none'],
    ]);
    const unsafe = topologyOf(draft({ 'sharing.mounts.1.options': 'hard,soft' }));
    expect(unsafe.ok ? [] : unsafe.problems.map(({ path }) => topologyField(path))).toEqual([
      'sharing.mounts.1.options',
    ]);
  });

  it.each([
    ['sharing.mounts.0.source', { 'sharing.mounts.0.source': '10.0.0.12:/etc/kuantu' }],
    ['sharing.mounts.1.target', { 'sharing.mounts.1.target': '/usr' }],
    ['sharing.hosts.0.own', { 'sharing.hosts.0.own': 'node-a.example' }],
    ['servers.1.peer.host', { ...NAT, 'servers.1.peer.host': '2001:db8::1' }],
  ])('says what is wrong at the field %s', (field, over) => {
    const checked = topologyOf(draft(over));
    expect(checked.ok ? [] : checked.problems.map(({ path }) => topologyField(path))).toContain(field);
  });

  it('is refused with a remedy where it would export everything', () => {
    const { items, problems } = sharingTexts(draft({ 'sharing.mounts.0.source': '10.0.0.12:/' }));
    expect(items).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ remedy }) => remedy.key !== '')).toBe(true);
  });

  it('is made by the console only where it is asked to, and where it has access', () => {
    expect(sharingSteps(draft({ 'servers.0.access.type': 'local' }))).toEqual([]);
    const steps = sharingSteps(draft({ 'servers.0.access.type': 'local', 'sharing.apply': true }));
    expect(new Set(steps.map(({ item }) => item.host))).toEqual(new Set(['A']));
    expect(steps.every(({ item }) => !item.isAlternative)).toBe(true);
  });
});
