import { describe, expect, it, vi } from 'vitest';
import type { NodeValue } from '#core/zookeeper';
import { STAT } from '#test/fake-zookeeper';
import { failure, until } from '#test/zookeeper-session';
import { wire } from '#test/zookeeper-wire';
import { cleanUp, fakeServer, openSession } from './support.ts';

describe('a session that has expired', () => {
  it('is replaced by a new one, with the lease void in between and everything watched read again', async () => {
    let expire = false;
    const fake = await fakeServer({
      onConnect: ({ askedSessionId }) => (expire && askedSessionId > 0n ? 'expired' : 'open'),
    });
    const session = openSession(fake);
    const seen: (NodeValue | undefined)[] = [];
    session.watchNode('/watched', (value) => seen.push(value));
    const statuses: string[] = [];
    session.onStatus(({ state, generation }) => {
      statuses.push(`${state} ${generation} ${session.isLive()}`);
    });
    await session.whenConnected(2000);
    await until(() => seen.length === 1);
    expire = true;
    fake.connections[0]?.socket.destroy();
    await until(() => session.status().generation === 2 && session.status().state === 'connected');
    expect(statuses).toEqual(['connected 1 true', 'suspended 1 true', 'expired 2 false', 'connected 2 true']);
    await until(() => fake.calls().filter(({ type, path }) => type === 4 && path === '/watched').length === 2);
    // What is there has not changed, so nothing is delivered again.
    expect(seen).toHaveLength(1);
  });
});

describe('watches', () => {
  it('are re-armed by reading, never by a set-watches request that could grow too large', async () => {
    const fake = await fakeServer();
    const session = openSession(fake);
    for (let i = 0; i < 200; i++) session.watchNode(`/w${i}`, () => {});
    await session.whenConnected(2000);
    await until(() => fake.calls().length === 200);
    fake.connections[0]?.socket.destroy();
    await until(() => fake.calls().length === 400);
    expect(fake.calls().some(({ type }) => type === 101)).toBe(false);
  });

  it('read once for each event, however often they fired before', async () => {
    const fake = await fakeServer();
    const session = openSession(fake);
    const warnings = vi.fn();
    process.on('warning', warnings);
    cleanUp.push(async () => void process.off('warning', warnings));
    const reads = () => fake.calls().filter(({ path }) => path === '/busy').length;
    session.watchNode('/busy', () => {});
    await session.whenConnected(2000);
    await until(() => reads() === 1);
    for (let i = 1; i <= 30; i++) {
      fake.connections[0]?.notify(3, '/busy');
      await until(() => reads() === i + 1);
    }
    await session.exists('/after');
    expect(reads()).toBe(31);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('stopped and begun again many times leave nothing behind', async () => {
    const fake = await fakeServer();
    const session = openSession(fake);
    await session.whenConnected(2000);
    const warnings = vi.fn();
    process.on('warning', warnings);
    cleanUp.push(async () => void process.off('warning', warnings));
    const reads = () => fake.calls().filter(({ path }) => path === '/again').length;
    for (let i = 1; i <= 20; i++) {
      const stop = session.watchNode('/again', () => {});
      await until(() => reads() === i);
      await session.exists('/in-between');
      stop();
    }
    fake.connections[0]?.notify(3, '/again');
    await session.exists('/in-between');
    expect(reads()).toBe(20);
    // Listeners that pile up make Node warn.
    expect(warnings).not.toHaveBeenCalled();
  });

  it('survive a listener that throws', async () => {
    let value = 'one';
    let version = 0;
    const fake = await fakeServer({
      onRequest: ({ xid, type, path }, connection) => {
        if (type !== 4 || path !== '/a') return false;
        const stat = Buffer.from(STAT);
        stat.writeInt32BE(version, 32);
        connection.answer(xid, 0, wire.buffer(Buffer.from(value)), stat);
        return true;
      },
    });
    const session = openSession(fake);
    const seen: string[] = [];
    session.watchNode('/a', () => {
      throw new Error('a listener of ours is broken');
    });
    session.watchNode('/a', (found) => seen.push(String(found?.data)));
    session.onStatus(() => {
      throw new Error('this one too');
    });
    await session.whenConnected(2000);
    await until(() => seen.length === 1);
    value = 'two';
    version = 1;
    fake.connections[0]?.notify(3, '/a');
    await until(() => seen.length === 2);
    expect(seen).toEqual(['one', 'two']);
    expect(fake.connections).toHaveLength(1);
  });
});

describe('credentials', () => {
  it('go out before any other request on every connection', async () => {
    const fake = await fakeServer();
    const session = openSession(fake, { digestAuth: 'kuantu:secret' });
    session.onStatus(({ state }) => {
      if (state === 'connected') void session.get('/at-once');
    });
    session.watchNode('/watched', () => {});
    await session.whenConnected(2000);
    await until(() => fake.calls().length === 3);
    fake.connections[0]?.socket.destroy();
    await until(() => fake.calls().length === 6);
    for (const { requests } of fake.connections) expect(requests[0]?.type).toBe(100);
  });

  it('that are promised are waited for, and nothing is sent before they are there', async () => {
    const fake = await fakeServer();
    const promised = Promise.withResolvers<string>();
    const session = openSession(fake, { digestAuth: promised.promise });
    const seen: unknown[] = [];
    session.watchNode('/watched', (value) => seen.push(value));
    expect((await failure(session.get('/a'))).code).toBe('NOT_CONNECTED');
    await expect(session.whenConnected(100)).rejects.toThrow('ZooKeeper at');
    expect(fake.connections).toHaveLength(0);
    promised.resolve('kuantu:secret');
    await session.whenConnected(2000);
    await until(() => seen.length === 1);
    expect(fake.connections[0]?.requests[0]?.type).toBe(100);
  });

  it.each([
    ['are not to be had', () => Promise.reject(new Error('no password')), 'no password'],
    ['cannot be right', () => Promise.resolve('user'), 'digest credentials are written user:password'],
  ])('that were promised and %s leave the session unconnected, and are the cause', async (_why, promise, cause) => {
    const fake = await fakeServer();
    const session = openSession(fake, { digestAuth: promise() });
    await until(() => session.status().cause?.includes(cause) === true);
    expect(session.status().state).toBe('connecting');
    expect((await failure(session.get('/a'))).message).toContain(cause);
    await session.close(1000);
    expect(session.status().state).toBe('closed');
    expect(fake.connections).toHaveLength(0);
  });

  it('that come after the session was closed open nothing', async () => {
    const fake = await fakeServer();
    const promised = Promise.withResolvers<string>();
    const session = openSession(fake, { digestAuth: promised.promise });
    await session.close(1000);
    promised.resolve('kuantu:secret');
    await new Promise(setImmediate);
    expect(session.status().state).toBe('closed');
    expect(fake.connections).toHaveLength(0);
  });
});

describe('closing', () => {
  it('before the first connection ends at once', async () => {
    const session = openSession('127.0.0.1:1');
    await session.close(1000);
    expect(session.status().state).toBe('closed');
    expect((await failure(session.get('/a'))).code).toBe('CLOSED');
    await expect(session.whenConnected(1000)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => session.watchNode('/a', () => {})).toThrow(/CLOSED/);
  });

  it('at the very moment of a lost connection ends too', async () => {
    const fake = await fakeServer();
    const session = openSession(fake);
    await session.whenConnected(2000);
    let closed: Promise<void> | undefined;
    session.onStatus(({ state }) => {
      if (state === 'suspended') closed = session.close(300);
    });
    fake.connections[0]?.socket.destroy();
    await until(() => session.status().state === 'closed');
    await closed;
    const connections = fake.connections.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(fake.connections).toHaveLength(connections);
  });

  it('gives up on a server that hangs, after its deadline', async () => {
    let frozen = false;
    const fake = await fakeServer({ onRequest: () => frozen, sessionTimeoutMs: 10_000 });
    const session = openSession(fake, { sessionTimeoutMs: 10_000 });
    await session.whenConnected(2000);
    frozen = true;
    const startedMs = performance.now();
    await session.close(200);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThanOrEqual(190);
    expect(tookMs).toBeLessThan(1000);
    expect(session.status().state).toBe('closed');
    expect(session.lease()).toBeUndefined();
  });

  it('sends the end of the session, and may be asked for twice', async () => {
    const fake = await fakeServer();
    const session = openSession(fake);
    await session.whenConnected(2000);
    await Promise.all([session.close(), session.close()]);
    expect(fake.connections[0]?.requests.filter(({ type }) => type === -11)).toHaveLength(1);
  });
});
