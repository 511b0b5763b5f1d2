import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/clock';
import { createZooKeeperSession, ZooKeeperError, type ZooKeeperSession } from '#core/zookeeper';
import { failure } from '#test/zookeeper-session';

const open: ZooKeeperSession[] = [];
function session(connectString: string, more: { chroot?: string; callTimeoutMs?: number; digestAuth?: string } = {}) {
  const made = createZooKeeperSession(
    { connectString, sessionTimeoutMs: 1000, ...more },
    { clock: systemClock, random: systemRandom },
  );
  open.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close(0)));
});

describe('what a session is opened with', () => {
  it.each([
    '127.0.0.1:1',
    'zk1:2181,zk2:2181,zk3:2181',
    '[::1]:2181',
    'zk1',
    ' zk1:2181 , zk2:2181 ',
    '[fe80::1%eth0]:1',
  ])('takes the address %s', (address) => {
    expect(() => session(address)).not.toThrow();
  });

  it.each([
    ['', 'is not host:port'],
    ['zk1:2181,', 'is not host:port'],
    ['zk1:0', 'out of range'],
    ['zk1:65536', 'out of range'],
    ['zk1:port', 'is not host:port'],
    ['::1:2181', 'in brackets'],
    ['zk1:2181/kuantu', 'a field of its own'],
    ['zk 1:2181', 'is not host:port'],
  ])('refuses the address "%s"', (address, why) => {
    expect(() => session(address)).toThrow(why);
    expect(() => session(address)).toThrow(ZooKeeperError);
  });

  it.each(['kuantu', '/a//b', '/a/./b', '/a/../b', '/a\u0000'])('refuses the chroot %j', (chroot) => {
    expect(() => session('zk1:1', { chroot })).toThrow(/INVALID/);
  });

  it.each(['', '/', '/kuantu', '/kuantu/', '/kuantu//'])('takes the chroot %j', (chroot) => {
    expect(() => session('zk1:1', { chroot })).not.toThrow();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the call time-out %d', (callTimeoutMs) => {
    expect(() => session('zk1:1', { callTimeoutMs })).toThrow(/call time-out/);
  });

  it.each(['user', ':password', 'user:'])('refuses the credentials %j without repeating them', (digestAuth) => {
    expect(() => session('zk1:1', { digestAuth })).toThrow('digest credentials are written user:password');
  });

  it.each([99, 1000.5, 4_000_000])('refuses the session time-out %d', (sessionTimeoutMs) => {
    const make = () =>
      createZooKeeperSession(
        { connectString: 'zk1:1', sessionTimeoutMs },
        { clock: systemClock, random: systemRandom },
      );
    expect(make).toThrow(/session time-out/);
  });
});

describe('calls that cannot be right', () => {
  it.each(['', 'a', '/a/', '//a', '/a//b', '/a/.', '/a/../b', '/a\u0001', '/\ud800', `/${'x'.repeat(5000)}`])(
    'refuses the path %j before anything is sent',
    async (path) => {
      const one = session('127.0.0.1:1');
      expect((await failure(one.get(path))).code).toBe('INVALID');
      expect((await failure(one.create(path, Buffer.alloc(0), 'persistent'))).code).toBe('INVALID');
      expect((await failure(one.multi([{ op: 'check', path }]))).code).toBe('INVALID');
      expect(() => one.watchNode(path, () => {})).toThrow(/INVALID/);
    },
  );

  it('refuses more data than a request may carry, and versions that are none', async () => {
    const one = session('127.0.0.1:1');
    expect((await failure(one.set('/a', Buffer.alloc(1_000_001)))).code).toBe('INVALID');
    const half = Buffer.alloc(600_000);
    const ops = ['/a', '/b'].map((path) => ({ op: 'set', path, data: half }) as const);
    expect((await failure(one.multi(ops))).code).toBe('INVALID');
    expect((await failure(one.set('/a', Buffer.alloc(0), -1))).code).toBe('INVALID');
    expect((await failure(one.remove('/a', 1.5))).code).toBe('INVALID');
  });

  it('refuses to watch more than ten thousand paths', () => {
    const one = session('127.0.0.1:1');
    for (let i = 0; i < 10_000; i++) one.watchNode(`/n${i}`, () => {});
    expect(() => one.watchNode('/one-more', () => {})).toThrow(/are watched/);
    expect(() => one.watchChildren('/one-more', () => {})).toThrow(/are watched/);
    // The same path again costs the server nothing.
    expect(() => one.watchNode('/n1', () => {})).not.toThrow();
  });
});
