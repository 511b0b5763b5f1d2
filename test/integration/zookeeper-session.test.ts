import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock, systemRandom } from '#core/clock';
import {
  type AclRule,
  createZooKeeperSession,
  type NodeValue,
  type ZooKeeperSession,
  type ZooKeeperSessionOptions,
} from '#core/zookeeper';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { startTcpProxy } from '#test/tcp-proxy';
import { failure, reached, realSession, until } from '#test/zookeeper-session';
import { RawZooKeeper, wire } from '#test/zookeeper-wire';

const T_MS = 1500;
const data = (text: string) => Buffer.from(text);
const never = () => false;

interface Subject {
  port: number;
  /** Like a kill: connections gone, data kept. */
  down(): Promise<void>;
  up(): Promise<void>;
  freeze(): void;
  unfreeze(): void;
  wipe(): Promise<void>;
  close(): Promise<void>;
}

/** What the session promises, on a real server of either kind. */
function sessions(start: () => Promise<Subject>): void {
  let subject: Subject;
  let root = '';
  let roots = 0;
  const open: ZooKeeperSession[] = [];
  const raw: RawZooKeeper[] = [];

  beforeAll(async () => {
    subject = await start();
  });
  afterAll(() => subject?.close());
  afterEach(async () => {
    for (const client of raw.splice(0)) client.socket.destroy();
    await Promise.all(open.splice(0).map((session) => session.close()));
  });

  async function connect(more: Partial<ZooKeeperSessionOptions> = {}): Promise<ZooKeeperSession> {
    const session = realSession({ connectString: `127.0.0.1:${subject.port}`, sessionTimeoutMs: T_MS, ...more });
    open.push(session);
    await session.whenConnected(5000);
    return session;
  }
  async function connectWithRoot(more: Partial<ZooKeeperSessionOptions> = {}): Promise<ZooKeeperSession> {
    const session = await connect(more);
    root = `/session-${++roots}/a`;
    await session.ensurePath(root);
    return session;
  }
  async function rawClient(): Promise<RawZooKeeper> {
    const client = new RawZooKeeper(subject.port);
    raw.push(client);
    expect(await client.connect({ timeoutMs: 4000 })).toBe('open');
    return client;
  }
  describe('operations', () => {
    it('create, read, change, list and remove', async () => {
      const session = await connectWithRoot();
      expect(await session.create(`${root}/n`, data('one'), 'persistent')).toBe(`${root}/n`);
      const value = await session.get(`${root}/n`);
      expect(String(value?.data)).toBe('one');
      expect(value?.stat).toMatchObject({ version: 0, ephemeralOwner: 0n, dataLength: 3 });
      expect(value?.stat.czxid).toBeGreaterThan(0n);
      expect((await session.set(`${root}/n`, data('two'), 0)).version).toBe(1);
      expect((await failure(session.set(`${root}/n`, data('x'), 0))).code).toBe('BAD_VERSION');
      expect((await failure(session.remove(`${root}/n`, 0))).code).toBe('BAD_VERSION');
      expect(await session.children(root)).toEqual(['n']);
      expect((await failure(session.remove(root))).code).toBe('NOT_EMPTY');
      await session.remove(`${root}/n`, 1);
      expect(await session.get(`${root}/n`)).toBeUndefined();
      expect(await session.exists(`${root}/n`)).toBeUndefined();
      expect((await failure(session.children(`${root}/n`))).code).toBe('NO_NODE');
      expect((await failure(session.create(root, data(''), 'persistent'))).code).toBe('NODE_EXISTS');
    });

    it('make ephemeral and sequential nodes', async () => {
      const session = await connectWithRoot();
      const made = await session.create(`${root}/e-`, data(''), 'ephemeral-sequential');
      expect(made).toBe(`${root}/e-0000000000`);
      expect((await session.exists(made))?.ephemeralOwner).toBe(
        BigInt.asIntN(64, BigInt(session.status().sessionId ?? 0)),
      );
      expect((await failure(session.create(`${made}/child`, data(''), 'persistent'))).code).toBe(
        'NO_CHILDREN_FOR_EPHEMERALS',
      );
      expect(await session.create(`${root}/p-`, data(''), 'persistent-sequential')).toBe(`${root}/p-0000000001`);
    });

    it('compare version 0 exactly inside a multi, and name the operation that failed', async () => {
      const session = await connectWithRoot();
      await session.create(`${root}/route`, data(''), 'persistent');
      await session.set(`${root}/route`, data('changed'));
      const path = `${root}/route`;
      for (const guarded of [
        { op: 'check', path, expectedVersion: 0 },
        { op: 'set', path, data: data('x'), expectedVersion: 0 },
        { op: 'remove', path, expectedVersion: 0 },
      ] as const) {
        const error = await failure(session.multi([{ op: 'check', path: root }, guarded]));
        expect(error).toMatchObject({ code: 'BAD_VERSION', failedIndex: 1, path });
      }
      const results = await session.multi([
        { op: 'check', path, expectedVersion: 1 },
        { op: 'set', path, data: data('new'), expectedVersion: 1 },
        { op: 'create', path: `${root}/n-`, data: data(''), mode: 'persistent-sequential' },
        { op: 'remove', path: `${root}/n-0000000001` },
      ]);
      expect(results[1]?.stat?.version).toBe(2);
      expect(results[2]?.path).toBe(`${root}/n-0000000001`);
      expect(await session.multi([])).toEqual([]);
    });

    it('stay below the chroot', async () => {
      const outside = await connectWithRoot();
      const inside = await connect({ chroot: `${root}/deep/er/` });
      await inside.ensurePath('/x');
      expect(await inside.create('/x/n-', data('in'), 'ephemeral-sequential')).toBe('/x/n-0000000000');
      expect(await outside.children(`${root}/deep/er/x`)).toEqual(['n-0000000000']);
      expect(await inside.children('/')).toEqual(['x']);
      const seen: (string | undefined)[] = [];
      inside.watchNode('/x', (value) => seen.push(value && String(value.data)));
      await until(() => seen.length === 1);
      await outside.set(`${root}/deep/er/x`, data('changed'));
      await until(() => seen.length === 2);
      expect(seen).toEqual(['', 'changed']);
      const [result] = await inside.multi([{ op: 'create', path: '/x/m', data: data(''), mode: 'persistent' }]);
      expect(result?.path).toBe('/x/m');
    });

    it('obey access rules by the credentials given', async () => {
      const owner = await rawClient();
      const stranger = await connectWithRoot();
      await owner.digest('kuantu:secret');
      const acl = wire.acl([[31, 'auth', '']]);
      await owner.request(1, wire.string(`${root}/own`), wire.buffer(data('secret')), acl, wire.int(0));
      const known = await connect({ digestAuth: 'kuantu:secret' });
      expect(String((await known.get(`${root}/own`))?.data)).toBe('secret');
      expect((await failure(stranger.get(`${root}/own`))).code).toBe('NO_AUTH');
    });

    it('are given to what is made, and read', async () => {
      const stranger = await connectWithRoot();
      const owner = await connect({ digestAuth: 'kuantu:secret' });
      const acl: AclRule[] = [
        { scheme: 'auth', id: '', permissions: ['read', 'write', 'create', 'delete', 'admin'] },
        { scheme: 'world', id: 'anyone', permissions: ['read'] },
      ];
      await owner.multi([{ op: 'create', path: `${root}/mine`, data: data('x'), mode: 'persistent', acl }]);
      const [first, second] = (await owner.acl(`${root}/mine`)) ?? [];
      expect(first).toMatchObject({ scheme: 'digest', id: expect.stringMatching(/^kuantu:/) });
      expect(first?.permissions).toEqual(['read', 'write', 'create', 'delete', 'admin']);
      expect(second).toEqual({ scheme: 'world', id: 'anyone', permissions: ['read'] });
      expect(String((await stranger.get(`${root}/mine`))?.data)).toBe('x');
      expect((await failure(stranger.set(`${root}/mine`, data('y')))).code).toBe('NO_AUTH');
      const below = [{ op: 'create' as const, path: `${root}/mine/a`, data: data(''), mode: 'persistent' as const }];
      expect((await failure(stranger.multi(below))).code).toBe('NO_AUTH');
      expect(await stranger.acl(`${root}/none`)).toBeUndefined();
      expect(await stranger.acl(root)).toEqual([{ ...second, permissions: first?.permissions }]);
      const strange: AclRule[] = [{ scheme: 'auth', id: '', permissions: ['read'] }];
      // Whoever has proved to be nobody can give nothing to himself.
      const refused = failure(
        stranger.multi([{ op: 'create', path: `${root}/b`, data: data(''), mode: 'persistent', acl: strange }]),
      );
      expect((await refused).code).toBe('INVALID');
    });
  });

  describe('watches', () => {
    it('deliver what is there, every change, and what goes and comes', async () => {
      const session = await connectWithRoot();
      const other = await connect();
      const values: (string | undefined)[] = [];
      const lists: (string[] | undefined)[] = [];
      const path = `${root}/w`;
      session.watchNode(path, (value) => values.push(value && String(value.data)));
      session.watchChildren(path, (names) => lists.push(names));
      await until(() => values.length === 1 && lists.length === 1);
      await other.create(path, data('1'), 'persistent');
      await until(() => values.length === 2 && lists.length === 2);
      await other.set(path, data('2'));
      await until(() => values.length === 3);
      // The same data again is a change too.
      await other.set(path, data('2'));
      await until(() => values.length === 4);
      await other.create(`${path}/b`, data(''), 'persistent');
      await until(() => lists.length === 3);
      await other.create(`${path}/a`, data(''), 'persistent');
      await until(() => lists.length === 4);
      await other.remove(`${path}/a`);
      await other.remove(`${path}/b`);
      await until(() => lists.at(-1)?.length === 0);
      await other.remove(path);
      await until(() => values.length === 5 && lists.at(-1) === undefined);
      expect(values).toEqual([undefined, '1', '2', '2', undefined]);
      expect(lists.slice(0, 4)).toEqual([undefined, [], ['b'], ['a', 'b']]);
    });

    it('end with the last value after a storm of changes', async () => {
      const session = await connectWithRoot();
      const other = await connect();
      const seen: string[] = [];
      const warnings: Error[] = [];
      const onWarning = (warning: Error) => warnings.push(warning);
      process.on('warning', onWarning);
      session.watchNode(root, (value) => seen.push(String(value?.data)));
      await Promise.all(Array.from({ length: 300 }, (_, i) => other.set(root, data(`v${i}`))));
      await until(() => seen.at(-1) === 'v299');
      process.off('warning', onWarning);
      expect(warnings).toEqual([]);
      expect(seen.length).toBeLessThanOrEqual(301);
    });

    it('serve several listeners, late ones too, until each has stopped', async () => {
      const session = await connectWithRoot();
      const [first, second]: [string[], string[]] = [[], []];
      const stop = session.watchNode(root, (value) => first.push(String(value?.data)));
      await until(() => first.length === 1);
      session.watchNode(root, (value) => second.push(String(value?.data)));
      await until(() => second.length === 1);
      stop();
      await session.set(root, data('more'));
      await until(() => second.length === 2);
      expect(first).toEqual(['']);
    });
  });

  describe('a kept ephemeral node', () => {
    const ownerOf = async (session: ZooKeeperSession, path: string) => (await session.get(path))?.stat.ephemeralOwner;
    const idOf = (session: ZooKeeperSession) => BigInt.asIntN(64, BigInt(session.status().sessionId ?? 0));

    it('is made with what is above it, updated, made again when removed, and released', async () => {
      const session = await connectWithRoot();
      const path = `${root}/not/yet/there`;
      const kept = session.keepEphemeral(path, data('1'), never);
      await kept.settled();
      expect(await ownerOf(session, path)).toBe(idOf(session));
      kept.update(data('2'));
      kept.update(data('3'));
      await kept.settled();
      expect(String((await session.get(path))?.data)).toBe('3');
      await session.remove(path);
      await until(async () => String((await session.get(path))?.data) === '3');
      expect(kept.problem()).toBeUndefined();
      await kept.release();
      expect(await session.exists(path)).toBeUndefined();
      await expect(kept.settled()).rejects.toMatchObject({ code: 'CLOSED' });
    });

    it("leaves another's node alone, says so, and takes its place when it goes", async () => {
      const session = await connectWithRoot();
      const other = await connect();
      await other.create(`${root}/e`, data('theirs'), 'ephemeral');
      const kept = session.keepEphemeral(`${root}/e`, data('mine'), never);
      await until(() => kept.problem() !== undefined);
      expect(kept.problem()).toMatch(/another session/);
      expect(String((await session.get(`${root}/e`))?.data)).toBe('theirs');
      await other.close();
      await kept.settled();
      expect(kept.problem()).toBeUndefined();
      expect(String((await session.get(`${root}/e`))?.data)).toBe('mine');
    });

    it('replaces a left-over of its own without a gap', async () => {
      const watcher = await connectWithRoot();
      const old = await rawClient();
      await old.create(`${root}/e`, 'mine, before', 1);
      const seen: (string | undefined)[] = [];
      watcher.watchNode(`${root}/e`, (value) => seen.push(value && String(value.data)));
      await until(() => seen.length === 1);
      const session = await connect();
      const kept = session.keepEphemeral(`${root}/e`, data('mine, now'), (found) => String(found).startsWith('mine'));
      await kept.settled();
      await until(() => seen.length === 2);
      expect(seen).toEqual(['mine, before', 'mine, now']);
      expect(await ownerOf(session, `${root}/e`)).toBe(idOf(session));
    });

    it('does not take a persistent node for a left-over', async () => {
      const session = await connectWithRoot();
      await session.create(`${root}/p`, data('mine'), 'persistent');
      const kept = session.keepEphemeral(`${root}/p`, data('mine'), () => true);
      await until(() => kept.problem() !== undefined);
      expect((await session.get(`${root}/p`))?.stat.ephemeralOwner).toBe(0n);
    });

    it('is gone at once when its session is closed', async () => {
      const session = await connectWithRoot();
      const other = await connect();
      await session.keepEphemeral(`${root}/e`, data(''), never).settled();
      const seen: boolean[] = [];
      other.watchNode(`${root}/e`, (value) => seen.push(value !== undefined));
      await until(() => seen.length === 1);
      const startedMs = performance.now();
      await session.close();
      await until(() => seen.length === 2);
      // Left to expire it would be there for five sixths of the time-out at least.
      expect(performance.now() - startedMs).toBeLessThan((T_MS * 2) / 3);
    });
  });

  describe('a server that goes and comes', () => {
    it('that was down for longer than the time-out resumes the session', async () => {
      const session = await connectWithRoot();
      const kept = session.keepEphemeral(`${root}/e`, data('here'), never);
      await kept.settled();
      const before = (await session.get(`${root}/e`))?.stat.czxid;
      const { sessionId } = session.status();
      await subject.down();
      await reached(session, 'suspended');
      expect((await failure(session.get(root))).code).toBe('NOT_CONNECTED');
      await until(() => !session.isLive());
      expect(session.status().state).toBe('suspended');
      expect(session.status().cause).toMatch(/ECONNREFUSED/);
      await new Promise((resolve) => setTimeout(resolve, T_MS * 1.5));
      await subject.up();
      await session.whenConnected(5000);
      expect(session.status()).toMatchObject({ sessionId, generation: 1 });
      expect((await session.get(`${root}/e`))?.stat.czxid).toBe(before);
    });

    it('tells watches what has changed meanwhile', async () => {
      const session = await connectWithRoot();
      const seen: string[] = [];
      session.watchNode(root, (value) => seen.push(String(value?.data)));
      await until(() => seen.length === 1);
      await subject.down();
      await reached(session, 'suspended');
      await subject.up();
      const other = await rawClient();
      await other.set(root, 'meanwhile');
      await until(() => seen.at(-1) === 'meanwhile');
      await session.set(root, data('after'));
      await until(() => seen.at(-1) === 'after');
    });

    it('that hangs costs the lease before the session can have expired, and nothing more if it goes on', async () => {
      const session = await connectWithRoot();
      const stoppedMs = performance.now();
      subject.freeze();
      await reached(session, 'suspended');
      expect(performance.now() - stoppedMs).toBeLessThan(T_MS / 2 + T_MS / 6 + 300);
      expect(session.status().cause).toMatch(/heartbeat/);
      await until(() => !session.isLive());
      expect(performance.now() - stoppedMs).toBeLessThan((T_MS * 2) / 3 + 100);
      subject.unfreeze();
      await session.whenConnected(5000);
      expect(session.isLive()).toBe(true);
    });

    it('that was wiped gets a new session, and everything kept is made again', async () => {
      const session = await connectWithRoot();
      const kept = session.keepEphemeral(`${root}/e`, data('here'), never);
      await kept.settled();
      const seen: (string | undefined)[] = [];
      session.watchNode(`${root}/e`, (value) => seen.push(value && String(value.data)));
      await until(() => seen.length === 1);
      const states: string[] = [];
      session.onStatus(({ state, generation }) => {
        if (states.at(-1) !== `${state} ${generation}`) states.push(`${state} ${generation}`);
      });
      const wipedMs = performance.now();
      await subject.wipe();
      await until(() => session.status().generation === 2 && session.status().state === 'connected', 4 * T_MS);
      expect(performance.now() - wipedMs).toBeLessThan(2 * T_MS + 2500);
      expect(states).toEqual(['suspended 1', 'expired 2', 'connected 2']);
      await kept.settled();
      expect(String((await session.get(`${root}/e`))?.data)).toBe('here');
      await until(() => seen.at(-1) === 'here' && seen.includes(undefined));
    });
  });

  describe('an expired session', () => {
    it('is followed by a new one with its watches and kept nodes', async () => {
      const watcher = await connectWithRoot();
      const network = await startTcpProxy(subject.port);
      const session = await connect({ connectString: `127.0.0.1:${network.port}` });
      const kept = session.keepEphemeral(`${root}/e`, data('here'), never);
      await kept.settled();
      const seen: (NodeValue | undefined)[] = [];
      watcher.watchNode(`${root}/e`, (value) => seen.push(value));
      await until(() => seen.length === 1);
      const before = session.status().sessionId;
      const states: string[] = [];
      session.onStatus(({ state, generation }) => {
        states.push(`${state} ${generation} ${session.isLive()} ${session.lease() !== undefined}`);
      });
      network.cut();
      await until(() => seen.length === 2);
      expect(seen[1]).toBeUndefined();
      expect(session.isLive()).toBe(false);
      network.heal();
      await until(() => session.status().generation === 2 && session.status().state === 'connected');
      expect(states).toContain('expired 2 false false');
      expect(states.at(-1)).toBe('connected 2 true true');
      expect(session.status().sessionId).not.toBe(before);
      await kept.settled();
      await until(() => seen.at(-1) !== undefined);
      expect(seen.at(-1)?.stat.ephemeralOwner).not.toBe(seen[0]?.stat.ephemeralOwner);
      expect((await session.get(`${root}/e`))?.stat.ephemeralOwner).toBe(
        BigInt.asIntN(64, BigInt(session.status().sessionId ?? 0)),
      );
      await session.close();
      await network.close();
    });
  });

  describe('the lease', () => {
    it('ends when the wall clock says so, though the monotonic one stood still', async () => {
      let jumpMs = 0;
      const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + jumpMs };
      const session = createZooKeeperSession(
        { connectString: `127.0.0.1:${subject.port}`, sessionTimeoutMs: T_MS },
        { clock, random: systemRandom },
      );
      open.push(session);
      await session.whenConnected(5000);
      expect(session.isLive()).toBe(true);
      jumpMs = 3_600_000;
      expect(session.isLive()).toBe(false);
      await session.exists('/');
      expect(session.isLive()).toBe(true);
    });

    it('is counted from the sending of a call, never from its answer', async () => {
      const session = await connect();
      const sentMs = systemClock.monotonicMs();
      await session.exists('/');
      const lease = session.lease();
      expect(lease?.untilMonotonicMs).toBeLessThanOrEqual(systemClock.monotonicMs() + (T_MS * 2) / 3);
      expect(lease?.untilMonotonicMs).toBeGreaterThanOrEqual(sentMs + (T_MS * 2) / 3 - 1);
      const atOnce = session.lease()?.untilMonotonicMs ?? 0;
      await until(() => (session.lease()?.untilMonotonicMs ?? 0) > atOnce);
      expect((session.lease()?.untilMonotonicMs ?? 0) - atOnce).toBeLessThan(T_MS / 2);
    });
  });
}

describe.skipIf(skipWithoutApache())('a session with Apache ZooKeeper', () => {
  sessions(async () => {
    const zk = await startApacheZooKeeper({ tickMs: 200 });
    const [server] = zk.servers;
    if (!server) throw new Error('no server');
    return {
      port: server.port,
      down: () => server.kill(),
      up: () => server.restart(),
      freeze: () => server.stop(),
      unfreeze: () => server.cont(),
      wipe: () => zk.wipe(),
      close: () => zk.close(),
    };
  });
});

describe('a session with the embedded server', () => {
  sessions(async () => {
    const server = await startZooKeeperServer({ tickMs: 200 }, { clock: systemClock });
    return {
      port: server.port,
      down: () => server.stop(),
      up: () => server.restart(),
      freeze: () => server.freeze(),
      unfreeze: () => server.unfreeze(),
      wipe: async () => server.wipe(),
      close: () => server.close(),
    };
  });
});
