import { readFile } from 'node:fs/promises';
import { type Message, message, type SshAccess } from '#shared/domain';
import { localPath } from './known-hosts-file.ts';
import { HostAccessError, type PasswordSource } from './port.ts';

/** What an SSH login is made with, as the library takes it. */
export type LoginCredential =
  | { agent: string }
  | { privateKey: Buffer; passphrase?: string }
  | { password: string; tryKeyboard: true };

/** Windows has OpenSSH's agent at a pipe of its own. */
const WINDOWS_AGENT = '\\\\.\\pipe\\openssh-ssh-agent';

/** Finds what to log in with. Rejects with {@link HostAccessError}; no secret is ever part of it. */
export async function loginCredential(
  access: SshAccess,
  address: string,
  env: NodeJS.ProcessEnv,
  passwords: PasswordSource,
): Promise<LoginCredential> {
  const { auth } = access;
  switch (auth.type) {
    case 'agent':
      return { agent: agentSocket(auth.socket, env) };
    case 'key':
      return keyCredential(auth.file, auth.passphraseEnv, env);
    case 'password':
      return { password: await password(access, address, env, passwords), tryKeyboard: true };
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

/** The environment first, then this machine's secret store. */
async function password(
  access: SshAccess,
  address: string,
  env: NodeJS.ProcessEnv,
  passwords: PasswordSource,
): Promise<string> {
  const variable = access.auth.type === 'password' ? access.auth.env : undefined;
  const given = variable === undefined ? undefined : env[variable];
  if (given) return given;
  const key = { host: address, user: access.user };
  const said = message('check.access.noPassword', { user: access.user, host: address });
  const notSet = variable === undefined ? [] : [`${variable} is not set`];
  let stored: string | null = null;
  try {
    stored = await passwords.get(key);
  } catch (error) {
    throw unusable(said, [...notSet, error instanceof Error ? error.message : String(error)].join('; '));
  }
  if (stored !== null) return stored;
  throw unusable(said, [...notSet, `the secret store (${await passwords.place()}) has nothing for it`].join('; '));
}

function unusable(said: Message, detail: string): HostAccessError {
  return new HostAccessError('no-credential', said, message('check.remedy.credential'), [detail]);
}
