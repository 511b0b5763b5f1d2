import { type Environment, type Message, message, zooKeeperAccount } from '#shared/domain';
import type { SecretStore } from './port.ts';

/** Who the console is to an environment's ZooKeeper. */
export interface ZooKeeperLogin {
  /** `user:password`; undefined: nobody in particular. */
  digestAuth?: string;
  /** Why there is no password, where the environment names a user. */
  missing?: Message;
}

/** Where a login is looked for. */
export interface LoginSources {
  env: Readonly<Record<string, string | undefined>>;
  /** Absent: the environment variable alone counts. */
  passwords?: Pick<SecretStore, 'get'> | undefined;
}

/** Finds it: the environment variable first, then this machine's secret store. Never rejects. */
export async function findZooKeeperLogin(
  { id, zookeeper: { digest } }: Pick<Environment, 'id' | 'zookeeper'>,
  { env, passwords }: LoginSources,
): Promise<ZooKeeperLogin> {
  if (!digest) return {};
  const { user, passwordEnv } = digest;
  const login = (password: string): ZooKeeperLogin => ({ digestAuth: `${user}:${password}` });
  const given = passwordEnv === undefined ? undefined : env[passwordEnv];
  if (given) return login(given);
  try {
    const stored = await passwords?.get(zooKeeperAccount(id, user));
    if (stored) return login(stored);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { missing: message('zookeeperLogin.noPassword.store', { user, detail }) };
  }
  return {
    missing:
      passwordEnv === undefined
        ? message('zookeeperLogin.noPassword', { user })
        : message('zookeeperLogin.noPassword.variable', { user, variable: passwordEnv }),
  };
}
