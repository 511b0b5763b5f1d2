import { readFile } from 'node:fs/promises';
import { type Message, message, type SshAccess } from '#shared/domain';
import { localPath } from './known-hosts-file.ts';
import { type Host, HostAccessError } from './port.ts';

/** What an SSH login is made with, as the library takes it. */
export type LoginCredential =
  | { agent: string }
  | { privateKey: Buffer; passphrase?: string }
  | { password: string; tryKeyboard: true };

const SECRET_TIMEOUT_MS = 5_000;
/** Windows has OpenSSH's agent at a pipe of its own. */
const WINDOWS_AGENT = '\\\\.\\pipe\\openssh-ssh-agent';

/** Finds what to log in with. Rejects with {@link HostAccessError}; no secret is ever part of it. */
export async function loginCredential(
  access: SshAccess,
  address: string,
  env: NodeJS.ProcessEnv,
  thisMachine: Host,
): Promise<LoginCredential> {
  const { auth } = access;
  switch (auth.type) {
    case 'agent':
      return { agent: agentSocket(auth.socket, env) };
    case 'key':
      return keyCredential(auth.file, auth.passphraseEnv, env);
    case 'password':
      return { password: await password(access, address, env, thisMachine), tryKeyboard: true };
  }
}

function agentSocket(configured: string | undefined, env: NodeJS.ProcessEnv): string {
  const socket = configured ? localPath(configured) : env.SSH_AUTH_SOCK;
  if (socket) return socket;
  if (process.platform === 'win32') return WINDOWS_AGENT;
  throw unusable(message('check.access.noAgent'), 'SSH_AUTH_SOCK is not set');
}

async function keyCredential(file: string, passphraseEnv: string | undefined, env: NodeJS.ProcessEnv) {
  const passphrase = passphraseEnv === undefined ? undefined : env[passphraseEnv];
  try {
    const privateKey = await readFile(localPath(file));
    return { privateKey, ...(passphrase ? { passphrase } : {}) };
  } catch (error) {
    throw unusable(message('check.access.noKey', { file }), error instanceof Error ? error.message : String(error));
  }
}

/** The environment first, then the desktop's secret store, where there is one. */
async function password(access: SshAccess, address: string, env: NodeJS.ProcessEnv, thisMachine: Host) {
  const variable = access.auth.type === 'password' ? access.auth.env : undefined;
  const given = variable === undefined ? undefined : env[variable];
  if (given) return given;
  const attributes = ['service', 'kuantu-ha-console', 'host', address, 'user', access.user];
  const found = await thisMachine.run(['secret-tool', 'lookup', ...attributes], { timeoutMs: SECRET_TIMEOUT_MS });
  const stored = found.kind === 'ended' && found.exitCode === 0 ? found.stdout.toString('utf8').replace(/\n$/, '') : '';
  if (stored !== '') return stored;
  const said = message('check.access.noPassword', { user: access.user, host: address });
  throw unusable(
    said,
    variable === undefined
      ? `secret-tool lookup ${attributes.join(' ')}: nothing`
      : `${variable} is not set; secret-tool has nothing`,
  );
}

function unusable(said: Message, detail: string): HostAccessError {
  return new HostAccessError('no-credential', said, message('check.remedy.credential'), [detail]);
}
