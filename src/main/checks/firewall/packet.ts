import { isIP } from 'node:net';

/** A first packet of a connection as it arrives at a server. */
export interface Packet {
  protocol: 'tcp' | 'udp';
  port: number;
  /** The sender's address; null: not known. */
  from: string | null;
  /** What it is sent by, where the sender's address does not tell. */
  family?: 4 | 6 | undefined;
  /** It comes from the same machine. */
  viaLoopback: boolean;
}

/** true, false, or undefined: from here that cannot be said. */
export type Maybe = boolean | undefined;

/** All of them: false as soon as one is, and undefined where one of the others is. */
export function all(parts: readonly Maybe[]): Maybe {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/** Or, where some of it may not be known. */
export function any(parts: readonly Maybe[]): Maybe {
  if (parts.includes(true)) return true;
  return parts.includes(undefined) ? undefined : false;
}

export const not = (value: Maybe): Maybe => (value === undefined ? undefined : !value);

/** The packet's family, as far as it is known. */
export function familyOf({ from, family }: Pick<Packet, 'from' | 'family'>): 4 | 6 | undefined {
  return (from === null ? undefined : addressFamily(from)) ?? family;
}

/** Undefined where it is a name. */
export function addressFamily(address: string): 4 | 6 | undefined {
  const family = isIP(address);
  return family === 4 || family === 6 ? family : undefined;
}

/** Whether the sender is within `address/length`. */
export function senderWithin(packet: Packet, address: string, length: number): Maybe {
  if (length === 0) return true;
  const family = familyOf(packet);
  if (family === undefined || packet.from === null) return undefined;
  if (isIP(address) !== family) return isIP(address) === 0 ? undefined : false;
  const bits = family === 4 ? bits4 : bits6;
  return bits(packet.from).slice(0, length) === bits(address).slice(0, length);
}

function bits4(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
}

function bits6(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = (text: string | undefined) => (text ? text.split(':').flatMap(group) : []);
  const first = groups(head);
  const last = groups(tail);
  const middle = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...middle, ...last].map((each) => Number.parseInt(each, 16).toString(2).padStart(16, '0')).join('');
}

/** The last group may be an IPv4 address. */
function group(text: string): string[] {
  if (!text.includes('.')) return [text];
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
