import { describe, expect, it } from 'vitest';
import { dataSyncItems, mountPlan, portForwards } from '#main/data-sync-setup';
import { CATALOGUES } from '#shared/i18n';
import { asPlan, natPlan, plainPlan } from '#test/data-sync-plans';

const contents = (input: Record<string, unknown>, host: string, id: string) =>
  dataSyncItems(asPlan(input))
    .filter((item) => item.host === host && item.id === id)
    .map(({ content }) => content);

describe('the texts', () => {
  it('mount through the router what it forwards, and the other way without', () => {
    const plan = asPlan(natPlan());
    expect(mountPlan(plan, plan.servers[1])).toMatchObject({
      source: '203.0.113.5:/srv/kuantu/a/share',
      options: ['vers=4.2', 'port=12049', 'softerr', 'timeo=10', 'retrans=2', 'actimeo=0', 'lookupcache=none'],
    });
    expect(mountPlan(plan, plan.servers[0])).toMatchObject({ source: '198.51.100.7:/srv/kuantu/b/share' });
    expect(mountPlan(plan, plan.servers[0])?.options).not.toContain('port=12049');
  });

  it('give NFSv3 every port, so that it asks no portmapper to mount', () => {
    const plan = asPlan(plainPlan({ nfsVersion: '3', mountOptions: ['hard'] }));
    expect(mountPlan(plan, plan.servers[0])).toEqual({
      source: '10.0.0.12:/srv/kuantu/b/share',
      target: '/mnt/kuantu/b',
      type: 'nfs',
      options: ['vers=3', 'proto=tcp', 'port=2049', 'mountproto=tcp', 'mountport=20048', 'hard'],
    });
  });

  it('export to the other server alone, through its router with insecure, and to root as root only where asked', () => {
    expect(contents(natPlan(), 'B', 'exports')).toEqual([
      '/srv/kuantu/b/share 203.0.113.5(rw,sync,no_subtree_check,root_squash,insecure)\n',
    ]);
    expect(contents(natPlan(), 'A', 'exports')).toEqual([
      '/srv/kuantu/a/share 198.51.100.7(rw,sync,no_subtree_check,root_squash)\n',
    ]);
    const asked = plainPlan({}, { rootSquash: false });
    expect(contents(asked, 'A', 'exports')[0]).toContain(',no_root_squash');
    expect(contents(asked, 'B', 'exports')[0]).toContain(',root_squash');
  });

  it('say the protocol of every port that the router forwards (F3)', () => {
    expect(contents(natPlan(), 'router', 'forwards-203.0.113.5')).toEqual([
      `protocol  outside            inside             service  server  used by
TCP       203.0.113.5:17001  192.168.1.10:7001  t2       A       console, other server, clients
UDP       203.0.113.5:17002  192.168.1.10:7002  f2       A       console, other server, clients
TCP       203.0.113.5:12049  192.168.1.10:2049  nfs      A       other server
`,
    ]);
    const of3 = portForwards(asPlan(natPlan({ nfsVersion: '3', mappings: [] })));
    expect(of3.map(({ service, protocol, outsidePort }) => `${service} ${protocol} ${outsidePort}`)).toEqual([
      't2 tcp 7001',
      'f2 udp 7002',
      'nfs tcp 2049',
      'portmapper tcp 111',
      'portmapper udp 111',
      'mountd tcp 20048',
      'statd tcp 32765',
      'statd udp 32765',
      'lockd tcp 32803',
      'lockd udp 32803',
    ]);
    expect(of3.some(({ isGiven }) => isGiven)).toBe(false);
    expect(portForwards(asPlan(plainPlan()))).toEqual([]);
  });

  it('fix the ports of mountd, statd and lockd for NFSv3, and nothing for NFSv4', () => {
    const of3 = plainPlan({ nfsVersion: '3' }, {}, { exports: false });
    expect(contents(of3, 'A', 'nfs-conf')).toEqual([
      '[nfsd]\nvers3=y\n[mountd]\nport=20048\n[statd]\nport=32765\noutgoing-port=32766\n[lockd]\nport=32803\nudp-port=32803\n',
    ]);
    expect(contents(of3, 'B', 'nfs-conf')).toEqual([
      '[statd]\nport=32765\noutgoing-port=32766\n[lockd]\nport=32803\nudp-port=32803\n',
    ]);
    expect(contents(of3, 'A', 'lockd-module')).toEqual(['options lockd nlm_tcpport=32803 nlm_udpport=32803\n']);
    expect(contents(plainPlan(), 'A', 'nfs-conf')).toEqual([]);
    expect(contents(plainPlan({}, { ports: { nfs: 2_050 } }), 'A', 'nfs-conf')).toEqual(['[nfsd]\nport=2050\n']);
  });

  it('are each said why, in a sentence that has all its parameters, and each named once a host', () => {
    for (const firewall of ['firewalld', 'ufw', 'nftables', 'iptables', 'none']) {
      const more = { firewall, system: firewall === 'firewalld' ? 'rhel' : 'debian' };
      const items = [...dataSyncItems(asPlan(natPlan({ nfsVersion: '3', mappings: [], automount: true }, more, more)))];
      for (const { why, content } of items) {
        const wanted = [...(CATALOGUES.en[why.key] ?? `{{no ${why.key}}}`).matchAll(/\{\{([^}]+)\}\}/g)];
        expect(Object.keys(why.params), why.key).toEqual(expect.arrayContaining(wanted.map(([, name]) => name)));
        expect(content).toMatch(/\n$/);
      }
      const ids = items.map(({ id, host }) => `${host} ${id}`);
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    }
  });

  it('come in an order that can be followed: what serves before what mounts', () => {
    const ids = dataSyncItems(asPlan(plainPlan())).map(({ host, id }) => `${host} ${id}`);
    expect(ids.indexOf('A unit-mount')).toBeGreaterThan(ids.indexOf('B service'));
    expect(ids.indexOf('B exportfs')).toBeGreaterThan(ids.indexOf('B share'));
    expect(ids.indexOf('A unit-mount')).toBeGreaterThan(ids.indexOf('A reload'));
  });
});
