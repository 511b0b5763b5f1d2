import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIptables } from '../../../src/main/checks/firewall/iptables.ts';
import {
  firewalldServices,
  judgeFirewalld,
  judgeUfw,
  servicePorts,
} from '../../../src/main/checks/firewall/managers.ts';
import { parseNft, parseNftText } from '../../../src/main/checks/firewall/nft.ts';
import { familyOf, type Packet, senderWithin } from '../../../src/main/checks/firewall/packet.ts';
import { judgePacket, type RuleSet } from '../../../src/main/checks/firewall/rules.ts';

const T2: Packet = { protocol: 'tcp', port: 7001, from: '10.0.0.2', viaLoopback: false };
const F2: Packet = { ...T2, protocol: 'udp', port: 7002 };
const says = (rules: RuleSet | undefined, packet: Packet) =>
  rules ? judgePacket(rules, packet, familyOf(packet)).says : 'unreadable';

/** `nft -j list ruleset` of one table with its chains. */
function nft(chains: Record<string, unknown[][]>, input: Record<string, unknown> = {}, more: unknown[] = []): string {
  const table = { family: 'inet', table: 't' };
  const items: unknown[] = [{ metainfo: { version: '1.0.6' } }, { table: { family: 'inet', name: 't', handle: 1 } }];
  let handle = 1;
  for (const name of Object.keys(chains)) {
    const hook = name === 'input' ? { type: 'filter', hook: 'input', prio: 0, policy: 'accept', ...input } : {};
    items.push({ chain: { ...table, name, handle: ++handle, ...hook } });
  }
  for (const [chain, rules] of Object.entries(chains))
    for (const expr of rules) items.push({ rule: { ...table, chain, handle: ++handle, expr } });
  return JSON.stringify({ nftables: [...items, ...more] });
}

const match = (left: unknown, right: unknown, op = '==') => ({ match: { op, left, right } });
const dport = (protocol: string, right: unknown, op?: string) =>
  match({ payload: { protocol, field: 'dport' } }, right, op);
const accept = { accept: null };
const drop = { drop: null };
const established = match({ ct: { key: 'state' } }, ['established', 'related'], 'in');

describe('nftables', () => {
  it('drops f2 over UDP and passes t2 over TCP, with the rule in its own words', () => {
    const json = nft({
      input: [
        [dport('tcp', 7001), accept],
        [dport('udp', 7002), drop],
      ],
    });
    const text = `table inet t { # handle 1
	chain input { # handle 2
		type filter hook input priority filter; policy accept;
		tcp dport 7001 accept # handle 3
		udp dport 7002 drop # handle 4
	}
}`;
    const rules = parseNft(json, text);
    expect(says(rules, T2)).toBe('passes');
    expect(rules && judgePacket(rules, F2, 4)).toEqual({
      says: 'dropped',
      lines: ['table inet t chain input: udp dport 7002 drop'],
    });
    expect(says(rules, { ...F2, protocol: 'tcp' })).toBe('passes');
  });

  it('knows policies, connections that are there already, sets, ranges, maps and chains', () => {
    const closed = nft(
      {
        input: [
          [established, accept],
          [match({ meta: { key: 'iifname' } }, 'lo'), accept],
        ],
      },
      { policy: 'drop' },
    );
    expect(says(parseNft(closed, ''), T2)).toBe('dropped');
    expect(says(parseNft(closed, ''), { ...T2, viaLoopback: true })).toBe('passes');
    const ports = nft({ input: [[dport('tcp', { set: [22, { range: [7000, 7009] }] }), accept]] }, { policy: 'drop' });
    expect(says(parseNft(ports, ''), T2)).toBe('passes');
    expect(says(parseNft(ports, ''), { ...T2, port: 7010 })).toBe('dropped');
    const named = nft({ input: [[dport('udp', '@open'), accept]] }, { policy: 'drop' }, [
      {
        set: {
          family: 'inet',
          table: 't',
          name: 'open',
          type: 'inet_service',
          elem: [7002, { elem: { val: 7003, timeout: 9 } }],
        },
      },
    ]);
    expect(says(parseNft(named, ''), F2)).toBe('passes');
    expect(says(parseNft(named, ''), { ...F2, port: 7003 })).toBe('passes');
    expect(says(parseNft(named, ''), { ...F2, port: 7004 })).toBe('dropped');
    const vmap = nft({
      input: [
        [
          {
            vmap: {
              key: { ct: { key: 'state' } },
              data: {
                set: [
                  ['established', accept],
                  ['invalid', drop],
                ],
              },
            },
          },
        ],
        [
          {
            vmap: {
              key: { payload: { protocol: 'udp', field: 'dport' } },
              data: { set: [[7002, { jump: { target: 'no' } }]] },
            },
          },
        ],
      ],
      no: [[{ counter: { packets: 0, bytes: 0 } }, { reject: { type: 'icmpx' } }]],
    });
    expect(says(parseNft(vmap, ''), F2)).toBe('dropped');
    expect(says(parseNft(vmap, ''), T2)).toBe('passes');
  });

  it('follows jump, goto and return', () => {
    const chains = {
      input: [[{ jump: { target: 'a' } }], [drop]],
      a: [[dport('tcp', 7001), { goto: { target: 'b' } }], [dport('udp', 7002), { return: null }], [accept]],
      b: [[dport('tcp', 80), accept]],
    };
    const rules = parseNft(nft(chains), '');
    expect(says(rules, T2)).toBe('dropped');
    expect(says(rules, F2)).toBe('dropped');
    expect(says(rules, { ...T2, port: 9 })).toBe('passes');
  });

  it('judges by the sender, and says so where it is not known', () => {
    const from = match({ payload: { protocol: 'ip', field: 'saddr' } }, { prefix: { addr: '10.0.0.0', len: 24 } });
    const rules = parseNft(nft({ input: [[from, dport('tcp', 7001), accept]] }, { policy: 'drop' }), '');
    expect(says(rules, T2)).toBe('passes');
    expect(says(rules, { ...T2, from: '10.0.1.2' })).toBe('dropped');
    expect(says(rules, { ...T2, from: null })).toBe('unclear');
  });

  it('is unclear, not wrong, about what it does not know', () => {
    const limited = nft(
      { input: [[dport('tcp', 7001), { limit: { rate: 1, per: 'second' } }, accept]] },
      { policy: 'drop' },
    );
    expect(says(parseNft(limited, ''), T2)).toBe('unclear');
    const strange = nft({ input: [[{ 'made of': 1 }, drop]] });
    expect(says(parseNft(strange, ''), T2)).toBe('unclear');
    const harmless = nft({ input: [[{ 'made of': 1 }, accept]] });
    expect(says(parseNft(harmless, ''), T2)).toBe('passes');
  });

  it('asks every base chain: one that drops is enough', () => {
    const extra = [
      {
        chain: {
          family: 'ip',
          table: 'u',
          name: 'pre',
          type: 'filter',
          hook: 'prerouting',
          prio: -300,
          policy: 'accept',
        },
      },
      { rule: { family: 'ip', table: 'u', chain: 'pre', handle: 9, expr: [dport('udp', 7002), drop] } },
    ];
    const rules = parseNft(nft({ input: [[accept]] }, {}, extra), '');
    expect(says(rules, F2)).toBe('dropped');
    expect(says(rules, { ...F2, from: 'fd00::2' })).toBe('passes');
    expect(
      says(
        parseNft(nft({ input: [[accept]] }, {}, extra), '', (_family, table) => table === 'u'),
        F2,
      ),
    ).toBe('passes');
  });

  it('takes any text and any JSON', () => {
    expect(parseNft('Error: syntax error, unexpected -j', '')).toBeUndefined();
    expect(says(parseNft('{"nftables": []}', ''), T2)).toBe('passes');
    fc.assert(fc.property(fc.string(), (junk) => void parseNft(junk, junk)));
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (expr) => {
        const rules = parseNft(
          nft({ input: [expr.map((each) => ({ match: each })), expr.map((each) => ({ vmap: each }))] }),
          '',
        );
        if (rules) judgePacket(rules, T2, 4);
      }),
    );
  });
});

describe('nftables without JSON', () => {
  const recorded = (name: string) => readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');

  it('is judged as with it, rule by rule', () => {
    const text = recorded('nft-rules.txt');
    const [withJson, without] = [parseNft(recorded('nft-rules.json'), text), parseNftText(text)];
    if (!withJson || !without) throw new Error('not read');
    const ports = [22, 80, 81, 7001, 7002, 7003, 7004, 7005, 7006, 7010, 7013, 7020, 7030, 7031, 7032, 7033, 7040];
    const verdicts = new Set<string>();
    for (const protocol of ['tcp', 'udp'] as const)
      for (const port of [...ports, 7105, 7605, 9001, 9002, 9500])
        for (const from of ['10.0.0.2', '10.9.9.9', '192.168.1.1', 'fd00::1', null])
          for (const viaLoopback of [false, true]) {
            const packet: Packet = { protocol, port, from, viaLoopback };
            const verdict = judgePacket(without, packet, familyOf(packet));
            expect([packet, verdict]).toEqual([packet, judgePacket(withJson, packet, familyOf(packet))]);
            verdicts.add(verdict.says);
          }
    expect([...verdicts].sort()).toEqual(['dropped', 'passes', 'unclear']);
  });

  it('is nothing where it is no list of rules, and unclear where a rule is not known', () => {
    expect(parseNftText('Error: syntax error, unexpected junk')).toBeUndefined();
    expect(says(parseNftText(''), T2)).toBe('passes');
    const odd = `table inet t {\n\tchain c {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tfrobnicate 7 drop\n\t}\n}`;
    expect(says(parseNftText(odd), T2)).toBe('unclear');
    const whole = recorded('nft-rules.txt');
    fc.assert(fc.property(fc.string(), (junk) => void says(parseNftText(`table inet t {\n${junk}`), T2)));
    fc.assert(fc.property(fc.nat(whole.length), (end) => void says(parseNftText(whole.slice(0, end)), F2)));
  });
});

describe('iptables', () => {
  const text = `# Generated by iptables-save v1.8.7
*nat
:PREROUTING ACCEPT [0:0]
COMMIT
*filter
:INPUT DROP [12:345]
:FORWARD DROP [0:0]
:kuantu - [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A INPUT -s 10.0.0.0/24 -p tcp -m comment --comment "t2 -j DROP" -j kuantu
-A INPUT -p udp -m multiport --dports 53,7100:7200 -j ACCEPT
-A INPUT -p udp -m udp --dport 7002 -j LOG --log-prefix "f2: "
-A INPUT -p udp -m udp ! --dport 9 -j REJECT --reject-with icmp-port-unreachable
-A kuantu -p tcp -m tcp --dport 7001 -j ACCEPT
-A kuantu -j RETURN
COMMIT`;

  it('is walked through as the kernel does', () => {
    const rules = parseIptables(text, 4);
    expect(says(rules, T2)).toBe('passes');
    expect(says(rules, { ...T2, from: '10.0.1.1' })).toBe('dropped');
    expect(says(rules, { ...T2, port: 22 })).toBe('dropped');
    expect(says(rules, { ...F2, port: 7150 })).toBe('passes');
    expect(says(rules, { ...F2, viaLoopback: true })).toBe('passes');
    expect(rules && judgePacket(rules, F2, 4).lines).toEqual([
      'filter: -A INPUT -p udp -m udp ! --dport 9 -j REJECT --reject-with icmp-port-unreachable',
    ]);
    expect(rules && judgePacket(rules, { ...T2, port: 22 }, 4).lines).toEqual(['filter: :INPUT DROP [12:345]']);
    // IPv6 packets do not come there.
    expect(says(rules, { ...T2, port: 22, from: 'fd00::1' })).toBe('passes');
  });

  it('is unclear about modules that are not known here', () => {
    const rules = parseIptables('*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m geoip --src-cc CN -j DROP\nCOMMIT', 4);
    expect(says(rules, T2)).toBe('unclear');
  });

  it('takes any text', () => {
    expect(parseIptables('iptables-save: Permission denied', 4)).toBeUndefined();
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const rules = parseIptables(`*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${words.join(' ')}\n`, 4);
        if (rules) judgePacket(rules, T2, 4);
      }),
    );
  });
});

describe('firewalld and ufw', () => {
  it('say what their lists say', () => {
    const firewalld = `public (active)
  target: default
  interfaces: eth0
  services: dhcpv6-client ssh
  ports: 7001/tcp 7100-7200/udp
  rich rules: `;
    expect(judgeFirewalld(firewalld, T2)?.says).toBe('passes');
    // What ssh opens is not known: it may be any port.
    expect(judgeFirewalld(firewalld, { ...T2, protocol: 'udp' })?.says).toBe('unclear');
    const services = new Map([
      ['ssh', ['22/tcp']],
      ['dhcpv6-client', ['546/udp']],
    ]);
    expect(judgeFirewalld(firewalld, { ...T2, protocol: 'udp' }, services)?.says).toBe('dropped');
    expect(judgeFirewalld(firewalld, { ...F2, port: 7150 })?.says).toBe('passes');
    expect(judgeFirewalld(firewalld, { ...T2, port: 22 }, services)).toEqual({
      says: 'passes',
      lines: ['service ssh: 22/tcp'],
    });
    expect(judgeFirewalld('FirewallD is not running', T2)).toBeUndefined();
    const ufw = `Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)

To                         Action      From
--                         ------      ----
7001/tcp                   ALLOW IN    Anywhere
7002/udp                   DENY IN     Anywhere
8000:8010                  ALLOW IN    10.0.0.0/24`;
    expect(judgeUfw(ufw, T2)?.says).toBe('passes');
    expect(judgeUfw(ufw, F2)).toEqual({ says: 'dropped', lines: ['7002/udp                   DENY IN     Anywhere'] });
    expect(judgeUfw(ufw, { ...T2, port: 8005 })?.says).toBe('passes');
    expect(judgeUfw(ufw, { ...T2, port: 8005, from: '10.1.0.1' })?.says).toBe('dropped');
    expect(judgeUfw(ufw, { ...T2, port: 8005, from: null })?.says).toBe('unclear');
    expect(judgeUfw(ufw, { ...T2, port: 1 })?.says).toBe('dropped');
    expect(judgeUfw('Status: inactive', T2)?.says).toBe('passes');
    expect(judgeUfw('ERROR: You need to be root', T2)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (junk) => void [judgeFirewalld(junk, T2), judgeUfw(junk, T2)]));
  });
});

describe('ufw', () => {
  const listed = (...rules: string[]) => `Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
${rules.join('\n')}
`;
  const verdict = (packet: Packet, ...rules: string[]) => judgeUfw(listed(...rules), packet)?.says;

  it('opens everything to a sender whom it names', () => {
    const rule = 'Anywhere                   ALLOW IN    10.0.0.0/24                # the other server';
    expect(verdict(T2, rule)).toBe('passes');
    expect(verdict({ ...T2, from: '10.1.0.1' }, rule)).toBe('dropped');
    expect(verdict(T2, 'Anywhere/udp               ALLOW IN    Anywhere')).toBe('dropped');
  });

  it('has the first line that fits decide, of the family of the packet', () => {
    const six = '7001/tcp (v6)              ALLOW IN    Anywhere (v6)';
    expect(verdict(T2, six)).toBe('dropped');
    expect(verdict({ ...T2, from: 'fd00::2' }, six)).toBe('passes');
    expect(verdict(T2, '7001/tcp                   DENY IN     Anywhere', 'Anywhere  ALLOW IN  Anywhere')).toBe(
      'dropped',
    );
    expect(verdict(T2, '7001/tcp                   DENY OUT    Anywhere', 'Anywhere  ALLOW IN  Anywhere')).toBe(
      'passes',
    );
  });

  it('is unclear where a line may fit or not, and would do otherwise', () => {
    for (const to of ['7001 on eth0', '10.0.0.1 7001/tcp', 'mt server'])
      expect(verdict(T2, `${to.padEnd(26)} ALLOW IN    Anywhere`), to).toBe('unclear');
    expect(verdict(T2, '7002 on eth0               ALLOW IN    Anywhere')).toBe('dropped');
    expect(verdict(T2, '7001/tcp                   LIMIT IN    Anywhere')).toBe('unclear');
    expect(verdict(T2, '7001/tcp                   ALLOW IN    10.0.0.2 5000/tcp')).toBe('unclear');
    // Whatever becomes of the first, it passes.
    expect(verdict(T2, '7001 on eth0               ALLOW IN    Anywhere', '7001  ALLOW IN  Anywhere')).toBe('passes');
  });
});

describe('firewalld', () => {
  const zone = (services: string, ...rich: string[]) => `public (active)
  target: default
  services: ${services}
  ports: 
  rich rules: 
${rich.map((rule) => `\t${rule}`).join('\n')}
`;
  const open = 'rule family="ipv4" source address="10.0.0.0/8" port port="7001-7002" protocol="tcp" accept';

  it('opens by a rich rule, for the sender and the family that it names', () => {
    expect(judgeFirewalld(zone('', open), T2)).toEqual({ says: 'passes', lines: [open] });
    expect(judgeFirewalld(zone('', open), F2)?.says).toBe('dropped');
    expect(judgeFirewalld(zone('', open), { ...T2, from: '192.168.1.1' })?.says).toBe('dropped');
    expect(judgeFirewalld(zone('', open), { ...T2, from: 'fd00::1' })?.says).toBe('dropped');
    expect(judgeFirewalld(zone('', open), { ...T2, from: null })?.says).toBe('unclear');
    const others = open.replace('source address', 'source NOT address');
    expect(judgeFirewalld(zone('', others), T2)?.says).toBe('dropped');
    expect(judgeFirewalld(zone('', others), { ...T2, from: '192.168.1.1' })?.says).toBe('passes');
  });

  it('denies by a rich rule before it opens by anything', () => {
    const deny = 'rule family="ipv4" source address="10.0.0.2" reject type="icmp-port-unreachable"';
    expect(judgeFirewalld(zone('', open, deny), T2)).toEqual({ says: 'dropped', lines: [deny] });
    expect(judgeFirewalld(zone('', open, deny), { ...T2, from: '10.0.0.3' })?.says).toBe('passes');
  });

  it('opens by a service where its ports are known, and is unclear where not', () => {
    const kuantu = new Map([['kuantu', ['7001/tcp', '7002/udp']]]);
    expect(judgeFirewalld(zone('kuantu'), F2, kuantu)?.says).toBe('passes');
    expect(judgeFirewalld(zone('kuantu'), F2)?.says).toBe('unclear');
    expect(judgeFirewalld(zone('', 'rule service name="kuantu" accept'), T2, kuantu)?.says).toBe('passes');
    expect(firewalldServices(zone('ssh kuantu', 'rule service name="nfs" accept'))).toEqual(['ssh', 'kuantu', 'nfs']);
    const info = 'kuantu\n  ports: 7001/tcp 7002/udp\n  protocols: \n  source-ports: \n  modules: \n  includes: \n';
    expect(servicePorts(info)).toEqual(['7001/tcp', '7002/udp']);
    expect(servicePorts(info.replace('includes: ', 'includes: other'))).toBeUndefined();
    expect(servicePorts('Error: INVALID_SERVICE: x')).toBeUndefined();
  });

  it('is unclear about limits and priorities', () => {
    expect(judgeFirewalld(zone('', `${open} limit value="1/m"`), T2)?.says).toBe('unclear');
    const first = open.replace('rule', 'rule priority="-10"');
    expect(judgeFirewalld(zone('', first), T2)?.says).toBe('unclear');
    fc.assert(fc.property(fc.string(), (junk) => void judgeFirewalld(zone('', `rule ${junk}`), T2)));
  });
});

describe('a sender', () => {
  it('is within a network of its own family', () => {
    const from = (address: string) => ({ ...T2, from: address });
    expect(senderWithin(from('10.0.0.130'), '10.0.0.128', 25)).toBe(true);
    expect(senderWithin(from('10.0.0.127'), '10.0.0.128', 25)).toBe(false);
    expect(senderWithin(from('fd00::1:2'), 'fd00::1:0', 112)).toBe(true);
    expect(senderWithin(from('fd00::2:2'), 'fd00::1:0', 112)).toBe(false);
    expect(senderWithin(from('10.0.0.1'), 'fd00::', 8)).toBe(false);
    expect(senderWithin(from('::1'), '::ffff:127.0.0.1', 128)).toBe(false);
  });
});
