import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';
const SYSTEM_USER = 'postgres';

/** Who a server's processes run as: PostgreSQL refuses to run as root. */
export interface Owner {
  uid: number;
  gid: number;
}

/** The folder of the newest PostgreSQL's programs, or undefined where none is found. */
export function findPrograms(): string | undefined {
  const home = process.env.POSTGRESQL_HOME;
  const folders = home ? [join(home, 'bin')] : debianFolders();
  return folders.find((folder) => isProgram(join(folder, 'postgres')) && isProgram(join(folder, 'initdb')));
}

/** Why PostgreSQL cannot be started here, with what to install; undefined when it can. */
export function postgresqlMissing(): string | undefined {
  if (process.platform === 'win32') return 'A throw-away PostgreSQL is started on Linux and macOS only.';
  if (!findPrograms())
    return 'PostgreSQL is missing: install it (Debian: apt install postgresql), or set POSTGRESQL_HOME to an installed one.';
  if (isRoot() && !systemUser())
    return `PostgreSQL does not run as root, and there is no user ${SYSTEM_USER}: make one, or run as another user.`;
  return undefined;
}

/** Whom the server must run as; undefined: as whoever runs this process. */
export function serverOwner(): Owner | undefined {
  return isRoot() ? systemUser() : undefined;
}

function debianFolders(): string[] {
  if (!existsSync(DEBIAN)) return [];
  const versions = readdirSync(DEBIAN).filter((name) => /^\d+(\.\d+)?$/.test(name));
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us.
    return false;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function systemUser(): Owner | undefined {
  if (!existsSync('/etc/passwd')) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${SYSTEM_USER}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}
