import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { knownHostLine } from './known-hosts.ts';

/** A known-hosts file's text; empty where there is no such file. Throws the system's error. */
export async function readKnownHosts(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Adds a key to the file, which is made where it is missing, for its owner alone. Throws the system's error. */
export async function addKnownHost(file: string, host: string, port: number, key: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const text = await readKnownHosts(file);
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  await appendFile(file, separator + knownHostLine(host, port, key), { mode: 0o600 });
}

/** A path of the console's machine, `~/` being the home directory. */
export function localPath(path: string): string {
  return /^~[/\\]/.test(path) ? join(homedir(), path.slice(2)) : path;
}

export const DEFAULT_KNOWN_HOSTS = '~/.ssh/known_hosts';
