import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/main/checks/firewall/packet.ts';
import { firewalldZones, judgeZones, type ZoneSight, zonesOf } from '../../../src/main/checks/firewall/zones.ts';

const recorded = (name: string) => readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');
/** firewalld 1.3 with eth1 and two sources bound, and its default zone bound to nothing. */
const ZONES = firewalldZones(recorded('firewalld-1.3-zones.txt'));
const [DEFAULT] = firewalldZones(recorded('firewalld-1.3-list-all.txt'));
const from = (address: string | null, port = 7001, protocol: 'tcp' | 'udp' = 'tcp'): Packet => ({
  ...{ protocol, port, from: address, viaLoopback: false },
});

function sight(change: Partial<ZoneSight> = {}): ZoneSight {
  if (!DEFAULT) throw new Error('no default zone');
  return {
    zones: ZONES,
    defaultZone: DEFAULT,
    device: 'eth0',
    services: new Map([
      ['ssh', ['22/tcp']],
      ['dhcpv6-client', ['546/udp']],
    ]),
    ...change,
  };
}
const names = (packet: Packet, change?: Partial<ZoneSight>) => zonesOf(sight(change), packet).map(({ name }) => name);
const says = (packet: Packet, change?: Partial<ZoneSight>) => judgeZones(sight(change), packet)?.says;

describe("firewalld's zones", () => {
  it('are read from real output, with what bindings they have, past what is said before', () => {
    expect(ZONES).toHaveLength(9);
    expect(ZONES.filter(({ interfaces, sources }) => interfaces.length + sources.length > 0)).toMatchObject([
      { name: 'dmz', interfaces: [], sources: ['10.0.0.64/26'] },
      { name: 'drop', sources: ['10.0.0.9'] },
      { name: 'internal', interfaces: ['eth1'], sources: [] },
    ]);
    expect(DEFAULT).toMatchObject({ name: 'public', interfaces: [], sources: [] });
    expect(DEFAULT?.text).toContain('rule family="ipv4"');
  });

  it.each([
    [
      '0.3',
      'public (default, active)\n  interfaces: eth0\n  sources: 10.2.0.0/16\n  services: ssh\n  ports: 7001/tcp\n  rich rules: \n\t\n',
    ],
    [
      '0.6',
      'public (active)\n  target: default\n  icmp-block-inversion: no\n  interfaces: eth0\n  sources: 10.2.0.0/16\n  services: ssh\n  ports: 7001/tcp\n  rich rules: \n\t\n',
    ],
    [
      '2.3',
      'public (default, active)\n  target: default\n  ingress-priority: 0\n  egress-priority: 0\n  icmp-block-inversion: no\n  interfaces: eth0\n  sources: 10.2.0.0/16\n  services: ssh\n  ports: 7001/tcp\n  rich rules: \n',
    ],
  ])('are read in the form of version %s', (_version, text) => {
    const two = firewalldZones(`${text}\n${text.replace('public', 'work').replace('eth0', 'eth1')}`);
    expect(two).toMatchObject([
      { name: 'public', interfaces: ['eth0'], sources: ['10.2.0.0/16'] },
      { name: 'work', interfaces: ['eth1'] },
    ]);
  });

  it('are chosen by the sender first, then by the card, then by default', () => {
    expect(names(from('10.0.0.70'))).toEqual(['dmz']);
    expect(names(from('10.0.0.9'), { device: 'eth1' })).toEqual(['drop']);
    expect(names(from('10.0.0.2'), { device: 'eth1' })).toEqual(['internal']);
    expect(names(from('10.0.0.2'))).toEqual(['public']);
  });

  it('decide: not the default zone where another one applies', () => {
    expect(says(from('10.0.0.2'))).toBe('dropped');
    expect(says(from('10.0.0.2'), { device: 'eth1' })).toBe('passes');
    expect(says(from('10.0.0.70', 7002, 'udp'))).toBe('passes');
    expect(says(from('10.0.0.9', 22))).toBe('dropped');
    expect(says(from('10.9.0.1'))).toBe('passes');
    expect(judgeZones(sight(), from('10.0.0.9'))?.lines[0]).toBe('zone drop');
    expect(says({ ...from('10.0.0.1'), viaLoopback: true })).toBe('passes');
  });

  it('are all asked where it is not known which one applies, and it is unclear where they differ', () => {
    expect(names(from(null), { device: undefined })).toEqual(['dmz', 'drop', 'internal', 'public']);
    expect(says(from(null), { device: undefined })).toBe('unclear');
    expect(
      says(from(null, 9999), {
        device: undefined,
        services: new Map(['ssh', 'mdns', 'samba-client', 'dhcpv6-client'].map((name) => [name, ['1/tcp']])),
      }),
    ).toBe('dropped');
    const [set] = firewalldZones(
      'trusted (active)\n  target: ACCEPT\n  interfaces: \n  sources: ipset:peers\n  services: \n  ports: \n',
    );
    expect(says(from('10.0.0.2'), { zones: [...ZONES, ...(set ? [set] : [])] })).toBe('unclear');
  });

  it('that cannot be listed leave it unclear, unless the default zone has the card', () => {
    expect(says(from('10.0.0.2'), { zones: undefined })).toBe('unclear');
    const bound = { ...sight().defaultZone, interfaces: ['eth+'] };
    expect(says(from('10.0.0.2'), { zones: undefined, defaultZone: bound })).toBe('dropped');
  });

  it('may be any text', () => {
    fc.assert(fc.property(fc.string(), (junk) => void firewalldZones(`${junk}\n  services: ${junk}\n${junk}`)));
  });
});
