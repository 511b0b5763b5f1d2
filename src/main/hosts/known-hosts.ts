import { createHash, createHmac } from 'node:crypto';

/** A line of a known-hosts file that names a key. */
interface KnownHost {
  marker: 'none' | 'revoked';
  hosts: string;
  type: string;
  key: Buffer;
}

/** What the file says of a key that a host shows. */
export type HostKeyVerdict =
  | { says: 'known' }
  | { says: 'unknown' }
  /** `expected`: the fingerprints of the keys that the file has for this host. */
  | { says: 'changed'; expected: string[] }
  | { says: 'revoked' };

/** As OpenSSH prints it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a key in SSH's own format says it has; undefined: it is none. */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  return length > 0 && length <= 64 && key.length >= 4 + length ? key.toString('latin1', 4, 4 + length) : undefined;
}

/** How a host and port stand in the file. */
export function hostEntry(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/**
 * Judges a shown key by a known-hosts file's text, as OpenSSH does: hashed names, patterns, several names a line,
 * revoked keys. Certificate authorities are not known here: such lines are passed over. A host that is known by keys of
 * other types alone has changed too, since those types are asked for first. Lines that are none are passed over.
 */
export function judgeHostKey(text: string, host: string, port: number, key: Buffer): HostKeyVerdict {
  const lines = knownHosts(text);
  if (lines.some((line) => line.marker === 'revoked' && line.key.equals(key))) return { says: 'revoked' };
  const own = lines.filter((line) => line.marker === 'none' && namesHost(line.hosts, hostEntry(host, port)));
  if (own.some((line) => line.key.equals(key))) return { says: 'known' };
  if (own.length === 0) return { says: 'unknown' };
  return { says: 'changed', expected: [...new Set(own.map((line) => fingerprint(line.key)))] };
}

/** The types of the keys that the file has for a host: those to ask for first. */
export function knownKeyTypes(text: string, host: string, port: number): string[] {
  const own = knownHosts(text).filter((line) => line.marker === 'none' && namesHost(line.hosts, hostEntry(host, port)));
  return [...new Set(own.map((line) => line.type))];
}

/** The line that makes a key known. */
export function knownHostLine(host: string, port: number, key: Buffer): string {
  return `${hostEntry(host, port)} ${keyType(key) ?? 'ssh-unknown'} ${key.toString('base64')}\n`;
}

function knownHosts(text: string): KnownHost[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return [];
    const marker = words[0].startsWith('@') ? words.shift() : undefined;
    const [hosts, type, base64] = words;
    if (hosts === undefined || type === undefined || base64 === undefined || marker === '@cert-authority') return [];
    const key = Buffer.from(base64, 'base64');
    if (keyType(key) === undefined) return [];
    return [{ marker: marker === '@revoked' ? ('revoked' as const) : ('none' as const), hosts, type, key }];
  });
}

function namesHost(names: string, entry: string): boolean {
  if (names.startsWith('|1|')) return isHashOf(names, entry);
  let matches = false;
  for (const pattern of names.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!fits(negated ? pattern.slice(1) : pattern, entry)) continue;
    if (negated) return false;
    matches = true;
  }
  return matches;
}

function isHashOf(hashed: string, entry: string): boolean {
  const [, , salt = '', hash = ''] = hashed.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(entry).digest('base64') === hash;
}

/** `*` and `?`; brackets stand for themselves, as they do around a host with a port. */
function fits(pattern: string, entry: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === entry;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`).test(entry);
}
