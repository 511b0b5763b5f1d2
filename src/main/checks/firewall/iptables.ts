import { all, any, type Maybe, not, type Packet, senderWithin } from './packet.ts';
import type { BaseChain, Deed, Rule, RuleSet } from './rules.ts';

/** The chains that a packet on its way to a process meets, in their order. */
const ENTRY_CHAINS = ['raw PREROUTING', 'mangle PREROUTING', 'nat PREROUTING', 'mangle INPUT', 'filter INPUT'];

/** Reads `iptables-save` (or `ip6tables-save`); undefined where it is not that. */
export function parseIptables(text: string, family: 4 | 6): RuleSet | undefined {
  const chains = new Map<string, Rule[]>();
  const policies = new Map<string, BaseChain>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const chain = /^:(\S+) (\S+)/.exec(line);
    if (chain && table !== '') {
      const name = `${table} ${chain[1]}`;
      chains.set(name, []);
      const policy = chain[2] === 'DROP' ? 'drop' : 'accept';
      policies.set(name, { chain: name, policy, policyText: `${table}: ${line.trim()}`, family });
    }
    const rule = /^(?:\[\d+:\d+\] )?-A (\S+) (.*)$/.exec(line);
    if (rule)
      chains.get(`${table} ${rule[1]}`)?.push(readRule(table, words(rule[2] ?? ''), `${table}: ${line.trim()}`));
  }
  if (chains.size === 0) return undefined;
  return { base: ENTRY_CHAINS.flatMap((name) => policies.get(name) ?? []), chains };
}

/** The tables it speaks of. */
export function iptablesTables(text: string): string[] {
  return [...text.matchAll(/^\*(\S+)/gm)].map((found) => found[1] ?? '');
}

/** A comment may stand in quotes. */
function words(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

type Condition = (packet: Packet) => Maybe;
/** Options that say nothing of the packet. */
const SILENT: Readonly<Record<string, number>> = {
  '-m': 1,
  '--comment': 1,
  '--log-prefix': 1,
  '--log-level': 1,
  '--reject-with': 1,
  '--nflog-prefix': 1,
  '--nflog-group': 1,
  '--set-mark': 1,
  '--set-xmark': 1,
};
/** Targets after which the packet goes on. */
const GOES_ON = ['LOG', 'NFLOG', 'MARK', 'CONNMARK', 'TRACE', 'CT', 'NOTRACK', 'TCPMSS', 'DSCP', 'CHECKSUM', 'AUDIT'];

function readRule(table: string, options: readonly string[], text: string): Rule {
  const conditions: Condition[] = [];
  let does: Deed = { kind: 'nothing' };
  for (let at = 0; at < options.length; ) {
    const negated = options[at] === '!';
    if (negated) at++;
    const option = options[at++] ?? '';
    const value = options[at] ?? '';
    if (option === '-j' || option === '-g') {
      does = target(table, value, option === '-g');
      at++;
    } else if (SILENT[option] !== undefined) at += SILENT[option];
    else {
      const condition = conditionOf(option, value);
      while (at < options.length && !/^(-|!$)/.test(options[at] ?? '')) at++;
      conditions.push(negated ? (packet) => not(condition(packet)) : condition);
    }
  }
  return { fits: (packet) => all(conditions.map((condition) => condition(packet))), does: () => does, text };
}

function target(table: string, name: string, goes: boolean): Deed {
  if (name === 'ACCEPT') return { kind: 'accept' };
  if (name === 'DROP' || name === 'REJECT') return { kind: 'drop' };
  if (name === 'RETURN') return { kind: 'return' };
  if (GOES_ON.includes(name)) return { kind: 'nothing' };
  if (/^[A-Z]+$/.test(name) && ['DNAT', 'REDIRECT', 'NFQUEUE', 'QUEUE', 'TPROXY', 'SYNPROXY', 'SNAT'].includes(name))
    return { kind: 'other' };
  return { kind: goes ? 'goto' : 'jump', chain: `${table} ${name}` };
}

function conditionOf(option: string, value: string): Condition {
  switch (option) {
    case '-p':
    case '--protocol':
      return ({ protocol }) => value === 'all' || value === protocol || value === (protocol === 'tcp' ? '6' : '17');
    case '--dport':
    case '--destination-port':
    case '--dports':
    case '--destination-ports':
      return ({ port }) => any(value.split(',').map((part) => portFits(part, port)));
    case '-s':
    case '--source':
      return (packet) => sourceFits(packet, value);
    case '-i':
    case '--in-interface':
      if (value === '+') return () => true;
      return ({ viaLoopback }) => (value === 'lo' ? viaLoopback : viaLoopback ? false : undefined);
    case '--ctstate':
    case '--state':
      return () => value.split(',').includes('NEW');
    case '--tcp-flags':
    case '--syn':
      return option === '--syn' ? ({ protocol }) => protocol === 'tcp' : () => undefined;
    case '--icmp-type':
    case '--icmpv6-type':
      return () => false;
    default:
      return () => undefined;
  }
}

function portFits(part: string, port: number): Maybe {
  const found = /^(\d*)(:?)(\d*)$/.exec(part);
  if (!found) return undefined;
  const [, from, colon, to] = found;
  if (colon === '') return Number(from) === port;
  return port >= Number(from || 0) && port <= Number(to || 65_535);
}

function sourceFits(packet: Packet, value: string): Maybe {
  const [address = '', length] = value.split('/');
  const bits = length === undefined ? (address.includes(':') ? 128 : 32) : Number(length);
  return Number.isInteger(bits) ? senderWithin(packet, address, bits) : undefined;
}
