import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { startZooKeeperServer, type ZooKeeperServer, type ZooKeeperServerOptions } from '#core/zookeeper-server';
import { VirtualClock } from '#test/virtual-clock';
import { RawZooKeeper, wire } from '#test/zookeeper-wire';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(
  clock: VirtualClock | typeof systemClock,
  options: ZooKeeperServerOptions = {},
): Promise<ZooKeeperServer> {
  const server = await startZooKeeperServer({ tickMs: 100, ...options }, { clock });
  cleanUp.push(() => server.close());
  return server;
}

async function client(server: ZooKeeperServer, timeoutMs = 1000): Promise<RawZooKeeper> {
  const made = new RawZooKeeper(server.port);
  cleanUp.push(() => void made.socket.destroy());
  expect(await made.connect({ timeoutMs })).toBe('open');
  return made;
}

describe('time', () => {
  it('expires a session at the first whole tick after its time-out', async () => {
    const clock = new VirtualClock();
    const server = await start(clock);
    await clock.advance(50);
    const zk = await client(server, 1000);
    await zk.create('/e', '', 1);
    await clock.advance(1049);
    expect(server.sessions()).toMatchObject([{ timeoutMs: 1000, connected: true, ephemerals: ['/e'] }]);
    await clock.advance(1);
    expect(server.sessions()).toEqual([]);
    await zk.closed;
  });

  it('is counted anew by every request', async () => {
    const clock = new VirtualClock();
    const server = await start(clock);
    const zk = await client(server, 1000);
    for (let i = 0; i < 5; i++) {
      await clock.advance(900);
      await zk.ping();
    }
    expect(server.sessions()).toHaveLength(1);
  });

  it('does not pass for sessions while the server is stopped', async () => {
    const clock = new VirtualClock();
    const server = await start(clock);
    await client(server, 1000);
    await clock.advance(900);
    await server.stop();
    await clock.advance(60_000);
    await server.restart();
    await clock.advance(999);
    expect(server.sessions()).toMatchObject([{ connected: false }]);
    await clock.advance(101);
    expect(server.sessions()).toEqual([]);
  });

  it('passes while the server is frozen, and is made up for at once', async () => {
    const clock = new VirtualClock();
    const server = await start(clock);
    const zk = await client(server, 1000);
    server.freeze();
    await clock.advance(5000);
    expect(server.sessions()).toHaveLength(1);
    let answered = false;
    void zk.ping().then(
      () => {
        answered = true;
      },
      () => {},
    );
    const late = connect({ host: '127.0.0.1', port: server.port });
    cleanUp.push(() => void late.destroy());
    await new Promise<void>((resolve) => late.on('connect', () => resolve()));
    expect(answered).toBe(false);
    server.unfreeze();
    expect(server.sessions()).toEqual([]);
    await zk.closed;
  });
});

describe('practice faults', () => {
  it('expire one session and leave the others', async () => {
    const server = await start(systemClock);
    const [one, two] = [await client(server), await client(server)];
    await one.create('/e', '', 1);
    await two.exists('/e', true);
    server.expireSession(`0x${one.sessionId.toString(16)}`);
    expect(await two.notified(1)).toEqual([{ type: 2, path: '/e' }]);
    await one.closed;
    expect(() => server.expireSession('0x99')).toThrow('no session 0x99');
  });

  it('drop connections and keep sessions', async () => {
    const server = await start(systemClock);
    const zk = await client(server);
    server.dropConnections();
    await zk.closed;
    const back = new RawZooKeeper(server.port);
    cleanUp.push(() => void back.socket.destroy());
    expect(await back.connect({ sessionId: zk.sessionId, password: zk.password })).toBe('open');
  });

  it('wipe everything, and refuse those who have seen more', async () => {
    const server = await start(systemClock);
    const zk = await client(server);
    await zk.create('/a');
    server.wipe();
    await zk.closed;
    expect(server.sessions()).toEqual([]);
    const ahead = new RawZooKeeper(server.port);
    cleanUp.push(() => void ahead.socket.destroy());
    expect(await ahead.connect({ seenZxid: zk.lastZxid })).toBe('closed');
    const fresh = await client(server);
    expect((await fresh.exists('/a')).err).toBe(-101);
  });

  it('stop and restart on the same port, and close for good', async () => {
    const server = await start(systemClock);
    const { port, address } = server;
    expect(address).toBe(`127.0.0.1:${port}`);
    await server.stop();
    await server.stop();
    await expect(new RawZooKeeper(port).connect()).resolves.toBe('closed');
    await server.restart();
    expect(server.port).toBe(port);
    await client(server);
    await server.close();
    await expect(server.restart()).rejects.toThrow('was closed');
  });

  it('are told when the port is taken', async () => {
    const server = await start(systemClock);
    await expect(start(systemClock, { port: server.port })).rejects.toThrow('EADDRINUSE');
  });
});

describe('hostile input', () => {
  /** What comes first on a connection, then garbage in chunks. */
  async function throwAt(server: ZooKeeperServer, chunks: readonly Uint8Array[]): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: server.port });
    socket.on('error', () => {});
    socket.resume();
    for (const chunk of chunks) socket.write(chunk);
    socket.end();
    await new Promise<void>((resolve) => socket.on('close', () => resolve()));
  }

  const hello = wire.frame(wire.int(0), wire.long(0n), wire.int(1000), wire.long(0n), wire.buffer(Buffer.alloc(16)));
  const types = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 100, 101, 103];

  it('of any bytes leaves the server serving', async () => {
    const server = await start(systemClock);
    const zk = await client(server, 2000);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), async (chunks) => {
        await throwAt(server, chunks);
        await throwAt(server, [hello, ...chunks]);
        expect((await zk.ping()).err).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('of well-framed requests with any body leaves the server serving and its own nodes alone', async () => {
    const server = await start(systemClock);
    const zk = await client(server, 2000);
    const lengthOrBytes = fc.oneof(
      fc.constantFrom(-1, 0, 1, 5, 0x7fffffff, -0x80000000).map((value) => wire.int(value)),
      fc.constantFrom('/', '/a', '/zookeeper', '', '/a/../b', '/\u0000').map((path) => wire.string(path)),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    );
    const request = fc
      .tuple(fc.integer(), fc.constantFrom(...types), fc.array(lengthOrBytes, { maxLength: 6 }))
      .map(([xid, type, parts]) => wire.frame(wire.int(xid), wire.int(type), ...parts));
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
        await throwAt(server, [hello, ...requests]);
        expect((await zk.exists('/zookeeper/quota')).err).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('of requests in single bytes is put together', async () => {
    const server = await start(systemClock);
    const zk = await client(server, 2000);
    const frame = wire.frame(wire.int(7), wire.int(3), wire.string('/'), wire.bool(false));
    for (const byte of frame) zk.socket.write(Buffer.from([byte]));
    const answers: number[] = [];
    zk.socket.on('data', (chunk) => answers.push(chunk.readInt32BE(4)));
    expect((await zk.exists('/')).err).toBe(0);
    expect(answers).toContain(7);
  });

  it('of a client that reads nothing does not stall the others', async () => {
    const server = await start(systemClock);
    const zk = await client(server, 2000);
    await zk.create('/big', 'x'.repeat(500_000));
    const greedy = await client(server, 2000);
    greedy.socket.pause();
    for (let i = 0; i < 400; i++) {
      greedy.socket.write(wire.frame(wire.int(i), wire.int(4), wire.string('/big'), wire.bool(false)));
    }
    for (let i = 0; i < 20; i++) expect((await zk.ping()).err).toBe(0);
  });
});
