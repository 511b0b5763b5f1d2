import { describe, expect, it } from 'vitest';
import { pairSettings, parseDocument, planEdit, readFields, settableOf } from '#main/config-files';
import { environmentSchema } from '#shared/domain';
import { fixtureDocument, profileNamed } from '#test/config-fixtures';

const environment = environmentSchema.parse({
  id: 'e',
  name: 'E',
  zookeeper: { connectString: '10.0.0.21:2181', chroot: '/kuantu' },
  pairs: [
    {
      id: 'p',
      system: 'O45',
      node: 'mt-01',
      instances: [
        {
          name: 'A',
          host: '10.0.0.11',
          t2Port: 7001,
          f2Port: 7002,
          server: { mount: { source: '10.0.0.12:/share', target: '/mnt/peer' }, redoDirectory: '/var/lib/mt/数据' },
        },
        {
          name: 'B',
          host: '10.0.0.12',
          t2Port: 7001,
          f2Port: 7002,
          server: { peer: { host: '203.0.113.1', t2Port: 17_001, f2Port: 17_002 } },
        },
      ],
    },
  ],
});
const [pair] = environment.pairs;
if (!pair) throw new Error('no pair');

describe('what a pair wants of its route configurations', () => {
  it('is what the sample of its first server has, but for ZooKeeper', () => {
    const document = fixtureDocument('alg_tran_mp.gbk.xml');
    const { changes, findings } = planEdit(document, profileNamed('attributes'), pairSettings(environment, pair, 0));
    expect([changes.map(({ field }) => field), findings]).toEqual([['zookeeper.connectString'], []]);
  });

  it('has the peer as the server reaches it, where NAT makes that differ', () => {
    expect(pairSettings(environment, pair, 1)).toEqual(
      expect.arrayContaining([
        { field: 'node.instance', value: 'B' },
        { field: 'peer.host', value: '203.0.113.1' },
        { field: 'peer.f2.port', value: '17002' },
      ]),
    );
  });

  it('can be divided by what a file has', () => {
    const content = '<alg_tran_mp><server svr_mode="0"/><zookeeper connect="z:1"/></alg_tran_mp>';
    const reading = readFields(parseDocument(Buffer.from(content), 'f.xml'), profileNamed('attributes'));
    const { settings, absent } = settableOf(reading, pairSettings(environment, pair, 0));
    expect(settings.map(({ field }) => field)).toEqual(['svr_mode', 'zookeeper.connectString']);
    expect(absent).toContain('node.name');
  });
});
