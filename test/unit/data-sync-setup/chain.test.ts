import { describe, expect, it } from 'vitest';
import { chainHops, probeRefusal } from '#main/data-sync-setup';
import { CATALOGUES } from '#shared/i18n';
import { asPlan, natPlan, plainPlan } from '#test/data-sync-plans';
import { nullCall } from '../../../src/main/data-sync-setup/chain/rpc.ts';

const shown = (input: Record<string, unknown>) =>
  chainHops(asPlan(input)).map(
    ({ from, to, service, protocol, target, arrives, via, probe }) =>
      `${from}>${to} ${service}/${protocol} ${target.host}:${target.port}${via === 'nothing' ? '' : ` -> ${arrives.host}:${arrives.port}`} ${probe}`,
  );

describe('the chain', () => {
  it('has a hop for everybody who reaches something, dialled as they see it', () => {
    const zooKeeper = [{ host: 'zk', port: 2_181 }];
    expect(shown(natPlan({ zooKeeper }))).toEqual([
      'console>A t2/tcp 203.0.113.5:17001 -> 192.168.1.10:7001 connect',
      'B>A t2/tcp 203.0.113.5:17001 -> 192.168.1.10:7001 connect',
      'console>A f2/udp 203.0.113.5:17002 -> 192.168.1.10:7002 heartbeat',
      'B>A f2/udp 203.0.113.5:17002 -> 192.168.1.10:7002 heartbeat',
      'B>A nfs/tcp 203.0.113.5:12049 -> 192.168.1.10:2049 rpc',
      'console>B t2/tcp 198.51.100.7:7001 connect',
      'A>B t2/tcp 198.51.100.7:7001 connect',
      'console>B f2/udp 198.51.100.7:7002 heartbeat',
      'A>B f2/udp 198.51.100.7:7002 heartbeat',
      'A>B nfs/tcp 198.51.100.7:2049 rpc',
      'console>zookeeper zookeeper/tcp zk:2181 connect',
      'A>zookeeper zookeeper/tcp zk:2181 connect',
      'B>zookeeper zookeeper/tcp zk:2181 connect',
    ]);
  });

  it('tries what ZooKeeper tells of a server beside the address that the console was given', () => {
    const plan = natPlan({ mappings: [] }, { addresses: { console: '192.168.1.10' } });
    expect(shown(plan).filter((hop) => hop.startsWith('console>A t2'))).toEqual([
      'console>A t2/tcp 192.168.1.10:7001 connect',
      'console>A t2/tcp 203.0.113.5:7001 -> 192.168.1.10:7001 connect',
    ]);
  });

  it('has the portmapper and its daemons for NFSv3, over both protocols', () => {
    const hops = shown(plainPlan({ nfsVersion: '3' }, {}, { exports: false }));
    expect(hops.filter((hop) => hop.startsWith('B>A ') && hop.endsWith('rpc'))).toHaveLength(8);
    // B exports nothing, and answers for its locks.
    expect(hops.filter((hop) => hop.startsWith('A>B ') && hop.endsWith('rpc'))).toHaveLength(6);
  });

  it('never has a TCP probe for a UDP port, and refuses one that is asked for', () => {
    const plan = asPlan(plainPlan());
    for (const { protocol, probe } of chainHops(plan)) if (protocol === 'udp') expect(probe).toBe('heartbeat');
    const refused = probeRefusal(plan, { server: 'A', protocol: 'tcp', port: 7_002 });
    expect(refused).toMatchObject({
      path: ['protocol'],
      message: { params: { service: 'f2', must: 'udp', is: 'tcp' } },
    });
    expect(CATALOGUES.en[refused?.message.key ?? '']).toBeDefined();
    expect(probeRefusal(plan, { server: 'A', protocol: 'udp', port: 7_002 })).toBeNull();
    expect(probeRefusal(plan, { server: 'A', protocol: 'udp', port: 7_001 })?.message.params.service).toBe('t2');
    expect(probeRefusal(plan, { server: 'A', protocol: 'tcp', port: 22 })).toBeNull();
    expect(probeRefusal(plan, { server: 'C', protocol: 'tcp', port: 22 })?.path).toEqual(['server']);
  });

  it('knows an answer of NFS from anything else', () => {
    const call = nullCall('nfs', '4', 'tcp');
    expect(call.bytes.toString('hex')).toMatch(/^80000028[0-9a-f]{8}0000000000000002000186a300000004000000000{32}/);
    const answer = Buffer.concat([call.bytes.subarray(0, 8), Buffer.from('00000001', 'hex')]);
    expect(call.isAnswer(answer)).toBe(true);
    expect(call.isAnswer(call.bytes)).toBe(false);
    expect(call.isAnswer(Buffer.from('SSH-2.0-OpenSSH_9.2'))).toBe(false);
    expect(call.isAnswer(Buffer.alloc(0))).toBe(false);
    expect(() => nullCall('t2', '4', 'tcp')).toThrow(RangeError);
  });
});
