import { describe, expect, it } from 'vitest';
import { CHANGED, CHILDREN, CREATED, DELETED, type Kit, op } from './kit.ts';

export function watches({ client, withRoot }: Kit): void {
  describe('watches', () => {
    it('fire once, for what they were left on', async () => {
      const { zk, root } = await withRoot();
      const other = await client();
      await zk.create(`${root}/a`);
      await zk.get(`${root}/a`, true);
      await zk.children(root, true);
      await zk.exists(`${root}/new`, true);
      await other.set(`${root}/a`, '1');
      await other.set(`${root}/a`, '2');
      await other.create(`${root}/new`);
      await other.create(`${root}/newer`);
      await zk.ping();
      expect(zk.notifications).toEqual([
        { type: CHANGED, path: `${root}/a` },
        { type: CREATED, path: `${root}/new` },
        { type: CHILDREN, path: root },
      ]);
    });

    it('on data and children of a removed node fire as one', async () => {
      const { zk, root } = await withRoot();
      await zk.create(`${root}/a`);
      await zk.get(`${root}/a`, true);
      await zk.exists(`${root}/a`, true);
      await zk.children(`${root}/a`, true);
      await zk.children(root, true);
      await zk.remove(`${root}/a`);
      expect(await zk.notified(2)).toEqual([
        { type: DELETED, path: `${root}/a` },
        { type: CHILDREN, path: root },
      ]);
      await zk.ping();
      expect(zk.notifications).toHaveLength(2);
    });

    it('come before the answer to the change that fired them', async () => {
      const { zk, root } = await withRoot();
      await zk.get(root, true);
      const changed = zk.set(root, 'x').then(() => zk.notifications.length);
      expect(await changed).toBe(1);
    });

    it('are not left by a failed read, but by a look for what is missing', async () => {
      const { zk, root } = await withRoot();
      await zk.get(`${root}/x`, true);
      await zk.children(`${root}/x`, true);
      await zk.create(`${root}/x`);
      await zk.ping();
      expect(zk.notifications).toEqual([]);
      await zk.exists(`${root}/y`, true);
      await zk.create(`${root}/y`);
      expect(await zk.notified(1)).toEqual([{ type: CREATED, path: `${root}/y` }]);
    });

    it('do not fire for a multi that failed, and fire for each change of one that did not', async () => {
      const { zk, root } = await withRoot();
      await zk.get(root, true);
      await zk.children(root, true);
      await zk.multi([op.set(root, 'x'), op.create(`${root}/a`), op.check(root, 7)]);
      await zk.ping();
      expect(zk.notifications).toEqual([]);
      await zk.multi([op.set(root, 'x'), op.create(`${root}/a`)]);
      expect(await zk.notified(2)).toEqual([
        { type: CHANGED, path: root },
        { type: CHILDREN, path: root },
      ]);
    });

    it('set again after a reconnect fire for what has happened meanwhile', async () => {
      const { zk, root } = await withRoot();
      for (const name of ['same', 'changed', 'removed']) await zk.create(`${root}/${name}`);
      await zk.create(`${root}/quiet`);
      const seen = (await zk.exists(root)).zxid;
      await zk.set(`${root}/changed`, 'x');
      await zk.remove(`${root}/removed`);
      await zk.create(`${root}/made`);
      const back = await client();
      const paths = (...names: string[]) => names.map((name) => `${root}/${name}`);
      const answer = await back.setWatches(seen, paths('same', 'changed', 'removed'), paths('made', 'missing'), [
        root,
        `${root}/quiet`,
      ]);
      expect(answer.err).toBe(0);
      await back.ping();
      const byPath = (a: { path: string; type: number }, b: { path: string; type: number }) =>
        `${a.path}${a.type}`.localeCompare(`${b.path}${b.type}`);
      expect([...back.notifications].sort(byPath)).toEqual(
        [
          { type: CHANGED, path: `${root}/changed` },
          { type: DELETED, path: `${root}/removed` },
          { type: CREATED, path: `${root}/made` },
          { type: CHILDREN, path: root },
        ].sort(byPath),
      );
      back.notifications.length = 0;
      await zk.set(`${root}/same`, 'x');
      await zk.create(`${root}/missing`);
      await zk.create(`${root}/quiet/child`);
      expect((await back.notified(3)).map(({ type }) => type)).toEqual([CHANGED, CREATED, CHILDREN]);
    });
  });
}
