import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ZooKeeperSession } from '#core/zookeeper';
import {
  type ApacheZooKeeper,
  type ApacheZooKeeperServer,
  skipWithoutApache,
  startApacheZooKeeper,
} from '#test/apache-zookeeper';
import { startTcpProxy } from '#test/tcp-proxy';
import { reached, realSession, until } from '#test/zookeeper-session';

const T_MS = 3000;

describe.skipIf(skipWithoutApache())('a session with an ensemble of three', () => {
  let zk: ApacheZooKeeper;
  const open: ZooKeeperSession[] = [];

  beforeAll(async () => {
    zk = await startApacheZooKeeper({ servers: 3, tickMs: 200 });
  });
  afterAll(async () => {
    await Promise.all(open.map((session) => session.close()));
    await zk?.close();
  });

  function connect(connectString: string): ZooKeeperSession {
    const session = realSession({ connectString, sessionTimeoutMs: T_MS });
    open.push(session);
    return session;
  }
  const addresses = (servers: readonly ApacheZooKeeperServer[]) =>
    servers.map(({ port }) => `127.0.0.1:${port}`).join(',');

  it('survives the death of the leader, with its ephemeral node', async () => {
    const session = connect(zk.connectString);
    await session.whenConnected(10_000);
    const kept = session.keepEphemeral('/leader-killed/e', Buffer.from('here'), () => false);
    await kept.settled();
    const before = await session.get('/leader-killed/e');
    const leader = zk.servers[await zk.leaderIndex()];
    await leader?.kill();
    await reached(session, 'suspended', 5000);
    await session.whenConnected(15_000);
    await until(async () => (await session.get('/leader-killed/e').catch(() => undefined)) !== undefined, 15_000);
    expect(session.status().generation).toBe(1);
    expect((await session.get('/leader-killed/e'))?.stat.czxid).toBe(before?.stat.czxid);
    await leader?.restart();
  });

  it('leaves a server that hangs before its session can expire, and goes on at another', async () => {
    const leader = zk.servers[await zk.leaderIndex()];
    const follower = zk.servers.find((server) => server !== leader);
    if (!follower) throw new Error('no follower');
    const watcher = connect(addresses(zk.servers.filter((server) => server !== follower)));
    await watcher.whenConnected(10_000);
    const toFollower = await startTcpProxy(follower.port);
    const toOther = await startTcpProxy(leader?.port ?? 0);
    // The way to the other server opens only after the session has found the follower.
    toOther.cut();
    const session = connect(`127.0.0.1:${toFollower.port},127.0.0.1:${toOther.port}`);
    await session.whenConnected(10_000);
    await session.keepEphemeral('/hung/e', Buffer.alloc(0), () => false).settled();
    toOther.heal();
    const seen: boolean[] = [];
    watcher.watchNode('/hung/e', (value) => seen.push(value !== undefined));
    await until(() => seen.length === 1);
    follower.stop();
    const stoppedMs = performance.now();
    await reached(session, 'suspended', T_MS);
    await reached(session, 'connected', T_MS);
    expect(performance.now() - stoppedMs).toBeLessThan(T_MS);
    expect(session.isLive()).toBe(true);
    // Beyond the time-out, with a margin for the leader's own reckoning.
    await new Promise((resolve) => setTimeout(resolve, T_MS * 1.5 - (performance.now() - stoppedMs)));
    follower.cont();
    expect(session.status()).toMatchObject({ state: 'connected', generation: 1 });
    expect(seen).toEqual([true]);
    await session.close();
    await Promise.all([toFollower.close(), toOther.close()]);
  });
});
