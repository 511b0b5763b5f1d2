import { connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '#core/clock';
import { encodeFrame, T2_EMPTY_FRAME, T2Decoder } from '#core/frames';
import { listenNodeT2, openNodeF2Socket, type T2Connection, type T2Limits, type T2Server } from '#core/transport';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function echoServer(limits: Partial<T2Limits> = {}, onFrame?: (c: T2Connection) => void): Promise<T2Server> {
  const server = await listenNodeT2({ host: '127.0.0.1', port: 0, clock: systemClock, limits }, (connection) => ({
    onFrame(frame) {
      onFrame?.(connection);
      connection.send(frame.kind === 'empty' ? T2_EMPTY_FRAME : encodeFrame(JSON.parse(frame.body.toString())));
    },
  }));
  open.push(() => server.close());
  return server;
}

interface Client {
  socket: Socket;
  got: unknown[];
  closed: Promise<void>;
}

function client(server: T2Server): Client {
  const socket = connect(server.port, '127.0.0.1');
  const decoder = new T2Decoder();
  const got: unknown[] = [];
  socket.on('data', (piece) => {
    for (const frame of decoder.push(piece).frames)
      got.push(frame.kind === 'empty' ? 'empty' : JSON.parse(frame.body.toString()));
  });
  socket.on('error', () => {});
  open.push(() => socket.destroy());
  return { socket, got, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

it('answers frames in order, empty ones included', async () => {
  const { socket, got } = client(await echoServer());
  socket.write(Buffer.concat([encodeFrame({ n: 1 }), T2_EMPTY_FRAME, encodeFrame({ n: 2 })]));
  await vi.waitFor(() => expect(got).toEqual([{ n: 1 }, 'empty', { n: 2 }]));
});

/** A server whose odd numbers are answered when released, the even ones at once. */
async function slowServer(limits: Partial<T2Limits> = {}) {
  const releases = new Map<number, () => void>();
  const handled: number[] = [];
  const server = await listenNodeT2({ host: '127.0.0.1', port: 0, clock: systemClock, limits }, (connection) => ({
    onFrame(frame) {
      const n = frame.kind === 'empty' ? -1 : (JSON.parse(frame.body.toString()) as { n: number }).n;
      handled.push(n);
      if (n % 2 === 0) return void connection.send(encodeFrame({ n }));
      return new Promise<void>((resolve) => releases.set(n, resolve)).then(() => {
        connection.send(encodeFrame({ n }));
      });
    },
  }));
  open.push(() => server.close());
  return { server, handled, release: (n: number) => releases.get(n)?.() };
}

it('lets no answer that takes its time hold up the frames after it', async () => {
  const { server, handled, release } = await slowServer();
  const { socket, got } = client(server);
  socket.write(Buffer.concat([1, 2, 3, 4].map((n) => encodeFrame({ n }))));
  await vi.waitFor(() => expect(got).toEqual([{ n: 2 }, { n: 4 }]));
  expect(handled).toEqual([1, 2, 3, 4]);
  release(3);
  release(1);
  await vi.waitFor(() => expect(got).toEqual([{ n: 2 }, { n: 4 }, { n: 3 }, { n: 1 }]));
});

it('awaits a bounded number of answers, reads nothing more meanwhile, and stalls nobody else', async () => {
  const { server, handled, release } = await slowServer({ maxAnswersAwaited: 2, frameTimeoutMs: 150 });
  const { socket, got } = client(server);
  const large = encodeFrame({ n: 8, text: 'x'.repeat(900_000) });
  // More than the system's own buffers take.
  const stream = Buffer.concat([
    ...[1, 3, 5, 6].map((n) => encodeFrame({ n })),
    ...Array.from({ length: 24 }, () => large),
  ]);
  let flushed = false;
  socket.write(stream, () => {
    flushed = true;
  });
  await vi.waitFor(() => expect(handled).toEqual([1, 3]));
  const other = client(server);
  for (let n = 10; n < 20; n += 2) {
    other.socket.write(encodeFrame({ n }));
    await vi.waitFor(() => expect(other.got).toContainEqual({ n }));
  }
  // Well beyond the time a frame may take: the one that lies unread is not its sender's fault.
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(handled.filter((n) => n < 10)).toEqual([1, 3]);
  expect(flushed).toBe(false);
  release(1);
  await vi.waitFor(() => expect(handled).toContain(5));
  expect(handled).not.toContain(6);
  release(3);
  await vi.waitFor(() => expect(got).toHaveLength(27), { timeout: 5_000 });
  expect(got.map((each) => (each as { n: number }).n).slice(0, 4)).toEqual([1, 3, 6, 8]);
});

it('closes the connection whose answer failed, and drops the answers still awaited', async () => {
  let fail = () => {};
  const server = await listenNodeT2({ host: '127.0.0.1', port: 0, clock: systemClock }, (connection) => ({
    onFrame: () =>
      new Promise<void>((_, reject) => {
        fail = () => reject(new Error('broken handler'));
      }).finally(() => connection.send(T2_EMPTY_FRAME)),
  }));
  open.push(() => server.close());
  const { socket, closed } = client(server);
  socket.write(Buffer.concat([T2_EMPTY_FRAME, T2_EMPTY_FRAME]));
  await vi.waitFor(() => expect(server.connectionCount()).toBe(1));
  await vi.waitFor(() => {
    fail();
    expect(server.connectionCount()).toBe(0);
  });
  await closed;
});

it('takes thousands of frames in one read without choking', async () => {
  const { socket, got } = client(await echoServer());
  const frames = 60_000;
  socket.write(Buffer.alloc(4 * frames));
  // Where each frame cost what is still to be read, this would take minutes.
  await vi.waitFor(() => expect(got).toHaveLength(frames), { timeout: 30_000 });
}, 60_000);

it('gives every connection its turn between the thousands of frames of another', async () => {
  const order: string[] = [];
  const server = await listenNodeT2({ host: '127.0.0.1', port: 0, clock: systemClock }, (connection) => ({
    onFrame(frame) {
      order.push(frame.kind);
      connection.send(T2_EMPTY_FRAME);
    },
  }));
  open.push(() => server.close());
  const greedy = client(server);
  const modest = client(server);
  await vi.waitFor(() => expect(server.connectionCount()).toBe(2));
  greedy.socket.write(Buffer.alloc(4 * 16_000));
  modest.socket.write(encodeFrame({ n: 1 }));
  await vi.waitFor(() => expect(greedy.got).toHaveLength(16_000), { timeout: 30_000 });
  await vi.waitFor(() => expect(modest.got).toHaveLength(1));
  expect(order.indexOf('body')).toBeLessThan(2_000);
}, 60_000);

it('closes the connection that sends an oversized frame, and no other', async () => {
  const server = await echoServer();
  const good = client(server);
  const bad = client(server);
  bad.socket.write(Buffer.concat([encodeFrame({ n: 1 }), Buffer.from([0xff, 0xff, 0xff, 0xff])]));
  await bad.closed;
  good.socket.write(encodeFrame({ n: 2 }));
  await vi.waitFor(() => expect(good.got).toEqual([{ n: 2 }]));
});

it('a handler that throws loses its own connection alone', async () => {
  let calls = 0;
  const server = await echoServer({}, () => {
    calls++;
    if (calls === 1) throw new Error('broken handler');
  });
  const first = client(server);
  first.socket.write(T2_EMPTY_FRAME);
  await first.closed;
  const second = client(server);
  second.socket.write(T2_EMPTY_FRAME);
  await vi.waitFor(() => expect(second.got).toEqual(['empty']));
});

it('limits connections, unfinished frames and idle time', async () => {
  const server = await echoServer({ maxConnections: 2, frameTimeoutMs: 100, idleTimeoutMs: 300 });
  const slow = client(server);
  const idle = client(server);
  idle.socket.write(T2_EMPTY_FRAME);
  await vi.waitFor(() => expect(idle.got).toHaveLength(1));
  const third = client(server);
  await third.closed;
  slow.socket.write(Buffer.from([0, 0]));
  await slow.closed;
  await vi.waitFor(() => expect(server.connectionCount()).toBe(1));
  await idle.closed;
});

it('reads nothing more from a client that does not read its replies, then cuts it', async () => {
  let handled = 0;
  const body = { text: 'x'.repeat(100_000) };
  const server = await echoServer({ unreadTimeoutMs: 400 }, () => {
    handled++;
  });
  const { socket, closed } = client(server);
  await vi.waitFor(() => expect(server.connectionCount()).toBe(1));
  socket.pause();
  const frame = encodeFrame(body);
  const total = 400;
  for (let i = 0; i < total; i++) socket.write(frame);
  await vi.waitFor(() => expect(server.connectionCount()).toBe(0), { timeout: 5_000 });
  expect(handled).toBeLessThan(total);
  socket.resume();
  await closed;
});

it('closes its connections and goes on listening, or stops for good', async () => {
  const server = await echoServer();
  const first = client(server);
  await vi.waitFor(() => expect(server.connectionCount()).toBe(1));
  server.closeConnections();
  await first.closed;
  const second = client(server);
  second.socket.write(T2_EMPTY_FRAME);
  await vi.waitFor(() => expect(second.got).toEqual(['empty']));
  await server.close();
  await second.closed;
});

it('an f2 socket carries datagrams both ways', async () => {
  const a = await openNodeF2Socket({ host: '127.0.0.1', port: 0 });
  const b = await openNodeF2Socket({ host: '127.0.0.1', port: 0 });
  open.push(
    () => a.close(),
    () => b.close(),
  );
  b.onDatagram((datagram, from) => b.send(Buffer.concat([datagram, Buffer.from('!')]), from.host, from.port));
  const got: string[] = [];
  a.onDatagram((datagram) => got.push(Buffer.from(datagram).toString()));
  a.send(Buffer.from('hello'), '127.0.0.1', b.port);
  await vi.waitFor(() => expect(got).toEqual(['hello!']));
  // A forged sender has port 0; a registration may hold any host. Neither can be sent to, and neither ends the process.
  a.send(Buffer.from('nowhere'), '127.0.0.1', 0);
  a.send(Buffer.from('nowhere'), 'no\0host', b.port);
  await a.close();
  a.send(Buffer.from('late'), '127.0.0.1', b.port);
});
