import { z } from 'zod';
import { nftTextItems } from './nft-text.ts';
import { all, any, familyOf, type Maybe, not, type Packet, senderWithin } from './packet.ts';
import type { BaseChain, Deed, Rule, RuleSet } from './rules.ts';

const item = z.record(z.string(), z.unknown());
const listing = z.object({ nftables: z.array(item).max(200_000) });
const chainSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  hook: z.string().optional(),
  prio: z.number().optional(),
  policy: z.string().optional(),
});
const ruleSchema = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  handle: z.number().optional(),
  expr: z.array(item),
});
const setSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  elem: z.array(z.unknown()).optional(),
});

/** In the order in which a packet meets them on its way to a process. */
const HOOKS = ['ingress', 'prerouting', 'input'];
type Sets = ReadonlyMap<string, readonly unknown[]>;

/** Reads `nft -a list ruleset` alone, of an nft that knows no JSON; as {@link parseNft} otherwise. */
export function parseNftText(text: string, without?: (family: string, table: string) => boolean): RuleSet | undefined {
  const items = nftTextItems(text);
  return items && parseNft(JSON.stringify({ nftables: items }), text, without);
}

/**
 * Reads `nft -j list ruleset`. `text` is what `nft -a list ruleset` prints: its handles find each rule's own words.
 * `without`: tables that are read by another tool. Undefined where it is no such listing.
 */
export function parseNft(
  json: string,
  text: string,
  without: (family: string, table: string) => boolean = () => false,
): RuleSet | undefined {
  const parsed = listing.safeParse(jsonOf(json));
  if (!parsed.success) return undefined;
  const words = new RuleWords(text);
  const base: (BaseChain & { order: number })[] = [];
  const chains = new Map<string, Rule[]>();
  const sets = new Map<string, readonly unknown[]>();
  const of = <T extends { family: string; table: string }>(name: string, schema: z.ZodType<T>): T[] =>
    parsed.data.nftables.flatMap((each) => {
      const value = schema.safeParse(each[name]);
      return value.success && !without(value.data.family, value.data.table) ? [value.data] : [];
    });
  for (const name of ['set', 'map'])
    for (const { family, table, name: set, elem } of of(name, setSchema)) sets.set(key(family, table, set), elem ?? []);
  for (const chain of of('chain', chainSchema)) {
    const name = key(chain.family, chain.table, chain.name);
    chains.set(name, []);
    const order = HOOKS.indexOf(chain.hook ?? '');
    if (order < 0) continue;
    base.push({
      chain: name,
      policy: chain.policy === 'drop' ? 'drop' : 'accept',
      policyText: `table ${chain.family} ${chain.table} chain ${chain.name}: policy ${chain.policy ?? 'accept'}`,
      family: chain.family === 'ip' ? 4 : chain.family === 'ip6' ? 6 : undefined,
      order: order * 100_000 + (chain.prio ?? 0),
    });
  }
  for (const rule of of('rule', ruleSchema)) {
    const text =
      words.of(rule) ?? `table ${rule.family} ${rule.table} chain ${rule.chain}: ${JSON.stringify(rule.expr)}`;
    chains.get(key(rule.family, rule.table, rule.chain))?.push(readRule(rule, sets, text));
  }
  return { base: base.sort((a, b) => a.order - b.order), chains };
}

const key = (family: string, table: string, name: string) => `${family}\n${table}\n${name}`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The rules' own words, by the handles that `-a` prints behind them. */
class RuleWords {
  readonly #words = new Map<string, string>();

  constructor(text: string) {
    let table = '';
    for (const line of text.split('\n')) {
      const opened = /^table (\S+) (\S+) \{/.exec(line);
      if (opened) table = `${opened[1]}\n${opened[2]}`;
      const found = /^\s*(.*\S)\s+# handle (\d+)$/.exec(line);
      if (found && !/\{$/.test(found[1] ?? '')) this.#words.set(`${table}\n${found[2]}`, found[1] ?? '');
    }
  }

  of({ family, table, chain, handle }: z.infer<typeof ruleSchema>): string | undefined {
    const words = handle === undefined ? undefined : this.#words.get(`${family}\n${table}\n${handle}`);
    return words === undefined ? undefined : `table ${family} ${table} chain ${chain}: ${words}`;
  }
}

/** What changes nothing of a packet's way. */
const HARMLESS = ['counter', 'log', 'comment', 'notrack', 'flow', 'ct timeout', 'ct helper', 'mangle', 'meta'];

function readRule({ family, table, expr }: z.infer<typeof ruleSchema>, sets: Sets, text: string): Rule {
  const conditions: ((packet: Packet) => Maybe)[] = [];
  let does: Deed = { kind: 'nothing' };
  const setOf = (name: string) => sets.get(key(family, table, name));
  for (const part of expr) {
    const [kind = '', value] = Object.entries(part)[0] ?? [];
    if (kind === 'match') conditions.push(matcher(value, setOf));
    else if (kind === 'accept' || kind === 'drop' || kind === 'return') does = { kind };
    else if (kind === 'reject') does = { kind: 'drop' };
    else if (kind === 'jump' || kind === 'goto')
      does = { kind, chain: key(family, table, String((value as { target?: unknown } | null)?.target)) };
    else if (kind === 'vmap')
      return verdictMap(value, conditions, { setOf, text, at: (name) => key(family, table, name) });
    // A limit lets some pass and others not.
    else if (kind === 'limit' || kind === 'quota' || kind === 'connlimit' || kind === 'xt')
      conditions.push(() => undefined);
    else if (kind === 'queue' || kind === 'dnat' || kind === 'redirect' || kind === 'tproxy' || kind === 'synproxy')
      does = { kind: 'other' };
    else if (!HARMLESS.includes(kind)) conditions.push(() => undefined);
  }
  return { fits: (packet) => all(conditions.map((condition) => condition(packet))), does: () => does, text };
}

interface MapContext {
  setOf(name: string): readonly unknown[] | undefined;
  at(chain: string): string;
  text: string;
}

const vmapSchema = z.object({ key: z.unknown(), data: z.unknown() });

/** `udp dport vmap { 53 : accept, 7000-7010 : drop }`: of the verdicts for keys that fit, the first. */
function verdictMap(value: unknown, before: ((packet: Packet) => Maybe)[], context: MapContext): Rule {
  const parsed = vmapSchema.safeParse(value);
  const data = parsed.success ? parsed.data.data : undefined;
  const pairs = typeof data === 'string' ? context.setOf(data.replace(/^@/, '')) : setItems(data);
  const guard = (packet: Packet) => all(before.map((condition) => condition(packet)));
  if (!parsed.success || !pairs) return { text: context.text, fits: guard, does: () => ({ kind: 'other' }) };
  const chosen = (packet: Packet) => {
    for (const pair of pairs) {
      const [left, verdict] = Array.isArray(pair) ? pair : [];
      const fits = matcher({ op: '==', left: parsed.data.key, right: left }, context.setOf)(packet);
      if (fits !== false) return { fits, verdict };
    }
    return { fits: false as Maybe, verdict: undefined };
  };
  return {
    text: context.text,
    fits: (packet) => all([guard(packet), chosen(packet).fits]),
    does: (packet) => deedOf(chosen(packet).verdict, context),
  };
}

function deedOf(verdict: unknown, context: MapContext): Deed {
  const [kind, value] = Object.entries((verdict as object | null) ?? {})[0] ?? [];
  if (kind === 'accept' || kind === 'drop' || kind === 'return') return { kind };
  if (kind === 'jump' || kind === 'goto')
    return { kind, chain: context.at(String((value as { target?: unknown } | null)?.target)) };
  return { kind: 'other' };
}

function setItems(value: unknown): readonly unknown[] | undefined {
  const items = (value as { set?: unknown } | null | undefined)?.set;
  return Array.isArray(items) ? items : undefined;
}

const matchSchema = z.object({ op: z.string(), left: z.unknown(), right: z.unknown() });
const leftSchema = z.union([
  z.object({ payload: z.object({ protocol: z.string(), field: z.string() }) }),
  z.object({ meta: z.object({ key: z.string() }) }),
  z.object({ ct: z.object({ key: z.string() }) }),
]);

function matcher(value: unknown, setOf: (name: string) => readonly unknown[] | undefined): (packet: Packet) => Maybe {
  const match = matchSchema.safeParse(value);
  const left = leftSchema.safeParse(match.success ? match.data.left : undefined);
  if (!match.success || !left.success) return () => undefined;
  const { op, right } = match.data;
  const candidates =
    typeof right === 'string' && right.startsWith('@') ? setOf(right.slice(1)) : (setItems(right) ?? listOf(right));
  if (!candidates) return () => undefined;
  return (packet) => {
    const fits = any(candidates.map((candidate) => sideFits(left.data, op, unwrapped(candidate), packet)));
    return op === '!=' ? not(fits) : fits;
  };
}

/** `ct state established,related` comes as a list of flags, any of which is enough. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** An element with a time-out or a comment. */
function unwrapped(candidate: unknown): unknown {
  return (candidate as { elem?: { val?: unknown } } | null)?.elem?.val ?? candidate;
}

function sideFits(left: z.infer<typeof leftSchema>, op: string, candidate: unknown, packet: Packet): Maybe {
  if ('ct' in left) return left.ct.key === 'state' ? is(candidate, 'new') : undefined;
  if ('meta' in left) return metaFits(left.meta.key, candidate, packet);
  const { protocol, field } = left.payload;
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'th') {
    if (protocol !== 'th' && protocol !== packet.protocol) return false;
    return field === 'dport' ? numberFits(op, candidate, packet.port) : undefined;
  }
  if (protocol === 'icmp' || protocol === 'icmpv6' || protocol === 'sctp') return false;
  if (protocol !== 'ip' && protocol !== 'ip6') return undefined;
  const family = familyOf(packet);
  if (family !== undefined && family !== (protocol === 'ip' ? 4 : 6)) return false;
  if (field === 'protocol' || field === 'nexthdr') return is(candidate, packet.protocol);
  return field === 'saddr' ? addressFits(candidate, packet) : undefined;
}

function metaFits(metaKey: string, candidate: unknown, packet: Packet): Maybe {
  if (metaKey === 'l4proto') return is(candidate, packet.protocol);
  if (metaKey === 'iifname' || metaKey === 'iif') {
    if (candidate === 'lo') return packet.viaLoopback;
    return packet.viaLoopback ? false : undefined;
  }
  const family = familyOf(packet);
  if (metaKey === 'nfproto' && family !== undefined) return is(candidate, family === 4 ? 'ipv4' : 'ipv6');
  if (metaKey === 'protocol' && family !== undefined) return is(candidate, family === 4 ? 'ip' : 'ip6');
  return undefined;
}

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17 };

function is(candidate: unknown, word: string): Maybe {
  if (candidate === word || candidate === PROTOCOL_NUMBERS[word]) return true;
  return typeof candidate === 'string' || typeof candidate === 'number' ? false : undefined;
}

function numberFits(op: string, candidate: unknown, number: number): Maybe {
  const range = (candidate as { range?: unknown } | null)?.range;
  if (Array.isArray(range)) return number >= Number(range[0]) && number <= Number(range[1]);
  // A port's name comes as it is.
  if (typeof candidate !== 'number') return undefined;
  if (op === '<') return number < candidate;
  if (op === '>') return number > candidate;
  if (op === '<=') return number <= candidate;
  if (op === '>=') return number >= candidate;
  return number === candidate;
}

const prefixSchema = z.object({ prefix: z.object({ addr: z.string(), len: z.number() }) });

function addressFits(candidate: unknown, packet: Packet): Maybe {
  const prefix = prefixSchema.safeParse(candidate);
  if (prefix.success) return senderWithin(packet, prefix.data.prefix.addr, prefix.data.prefix.len);
  return typeof candidate === 'string'
    ? senderWithin(packet, candidate, candidate.includes(':') ? 128 : 32)
    : undefined;
}
