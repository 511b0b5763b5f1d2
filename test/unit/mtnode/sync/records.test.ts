import { describe, expect, it } from 'vitest';
import {
  LossKeeper,
  type LossLimitView,
  MAX_EPOCHS,
  parseMarker,
  readOwnMarker,
  type ShareMarker,
  type SyncRecords,
  writeOwnMarker,
  ZooKeeperSyncRecords,
} from '#mtnode/sync';
import { pairPaths, type SyncRecord } from '#shared/domain';
import { ModelDisk } from '#test/model-disk';
import { ModelZooKeeper } from '#test/model-zookeeper';
import { VirtualClock } from '#test/virtual-clock';

const PATHS = pairPaths('/kuantu/{system}/mt/{node}', 'O3', 'mt');
const RECORD: SyncRecord = {
  version: 1,
  epoch: 2,
  primary: { instance: 'a', dataId: 'data-a' },
  standby: null,
  bound: 0,
  ceilingLsn: 1_000,
  changedAtMs: 0,
};

async function withRoute() {
  const clock = new VirtualClock();
  const server = new ModelZooKeeper(clock);
  const session = server.session();
  await session.ensurePath(PATHS.base);
  await session.create(PATHS.route, Buffer.from('{}'), 'persistent');
  return { clock, server, session, records: new ZooKeeperSyncRecords(session, PATHS) };
}

describe('the record in ZooKeeper', () => {
  it('is made, read and replaced by version', async () => {
    const { records } = await withRoute();
    expect(await records.read()).toBeUndefined();
    expect(await records.change(RECORD, undefined, 0)).toBe('done');
    expect(await records.read()).toEqual({ record: RECORD, version: 0 });
    const next = { ...RECORD, ceilingLsn: 2_000 };
    expect([await records.change(next, 5, 0), await records.change(next, undefined, 0)]).toEqual(['lost', 'lost']);
    expect(await records.change(next, 0, 0)).toBe('done');
    expect(await records.read()).toEqual({ record: next, version: 1 });
  });

  it('is never changed once the route is another', async () => {
    const { records, session } = await withRoute();
    await records.change(RECORD, undefined, 0);
    await session.set(PATHS.route, Buffer.from('{"closed":true}'));
    expect(await records.change({ ...RECORD, ceilingLsn: 9_000 }, 0, 0)).toBe('lost');
    expect(await records.read()).toEqual({ record: RECORD, version: 0 });
  });

  it('tells what was not sent from what may have been', async () => {
    const { records, session, server } = await withRoute();
    session.cutOff();
    expect(await records.change(RECORD, undefined, 0)).toBe('none');
    await expect(records.read()).rejects.toThrow('NOT_CONNECTED');
    session.heal();
    const { ZooKeeperError } = await import('#core/zookeeper');
    server.applyAll = () => {
      throw new ZooKeeperError('OUTCOME_UNKNOWN', PATHS.sync, 'the answer was lost');
    };
    expect(await records.change(RECORD, undefined, 0)).toBe('unknown');
  });

  it('that does not parse has a version all the same, so that it can be replaced', async () => {
    const { records, session } = await withRoute();
    await session.create(PATHS.sync, Buffer.from('{"version":7}'), 'persistent');
    expect(await records.read()).toEqual({ record: undefined, version: 0 });
    expect(await records.change(RECORD, 0, 0)).toBe('done');
  });
});

describe('the keeper of the record', () => {
  const keeper = (clock: VirtualClock, records: SyncRecords, routeVersion: () => number | undefined) => {
    const views: LossLimitView[] = [];
    const errors: unknown[] = [];
    const kept = new LossKeeper(
      {
        epoch: 2,
        self: RECORD.primary,
        mode: 'sync',
        lossBound: 0,
        confirmTimeoutMs: 500,
        durableLsn: 0,
      },
      {
        clock,
        records,
        routeVersion,
        onChange: (view) => void views.push(view),
        onError: (error) => void errors.push(error),
      },
    );
    return { kept, views, errors };
  };

  it('has it say what is needed, through a ZooKeeper that goes and comes back', async () => {
    const { clock, session, records } = await withRoute();
    const { kept, views, errors } = keeper(clock, records, () => 0);
    await clock.advance(0);
    kept.durable(10);
    expect(kept.view).toMatchObject({ acknowledgeableLsn: 10, state: 'beyond' });
    kept.registered(true);
    for (let i = 0; i < 60; i++) {
      kept.confirmed({ instance: 'b', dataId: 'data-b' }, 10);
      await clock.advance(10);
    }
    expect([kept.view.state, (await records.read())?.record?.ceilingLsn]).toEqual(['within', null]);
    session.cutOff();
    kept.durable(20);
    await clock.advance(3_000);
    expect(kept.view.acknowledgeableLsn).toBe(10);
    kept.confirmed({ instance: 'b', dataId: 'data-b' }, 15);
    expect(kept.view.acknowledgeableLsn).toBe(15);
    session.heal();
    await clock.advance(200);
    expect(kept.view).toMatchObject({ acknowledgeableLsn: 20, state: 'beyond' });
    expect((await records.read())?.record).toMatchObject({ ceilingLsn: 1_020, epoch: 2 });
    expect(errors).toEqual([]);
    expect(views.map(({ state }) => state)).toContain('returning');
  });

  it('changes nothing while the route is not its own, nor after its end', async () => {
    const { clock, records } = await withRoute();
    let version: number | undefined;
    const { kept } = keeper(clock, records, () => version);
    kept.durable(10);
    await clock.advance(1_000);
    expect([kept.view.acknowledgeableLsn, await records.read()]).toEqual([0, undefined]);
    version = 0;
    kept.retry();
    await clock.advance(100);
    expect(kept.view.acknowledgeableLsn).toBe(10);
    kept.stop();
    kept.durable(5_000);
    await clock.advance(1_000);
    expect([kept.view.acknowledgeableLsn, (await records.read())?.version, clock.pendingTimers()]).toEqual([10, 0, 0]);
  });
});

describe("a share's marker", () => {
  const marker: ShareMarker = {
    version: 1,
    system: 'O3',
    node: 'mt',
    instance: 'a',
    incarnation: 'a-1',
    dataId: 'data-a',
    role: 'primary',
    epoch: 3,
    epochs: [
      { epoch: 1, firstLsn: 1 },
      { epoch: 3, firstLsn: 20 },
    ],
    snapshotLsn: null,
    persistedLsn: null,
    durableLsn: 30,
    writtenAtMs: 1,
  };

  it('is read back as it was written, and missing where there is none', async () => {
    const disk = new ModelDisk();
    expect(await readOwnMarker(disk)).toBeUndefined();
    await writeOwnMarker(disk, marker);
    expect(await readOwnMarker(disk)).toEqual(marker);
  });

  it('keeps the latest terms where there are too many', async () => {
    const disk = new ModelDisk();
    const epochs = Array.from({ length: MAX_EPOCHS + 5 }, (_, index) => ({
      epoch: index + 1,
      firstLsn: index * 2 + 1,
    }));
    await writeOwnMarker(disk, { ...marker, epochs });
    const found = await readOwnMarker(disk);
    expect([found?.epochs.length, found?.epochs[0]?.epoch]).toEqual([MAX_EPOCHS, 6]);
  });

  it.each([
    ['no JSON', Buffer.from('{'), /not JSON/],
    ['not UTF-8', Buffer.from([0xc3, 0x28]), /not JSON in UTF-8/],
    ['too long', Buffer.alloc(256 * 1024 + 1, 0x20), /too long/],
    ['another version', Buffer.from(JSON.stringify({ ...marker, version: 2 })), /version/],
    ['epochs that fall', Buffer.from(JSON.stringify({ ...marker, epochs: [...marker.epochs].reverse() })), /must rise/],
    ['an empty data id', Buffer.from(JSON.stringify({ ...marker, dataId: '' })), /dataId/],
  ])('is refused: %s', (_, bytes, problem) => {
    expect(() => parseMarker(bytes)).toThrow(problem);
  });
});
