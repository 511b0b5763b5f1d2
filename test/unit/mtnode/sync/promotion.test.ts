import { describe, expect, it } from 'vitest';
import { isSealed, parseSeal, readOwnSeal } from '#mtnode/sync';
import { PrimaryShare, StandbyRig } from './share-rig.ts';

const REQUEST = { epoch: 2, incarnation: 'b-1' };

/** A standby that follows; its mount's calls take no time. */
async function following(orders = 20): Promise<StandbyRig> {
  const primary = await (await PrimaryShare.create()).begin(1);
  await primary.write(orders);
  return (await StandbyRig.create(primary)).follow();
}

/** The outcome, with as much time as it needs. */
async function outcomeOf<T>(rig: StandbyRig, promise: Promise<T>, withinMs = 5_000): Promise<T> {
  let outcome: { value: T } | undefined;
  void promise.then((value) => {
    outcome = { value };
  });
  for (let i = 0; i < withinMs / 10 && outcome === undefined; i++) await rig.clock.advance(10);
  if (outcome === undefined) throw new Error(`no outcome within ${withinMs} ms`);
  return outcome.value;
}

describe('sealing', () => {
  it("puts the seal into the old primary's share", async () => {
    const rig = await following();
    expect(await outcomeOf(rig, rig.follower.seal(REQUEST))).toEqual({ isSealed: true });
    const seal = await readOwnSeal(rig.primary.disk);
    expect(seal).toMatchObject({ version: 1, epoch: 2, by: 'b', incarnation: 'b-1' });
    expect([isSealed(seal, 1), isSealed(seal, 2), isSealed(undefined, 1)]).toEqual([true, false, false]);
  });

  it.each([
    ['mountMissing', 'gone' as const],
    ['mountEmpty', 'empty' as const],
    ['mountUnreadable', { code: 'EIO' }],
  ])('fails with %s', async (reason, view) => {
    const rig = await following();
    rig.mount.view = view;
    const sealed = await outcomeOf(rig, rig.follower.seal(REQUEST));
    expect(sealed).toMatchObject({
      isSealed: false,
      reason: { key: `sync.${reason}`, params: { directory: '/mnt/peer' } },
    });
  });

  it('fails within the time-out where the mount hangs, whatever hung before', async () => {
    const rig = await following();
    rig.mount.hang();
    await rig.clock.advance(600);
    const sealed = await outcomeOf(rig, rig.follower.seal(REQUEST), 1_010);
    expect(sealed).toMatchObject({ isSealed: false, reason: { key: 'sync.mountHung' } });
    expect(rig.mount.hanging()).toBe(1);
  });

  it("fails for another instance's share, and for a folder that was made anew", async () => {
    const rig = await following();
    const other = await (await PrimaryShare.create('c')).begin(1);
    rig.mount.view = { foreign: other.disk };
    expect(await outcomeOf(rig, rig.follower.seal(REQUEST))).toMatchObject({ reason: { key: 'sync.mountForeign' } });
    rig.mount.remount();
    await rig.primary.mark({ dataId: 'another', epoch: 0, epochs: [], incarnation: 'a-2' });
    expect(await outcomeOf(rig, rig.follower.seal(REQUEST))).toMatchObject({ reason: { key: 'sync.mountStale' } });
    expect(await readOwnSeal(other.disk)).toBeUndefined();
  });

  it('goes to the primary followed last, though the route names this instance already', async () => {
    const rig = await following();
    rig.hint(21, 20);
    rig.follower.follow({ instance: 'b', incarnation: 'b-1', epoch: 2, isOpen: false });
    await rig.clock.advance(1_000);
    expect(rig.follower.view).toMatchObject({ receivedLsn: 21, durableLsn: 21, acknowledgedLsn: 20 });
    expect(await outcomeOf(rig, rig.follower.seal(REQUEST))).toEqual({ isSealed: true });
    await rig.primary.write(4);
    expect(await outcomeOf(rig, rig.follower.catchUp())).toEqual({ isComplete: true, lsn: 25 });
  });

  it('goes to an old primary that was started again, or has stepped down', async () => {
    const rig = await following();
    await rig.primary.mark({ role: 'standby', incarnation: 'a-2' });
    expect(await outcomeOf(rig, rig.follower.seal(REQUEST))).toEqual({ isSealed: true });
    await rig.primary.write(4);
    expect(await outcomeOf(rig, rig.follower.catchUp())).toEqual({ isComplete: true, lsn: 25 });
  });

  it('fails where there was never a primary', async () => {
    const rig = await StandbyRig.create(await PrimaryShare.create());
    await rig.primary.mark();
    expect(await outcomeOf(rig, rig.follower.seal(REQUEST))).toMatchObject({ reason: { key: 'sync.noPrimary' } });
  });
});

describe('catching up at a promotion', () => {
  it('reads to the end of what is there, through segments that came since', async () => {
    const rig = await following();
    rig.mount.hang();
    await rig.primary.write(300);
    rig.mount.release();
    expect(await outcomeOf(rig, rig.follower.catchUp())).toEqual({ isComplete: true, lsn: 321 });
    expect(rig.log.durableLsn).toBe(321);
  });

  it('ends at a torn tail', async () => {
    const rig = await following();
    await rig.primary.write(3);
    await rig.primary.writeUnmarked(1);
    const [segment = ''] = rig.primary.segments();
    const whole = rig.primary.disk.bytes(segment) ?? Buffer.alloc(0);
    rig.primary.disk.put(segment, whole.subarray(0, whole.length - 7));
    expect(await outcomeOf(rig, rig.follower.catchUp())).toEqual({ isComplete: true, lsn: 24 });
  });

  it('copies a dat where it is that far behind', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    const rig = await (await StandbyRig.create(primary)).follow();
    rig.mount.hang();
    await primary.write(500);
    await primary.snapshot();
    await primary.write(7);
    rig.mount.release();
    expect(await outcomeOf(rig, rig.follower.catchUp())).toEqual({ isComplete: true, lsn: 508 });
    expect(rig.log.datLsn).toBe(501);
  });

  it('works for a standby that had not come to follow yet', async () => {
    const primary = await (await PrimaryShare.create()).begin(1);
    await primary.write(20);
    const rig = await StandbyRig.create(primary);
    rig.follower.follow(primary.followed);
    expect(await outcomeOf(rig, rig.follower.catchUp())).toEqual({ isComplete: true, lsn: 21 });
  });

  it('is not complete where something durable is missing', async () => {
    const rig = await following();
    await rig.primary.write(3);
    const [segment = ''] = rig.primary.segments();
    const whole = rig.primary.disk.bytes(segment) ?? Buffer.alloc(0);
    rig.primary.disk.put(segment, whole.subarray(0, whole.length - 7));
    expect(await outcomeOf(rig, rig.follower.catchUp())).toMatchObject({
      isComplete: false,
      lsn: 23,
      reason: { key: 'sync.mountStale', params: { detail: 'LSN 23 < 24' } },
    });
  });

  it('is not complete where redo is damaged, or a segment is gone', async () => {
    const rig = await following();
    await rig.primary.write(3);
    const [segment = ''] = rig.primary.segments();
    const bytes = rig.primary.disk.bytes(segment) ?? Buffer.alloc(0);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    rig.primary.disk.put(segment, bytes);
    const outcome = await outcomeOf(rig, rig.follower.catchUp());
    expect(outcome).toMatchObject({ isComplete: false, reason: { key: 'sync.redoDamaged' } });

    const other = await following();
    other.mount.hang();
    await other.primary.write(300);
    const [, second = ''] = other.primary.segments();
    other.primary.disk.delete(second);
    other.mount.release();
    expect(await outcomeOf(other, other.follower.catchUp())).toMatchObject({
      isComplete: false,
      reason: { key: 'sync.redoDamaged', params: { directory: '/mnt/peer' } },
    });
  });

  it('reads what an old primary that lives on wrote meanwhile, into new segments too', async () => {
    const rig = await following();
    rig.mount.latencyMs = 5;
    const caughtUp = rig.follower.catchUp();
    for (let i = 0; i < 12; i++) {
      await rig.primary.writeUnmarked(45);
      await rig.clock.advance(5);
    }
    const written = rig.primary.log.lastLsn;
    const outcome = await outcomeOf(rig, caughtUp);
    expect(outcome.isComplete).toBe(true);
    expect(outcome.lsn).toBeGreaterThan(21);
    expect(outcome.lsn).toBeLessThanOrEqual(written);
  });

  it('is not complete where the mount goes or hangs meanwhile; what was read stays', async () => {
    const rig = await following();
    await rig.primary.write(3);
    rig.mount.unmount();
    expect(await outcomeOf(rig, rig.follower.catchUp())).toMatchObject({
      isComplete: false,
      lsn: 21,
      reason: { key: 'sync.mountEmpty' },
    });
    const other = await following();
    other.mount.hang();
    expect(await outcomeOf(other, other.follower.catchUp())).toMatchObject({
      isComplete: false,
      lsn: 21,
      reason: { key: 'sync.mountHung' },
    });
  });

  it('appends nothing any more afterwards', async () => {
    const rig = await following();
    await outcomeOf(rig, rig.follower.catchUp());
    await rig.primary.write(5);
    await rig.clock.advance(3_000);
    expect([rig.log.lastLsn, rig.clock.pendingTimers()]).toEqual([21, 0]);
  });
});

describe('a seal', () => {
  it('that is none is refused', () => {
    expect(() => parseSeal(Buffer.from('{"version":1}'))).toThrow(/^seal\.json: epoch: /);
    expect(() => parseSeal(Buffer.from([0xff]))).toThrow(/^seal\.json: not JSON/);
    expect(() => parseSeal(Buffer.alloc(300_000))).toThrow(/too long/);
  });
});
