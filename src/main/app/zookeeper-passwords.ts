import type { SecretStore } from '#main/secrets';
import { type Environment, zooKeeperAccount } from '#shared/domain';

/** ZooKeeper's password goes with an environment that is called by another id now; what is kept under the new one stays. */
export async function movePassword(
  secrets: SecretStore,
  before: Environment | undefined,
  after: Environment | undefined,
): Promise<void> {
  const user = before?.zookeeper.digest?.user;
  if (!before || !after || user === undefined || before.id === after.id || user !== after.zookeeper.digest?.user)
    return;
  const [old, next] = [zooKeeperAccount(before.id, user), zooKeeperAccount(after.id, user)];
  const password = await secrets.get(old);
  if (password === null) return;
  if ((await secrets.get(next)) === null) await secrets.set(next, password);
  await secrets.remove(old);
}

/** Nobody finds ZooKeeper's password of an environment that was removed. */
export async function forgetPassword(secrets: SecretStore, removed: Environment | undefined): Promise<void> {
  const user = removed?.zookeeper.digest?.user;
  if (removed && user !== undefined) await secrets.remove(zooKeeperAccount(removed.id, user));
}
