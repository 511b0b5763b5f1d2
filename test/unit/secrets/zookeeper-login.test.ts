import { describe, expect, it } from 'vitest';
import { findZooKeeperLogin } from '#main/secrets';
import { environmentSchema, zooKeeperAccount } from '#shared/domain';

const environment = (digest?: { user: string; passwordEnv?: string }) => ({
  id: 'desk',
  zookeeper: environmentSchema.shape.zookeeper.parse({ connectString: 'zk1:2181', ...(digest ? { digest } : {}) }),
});
const KEPT = {
  get: async ({ host, user }: { host: string; user: string }) =>
    host === 'zookeeper:desk' && user === 'mt' ? 'kept:with a colon' : null,
};
const EMPTY = { get: async () => null };

describe('who the console is to ZooKeeper', () => {
  it('is nobody in particular where no user is configured, and no store is asked', async () => {
    const get = () => Promise.reject(new Error('asked'));
    expect(await findZooKeeperLogin(environment(), { env: {}, passwords: { get } })).toEqual({});
  });

  it('takes the password from the secret store', async () => {
    const found = await findZooKeeperLogin(environment({ user: 'mt' }), { env: {}, passwords: KEPT });
    expect(found).toEqual({ digestAuth: 'mt:kept:with a colon' });
  });

  it('takes the named variable first, and the store where it is not set or empty', async () => {
    const named = environment({ user: 'mt', passwordEnv: 'ZK' });
    const get = () => Promise.reject(new Error('asked'));
    const given = await findZooKeeperLogin(named, { env: { ZK: 'given' }, passwords: { get } });
    expect(given).toEqual({ digestAuth: 'mt:given' });
    for (const env of [{}, { ZK: '' }])
      expect(await findZooKeeperLogin(named, { env, passwords: KEPT })).toEqual({ digestAuth: 'mt:kept:with a colon' });
  });

  it.each([
    [{ user: 'mt' }, 'zookeeperLogin.noPassword', { user: 'mt' }],
    [{ user: 'mt', passwordEnv: 'ZK' }, 'zookeeperLogin.noPassword.variable', { user: 'mt', variable: 'ZK' }],
  ])('says of %j what is missing', async (digest, key, params) => {
    for (const passwords of [EMPTY, undefined])
      expect(await findZooKeeperLogin(environment(digest), { env: {}, passwords })).toEqual({
        missing: { key, params },
      });
  });

  it('says what the store complains of', async () => {
    const get = () => Promise.reject(new Error('secret-tool: locked'));
    expect(await findZooKeeperLogin(environment({ user: 'mt' }), { env: {}, passwords: { get } })).toEqual({
      missing: { key: 'zookeeperLogin.noPassword.store', params: { user: 'mt', detail: 'secret-tool: locked' } },
    });
  });

  it('has an account that no server can have', () => {
    const { host } = zooKeeperAccount('desk', 'mt');
    expect(host).toBe('zookeeper:desk');
  });
});
