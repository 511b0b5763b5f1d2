import { describe, expect, it } from 'vitest';
import { PrimaryShare, StandbyRig } from './share-rig.ts';

describe('a standby', () => {
  it('takes in what is there, and what comes, and says so', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(50);
    const rig = await (await StandbyRig.create(primary)).follow();
    expect([rig.log.durableLsn, rig.state, rig.received.at(-1)]).toEqual([51, 'following', 51]);
    await primary.write(10);
    await rig.clock.advance(35);
    expect(rig.log.durableLsn).toBe(61);
    expect(rig.follower.view).toMatchObject({ receivedLsn: 61, lag: { records: 0, bytes: 0, seconds: 0 } });
    expect(rig.log.epochs()).toEqual([{ epoch: 1, firstLsn: 1 }]);
  });

  it('looks at once when it is told to', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow(3_000);
    await primary.write(1);
    rig.hint();
    await rig.clock.advance(0);
    expect(rig.log.durableLsn).toBe(2);
  });

  it('goes on through segment after segment', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow();
    for (let i = 0; i < 40; i++) {
      await primary.write(7);
      rig.hint();
      await rig.clock.advance(3);
    }
    expect(primary.segments().length).toBeGreaterThan(3);
    expect([rig.log.durableLsn, rig.state]).toEqual([281, 'following']);
  });

  it('goes on through new segments without being told', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow();
    for (let i = 0; i < 10; i++) {
      await primary.write(60);
      await rig.clock.advance(500);
    }
    expect([rig.log.durableLsn, rig.state]).toEqual([601, 'following']);
  });

  it('does not take in what is only half there', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(4);
    await primary.writeUnmarked(1);
    const [segment = ''] = primary.segments();
    const whole = primary.disk.bytes(segment) ?? Buffer.alloc(0);
    primary.disk.put(segment, whole.subarray(0, whole.length - 10));
    const rig = await (await StandbyRig.create(primary)).follow();
    expect([rig.log.durableLsn, rig.state]).toEqual([5, 'following']);
    primary.disk.put(segment, whole);
    await rig.clock.advance(50);
    expect(rig.log.durableLsn).toBe(6);
  });

  it('follows nobody until the route names somebody else', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await StandbyRig.create(primary);
    await rig.clock.advance(2_000);
    rig.follower.follow({ ...primary.followed, instance: 'b' });
    await rig.clock.advance(2_000);
    expect([rig.state, rig.log.lastLsn, rig.follower.view.lag]).toEqual(['starting', 0, null]);
    await rig.follow(100);
    expect([rig.state, rig.log.lastLsn]).toEqual(['following', 1]);
  });

  it('says how far it is behind, in records, bytes and seconds', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(20);
    const rig = await (await StandbyRig.create(primary)).follow();
    rig.mount.hang();
    await primary.write(30);
    rig.hint(51, 41);
    await rig.clock.advance(500);
    const { lag, durableLsn, acknowledgedLsn } = rig.follower.view;
    expect([lag?.records, lag?.seconds, durableLsn, acknowledgedLsn]).toEqual([30, 0.5, 51, 41]);
    expect(lag?.bytes).toBeGreaterThan(30 * 50);
    rig.mount.release();
    await rig.clock.advance(100);
    expect(rig.follower.view.lag).toEqual({ records: 0, bytes: 0, seconds: 0 });
  });

  it('ends its calls with its stop, and appends nothing after it', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow();
    rig.mount.latencyMs = 20;
    await primary.write(5);
    rig.hint();
    const stopped = rig.follower.stop();
    await rig.clock.advance(1_000);
    await stopped;
    const { lastLsn } = rig.log;
    await primary.write(5);
    await rig.clock.advance(3_000);
    expect([rig.log.lastLsn, rig.clock.pendingTimers()]).toEqual([lastLsn, 0]);
  });
});

describe('a standby that is behind', () => {
  it('copies the dat where the redo begins later, then the redo after it', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(400);
    await primary.snapshot();
    const rig = await (await StandbyRig.create(primary)).follow();
    expect([rig.log.datLsn, rig.received.at(-1), rig.state]).toEqual([401, 401, 'following']);
    await primary.write(20);
    await rig.clock.advance(500);
    expect([rig.log.datLsn, rig.log.durableLsn, rig.state]).toEqual([401, 421, 'following']);
    expect(rig.log.firstLsn).toBeGreaterThan(300);
    expect(rig.log.epochs()).toEqual([{ epoch: 1, firstLsn: 1 }]);
  });

  it('copies a new dat while redo goes on coming, and removes what neither needs', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow();
    await primary.write(300);
    await rig.clock.advance(100);
    rig.mount.latencyMs = 5;
    await primary.snapshot();
    for (let i = 0; i < 30; i++) {
      await primary.write(2);
      rig.hint();
      await rig.clock.advance(30);
      expect(rig.follower.view.lag?.records).toBeLessThanOrEqual(4);
    }
    await rig.clock.advance(2_500);
    expect([rig.log.datLsn, rig.log.durableLsn, rig.state]).toEqual([301, 361, 'following']);
    expect(rig.log.firstLsn).toBeGreaterThan(200);
    expect(rig.disk.names().filter((name) => name.startsWith('dat-'))).toEqual(['dat-0000000000000301.dat']);
  });

  it('keeps its redo until the local database has what is in it', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow();
    await primary.write(300);
    await primary.snapshot(false);
    await rig.clock.advance(2_000);
    expect([rig.log.datLsn, rig.log.firstLsn]).toEqual([301, 1]);
    primary.persistedLsn = 150;
    await primary.mark();
    await rig.clock.advance(2_000);
    expect(rig.log.firstLsn).toBeGreaterThan(50);
    expect(rig.log.firstLsn).toBeLessThanOrEqual(151);
  });

  it('goes on with the newest dat when the one being copied is removed', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(6_000);
    await primary.snapshot();
    const rig = await StandbyRig.create(primary);
    rig.mount.latencyMs = 40;
    await rig.follow(170);
    expect(rig.state).toBe('starting');
    await primary.write(100);
    await primary.snapshot();
    await primary.write(10);
    await rig.clock.advance(3_000);
    expect([rig.log.datLsn, rig.log.durableLsn, rig.state]).toEqual([6_101, 6_111, 'following']);
  });

  it('refuses a dat that is damaged, and takes a good one', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(400);
    await primary.snapshot();
    const name = 'dat-0000000000000401.dat';
    const good = primary.disk.bytes(name) ?? Buffer.alloc(0);
    const bad = Buffer.from(good);
    bad[5_000] = (bad[5_000] ?? 0) ^ 1;
    primary.disk.put(name, bad);
    const rig = await (await StandbyRig.create(primary)).follow(2_000);
    expect([rig.state, rig.log.lastLsn]).toEqual(['failed', 0]);
    expect(rig.reason).toMatch(/^sync\.redoDamaged \/mnt\/peer dat-0000000000000401\.dat, byte \d+: /);
    primary.disk.put(name, good);
    await rig.clock.advance(500);
    expect([rig.state, rig.log.lastLsn]).toEqual(['following', 401]);
  });

  it('finds its segment gone while reading, and goes on from the dat', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(10);
    const rig = await (await StandbyRig.create(primary)).follow();
    rig.mount.hang();
    await rig.clock.advance(500);
    await primary.write(300);
    await primary.snapshot();
    rig.mount.release();
    await rig.clock.advance(500);
    expect([rig.log.durableLsn, rig.log.datLsn, rig.state]).toEqual([311, 311, 'following']);
    expect(rig.statuses.map(({ state }) => state)).not.toContain('failed');
  });
});

describe('a mount that is not as it should be', () => {
  const followed = async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(10);
    return (await StandbyRig.create(primary)).follow();
  };

  it('is reported when it is gone, and followed again when it is back', async () => {
    const rig = await followed();
    rig.mount.view = 'gone';
    await rig.clock.advance(100);
    expect([rig.state, rig.reason]).toEqual(['failed', 'sync.mountMissing /mnt/peer ENOENT']);
    await rig.primary.write(5);
    rig.mount.remount();
    await rig.clock.advance(300);
    expect([rig.state, rig.reason, rig.log.durableLsn]).toEqual(['following', undefined, 16]);
    expect(rig.statuses.map(({ state }) => state)).toEqual(['following', 'failed', 'following']);
  });

  it('is reported when the directory beneath shows', async () => {
    const rig = await followed();
    rig.mount.unmount();
    await rig.clock.advance(100);
    expect([rig.state, rig.reason]).toEqual(['failed', 'sync.mountEmpty /mnt/peer share.json: ENOENT; files: 0']);
    rig.mount.remount();
    await rig.clock.advance(300);
    expect(rig.state).toBe('following');
  });

  it("is reported when it is another instance's", async () => {
    const rig = await followed();
    const other = await (await PrimaryShare.create('c')).begin(1);
    rig.mount.view = { foreign: other.disk };
    await rig.clock.advance(600);
    expect([rig.state, rig.reason]).toEqual(['failed', 'sync.mountForeign /mnt/peer share.json: instance c ≠ a']);
    expect(rig.log.lastLsn).toBe(11);
  });

  it('is reported when it stays at an earlier process or term for longer than it is borne', async () => {
    const rig = await followed();
    rig.follower.follow({ instance: 'a', incarnation: 'a-2', epoch: 2, isOpen: false });
    await rig.clock.advance(10_000);
    // Not before the route is open.
    expect(rig.state).toBe('starting');
    rig.follower.follow({ instance: 'a', incarnation: 'a-2', epoch: 2, isOpen: true });
    await rig.clock.advance(2_900);
    expect(rig.state).toBe('starting');
    await rig.clock.advance(400);
    expect([rig.state, rig.reason]).toEqual(['failed', 'sync.mountStale /mnt/peer share.json: epoch 1 ≠ 2']);
    await rig.primary.begin(2, 'a-2');
    await rig.clock.advance(300);
    expect([rig.state, rig.log.lastLsn]).toEqual(['following', 12]);
  });

  it('is reported when it does not show what the primary has had for long', async () => {
    const rig = await followed();
    rig.hint(40);
    await rig.clock.advance(1_900);
    expect(rig.state).toBe('following');
    await rig.clock.advance(200);
    expect([rig.state, rig.reason]).toEqual(['failed', 'sync.mountStale /mnt/peer LSN 11 < 40']);
    await rig.clock.advance(5_000);
    expect(rig.statuses.filter(({ state }) => state === 'failed')).toHaveLength(1);
    await rig.primary.write(40);
    await rig.clock.advance(300);
    expect(rig.state).toBe('following');
  });

  it('is reported when there is no redo in it any more, whatever its marker says', async () => {
    const rig = await followed();
    for (const name of rig.primary.segments()) await rig.primary.disk.remove(name);
    rig.hint(40);
    await rig.clock.advance(2_200);
    expect([rig.state, rig.reason]).toEqual(['failed', 'sync.mountStale /mnt/peer LSN 11 < 40']);
  });

  it('is followed though it cannot be written, which is told', async () => {
    const rig = await followed();
    expect(rig.follower.view.cannotSeal).toBeUndefined();
    rig.mount.isReadOnly = true;
    await rig.clock.advance(11_000);
    expect([rig.state, rig.follower.view.cannotSeal]).toEqual(['following', expect.stringContaining('EROFS')]);
    rig.mount.isReadOnly = false;
    await rig.clock.advance(11_000);
    expect(rig.follower.view.cannotSeal).toBeUndefined();
  });

  it('is reported when it is a file', async () => {
    const rig = await followed();
    rig.mount.view = { code: 'ENOTDIR' };
    await rig.clock.advance(100);
    expect(rig.reason).toBe('sync.mountNoDirectory /mnt/peer ENOTDIR');
  });

  it("is reported with the system's error, and a handle that the server forgot as stale", async () => {
    const rig = await followed();
    rig.mount.view = { code: 'EACCES' };
    await rig.clock.advance(100);
    expect(rig.reason).toMatch(/^sync\.mountUnreadable \/mnt\/peer .*EACCES/);
    rig.mount.view = { code: 'ESTALE' };
    await rig.clock.advance(300);
    expect(rig.reason).toMatch(/^sync\.mountStale \/mnt\/peer .*ESTALE/);
  });

  it('is reported within its time-out when it hangs, with one call under way, and followed when it answers', async () => {
    const rig = await followed();
    rig.mount.hang();
    await rig.clock.advance(1_035);
    expect(rig.state).toBe('failed');
    expect(rig.reason).toMatch(/^sync\.mountHung \/mnt\/peer \S+ > 1000 ms$/);
    rig.hint(90);
    await rig.clock.advance(20_000);
    expect(rig.mount.hanging()).toBe(1);
    expect(rig.statuses.filter(({ state }) => state === 'failed')).toHaveLength(1);
    await rig.primary.write(79);
    rig.mount.release();
    await rig.clock.advance(50);
    expect([rig.state, rig.log.durableLsn]).toEqual(['following', 90]);
  });

  it('is reported when its marker is none', async () => {
    const rig = await followed();
    rig.primary.disk.put('share.json', Buffer.from('{"version":2}'));
    await rig.clock.advance(600);
    expect(rig.reason).toMatch(/^sync\.mountUnreadable \/mnt\/peer share\.json: version/);
  });

  it('can be told from the very start, with nothing received', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await StandbyRig.create(primary);
    rig.mount.view = 'gone';
    await rig.follow(100);
    expect([rig.state, rig.reason]).toEqual(['failed', 'sync.mountMissing /mnt/peer ENOENT']);
    expect(rig.follower.view.receivedLsn).toBe(0);
  });
});

describe("damage in the primary's redo", () => {
  it('below what is durable is reported with file and byte', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(10);
    const [segment = ''] = primary.segments();
    const bytes = primary.disk.bytes(segment) ?? Buffer.alloc(0);
    const good = Buffer.from(bytes);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 255;
    primary.disk.put(segment, bytes);
    await primary.mark();
    const rig = await (await StandbyRig.create(primary)).follow(900);
    expect([rig.state, rig.log.durableLsn]).toEqual(['starting', 10]);
    await rig.clock.advance(500);
    expect(rig.state).toBe('failed');
    expect(rig.reason).toMatch(/^sync\.redoDamaged \/mnt\/peer redo-0{15}1\.log, byte \d+: wrong checksum$/);
    await rig.clock.advance(5_000);
    expect(rig.statuses.map(({ state }) => state)).toEqual(['failed']);
    primary.disk.put(segment, good);
    await rig.clock.advance(300);
    expect([rig.state, rig.log.durableLsn]).toEqual(['following', 11]);
  });

  it('above what is durable is what a crash leaves, and none', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(9);
    await primary.writeUnmarked(1);
    const [segment = ''] = primary.segments();
    const bytes = primary.disk.bytes(segment) ?? Buffer.alloc(0);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 255;
    primary.disk.put(segment, bytes);
    const rig = await (await StandbyRig.create(primary)).follow(5_000);
    expect([rig.state, rig.log.durableLsn]).toEqual(['following', 10]);
  });

  it('on the own disk is told apart', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow();
    rig.disk.syncError = 'EIO';
    await primary.write(10);
    await rig.clock.advance(1_000);
    expect(rig.state).toBe('failed');
    expect(rig.reason).toMatch(/^sync\.localDamaged \/mnt\/peer .*EIO/);
  });
});

describe('an old primary that returns', () => {
  it('puts aside exactly what the new one does not have, and follows', async () => {
    const old = await (await PrimaryShare.create('b')).begin(1);
    await old.write(20);
    const next = await PrimaryShare.create('a');
    const copied: number[] = [];
    for await (const records of old.log.read(1)) {
      const kept = records.filter(({ lsn }) => lsn <= 18);
      next.log.appendCopies(kept);
      copied.push(...kept.map(({ lsn }) => lsn));
    }
    expect(copied).toHaveLength(18);
    await next.begin(2);
    await next.write(5);
    await old.log.close();
    const rig = await (await StandbyRig.create(next, old.disk)).follow();
    expect(rig.asides).toEqual([{ writes: 3, records: 3, fromLsn: 19, epoch: 1, file: 'aside-e1-19-21-3.redo' }]);
    expect([rig.log.durableLsn, rig.state]).toEqual([24, 'following']);
    expect(rig.log.epochs()).toEqual([
      { epoch: 1, firstLsn: 1 },
      { epoch: 2, firstLsn: 19 },
    ]);
    expect(rig.disk.names()).toContain('aside-e1-19-21-3.redo');
  });

  it('puts nothing aside where the new one has everything', async () => {
    const old = await (await PrimaryShare.create('b')).begin(1);
    await old.write(20);
    const next = await PrimaryShare.create('a');
    for await (const records of old.log.read(1)) next.log.appendCopies(records);
    await next.begin(2);
    await old.log.close();
    const rig = await (await StandbyRig.create(next, old.disk)).follow();
    expect([rig.asides, rig.log.durableLsn]).toEqual([[], 22]);
  });

  it('cuts nothing off for a share that shows an older epoch than its own', async () => {
    const old = await (await PrimaryShare.create('b')).begin(1);
    await old.begin(5);
    await old.log.close();
    const other = await (await PrimaryShare.create('a')).begin(3);
    const rig = await (await StandbyRig.create(other, old.disk)).follow();
    expect([rig.state, rig.log.lastLsn, rig.asides]).toEqual(['failed', 2, []]);
    expect(rig.reason).toContain('sync.mountStale');
  });
});
