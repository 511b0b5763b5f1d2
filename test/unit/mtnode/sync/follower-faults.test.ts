import { describe, expect, it } from 'vitest';
import type { RedoLog, RedoRecord } from '#mtnode/redo';
import type { MountView } from '#test/model-mount';
import { PrimaryShare, StandbyRig } from './share-rig.ts';
import { seeded } from './sync-model.ts';

const VIEWS: MountView[] = ['gone', 'empty', { code: 'EIO' }, { code: 'ESTALE' }];

async function recordsOf(log: RedoLog, fromLsn: number): Promise<RedoRecord[]> {
  const records: RedoRecord[] = [];
  for await (const batch of log.read(fromLsn)) records.push(...batch);
  return records;
}

/** Compares what both have. */
async function expectSame(primary: PrimaryShare, rig: StandbyRig): Promise<void> {
  const from = Math.max(primary.log.firstLsn, rig.log.firstLsn);
  const say = ({ lsn, epoch, type, payload }: RedoRecord) =>
    `${lsn} ${epoch} ${type} ${Buffer.from(payload).toString('hex')}`;
  const theirs = await recordsOf(primary.log, from);
  const ours = await recordsOf(rig.log, from);
  expect(ours.map(say)).toEqual(theirs.slice(0, ours.length).map(say));
  expect(rig.log.epochs()).toEqual(primary.log.epochs().filter(({ firstLsn }) => firstLsn <= rig.log.lastLsn));
}

describe('whatever the mount does', () => {
  it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'the standby has a beginning of what the primary has, and all of it in the end (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const chance = (share: number) => random.next() < share;
      const draw = (limit: number) => Math.floor(random.next() * limit);
      const primary = await (await PrimaryShare.create()).begin(1);
      const rig = await (await StandbyRig.create(primary)).follow(10);
      let failures = 0;
      for (let turn = 0; turn < 100; turn++) {
        if (chance(0.6)) await primary.write(1 + draw(30));
        if (chance(0.5)) rig.hint();
        if (chance(0.05)) await primary.snapshot(chance(0.7));
        if (chance(0.03)) {
          await primary.begin(primary.epoch + 1, `a-${primary.epoch + 1}`);
          rig.follower.follow(primary.followed);
        }
        if (chance(0.08)) rig.mount.view = VIEWS[draw(VIEWS.length)] ?? 'gone';
        else if (chance(0.3)) rig.mount.remount();
        if (chance(0.05)) rig.mount.hang();
        else if (chance(0.3)) rig.mount.release();
        rig.mount.latencyMs = chance(0.2) ? draw(30) : rig.mount.latencyMs;
        await rig.clock.advance(draw(chance(0.1) ? 3_000 : 100));
        expect(rig.mount.hanging()).toBeLessThanOrEqual(1);
        expect(rig.log.durableLsn).toBeLessThanOrEqual(primary.log.durableLsn);
        if (rig.state === 'failed') failures++;
      }
      expect(failures).toBeGreaterThan(0);
      rig.mount.remount();
      rig.mount.release();
      rig.mount.latencyMs = 1;
      await rig.clock.advance(6_000);
      expect([rig.state, rig.log.durableLsn, rig.asides]).toEqual(['following', primary.log.durableLsn, []]);
      expect(rig.received.at(-1)).toBe(primary.log.durableLsn);
      await expectSame(primary, rig);
      await rig.follower.stop();
      expect(rig.clock.pendingTimers()).toBe(0);
    },
  );
});
