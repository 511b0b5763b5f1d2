import type { Maybe, Packet } from './packet.ts';

export type Deed =
  | { kind: 'accept' | 'drop' | 'return' | 'nothing' }
  | { kind: 'jump' | 'goto'; chain: string }
  /** Something that is not known here: it may drop as well. */
  | { kind: 'other' };

/** A firewall's rule, as far as one packet is concerned. */
export interface Rule {
  /** Whether it fits the packet. */
  fits(packet: Packet): Maybe;
  /** What it does with a packet that it fits. */
  does(packet: Packet): Deed;
  /** The rule in its tool's own words. */
  text: string;
}

/** A chain that the kernel enters by itself; the packet must pass every one. */
export interface BaseChain {
  chain: string;
  policy: 'accept' | 'drop';
  /** What its policy is, in its tool's own words. */
  policyText: string;
  /** Whether packets of this family come there; undefined: of both. */
  family: 4 | 6 | undefined;
}

export interface RuleSet {
  /** In the order in which a packet meets them. */
  base: readonly BaseChain[];
  chains: ReadonlyMap<string, readonly Rule[]>;
}

/** What becomes of a packet, and the lines that decided. */
export interface FirewallVerdict {
  says: 'passes' | 'dropped' | 'unclear';
  lines: string[];
}

type Walk = { end: 'accept' | 'drop' | 'through'; line: string | undefined; doubts: Doubt[] };
/** A rule that may or may not fit, and what would become of the packet if it did. */
interface Doubt {
  leadsTo: 'accept' | 'drop' | 'unknown';
  line: string;
}

/** Chains may not call each other in circles; the kernel allows sixteen. */
const MAX_DEPTH = 16;

/** Walks a packet through the rules. `unclear`: it rests on a rule that cannot be judged from here. */
export function judgePacket(rules: RuleSet, packet: Packet, family: 4 | 6 | undefined): FirewallVerdict {
  const passed: string[] = [];
  const doubts: string[] = [];
  for (const base of rules.base) {
    if (family !== undefined && base.family !== undefined && base.family !== family) continue;
    const walk = walkChain(rules, base.chain, packet, 0);
    const end = walk.end === 'through' ? base.policy : walk.end;
    const line = walk.line ?? base.policyText;
    const otherwise = walk.doubts.filter(({ leadsTo }) => leadsTo !== end).map((doubt) => doubt.line);
    if (end === 'drop' && otherwise.length === 0) return { says: 'dropped', lines: [line] };
    if (otherwise.length > 0) doubts.push(...otherwise, line);
    else passed.push(line);
  }
  return doubts.length > 0 ? { says: 'unclear', lines: doubts } : { says: 'passes', lines: passed };
}

function walkChain(rules: RuleSet, name: string, packet: Packet, depth: number): Walk {
  const doubts: Doubt[] = [];
  if (depth > MAX_DEPTH) return { end: 'through', line: undefined, doubts };
  for (const rule of rules.chains.get(name) ?? []) {
    const fits = rule.fits(packet);
    if (fits === false) continue;
    const does = rule.does(packet);
    if (does.kind === 'nothing') continue;
    const effect = effectOf(rules, does, rule.text, packet, depth);
    if (fits === undefined || effect.end === 'unknown') {
      doubts.push(...doubtsOf(rule, effect));
      continue;
    }
    doubts.push(...effect.doubts);
    if (effect.end === 'leave') return { end: 'through', line: undefined, doubts };
    if (effect.end !== 'through') return { end: effect.end, line: effect.line ?? rule.text, doubts };
  }
  return { end: 'through', line: undefined, doubts };
}

type Effect = Omit<Walk, 'end'> & { end: Walk['end'] | 'leave' | 'unknown' };

function effectOf(rules: RuleSet, does: Deed, text: string, packet: Packet, depth: number): Effect {
  const plain = (end: Effect['end']): Effect => ({ end, line: text, doubts: [] });
  switch (does.kind) {
    case 'accept':
    case 'drop':
      return plain(does.kind);
    case 'return':
      return plain('leave');
    case 'jump':
    case 'goto': {
      const walk = walkChain(rules, does.chain, packet, depth + 1);
      // Who goes there does not come back.
      return walk.end === 'through' && does.kind === 'goto' ? { ...walk, end: 'leave' } : walk;
    }
    default:
      return plain('unknown');
  }
}

function doubtsOf(rule: Rule, effect: Effect): Doubt[] {
  if (effect.end === 'through') return effect.doubts;
  const leadsTo = effect.end === 'accept' || effect.end === 'drop' ? effect.end : 'unknown';
  return [{ leadsTo, line: rule.text }, ...effect.doubts];
}
