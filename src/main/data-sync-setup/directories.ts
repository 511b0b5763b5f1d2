import { plainPath } from './escape.ts';

/** Nothing at or below these is a pair's data, whoever asks. */
const SYSTEM = [
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/usr/share',
  '/boot',
  '/dev',
  '/proc',
  '/sys',
  '/run',
  '/root',
  '/tmp',
  '/var/tmp',
  '/var/run',
  '/var/lib/nfs',
  '/var/spool',
  '/var/log',
];
/** These hold more than one thing: a folder below them is meant. A home directory holds its owner's keys. */
const WHOLE = /^\/(home|opt|srv|mnt|media|usr|usr\/local|var|var\/lib|home\/[^/]+)$/;

/** Why a directory may not be used: it is the root, a system directory, or a tree that holds more; null: it may. */
export function directoryTrouble(path: string): 'root' | 'system' | 'whole' | null {
  const plain = plainPath(path);
  if (plain === '/') return 'root';
  if (WHOLE.test(plain)) return 'whole';
  return SYSTEM.some((system) => isWithin(plain, system) || isWithin(system, plain)) ? 'system' : null;
}

/** Whether a path is a directory, or within it. */
export function isWithin(path: string, directory: string): boolean {
  const [inner, outer] = [plainPath(path), plainPath(directory)];
  return inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}
