import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { fourLetterWord } from '#core/zookeeper-apache';
import { startZooKeeperServer } from '#core/zookeeper-server';
import { skipWithoutApache, startApacheZooKeeper } from '#test/apache-zookeeper';
import { until } from '#test/zookeeper-session';
import { RawZooKeeper, type WireReader, wire } from '#test/zookeeper-wire';

const TICK_MS = 200;
const CREATED = 1;
const DELETED = 2;
const CHANGED = 3;
const CHILDREN = 4;
const [NO_NODE, NO_AUTH, BAD_VERSION, NO_CHILDREN, NODE_EXISTS, NOT_EMPTY] = [-101, -102, -103, -108, -110, -111];
const [MARSHALLING, UNIMPLEMENTED, BAD_ARGUMENTS, INVALID_ACL, AUTH_FAILED] = [-5, -6, -8, -114, -115];
const [EPHEMERAL, SEQUENTIAL] = [1, 2];

interface Subject {
  port: number;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** One result of a multi: its type, and its error code where the record is one. */
function multiResults(body: WireReader): { type: number; err?: number; path?: string; version?: number }[] {
  const results = [];
  for (;;) {
    const type = body.int();
    const done = body.bool();
    body.int();
    if (done) return results;
    if (type === -1) results.push({ type, err: body.int() });
    else if (type === 1) results.push({ type, path: body.string() });
    else if (type === 5) results.push({ type, version: body.stat().version });
    else results.push({ type });
  }
}

const op = {
  create: (path: string, data = '', flags = 0): [number, ...Buffer[]] => [
    1,
    wire.string(path),
    wire.buffer(Buffer.from(data)),
    wire.openAcl(),
    wire.int(flags),
  ],
  remove: (path: string, version = -1): [number, ...Buffer[]] => [2, wire.string(path), wire.int(version)],
  set: (path: string, data: string, version = -1): [number, ...Buffer[]] => [
    5,
    wire.string(path),
    wire.buffer(Buffer.from(data)),
    wire.int(version),
  ],
  check: (path: string, version = -1): [number, ...Buffer[]] => [13, wire.string(path), wire.int(version)],
};

/** The same cases for Apache ZooKeeper and for the embedded server: what is true of one is true of the other. */
function conformance(start: () => Promise<Subject>): void {
  let subject: Subject;
  let clients: RawZooKeeper[] = [];
  let roots = 0;

  beforeAll(async () => {
    subject = await start();
  });
  afterAll(async () => {
    for (const client of clients) client.socket.destroy();
    await subject?.close();
  });

  async function client(timeoutMs = 4000): Promise<RawZooKeeper> {
    const made = new RawZooKeeper(subject.port);
    clients.push(made);
    expect(await made.connect({ timeoutMs })).toBe('open');
    return made;
  }
  /** A client and an empty node of the test's own. */
  async function withRoot(): Promise<{ zk: RawZooKeeper; root: string }> {
    const zk = await client();
    const root = `/root-${++roots}`;
    expect((await zk.create(root)).err).toBe(0);
    return { zk, root };
  }

  describe('nodes', () => {
    it('are created, read, changed and removed, with their metadata', async () => {
      const { zk, root } = await withRoot();
      const made = await zk.create(`${root}/a`, 'one');
      expect(made.body.string()).toBe(`${root}/a`);
      const got = await zk.get(`${root}/a`);
      expect(String(got.body.buffer())).toBe('one');
      const stat = got.body.stat();
      expect(stat).toMatchObject({
        version: 0,
        cversion: 0,
        aversion: 0,
        ephemeralOwner: 0n,
        dataLength: 3,
        numChildren: 0,
      });
      expect(stat.czxid).toBe(made.zxid);
      expect(stat.mzxid).toBe(stat.czxid);
      expect(stat.pzxid).toBe(stat.czxid);
      expect(Math.abs(Number(stat.ctime) - Date.now())).toBeLessThan(60_000);
      const set = await zk.set(`${root}/a`, 'seven!!', 0);
      expect(set.body.stat()).toMatchObject({
        version: 1,
        dataLength: 7,
        czxid: stat.czxid,
        mzxid: set.zxid,
        pzxid: stat.pzxid,
      });
      expect((await zk.remove(`${root}/a`, 1)).err).toBe(0);
      expect((await zk.get(`${root}/a`)).err).toBe(NO_NODE);
    });

    it('keep null and empty data apart', async () => {
      const { zk, root } = await withRoot();
      await zk.request(1, wire.string(`${root}/null`), wire.buffer(null), wire.openAcl(), wire.int(0));
      await zk.create(`${root}/empty`);
      expect((await zk.get(`${root}/null`)).body.buffer()).toBeNull();
      expect((await zk.get(`${root}/empty`)).body.buffer()?.length).toBe(0);
    });

    it('count the changes to their children', async () => {
      const { zk, root } = await withRoot();
      const statOfRoot = async () => (await zk.exists(root)).body.stat();
      await zk.create(`${root}/a`);
      await zk.create(`${root}/b`);
      expect(await statOfRoot()).toMatchObject({ version: 0, cversion: 2, numChildren: 2 });
      const removed = await zk.remove(`${root}/a`);
      expect(await statOfRoot()).toMatchObject({ version: 0, cversion: 3, numChildren: 1, pzxid: removed.zxid });
      const listed = await zk.children(root);
      expect(listed.body.strings()).toEqual(['b']);
      expect(listed.body.stat().cversion).toBe(3);
      const plain = await zk.request(8, wire.string(root), wire.bool(false));
      expect(plain.body.strings()).toEqual(['b']);
      expect(plain.body.left()).toBe(0);
    });

    it('of the server itself are there', async () => {
      const { zk } = await withRoot();
      expect((await zk.children('/')).body.strings()).toContain('zookeeper');
      expect((await zk.children('/zookeeper')).body.strings().sort()).toEqual(['config', 'quota']);
    });

    it.each([
      ['create below nothing', (zk: RawZooKeeper, r: string) => zk.create(`${r}/no/a`), NO_NODE],
      ['create what is there', (zk: RawZooKeeper, r: string) => zk.create(r), NODE_EXISTS],
      ['create the root', (zk: RawZooKeeper) => zk.create('/'), NODE_EXISTS],
      ['create with unknown flags', (zk: RawZooKeeper, r: string) => zk.create(`${r}/f`, '', 77), BAD_ARGUMENTS],
      [
        'create without rules',
        (zk: RawZooKeeper, r: string) =>
          zk.request(1, wire.string(`${r}/x`), wire.buffer(null), wire.int(0), wire.int(0)),
        INVALID_ACL,
      ],
      ['read nothing', (zk: RawZooKeeper, r: string) => zk.get(`${r}/no`), NO_NODE],
      ['list nothing', (zk: RawZooKeeper, r: string) => zk.children(`${r}/no`), NO_NODE],
      ['look for nothing', (zk: RawZooKeeper, r: string) => zk.exists(`${r}/no`), NO_NODE],
      ['change nothing', (zk: RawZooKeeper, r: string) => zk.set(`${r}/no`, 'x'), NO_NODE],
      ['change at another version', (zk: RawZooKeeper, r: string) => zk.set(r, 'x', 5), BAD_VERSION],
      ['remove nothing', (zk: RawZooKeeper, r: string) => zk.remove(`${r}/no`), NO_NODE],
      ['remove below nothing', (zk: RawZooKeeper, r: string) => zk.remove(`${r}/no/a`), NO_NODE],
      ['remove at another version', (zk: RawZooKeeper, r: string) => zk.remove(r, 7), BAD_VERSION],
      ['remove the root', (zk: RawZooKeeper) => zk.remove('/'), BAD_ARGUMENTS],
      ['remove a node of the server', (zk: RawZooKeeper) => zk.remove('/zookeeper'), BAD_ARGUMENTS],
    ])('%s: the same error', async (_, attempt, code) => {
      const { zk, root } = await withRoot();
      expect((await attempt(zk, root)).err).toBe(code);
    });

    it.each([
      ['', BAD_ARGUMENTS],
      ['a', BAD_ARGUMENTS],
      ['/a/', NO_NODE],
      ['//a', BAD_ARGUMENTS],
      ['/a//b', NO_NODE],
      ['/a/./b', NO_NODE],
      ['/..', BAD_ARGUMENTS],
      ['/a\u0000', BAD_ARGUMENTS],
      ['/a\u0001', BAD_ARGUMENTS],
      ['/a\u007f', BAD_ARGUMENTS],
      ['/\ue000', BAD_ARGUMENTS],
      ['/\ufff0', BAD_ARGUMENTS],
    ])('refuse the path %j', async (path, code) => {
      const { zk } = await withRoot();
      expect((await zk.create(path)).err).toBe(code);
      expect((await zk.set(path, 'x')).err).toBe(BAD_ARGUMENTS);
      expect((await zk.remove(path)).err).toBe(path.includes('\0') || !path.includes('/') ? BAD_ARGUMENTS : NO_NODE);
      // To be read, a wrong path is simply not there; Apache ZooKeeper takes the empty one for the root.
      if (path === '') return;
      expect((await zk.get(path)).err).toBe(NO_NODE);
      expect((await zk.children(path)).err).toBe(NO_NODE);
      expect((await zk.exists(path)).err).toBe(path.includes('\0') ? BAD_ARGUMENTS : NO_NODE);
    });

    it('with children are not removed, and ephemeral ones have none', async () => {
      const { zk, root } = await withRoot();
      await zk.create(`${root}/a`);
      expect((await zk.remove(root)).err).toBe(NOT_EMPTY);
      expect((await zk.remove(root, 9)).err).toBe(BAD_VERSION);
      await zk.create(`${root}/e`, '', EPHEMERAL);
      expect((await zk.create(`${root}/e/child`)).err).toBe(NO_CHILDREN);
    });

    it('in sequence are numbered by how many children were ever made', async () => {
      const { zk, root } = await withRoot();
      await zk.create(`${root}/other`);
      expect((await zk.create(`${root}/n-`, '', SEQUENTIAL)).body.string()).toBe(`${root}/n-0000000001`);
      await zk.remove(`${root}/other`);
      expect((await zk.create(`${root}/`, '', SEQUENTIAL)).body.string()).toBe(`${root}/0000000002`);
      expect((await zk.create(`${root}/n-`, '', SEQUENTIAL | EPHEMERAL)).body.string()).toBe(`${root}/n-0000000003`);
    });
  });

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

  describe('sessions', () => {
    it('get a time-out between two and twenty ticks', async () => {
      expect((await client(1)).timeoutMs).toBe(2 * TICK_MS);
      expect((await client(3000)).timeoutMs).toBe(3000);
      expect((await client(1_000_000)).timeoutMs).toBe(20 * TICK_MS);
    });

    it('answer a newer client with the read-only byte, an older one without', async () => {
      const older = await client();
      const newer = new RawZooKeeper(subject.port);
      clients.push(newer);
      await newer.connect({ readOnlyByte: true });
      expect([older.connectAnswerBytes, newer.connectAnswerBytes]).toEqual([36, 37]);
    });

    it('are resumed by id and password, with what belongs to them, and the old connection is closed', async () => {
      const { zk, root } = await withRoot();
      await zk.create(`${root}/e`, '', EPHEMERAL);
      const back = new RawZooKeeper(subject.port);
      clients.push(back);
      expect(await back.connect({ sessionId: zk.sessionId, password: zk.password, timeoutMs: 4000 })).toBe('open');
      expect(back.sessionId).toBe(zk.sessionId);
      await zk.closed;
      expect((await back.exists(`${root}/e`)).body.stat().ephemeralOwner).toBe(zk.sessionId);
    });

    it.each(['password', 'id'] as const)('of a wrong %s are told to have expired, and hung up on', async (wrong) => {
      const zk = await client();
      const other = new RawZooKeeper(subject.port);
      clients.push(other);
      const sessionId = wrong === 'id' ? 0x7777n : zk.sessionId;
      const password = wrong === 'password' ? Buffer.alloc(16, 1) : zk.password;
      expect(await other.connect({ sessionId, password })).toBe('expired');
      expect(other.sessionId).toBe(0n);
      await other.closed;
      // A wrong password costs the session its connection, but not its life.
      if (wrong === 'password') await zk.closed;
      const back = new RawZooKeeper(subject.port);
      clients.push(back);
      expect(await back.connect({ sessionId: zk.sessionId, password: zk.password })).toBe('open');
    });

    it('closed take their ephemeral nodes along at once', async () => {
      const { zk, root } = await withRoot();
      const owner = await client();
      await owner.create(`${root}/e`, '', EPHEMERAL);
      await owner.create(`${root}/s-`, '', EPHEMERAL | SEQUENTIAL);
      await zk.exists(`${root}/e`, true);
      const startedMs = performance.now();
      await owner.close();
      expect(await zk.notified(1)).toEqual([{ type: DELETED, path: `${root}/e` }]);
      expect(performance.now() - startedMs).toBeLessThan(TICK_MS);
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
      const late = new RawZooKeeper(subject.port);
      clients.push(late);
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
      const ahead = new RawZooKeeper(subject.port);
      clients.push(ahead);
      expect(await ahead.connect({ seenZxid: zk.lastZxid + 1_000_000n })).toBe('closed');
      const level = new RawZooKeeper(subject.port);
      clients.push(level);
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

  describe('the connection', () => {
    it('answers in the order of the requests', async () => {
      const { zk, root } = await withRoot();
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => zk.set(root, String(i))));
      expect(answers.map((answer) => answer.body.stat().version)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    });

    it('answers an unknown operation with an error and hangs up', async () => {
      const { zk } = await withRoot();
      expect((await zk.request(999)).err).toBe(UNIMPLEMENTED);
      await zk.closed;
    });

    it('answers a request cut short with an error', async () => {
      const { zk } = await withRoot();
      expect((await zk.request(4, wire.int(1000))).err).toBe(MARSHALLING);
      expect((await zk.exists('/')).err).toBe(0);
    });

    it('takes requests just under one MiB and hangs up on larger ones', async () => {
      const { zk, root } = await withRoot();
      expect((await zk.set(root, 'x'.repeat(1_000_000))).err).toBe(0);
      zk.socket.write(wire.int(0x100000));
      await zk.closed;
      const negative = await client();
      negative.socket.write(wire.int(-5));
      await negative.closed;
    });

    it('answers the four-letter words', async () => {
      await withRoot();
      expect(await fourLetterWord(systemClock, subject.port, 'ruok', 2000)).toBe('imok');
      const srvr = (await fourLetterWord(systemClock, subject.port, 'srvr', 2000)) ?? '';
      expect(srvr).toMatch(/^Zxid: 0x[0-9a-f]+$/m);
      expect(srvr).toMatch(/^Mode: standalone$/m);
      expect(srvr).toMatch(/^Node count: \d+$/m);
    });
  });

  describe('a restart', () => {
    it('keeps nodes, sessions and transaction numbers, and gives every session its time anew', async () => {
      const { zk, root } = await withRoot();
      const owner = await client(1000);
      await owner.create(`${root}/e`, 'mine', EPHEMERAL);
      await zk.set(root, 'kept');
      const seenZxid = zk.lastZxid;
      await subject.restart();
      const back = new RawZooKeeper(subject.port);
      clients.push(back);
      expect(
        await back.connect({ sessionId: owner.sessionId, password: owner.password, seenZxid, timeoutMs: 1000 }),
      ).toBe('open');
      expect(String((await back.get(root)).body.buffer())).toBe('kept');
      expect((await back.exists(`${root}/e`)).body.stat().ephemeralOwner).toBe(owner.sessionId);
      expect((await back.set(root, 'on')).zxid).toBeGreaterThan(seenZxid);
      back.socket.destroy();
      const watcher = await client();
      await until(async () => (await watcher.exists(`${root}/e`)).err === NO_NODE, 4000);
      clients = clients.filter(({ socket }) => !socket.destroyed);
    });
  });
}

describe.skipIf(skipWithoutApache())('Apache ZooKeeper', () => {
  conformance(async () => {
    const zk = await startApacheZooKeeper({ tickMs: TICK_MS });
    const [server] = zk.servers;
    if (!server) throw new Error('no server');
    return { port: server.port, restart: () => server.restart(), close: () => zk.close() };
  });
});

describe('the embedded server', () => {
  conformance(() => startZooKeeperServer({ tickMs: TICK_MS }, { clock: systemClock }));
});
