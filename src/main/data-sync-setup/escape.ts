/**
 * How paths are written where the system reads them. Each reader has its own escapes; a backslash, an equals
 * sign (fstab takes `LABEL=` for a tag) and control characters are refused before they come here.
 */
const utf8 = new TextEncoder();

/** Without doubled slashes and without one at the end. */
export function plainPath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

const octal = (character: string): string =>
  [...utf8.encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** A path in /etc/exports: blanks, quotes and # as octal digits; Chinese as it is. */
export function exportsPath(path: string): string {
  return plainPath(path).replace(/[^A-Za-z0-9/._+:,@=~\u0080-\u{10ffff}-]/gu, octal);
}

/** A field of /etc/fstab. */
export function fstabField(text: string): string {
  return text.replace(/[ \t\n\\#]/g, octal);
}

/** A value in a systemd unit: percent signs are specifiers there. */
export function unitValue(text: string): string {
  return text.replaceAll('%', '%%');
}

/** The unit's name that systemd demands of a mount point, as `systemd-escape --path` makes it. */
export function unitName(path: string, suffix: 'mount' | 'automount'): string {
  const inner = plainPath(path).replace(/^\//, '');
  if (inner === '') return `-.${suffix}`;
  const escaped = [...utf8.encode(inner)].map((byte, index) => {
    const character = String.fromCharCode(byte);
    if (character === '/') return '-';
    if (/[A-Za-z0-9:_]/.test(character) || (character === '.' && index > 0)) return character;
    return `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `${escaped.join('')}.${suffix}`;
}

/** An address beside a port or a path: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A pair's name in file names and rule comments: what is no letter, digit, dot or hyphen as hexadecimal digits. */
export function mark(node: string): string {
  return [...utf8.encode(node)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9.-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
    })
    .join('')
    .slice(0, 80);
}
