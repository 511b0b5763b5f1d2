import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { type Clock, withDeadline } from '#core/clock';
import { message, type SshAccess } from '#shared/domain';
import { type LoginCredential, loginCredential } from './credential.ts';
import { fingerprint, type HostKeyVerdict, judgeHostKey, keyType, knownKeyTypes } from './known-hosts.ts';
import { addKnownHost, DEFAULT_KNOWN_HOSTS, localPath, readKnownHosts } from './known-hosts-file.ts';
import { type AcceptedKeys, HostAccessError, type PasswordSource } from './port.ts';

export interface SshConnectOptions {
  access: SshAccess;
  /** Where sshd listens. */
  address: string;
  /** Whether a host that no key is known of is taken at its word, and its key written to the known-hosts file. */
  acceptNewHostKeys: AcceptedKeys;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  passwords: PasswordSource;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** A host that went away without a word is noticed after three of these. */
const KEEP_ALIVE_MS = 5_000;
const MAX_MESSAGE_CHARACTERS = 300;
/** An RSA key is one key by several names of its signature. */
const RSA_SIGNATURES: readonly ServerHostKeyAlgorithm[] = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];
const KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  ...RSA_SIGNATURES,
];

/** Logs in. Rejects with {@link HostAccessError}; nothing is sent to a host whose key is not the known one. */
export async function connectSsh(options: SshConnectOptions): Promise<Client> {
  const { access, address, clock } = options;
  const file = localPath(access.knownHostsFile ?? DEFAULT_KNOWN_HOSTS);
  const knownText = await readKnownHosts(file).catch((error: Error) => {
    throw new HostAccessError(
      'no-credential',
      message('check.access.knownHostsUnreadable', { file }),
      message('check.remedy.knownHosts', { file }),
      [error.message],
    );
  });
  const credential = await loginCredential(access, address, options.env, options.passwords);
  // Loaded here: most consoles never need it.
  const { Client } = (await import('ssh2')).default;
  const client = new Client();
  const shown: { key?: Buffer; verdict?: HostKeyVerdict } = {};
  const config: ConnectConfig = {
    host: address,
    port: access.port,
    username: access.user,
    readyTimeout: CONNECT_TIMEOUT_MS,
    keepaliveInterval: KEEP_ALIVE_MS,
    keepaliveCountMax: 2,
    algorithms: { serverHostKey: algorithms(knownText, address, access.port) },
    hostVerifier: (key: Buffer) => {
      shown.key = key;
      shown.verdict = judgeHostKey(knownText, address, access.port, key);
      const { says } = shown.verdict;
      return says === 'known' || (says === 'unknown' && isAccepted(options.acceptNewHostKeys, key));
    },
    ...credential,
  };
  try {
    // The library's own time-out does not count what comes before the handshake.
    await withDeadline(clock, CONNECT_TIMEOUT_MS + 500, `${address}:${access.port}`, ready(client, config, credential));
  } catch (error) {
    client.on('error', () => {});
    client.end();
    client.destroy();
    throw refusal(error as Error & { level?: string }, options, file, shown);
  }
  if (shown.verdict?.says === 'unknown' && shown.key) await noted(client, file, access.port, address, shown.key);
  return client;
}

/** Writes a key down that was taken. Where it cannot be, the next console would ask again: then it is not taken. */
async function noted(client: Client, file: string, port: number, address: string, key: Buffer): Promise<void> {
  try {
    await addKnownHost(file, address, port, key);
  } catch (error) {
    client.end();
    const evidence = [`${address}:${port} ${keyType(key) ?? '?'} ${fingerprint(key)}`, String(error)];
    const said = message('check.access.knownHostsUnwritable', { file });
    throw new HostAccessError('no-credential', said, message('check.remedy.knownHostsUnwritable', { file }), evidence);
  }
}

function isAccepted(accepted: AcceptedKeys, key: Buffer): boolean {
  return typeof accepted === 'boolean' ? accepted : fingerprint(key) === accepted.fingerprint;
}

function ready(client: Client, config: ConnectConfig, credential: LoginCredential): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on('ready', () => {
      // A command is several small messages: each would wait for the answer to the one before it.
      client.setNoDelay(true);
      resolve();
    });
    client.on('error', reject);
    client.on('close', () => reject(new Error('the connection was closed')));
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(({ echo }) => ('password' in credential && !echo ? credential.password : ''))),
    );
    client.connect(config);
  });
}

/** The types that are known of the host first: its other keys prove nothing. */
function algorithms(knownText: string, address: string, port: number): ServerHostKeyAlgorithm[] {
  const known = knownKeyTypes(knownText, address, port).flatMap((type) => (type === 'ssh-rsa' ? RSA_SIGNATURES : type));
  const isKnown = (name: string) => known.includes(name);
  return [...KEY_ALGORITHMS.filter(isKnown), ...KEY_ALGORITHMS.filter((name) => !isKnown(name))];
}

/** Why there is no connection, for the operator. */
function refusal(
  error: Error & { level?: string },
  { access, address }: SshConnectOptions,
  file: string,
  { key, verdict }: { key?: Buffer; verdict?: HostKeyVerdict },
): HostAccessError {
  const host = `${address}:${access.port}`;
  const detail = error.message.slice(0, MAX_MESSAGE_CHARACTERS);
  if (key && verdict?.says === 'unknown' && error.level === 'handshake') {
    const print = fingerprint(key);
    const evidence = [`${host} ${keyType(key) ?? '?'} ${print}`];
    const said = message('check.access.unknownKey', { host, fingerprint: print });
    return new HostAccessError('unknown-key', said, message('check.remedy.unknownKey', { file }), evidence);
  }
  if (key && verdict?.says === 'revoked') {
    const evidence = [`${host} shows ${keyType(key) ?? '?'} ${fingerprint(key)}`, `${file}: @revoked`];
    const said = message('check.access.revokedKey', { host, now: fingerprint(key), expected: '@revoked' });
    return new HostAccessError('changed-key', said, message('check.remedy.revokedKey', { host }), evidence);
  }
  if (key && verdict?.says === 'changed') {
    const now = fingerprint(key);
    const expected = verdict.expected.join(', ');
    const evidence = [`${host} shows ${keyType(key) ?? '?'} ${now}`, `${file} has ${expected}`];
    const said = message('check.access.changedKey', { host, now, expected });
    return new HostAccessError('changed-key', said, message('check.remedy.changedKey', { file }), evidence);
  }
  if (error.level === 'agent')
    return new HostAccessError('no-credential', message('check.access.noAgent'), message('check.remedy.credential'), [
      detail,
    ]);
  if (error.level === 'client-authentication')
    return new HostAccessError(
      'refused-login',
      message('check.access.refused', { user: access.user, host }),
      message('check.remedy.login', { user: access.user }),
      [detail],
    );
  if (/private ?key|passphrase|parse/i.test(detail) && access.auth.type === 'key')
    return new HostAccessError(
      'no-credential',
      message('check.access.noKey', { file: access.auth.file }),
      message('check.remedy.credential'),
      [detail],
    );
  const said = message('check.access.unreachable', { host, detail });
  return new HostAccessError('unreachable', said, message('check.remedy.sshd', { host }), [detail]);
}
