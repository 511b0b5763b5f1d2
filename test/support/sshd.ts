import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshAccess } from '#shared/domain';
import { toolPath } from '#test/server-tools';

export interface SshdOptions {
  /** More lines of its configuration. */
  config?: readonly string[];
  /** Put before sshd, as `ip netns exec NAME`. */
  within?: readonly string[];
  /** Where it listens; default 127.0.0.1. */
  address?: string;
  /** Where it is reached, if elsewhere; asked once its port is known. */
  reachedAt?: (port: number) => Promise<string>;
}

/** Debian's sshd with keys of its own. */
export interface Sshd {
  readonly directory: string;
  readonly address: string;
  readonly port: number;
  /** How the console gets there, with a known-hosts file that knows nothing yet. */
  readonly access: SshAccess & { knownHostsFile: string };
  /** The process that listens. */
  readonly process: ChildProcess;
  /** Writes its key into the known-hosts file. */
  trust(): void;
  /** Stops the server and every session of it, as a machine that hangs; CONT lets them go on. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void;
  close(): void;
}

const READY_MS = 10_000;

/** Starts sshd; root logs in with a key. `close()` it in `afterAll`. */
export async function startSshd({
  config = [],
  within = [],
  address: listenAddress = '127.0.0.1',
  reachedAt,
}: SshdOptions = {}): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-sshd-'));
  const at = (name: string) => join(directory, name);
  for (const name of ['host_key', 'login_key']) keygen(at(name));
  writeFileSync(at('authorized_keys'), readFileSync(at('login_key.pub')), { mode: 0o600 });
  // Its empty directory for separated privileges is made by the service's unit, which does not run here.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  const address = (await reachedAt?.(port)) ?? listenAddress;
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      `ListenAddress ${listenAddress}`,
      `HostKey ${at('host_key')}`,
      `AuthorizedKeysFile ${at('authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'Subsystem sftp internal-sftp',
      // What this machine's root has in its shell's start-up files is no part of the tests.
      `SetEnv HOME=${directory}`,
      ...config,
    ].join('\n'),
  );
  const [file = '', ...args] = [...within, toolPath('sshd') ?? 'sshd', '-D', '-e', '-f', at('sshd_config')];
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr?.on('data', (piece) => {
    log += String(piece);
  });
  await listening(address, port).catch(() => {
    child.kill('SIGKILL');
    throw new Error(`sshd does not listen: ${log}`);
  });
  const access = {
    type: 'ssh' as const,
    host: address,
    port,
    user: 'root',
    auth: { type: 'key' as const, file: at('login_key') },
    knownHostsFile: at('known_hosts'),
    sudo: false,
  };
  return {
    directory,
    address,
    port,
    access,
    process: child,
    trust() {
      const [type, key] = readFileSync(at('host_key.pub'), 'utf8').split(' ');
      writeFileSync(access.knownHostsFile, `[${address}]:${port} ${type} ${key}\n`);
    },
    signalAll(signal) {
      for (const pid of withDescendants(child.pid ?? 0)) process.kill(pid, signal);
    },
    close() {
      child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The process, those that it started, theirs, and so on. */
function withDescendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
  return [pid, ...children.filter((text) => text !== '').flatMap((text) => withDescendants(Number(text)))];
}

export function keygen(file: string): void {
  execFileSync(toolPath('ssh-keygen') ?? 'ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(host: string, port: number): Promise<void> {
  const untilMs = Date.now() + READY_MS;
  for (;;) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (there) return;
    if (Date.now() > untilMs) throw new Error('not listening');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
