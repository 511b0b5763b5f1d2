import { describe, expect, it } from 'vitest';
import { MAX_DATA_POINTS } from '#shared/contract';
import { DIRECTORY, dataStatus, failedSync } from '#test/data-facts';
import { MachineRig, registration } from '#test/failover-facts';
import { DataBoard } from '../../../src/main/pairs/data-board.ts';

const rigOf = (lsn = 10) => {
  const off = { state: 'off' as const, directory: DIRECTORY, reason: null };
  const a = registration('A', { data: dataStatus({ lsn: 12, acknowledgedLsn: 11, sync: off, lag: null }) });
  const b = registration('B', {
    data: dataStatus({ lsn, acknowledgedLsn: 11, lag: { records: 1, bytes: 9, seconds: 0.1 } }),
  });
  return new MachineRig().settle({ a, b });
};

describe('what is shown of the data', () => {
  it('are figures of the last second, while health is shown at once', () => {
    const rig = rigOf();
    const board = new DataBoard();
    board.take(rig.state);
    expect(board.of('B')?.status.lsn).toBe(10);
    rig.says('B', dataStatus({ lsn: 20 }));
    board.take(rig.state);
    expect(board.of('B')?.status.lsn).toBe(10);
    rig.says('B', failedSync(3));
    board.take(rig.state);
    expect(board.of('B')?.status.sync.state).toBe('failed');
    rig.says('B', dataStatus({ lsn: 40 }));
    board.tick(rig.state, 1);
    expect(board.of('B')?.status.lsn).toBe(40);
  });

  it('is nothing, and no news, where the instances keep none', () => {
    const board = new DataBoard();
    const rig = new MachineRig().settle();
    expect(board.tick(rig.state, 1)).toBe(false);
    expect([board.of('A'), board.trend()]).toEqual([null, []]);
  });
});

describe('the trend', () => {
  it('has a point a second with what was heard last, the latest minute of them', () => {
    const rig = rigOf();
    const board = new DataBoard();
    for (let n = 0; n < 70; n++) {
      rig.pass(100);
      rig.beat('A', 'ok', { lsn: 100 + n });
      rig.beat('B', 'error');
      board.tick(rig.state, n);
    }
    expect(board.trend()).toHaveLength(MAX_DATA_POINTS);
    expect(board.trend()[0]).toMatchObject({ atMs: 10 });
    expect(board.trend().at(-1)).toEqual({ atMs: 69, primaryLsn: 169, standbyLsn: 10, lagRecords: 1 });
    const last = () => {
      board.tick(rig.state, 70);
      return board.trend().at(-1)?.primaryLsn;
    };
    rig.pass(10);
    rig.says('A', dataStatus({ acknowledgedLsn: 200 }));
    expect(last()).toBe(200);
    // What the standby that follows it has heard since counts too; what another one remembers does not.
    rig.says('B', dataStatus({ acknowledgedLsn: 210 }));
    expect(last()).toBe(210);
    rig.says('B', { ...failedSync(0), acknowledgedLsn: 220 });
    expect(last()).toBe(200);
  });

  it('keeps the old list until there is another point, and shows no position of who is not heard', () => {
    const rig = rigOf();
    const board = new DataBoard();
    board.tick(rig.state, 1);
    expect(board.trend()).toBe(board.trend());
    rig.beat('A', 'refused');
    rig.process('A', 'gone');
    board.tick(rig.state, 2);
    expect(board.trend().map(({ primaryLsn }) => primaryLsn)).toEqual([11, null]);
  });
});
