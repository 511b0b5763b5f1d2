import { familyOf } from '../endpoints.ts';
import type { Opening } from '../openings.ts';

/** The expression of a rule, a word each. */
export function nftRule({ protocol, port, source }: Opening): string[] {
  const from = source === null ? [] : [familyOf(source) === 6 ? 'ip6' : 'ip', 'saddr', source];
  return [...from, protocol, 'dport', String(port), 'accept'];
}
