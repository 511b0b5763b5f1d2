import { describe, expect, it } from 'vitest';
import { until } from '#test/zookeeper-session';
import { DELETED, EPHEMERAL, type Kit, NO_NODE, SEQUENTIAL, TICK_MS } from './kit.ts';

const TIMEOUT_MS = 4_000;

export function sessions({ subject, raw, client, withRoot }: Kit): void {
  describe('sessions', () => {
    it('get a time-out between two and twenty ticks', async () => {
      expect((await client(1)).timeoutMs).toBe(2 * TICK_MS);
      expect((await client(3000)).timeoutMs).toBe(3000);
      expect((await client(1_000_000)).timeoutMs).toBe(20 * TICK_MS);
    });

    it('answer a newer client with the read-only byte, an older one without', async () => {
      const older = await client();
      const newer = raw();
      await newer.connect({ readOnlyByte: true });
      expect([older.connectAnswerBytes, newer.connectAnswerBytes]).toEqual([36, 37]);
    });

    it('are resumed by id and password, with what belongs to them, and the old connection is closed', async () => {
      const { zk, root } = await withRoot();
      await zk.create(`${root}/e`, '', EPHEMERAL);
      const back = raw();
      expect(await back.connect({ sessionId: zk.sessionId, password: zk.password, timeoutMs: 4000 })).toBe('open');
      expect(back.sessionId).toBe(zk.sessionId);
      await zk.closed;
      expect((await back.exists(`${root}/e`)).body.stat().ephemeralOwner).toBe(zk.sessionId);
    });

    it.each(['password', 'id'] as const)('of a wrong %s are told to have expired, and hung up on', async (wrong) => {
      const zk = await client();
      const other = raw();
      const sessionId = wrong === 'id' ? 0x7777n : zk.sessionId;
      const password = wrong === 'password' ? Buffer.alloc(16, 1) : zk.password;
      expect(await other.connect({ sessionId, password })).toBe('expired');
      expect(other.sessionId).toBe(0n);
      await other.closed;
      // A wrong password costs the session its connection, but not its life.
      if (wrong === 'password') await zk.closed;
      const back = raw();
      expect(await back.connect({ sessionId: zk.sessionId, password: zk.password })).toBe('open');
    });

    it('closed take their ephemeral nodes along at once', async () => {
      const { zk, root } = await withRoot();
      const owner = await client(TIMEOUT_MS);
      await owner.create(`${root}/e`, '', EPHEMERAL);
      await owner.create(`${root}/s-`, '', EPHEMERAL | SEQUENTIAL);
      await zk.exists(`${root}/e`, true);
      const startedMs = performance.now();
      await owner.close();
      expect(await zk.notified(1)).toEqual([{ type: DELETED, path: `${root}/e` }]);
      // Far sooner than its time-out would have taken them.
      expect(performance.now() - startedMs).toBeLessThan(TIMEOUT_MS / 2);
      expect((await zk.children(root)).body.strings()).toEqual([]);
    });

    it('left alone expire between their time-out and a tick or two later', async () => {
      const { zk, root } = await withRoot();
      const owner = await client(1000);
      await owner.create(`${root}/e`, '', EPHEMERAL);
      await zk.exists(`${root}/e`, true);
      await owner.ping();
      const startedMs = performance.now();
      owner.socket.destroy();
      const keepAlive = setInterval(() => void zk.ping(), 500);
      await zk.notified(1);
      clearInterval(keepAlive);
      const tookMs = performance.now() - startedMs;
      expect(tookMs).toBeGreaterThanOrEqual(1000 - 5);
      expect(tookMs).toBeLessThan(1000 + 3 * TICK_MS);
      const late = raw();
      expect(await late.connect({ sessionId: owner.sessionId, password: owner.password })).toBe('expired');
    });

    it('live as long as they ping', async () => {
      const { zk, root } = await withRoot();
      const owner = await client(2 * TICK_MS);
      await owner.create(`${root}/e`, '', EPHEMERAL);
      const untilMs = performance.now() + 6 * TICK_MS;
      while (performance.now() < untilMs) {
        expect(await owner.ping()).toMatchObject({ xid: -2, err: 0 });
        await new Promise((resolve) => setTimeout(resolve, TICK_MS / 2));
      }
      expect((await zk.exists(`${root}/e`)).err).toBe(0);
    });

    it('of clients that have seen the future are refused', async () => {
      const { zk } = await withRoot();
      const ahead = raw();
      expect(await ahead.connect({ seenZxid: zk.lastZxid + 1_000_000n })).toBe('closed');
      const level = raw();
      expect(await level.connect({ seenZxid: zk.lastZxid })).toBe('open');
    });

    it('number every change upwards', async () => {
      const { zk, root } = await withRoot();
      const zxids: bigint[] = [];
      for (let i = 0; i < 3; i++) zxids.push((await zk.set(root, String(i))).zxid);
      zxids.push((await zk.set(root, 'x', 99)).zxid);
      zxids.push((await zk.set(root, 'y')).zxid);
      expect(zxids.every((zxid, index) => index === 0 || zxid > (zxids[index - 1] ?? zxid))).toBe(true);
      expect((await zk.get(root)).zxid).toBe(zxids.at(-1));
    });
  });

  describe('a restart', () => {
    it('keeps nodes, sessions and transaction numbers, and gives every session its time anew', async () => {
      const { zk, root } = await withRoot();
      const owner = await client(3000);
      await owner.create(`${root}/e`, 'mine', EPHEMERAL);
      await zk.set(root, 'kept');
      const seenZxid = zk.lastZxid;
      await subject().restart();
      const back = raw();
      expect(
        await back.connect({ sessionId: owner.sessionId, password: owner.password, seenZxid, timeoutMs: 3000 }),
      ).toBe('open');
      expect(String((await back.get(root)).body.buffer())).toBe('kept');
      expect((await back.exists(`${root}/e`)).body.stat().ephemeralOwner).toBe(owner.sessionId);
      expect((await back.set(root, 'on')).zxid).toBeGreaterThan(seenZxid);
      back.socket.destroy();
      const watcher = await client();
      await until(async () => (await watcher.exists(`${root}/e`)).err === NO_NODE, 8000);
    });
  });
}
