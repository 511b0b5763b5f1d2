import { describe, expect, it } from 'vitest';
import { encodeEntry, openRedoLog } from '#mtnode/redo';
import { Uft } from '#mtnode/uft';
import { ModelDisk, systemError } from '#test/model-disk';
import { VirtualClock } from '#test/virtual-clock';
import { Snapshots } from '../../../../src/mtnode/data/snapshots.ts';

/** A disk that may have no room for dats, and counts how often one was tried. */
class DatDisk extends ModelDisk {
  isFull = false;
  tried = 0;

  override async replace(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    if (name.startsWith('dat-')) this.tried++;
    if (name.startsWith('dat-') && this.isFull) throw systemError('ENOSPC', 'write', name);
    await super.replace(name, content);
  }
}

async function rig() {
  const disk = new DatDisk();
  const clock = new VirtualClock();
  const log = await openRedoLog(disk, { segmentBytes: 4_096 });
  const uft = new Uft();
  const outcomes: unknown[] = [];
  const snapshots = new Snapshots({
    everyRecords: 10,
    clock,
    log,
    uft,
    afterwards: async () => {},
    onOutcome: (error) => void outcomes.push(error instanceof Error ? error.message : error),
  });
  const write = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const type = log.lastLsn === 0 ? 'epoch' : 'session';
      const entry = type === 'epoch' ? { type, instance: 'a' } : { type, kind: 'session' as const, value: `s${i}` };
      const payload = encodeEntry(entry as Parameters<typeof encodeEntry>[0]);
      uft.apply({ lsn: log.append(1, type, payload), epoch: 1, type, payload });
    }
    await log.flush();
    snapshots.consider(1, log.durableLsn);
    await snapshots.settled();
  };
  return { disk, clock, log, outcomes, write };
}

describe('dats', () => {
  it('are written every so many records', async () => {
    const { disk, log, outcomes, write } = await rig();
    await write(9);
    expect(log.datLsn).toBeNull();
    await write(1);
    expect(log.datLsn).toBe(10);
    await write(15);
    expect([log.datLsn, disk.tried, outcomes]).toEqual([25, 2, []]);
  });

  it('that cannot be written are not tried again at once, and are told once', async () => {
    const { disk, clock, log, outcomes, write } = await rig();
    disk.isFull = true;
    for (let i = 0; i < 20; i++) await write(10);
    expect([log.datLsn, disk.tried, outcomes]).toEqual([null, 1, [expect.stringContaining('ENOSPC')]]);
    await clock.advance(10_000);
    await write(1);
    expect([disk.tried, outcomes.length]).toEqual([2, 1]);
    disk.isFull = false;
    await write(1);
    expect(log.datLsn).toBeNull();
    await clock.advance(10_000);
    await write(1);
    expect([log.datLsn, outcomes]).toEqual([203, [expect.stringContaining('ENOSPC'), undefined]]);
  });
});
