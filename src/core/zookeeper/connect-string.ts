import { ZooKeeperError } from './port.ts';

export interface ServerAddress {
  host: string;
  port: number;
}

const DEFAULT_PORT = 2181;
const MAX_SERVERS = 64;

/** Splits `host:port[,host:port…]`; IPv6 hosts stand in brackets, a missing port is 2181. Throws INVALID. */
export function parseConnectString(connectString: string): ServerAddress[] {
  if (connectString.includes('/')) {
    throw invalid(connectString, 'a chroot has a field of its own and does not belong into the address list');
  }
  const parts = connectString.split(',').map((part) => part.trim());
  if (parts.length > MAX_SERVERS) throw invalid(connectString, `more than ${MAX_SERVERS} servers`);
  return parts.map((part) => parseServer(connectString, part));
}

function parseServer(connectString: string, part: string): ServerAddress {
  const match = /^(?:\[(?<ipv6>[0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|(?<host>[^\s:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(part);
  const host = match?.groups?.ipv6 ?? match?.groups?.host;
  if (!host) {
    const hint = part.split(':').length > 2 ? ' (write an IPv6 address in brackets: [::1]:2181)' : '';
    throw invalid(connectString, `"${part}" is not host:port${hint}`);
  }
  const port = match?.groups?.port === undefined ? DEFAULT_PORT : Number(match.groups.port);
  if (port < 1 || port > 65535) throw invalid(connectString, `port ${port} is out of range`);
  return { host, port };
}

/** `host:port` as people write it. */
export function formatServer(server: ServerAddress): string {
  return server.host.includes(':') ? `[${server.host}]:${server.port}` : `${server.host}:${server.port}`;
}

/** The chroot without trailing slashes, `''` for none. Throws INVALID. */
export function normaliseChroot(chroot: string | undefined): string {
  const trimmed = (chroot ?? '').replace(/\/+$/, '');
  if (trimmed !== '') validatePath(trimmed);
  return trimmed;
}

/** A part of a path that is nothing, `.` or `..`. */
const EMPTY_OR_RELATIVE = /\/\.{0,2}(\/|$)/;

/** Throws INVALID unless ZooKeeper would take the path: absolute, no empty or relative parts, no control characters. */
export function validatePath(path: string): void {
  if (typeof path !== 'string' || path[0] !== '/') {
    throw new ZooKeeperError('INVALID', String(path), 'a path begins with /');
  }
  if (path === '/') return;
  if (EMPTY_OR_RELATIVE.test(path)) {
    throw new ZooKeeperError('INVALID', path, 'empty or relative parts are not allowed');
  }
  if (Buffer.byteLength(path) > 4096) throw new ZooKeeperError('INVALID', path.slice(0, 80), 'longer than 4096 bytes');
  if (hasForbiddenCharacter(path)) throw new ZooKeeperError('INVALID', path, 'control characters are not allowed');
}

/** What ZooKeeper refuses in a path: controls, surrogates, the private use area and specials. */
function hasForbiddenCharacter(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    if (unit <= 0x1f || (unit >= 0x7f && unit <= 0x9f)) return true;
    if ((unit >= 0xd800 && unit <= 0xf8ff) || unit >= 0xfff0) return true;
  }
  return false;
}

function invalid(connectString: string, detail: string): ZooKeeperError {
  return new ZooKeeperError('INVALID', connectString.slice(0, 200), detail);
}
