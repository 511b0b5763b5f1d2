import { describe, expect, it } from 'vitest';
import { wire } from '#test/zookeeper-wire';
import {
  BAD_VERSION,
  EPHEMERAL,
  type Kit,
  MARSHALLING,
  multiResults,
  NO_NODE,
  NOT_EMPTY,
  op,
  SEQUENTIAL,
} from './kit.ts';

export function multi({ client, withRoot }: Kit): void {
  describe('multi', () => {
    it('does everything under one transaction', async () => {
      const { zk, root } = await withRoot();
      await zk.create(`${root}/route`, 'old');
      await zk.create(`${root}/gone`);
      const answer = await zk.multi([
        op.check(root, 0),
        op.set(`${root}/route`, 'new', 0),
        op.create(`${root}/s-`, 'x', SEQUENTIAL),
        op.create(`${root}/parent`),
        op.create(`${root}/parent/child`),
        op.remove(`${root}/gone`, 0),
      ]);
      expect(answer.err).toBe(0);
      expect(multiResults(answer.body)).toEqual([
        { type: 13 },
        { type: 5, version: 1 },
        { type: 1, path: `${root}/s-0000000002` },
        { type: 1, path: `${root}/parent` },
        { type: 1, path: `${root}/parent/child` },
        { type: 2 },
      ]);
      const route = (await zk.exists(`${root}/route`)).body.stat();
      const child = (await zk.exists(`${root}/parent/child`)).body.stat();
      expect([route.mzxid, child.czxid]).toEqual([answer.zxid, answer.zxid]);
    });

    it.each([0, 1, 2, 3])('that fails at operation %i does nothing and says where', async (failing) => {
      const { zk, root } = await withRoot();
      await zk.create(`${root}/a`, 'one');
      await zk.create(`${root}/b`);
      const good = [
        op.set(`${root}/a`, 'two', 0),
        op.create(`${root}/c`),
        op.remove(`${root}/b`, 0),
        op.check(`${root}/a`, 1),
      ];
      const bad = [op.set(`${root}/a`, 'x', 4), op.create(`${root}/no/c`), op.remove(root), op.check(`${root}/b`)];
      const codes = [BAD_VERSION, NO_NODE, NOT_EMPTY, NO_NODE];
      const ops = good.map((one, index) => (index === failing ? (bad[index] ?? one) : one));
      const before = (await zk.exists(root)).body.stat();
      const answer = await zk.multi(ops);
      expect(answer.err).toBe(0);
      const expected = good.map((_, index) => ({
        type: -1,
        err: index < failing ? 0 : index === failing ? codes[index] : -2,
      }));
      expect(multiResults(answer.body)).toEqual(expected);
      expect(String((await zk.get(`${root}/a`)).body.buffer())).toBe('one');
      expect((await zk.exists(root)).body.stat()).toEqual(before);
      expect((await zk.children(root)).body.strings().sort()).toEqual(['a', 'b']);
      // The number of a sequential node is not used up either.
      expect((await zk.create(`${root}/n-`, '', SEQUENTIAL)).body.string()).toBe(`${root}/n-0000000002`);
    });

    it('compares version 0 exactly', async () => {
      const { zk, root } = await withRoot();
      await zk.set(root, 'x');
      for (const attempt of [op.check(root, 0), op.set(root, 'y', 0), op.remove(root, 0)]) {
        expect(multiResults((await zk.multi([attempt])).body)).toEqual([{ type: -1, err: BAD_VERSION }]);
      }
    });

    it('replaces an ephemeral node of another session without a gap', async () => {
      const { zk, root } = await withRoot();
      const old = await client();
      await old.create(`${root}/e`, 'old', EPHEMERAL);
      await zk.exists(`${root}/e`, true);
      const answer = await zk.multi([op.remove(`${root}/e`, 0), op.create(`${root}/e`, 'new', EPHEMERAL)]);
      expect(multiResults(answer.body)).toEqual([{ type: 2 }, { type: 1, path: `${root}/e` }]);
      expect((await zk.exists(`${root}/e`)).body.stat().ephemeralOwner).toBe(zk.sessionId);
      await old.close();
      expect((await zk.exists(`${root}/e`)).err).toBe(0);
    });

    it('may be empty, and refuses operations it does not know', async () => {
      const { zk } = await withRoot();
      expect(multiResults((await zk.multi([])).body)).toEqual([]);
      expect((await zk.multi([[99, wire.string('/a')]])).err).toBe(MARSHALLING);
    });
  });
}
