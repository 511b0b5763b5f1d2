import { describe, expect, it } from 'vitest';
import { STAT } from '#test/fake-zookeeper';
import { failure, reached, until } from '#test/zookeeper-session';
import { wire } from '#test/zookeeper-wire';
import { cleanUp, fakeServer, openSession } from './support.ts';

/** Sessions of 600 ms against real sockets and clocks: on a busy machine this process itself may be late, which says nothing of the session. */
const REAL_TIME = { retry: 2 };

describe('a server that does not answer', REAL_TIME, () => {
  it('is left when it accepts the connection and stays silent, and the cause says so', async () => {
    const fake = await fakeServer({ onConnect: () => 'silent' });
    const session = openSession(fake);
    await until(() => /no answer to the connect request/.test(session.status().cause ?? ''));
    expect(session.status().state).toBe('connecting');
    await until(() => fake.connections.length >= 2);
  });

  it('costs a fraction of the time-out when another server is there', async () => {
    const silent = await fakeServer({ onConnect: () => 'silent' });
    const good = await fakeServer();
    for (let i = 0; i < 4; i++) {
      const startedMs = performance.now();
      const session = openSession(`${silent.address},${good.address}`, { sessionTimeoutMs: 2000 });
      await session.whenConnected(4000);
      expect(performance.now() - startedMs).toBeLessThan(1000);
    }
  });

  it('loses the connection when it leaves a heartbeat unanswered, and the lease ends by itself', async () => {
    let frozen = false;
    const fake = await fakeServer({
      onConnect: () => (frozen ? 'silent' : 'open'),
      onRequest: () => frozen,
    });
    const session = openSession(fake);
    await session.whenConnected(2000);
    expect(session.isLive()).toBe(true);
    frozen = true;
    await reached(session, 'suspended', 600);
    expect(session.status().cause).toMatch(/heartbeat/);
    expect(session.isLive()).toBe(true);
    await until(() => !session.isLive(), 600);
    expect(session.status().state).toBe('suspended');
  });

  it('is told from this process being busy while the answer lies in the socket', async () => {
    let busyTimes = 0;
    const fake = await fakeServer({
      sessionTimeoutMs: 600,
      onRequest: ({ xid, type, path }, connection) => {
        if (type !== 3 || path !== '/' || busyTimes >= 3) return false;
        busyTimes += 1;
        connection.answer(xid, 0, STAT);
        // Longer than the heartbeat's deadline: its timer is due before the answer has been read.
        const busyUntil = performance.now() + 300;
        while (performance.now() < busyUntil);
        return true;
      },
    });
    const session = openSession(fake);
    await session.whenConnected(2000);
    const states: string[] = [];
    session.onStatus(({ state }) => states.push(state));
    await until(() => (fake.connections[0]?.requests.length ?? 0) >= 5);
    expect(busyTimes).toBe(3);
    expect(states).toEqual([]);
  });

  it('is told from one that is slow but goes on answering', async () => {
    let answers = Promise.resolve();
    const fake = await fakeServer({
      onRequest: ({ xid, type }, connection) => {
        if (type === 11) return false;
        answers = answers.then(async () => {
          await new Promise((resolve) => setTimeout(resolve, 15));
          connection.answer(xid, 0, STAT);
        });
        return true;
      },
    });
    const session = openSession(fake, { callTimeoutMs: 5000 });
    await session.whenConnected(2000);
    const states: string[] = [];
    session.onStatus(({ state }) => states.push(state));
    await Promise.all(Array.from({ length: 80 }, () => session.exists('/slow')));
    expect(states).toEqual([]);
  });

  it('is found out although its events keep coming', async () => {
    let frozen = false;
    const fake = await fakeServer({ onRequest: () => frozen });
    const session = openSession(fake);
    await session.whenConnected(2000);
    const chatter = setInterval(() => {
      for (const connection of fake.connections) connection.notify(3, '/somewhere');
    }, 5);
    cleanUp.push(async () => clearInterval(chatter));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const beats = fake.connections[0]?.requests.filter(({ type, path }) => type === 3 && path === '/').length ?? 0;
    expect(beats).toBeGreaterThanOrEqual(5);
    expect(session.status().state).toBe('connected');
    frozen = true;
    await reached(session, 'suspended', 800);
  });

  it('has a call ended by its deadline, with an unknown outcome', async () => {
    const fake = await fakeServer({ onRequest: ({ path }) => path === '/slow' });
    const session = openSession(fake, { callTimeoutMs: 50 });
    await session.whenConnected(2000);
    const error = await failure(session.set('/slow', Buffer.from('x')));
    expect(error.code).toBe('OUTCOME_UNKNOWN');
    expect(session.status().state).toBe('connected');
  });
});

describe('answers that are wrong', REAL_TIME, () => {
  it('half a frame does not outlive its connection', async () => {
    const fake = await fakeServer({
      onRequest: ({ xid, path }, { socket }) => {
        if (path !== '/cut') return false;
        socket.end(wire.frame(wire.int(xid), wire.long(1n), wire.int(0), Buffer.alloc(100_000)).subarray(0, 30));
        return true;
      },
    });
    const session = openSession(fake);
    await session.whenConnected(2000);
    expect((await failure(session.get('/cut'))).code).toBe('OUTCOME_UNKNOWN');
    await session.whenConnected(2000);
    expect((await session.get('/whole'))?.data.length).toBe(0);
    expect(fake.connections).toHaveLength(2);
  });

  it('an error code the client library does not know fails that call alone', async () => {
    const fake = await fakeServer({
      onRequest: ({ xid, path }, connection) => {
        if (path !== '/quota') return false;
        connection.answer(xid, -125);
        return true;
      },
    });
    const session = openSession(fake);
    await session.whenConnected(2000);
    const [error, other] = await Promise.all([failure(session.set('/quota', Buffer.from('x'))), session.get('/fine')]);
    expect(error.code).toBe('OTHER');
    expect(error.message).toContain('-125');
    expect(other).toBeDefined();
    expect(fake.connections).toHaveLength(1);
  });

  it('an unknown error code inside a multi fails that multi and keeps the connection', async () => {
    const fake = await fakeServer({
      onRequest: ({ xid, type }, connection) => {
        if (type !== 14) return false;
        const record = (err: number) => [wire.int(-1), wire.bool(false), wire.int(err), wire.int(err)];
        connection.answer(xid, 0, ...record(0), ...record(-125), wire.int(-1), wire.bool(true), wire.int(-1));
        return true;
      },
    });
    const session = openSession(fake);
    await session.whenConnected(2000);
    const ops = ['/a', '/b'].map((path) => ({ op: 'check', path }) as const);
    const error = await failure(session.multi(ops));
    expect(error.code).toBe('OTHER');
    expect(error.message).toContain('-125');
    expect(await session.exists('/a')).toBeDefined();
    expect(fake.connections).toHaveLength(1);
  });

  it.each([
    ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0x00])],
    ['a length of a gigabyte', Buffer.from([0x40, 0, 0, 0])],
    ['an empty frame', Buffer.from([0, 0, 0, 0])],
    ['an answer nobody asked for', wire.frame(wire.int(77), wire.long(1n), wire.int(0))],
    ['data longer than its frame', undefined],
  ])('%s ends the connection, and the next one works', async (_, garbage) => {
    let sent = false;
    const fake = await fakeServer({
      onRequest: ({ xid, path }, connection) => {
        if (path !== '/bad' || sent) return false;
        sent = true;
        if (garbage) connection.socket.write(garbage);
        else connection.answer(xid, 0, wire.int(0x7fffff00), STAT);
        return true;
      },
    });
    const session = openSession(fake);
    await session.whenConnected(2000);
    expect((await failure(session.get('/bad'))).code).toBe('OUTCOME_UNKNOWN');
    await session.whenConnected(2000);
    expect(await session.get('/bad')).toBeDefined();
    expect(fake.connections.length).toBeGreaterThan(1);
  });

  it('an event of an unknown kind is passed over', async () => {
    const fake = await fakeServer();
    const session = openSession(fake);
    await session.whenConnected(2000);
    fake.connections[0]?.notify(99, '/a');
    fake.connections[0]?.notify(6, '/a');
    expect(await session.get('/a')).toBeDefined();
    expect(fake.connections).toHaveLength(1);
  });

  it('a refused credential is named as the cause', async () => {
    const fake = await fakeServer({
      onRequest: ({ type }, connection) => {
        if (type !== 100) return false;
        connection.answer(-4, -115);
        connection.socket.end();
        return true;
      },
    });
    const session = openSession(fake, { digestAuth: 'someone:secret' });
    await until(() => session.status().cause?.includes('the server refused the credentials') === true);
    expect(JSON.stringify(session.status(), (_, value) => String(value))).not.toContain('secret');
  });
});

describe('a lost connection', REAL_TIME, () => {
  it('has its cause shown when no host name resolves', async () => {
    const session = openSession('kuantu-no-such-host.invalid:2181');
    await until(() => /ENOTFOUND|EAI_AGAIN/.test(session.status().cause ?? ''));
    expect(session.status().state).toBe('connecting');
  });

  it('has its cause shown when nobody listens', async () => {
    const fake = await fakeServer();
    const address = fake.address;
    await fake.close();
    const session = openSession(address);
    await until(() => /ECONNREFUSED/.test(session.status().cause ?? ''));
  });

  it('is told of once for each trouble with each server, not at every attempt', async () => {
    const [one, two] = [await fakeServer(), await fakeServer()];
    const addresses = [one.address, two.address].sort();
    await Promise.all([one.close(), two.close()]);
    const session = openSession(addresses.join(','), { sessionTimeoutMs: 10_000 });
    const causes: (string | undefined)[] = [];
    session.onStatus(({ cause }) => causes.push(cause));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const refused = addresses.map((address) => `${address}: connect ECONNREFUSED ${address}`);
    expect(causes).toHaveLength(2);
    expect(causes[1]).toBe(refused.join('; '));
  });

  it('fails the calls under way as unknown and sends none of them again', async () => {
    const fake = await fakeServer({
      onRequest: ({ type }, { socket }) => {
        if (type !== 1) return false;
        socket.destroy();
        return true;
      },
    });
    const session = openSession(fake);
    await session.whenConnected(2000);
    expect((await failure(session.create('/n-', Buffer.alloc(0), 'persistent-sequential'))).code).toBe(
      'OUTCOME_UNKNOWN',
    );
    await session.whenConnected(2000);
    await session.exists('/after');
    expect(fake.calls().filter(({ type }) => type === 1)).toHaveLength(1);
  });

  it('refuses calls until the next one, and never sends them late', async () => {
    let down = false;
    const fake = await fakeServer({ onConnect: () => (down ? 'close' : 'open') });
    const session = openSession(fake);
    expect((await failure(session.set('/early', Buffer.from('x')))).code).toBe('NOT_CONNECTED');
    await session.whenConnected(2000);
    down = true;
    fake.connections[0]?.socket.destroy();
    await reached(session, 'suspended');
    expect((await failure(session.set('/stale', Buffer.from('x')))).code).toBe('NOT_CONNECTED');
    down = false;
    await session.whenConnected(2000);
    await session.exists('/after');
    expect(fake.calls().map(({ path }) => path)).toEqual(['/after']);
  });

  it('is tried again several times a second', async () => {
    let down = false;
    const fake = await fakeServer({ onConnect: () => (down ? 'close' : 'open'), sessionTimeoutMs: 10_000 });
    const session = openSession(fake, { sessionTimeoutMs: 10_000 });
    await session.whenConnected(2000);
    down = true;
    fake.connections[0]?.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const attempts = fake.connections.length - 1;
    expect(attempts).toBeGreaterThanOrEqual(5);
    expect(attempts).toBeLessThanOrEqual(15);
  });

  it('asks for the same session again, and after twice the time-out does so as a client that has seen nothing', async () => {
    let down = false;
    const fake = await fakeServer({ onConnect: ({ seenZxid }) => (down && seenZxid > 0n ? 'close' : 'open') });
    const session = openSession(fake);
    await session.whenConnected(2000);
    await session.exists('/a');
    await session.exists('/b');
    const { sessionId } = session.status();
    down = true;
    fake.connections[0]?.socket.destroy();
    await reached(session, 'suspended');
    await reached(session, 'connected', 3000);
    expect(session.status()).toMatchObject({ sessionId, generation: 1 });
    expect(fake.connections[1]?.seenZxid).toBeGreaterThan(0n);
    expect(fake.connections.at(-1)).toMatchObject({ seenZxid: 0n, askedSessionId: 1n });
  });
});
