import { describe, expect, it } from 'vitest';
import { ZooKeeperError } from '#core/zookeeper';
import {
  newPolicyRecord,
  pairPaths,
  parseRecord,
  policyRecordSchema,
  policySettings,
  recordText,
} from '#shared/domain';
import { MemoryZooKeeper } from '#test/memory-zookeeper';
import {
  OPEN_RULES,
  PROTECTED_RULES,
  planRegistration,
  ruleText,
  type WantedRegistration,
} from '../../../src/main/setup/registration.ts';
import { readTree } from '../../../src/main/setup/tree.ts';

const PATHS = pairPaths('/kuantu/{system}/mt/{node}', 'O45', 'mt-01');
const WANTED: WantedRegistration = {
  chroot: '',
  paths: PATHS,
  instances: ['A', 'B'],
  policy: policySettings('assist'),
  acl: OPEN_RULES,
};
const NOBODY: ReadonlySet<string> = new Set();

async function planned(tree: MemoryZooKeeper, wanted = WANTED) {
  const session = tree.session();
  return { session, plan: planRegistration(await readTree(session, wanted), wanted) };
}
const actions = (rows: readonly { path: string; action: string }[]) =>
  Object.fromEntries(rows.map(({ path, action }) => [path, action]));
const bytes = (value: unknown) => Buffer.from(recordText(value));

describe('a registration', () => {
  it('makes everything where there is nothing, and nothing the second time', async () => {
    const tree = new MemoryZooKeeper();
    const { session, plan } = await planned(tree);
    expect(new Set(plan.rows.map(({ action }) => action))).toEqual(new Set(['create']));
    await session.multi(plan.operations(NOBODY));
    const policy = await session.get(PATHS.policy);
    expect(policy && parseRecord(policyRecordSchema, PATHS.policy, policy.data).mode).toBe('assist');
    const again = await planned(tree);
    expect(again.plan.operations(NOBODY).every(({ op }) => op === 'check')).toBe(true);
    expect(again.plan.fingerprint).not.toBe(plan.fingerprint);
  });

  it('adopts what a deployment tool has registered, and leaves its data alone', async () => {
    const tree = new MemoryZooKeeper();
    const tool = tree.session();
    await tool.ensurePath(PATHS.instances);
    await tool.set(PATHS.base, Buffer.from('由天鉴注册'));
    await tool.create(`${PATHS.base}/deploy`, Buffer.from('{"by":"tool"}'), 'persistent');
    const { session, plan } = await planned(tree);
    expect(actions(plan.rows)).toMatchObject({
      [PATHS.base]: 'adopt',
      [PATHS.instances]: 'adopt',
      [PATHS.consoles]: 'create',
      [`${PATHS.base}/deploy`]: 'foreign',
    });
    await session.multi(plan.operations(new Set(plan.rows.map(({ path }) => path))));
    expect((await session.get(PATHS.base))?.data.toString()).toBe('由天鉴注册');
    expect((await session.get(`${PATHS.base}/deploy`))?.data.toString()).toBe('{"by":"tool"}');
  });

  it('replaces a policy of another mode once that is confirmed, and keeps what else it says', async () => {
    const tree = new MemoryZooKeeper();
    const other = tree.session();
    await other.ensurePath(PATHS.base);
    const before = newPolicyRecord({ ...policySettings('auto'), maxPerDay: 9 });
    await other.create(PATHS.policy, bytes(before), 'persistent');
    const { session, plan } = await planned(tree);
    expect(actions(plan.rows)[PATHS.policy]).toBe('conflict');
    await session.multi(plan.operations(NOBODY));
    expect(parseRecord(policyRecordSchema, '', (await session.get(PATHS.policy))?.data ?? Buffer.alloc(0)).mode).toBe(
      'auto',
    );
    const { plan: again } = await planned(tree);
    await session.multi(again.operations(new Set([PATHS.policy])));
    const after = parseRecord(policyRecordSchema, '', (await session.get(PATHS.policy))?.data ?? Buffer.alloc(0));
    expect(after).toMatchObject({ mode: 'assist', maxPerDay: 9 });
  });

  it('shows what is no policy as it is, and does not touch it unasked', async () => {
    const tree = new MemoryZooKeeper();
    const other = tree.session();
    await other.ensurePath(PATHS.base);
    await other.create(PATHS.policy, Buffer.from('not ours'), 'persistent');
    const { plan } = await planned(tree);
    const row = plan.rows.find(({ path }) => path === PATHS.policy);
    expect(row).toMatchObject({ action: 'conflict', before: 'not ours' });
    expect(plan.operations(NOBODY).some(({ path }) => path === PATHS.policy)).toBe(false);
  });

  it('fails as a whole where somebody was quicker', async () => {
    const tree = new MemoryZooKeeper();
    const { session, plan } = await planned(tree);
    await tree.session().ensurePath(PATHS.instances);
    const failure = await session.multi(plan.operations(NOBODY)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ZooKeeperError);
    expect(await session.exists(PATHS.policy)).toBeUndefined();
  });

  it('lives under a chroot that is made, too, and is protected where that is wanted', async () => {
    const tree = new MemoryZooKeeper();
    const wanted = { ...WANTED, chroot: '/site', acl: PROTECTED_RULES };
    const { session, plan } = await planned(tree, wanted);
    expect(plan.rows[0]).toMatchObject({ path: '/site', action: 'create' });
    await session.multi(plan.operations(NOBODY));
    expect((await session.acl(`/site${PATHS.base}`))?.map(ruleText)).toEqual(['auth::cdrwa', 'world:anyone:r']);
  });

  it('is the same plan whoever registers meanwhile', async () => {
    const tree = new MemoryZooKeeper();
    const { session, plan } = await planned(tree);
    await session.multi(plan.operations(NOBODY));
    const { plan: before } = await planned(tree);
    await session.create(PATHS.instance('A'), Buffer.from('{}'), 'ephemeral');
    const { plan: after } = await planned(tree);
    expect(after.fingerprint).toBe(before.fingerprint);
    expect(actions(after.rows)[PATHS.instance('A')]).toBe('adopt');
  });
});
