import { describe, expect, it } from 'vitest';
import { wire } from '#test/zookeeper-wire';
import { AUTH_FAILED, INVALID_ACL, type Kit, multiResults, NO_AUTH, op } from './kit.ts';

export function access({ client, withRoot }: Kit): void {
  describe('access rules', () => {
    it('keep others out, and their owner in', async () => {
      const { zk, root } = await withRoot();
      await zk.digest('kuantu:secret');
      const acl = wire.acl([[31, 'auth', '']]);
      expect((await zk.request(1, wire.string(`${root}/own`), wire.buffer(null), acl, wire.int(0))).err).toBe(0);
      const rules = await zk.request(6, wire.string(`${root}/own`));
      expect([rules.body.int(), rules.body.int(), rules.body.string()]).toEqual([1, 31, 'digest']);
      expect(rules.body.string()).toMatch(/^kuantu:.{28}$/);
      const other = await client();
      expect((await other.get(`${root}/own`)).err).toBe(NO_AUTH);
      expect((await other.set(`${root}/own`, 'x')).err).toBe(NO_AUTH);
      expect((await other.children(`${root}/own`)).err).toBe(NO_AUTH);
      expect((await other.create(`${root}/own/a`)).err).toBe(NO_AUTH);
      expect((await other.exists(`${root}/own`)).err).toBe(0);
      await zk.create(`${root}/own/a`);
      // Whether a node may be removed is its parent's rule.
      expect((await other.remove(`${root}/own/a`)).err).toBe(NO_AUTH);
      expect(multiResults((await other.multi([op.check(`${root}/own`)])).body)).toEqual([{ type: -1, err: NO_AUTH }]);
      await other.digest('kuantu:secret');
      expect((await other.get(`${root}/own`)).err).toBe(0);
    });

    it('are read and set, with a version of their own', async () => {
      const { zk, root } = await withRoot();
      const open = await zk.request(6, wire.string(root));
      expect([open.body.int(), open.body.int(), open.body.string(), open.body.string()]).toEqual([
        1,
        31,
        'world',
        'anyone',
      ]);
      const set = await zk.request(7, wire.string(root), wire.acl([[1, 'world', 'anyone']]), wire.int(0));
      expect(set.body.stat()).toMatchObject({ aversion: 1, version: 0 });
      expect((await zk.set(root, 'x')).err).toBe(NO_AUTH);
      expect((await zk.request(7, wire.string(root), wire.openAcl(), wire.int(0))).err).toBe(NO_AUTH);
    });

    it('refuse schemes that nobody has', async () => {
      const { zk, root } = await withRoot();
      const strange = wire.acl([[31, 'nonsense', 'x']]);
      expect((await zk.request(1, wire.string(`${root}/a`), wire.buffer(null), strange, wire.int(0))).err).toBe(
        INVALID_ACL,
      );
      const refused = await zk.requestAs(-4, 100, wire.int(0), wire.string('nonsense'), wire.buffer(Buffer.from('x')));
      expect(refused.err).toBe(AUTH_FAILED);
      await zk.closed;
    });
  });
}
