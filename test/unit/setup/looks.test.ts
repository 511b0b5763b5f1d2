import { describe, expect, it } from 'vitest';
import { type DiffLine, folded, lineDiff, newSetupValues, probeBasis, withValue } from '#shared/setup';
import { parseFourLetter } from '../../../src/main/setup/probes/four-letter.ts';
import { datagramLook, exchangedLook, protocolLook, registrationsLook } from '../../../src/main/setup/probes/node.ts';
import { namesLook } from '../../../src/main/setup/probes/servers.ts';

describe('a name', () => {
  it('is the same everywhere, differs, or is not known somewhere', () => {
    const same = [
      { who: 'localhost', addresses: ['10.0.0.11'] },
      { who: 'A', addresses: ['10.0.0.11'] },
    ];
    expect(namesLook('db', same).result).toBe('pass');
    const differing = namesLook('db', [...same, { who: 'B', addresses: ['192.168.0.11'] }]);
    expect(differing).toMatchObject({ result: 'fail', reason: { key: 'setup.server.nameDiffers' } });
    expect(differing.evidence).toContain('B: 192.168.0.11');
    expect(namesLook('db', [...same, { who: 'B', addresses: [] }])).toMatchObject({
      result: 'fail',
      reason: { key: 'setup.server.nameUnknown', params: { who: 'B' } },
    });
  });
});

describe('two ports', () => {
  const ports = { t2Port: 7001, f2Port: 7002 };
  it.each([
    ['answered', 'refused', 'refused', 'setup.node.t2IsTcp'],
    ['refused', 'answered', 'answered', 'setup.node.swapped'],
    ['refused', 'refused', 'answered', 'setup.node.t2IsUdp'],
    ['timeout', 'timeout', 'timeout', 'setup.node.noTcp'],
  ])('TCP %s and %s, UDP %s: %s', (t2Tcp, f2Tcp, t2Udp, key) => {
    expect(protocolLook({ ...ports, t2Tcp, f2Tcp, t2Udp, f2Udp: 'timeout' }).reason.key).toBe(key);
  });
});

it('a number given for f2 that takes TCP and answers no datagram is said to be a t2 port', () => {
  const facts = { t2Port: 7001, f2Port: 7002, t2Tcp: 'refused', t2Udp: 'answered' };
  expect(datagramLook({ ...facts, f2Tcp: 'answered', f2Udp: 'refused' })?.reason.key).toBe('setup.node.f2IsTcp');
  expect(datagramLook({ ...facts, f2Tcp: 'answered', f2Udp: 'answered' })).toBeUndefined();
  expect(datagramLook({ ...facts, f2Tcp: 'refused', f2Udp: 'timeout' })).toBeUndefined();
});

describe('what is registered', () => {
  const expected = [
    { name: 'A', host: '10.0.0.11', t2Port: 7001, f2Port: 7002 },
    { name: 'B', host: '10.0.0.12', t2Port: 7001, f2Port: 7002 },
  ];
  const registered = (instance: string, host: string) => ({
    instance,
    registration: { addresses: [{ viewer: 'default', host, t2Port: 7001, f2Port: 7002 }], svrMode: 0 } as never,
  });
  const look = (...found: Parameters<typeof registrationsLook>[0]) =>
    registrationsLook(found, expected, '/x').reason.key;

  it('is the other instance’s at an address that was given to this one', () => {
    const crossed = [registered('A', '10.0.0.12'), registered('B', '10.0.0.11')];
    expect(exchangedLook(crossed, expected, 'A')?.reason).toEqual({
      key: 'setup.node.otherInstance',
      params: { instance: 'A', other: 'B' },
    });
    const right = [registered('A', '10.0.0.11'), registered('B', '10.0.0.12')];
    expect(exchangedLook(right, expected, 'A')).toBeUndefined();
    expect(exchangedLook([registered('X', '10.0.0.11')], expected, 'A')).toBeUndefined();
  });

  it('fits, is missing, is at another address, or is somebody else', () => {
    expect(look(registered('A', '10.0.0.11'), registered('B', '10.0.0.12'))).toBe('setup.node.registered');
    expect(look(registered('A', '10.0.0.11'))).toBe('setup.node.notRegistered');
    expect(look(registered('A', '192.0.2.1'), registered('B', '10.0.0.12'))).toBe('setup.node.otherAddress');
    expect(look(registered('A', '10.0.0.11'), registered('X', '10.0.0.12'))).toBe('setup.node.foreign');
  });
});

describe("ZooKeeper's srvr", () => {
  it('says version, role and latency, or why it says nothing', () => {
    const text = 'Zookeeper version: 3.8.0-5a02a05, built on x\nLatency min/avg/max: 0/0.5/12\nMode: leader\n';
    expect(parseFourLetter(text)).toEqual({ version: '3.8.0', mode: 'leader', latencyMs: 0.5 });
    expect(parseFourLetter('srvr is not executed because it is not in the whitelist.')).toBe('forbidden');
    expect(parseFourLetter('This ZooKeeper instance is not currently serving requests')).toBe('not-serving');
    expect(parseFourLetter('HTTP/1.1 400 Bad Request')).toBeUndefined();
  });
});

describe('a difference', () => {
  const text = (lines: readonly DiffLine[], kinds: readonly string[]) =>
    lines
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ text: line }) => line)
      .join('\n');

  it('has both texts in it, whatever they are', () => {
    for (const [before, after] of [
      ['a\nb\nc', 'a\nx\nc\nd'],
      ['', 'a\nb'],
      ['a\nb', ''],
      ['a\nb\na\nb', 'b\na\nb\na'],
    ] as const) {
      const lines = lineDiff(before, after);
      expect(text(lines, ['same', 'gone'])).toBe(before);
      expect(text(lines, ['same', 'new'])).toBe(after);
    }
  });

  it('leaves long stretches out that are the same', () => {
    const long = Array.from({ length: 40 }, (_, at) => `line ${at}`);
    const lines = folded(lineDiff(long.join('\n'), [...long.slice(0, 20), 'more', ...long.slice(20)].join('\n')));
    expect(lines).toHaveLength(1 + 3 + 1 + 3 + 1);
    expect([lines[0], lines.at(-1)]).toEqual([null, null]);
  });
});

describe('what a look rests on', () => {
  it('changes with the fields of its step, and with no other', () => {
    const values = newSetupValues();
    const renamed = withValue(values, 'name', 'x');
    const moved = withValue(values, 'servers.0.host', '10.0.0.1');
    expect(probeBasis('servers', renamed)).toBe(probeBasis('servers', values));
    expect(probeBasis('servers', moved)).not.toBe(probeBasis('servers', values));
    expect(probeBasis('zookeeper', moved)).toBe(probeBasis('zookeeper', values));
  });
});
