import { describe, expect, it } from 'vitest';
import { standsOn, TroubleBoard } from '#main/failover';
import { message } from '#shared/domain';
import { MachineRig, registration } from '#test/failover-facts';

const ZOOKEEPER = 'ZooKeeper zk1:2181';
const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);

/** A board on which the other pairs came into trouble at these times, after this machine's start. */
function boardOf(rig: MachineRig, onsetsMs: readonly number[], acting = false): TroubleBoard {
  const board = new TroubleBoard();
  onsetsMs.forEach((onsetMs, index) => {
    const hosts = [`10.8.3.${index}`, 'h'];
    board.tell(
      { key: `e/p${index}`, name: `mt-${index}`, standsOn: standsOn('zk1:2181', hosts) },
      { troubled: true, acting: acting && index === 0, monotonicMs: rig.now.monotonicMs + onsetMs },
    );
  });
  rig.common = board.sight();
  return board;
}

/** The primary is gone by what the network and ZooKeeper say; its server says nothing. */
function lose(rig: MachineRig): void {
  rig.beat('A', 'refused');
  rig.sees({ a: null });
  rig.live(2_000, { A: 'refused', B: 'error' });
}

const settled = () => new MachineRig({ hostCheck: true }).settle();

describe('several pairs in trouble together', () => {
  it('freeze one without a proof of its own, and name what they share', () => {
    const rig = settled();
    boardOf(rig, [0, 10]);
    lose(rig);
    expect(rig.state.facts.named?.assessment.verdict).toBe('gone');
    expect(rig.began()).toEqual([]);
    const blocker = rig.blockers.find(({ key }) => key === 'blocker.commonCause');
    expect(blocker?.params).toMatchObject({ count: 3, shared: `${ZOOKEEPER}, h, 10.8.3.0/24` });
    const told = rig.effects.flatMap((effect) => (effect.kind === 'event' ? [effect.message.key] : []));
    expect(told.filter((key) => key === 'blocker.commonCause')).toHaveLength(1);
  });

  it('let one go on whose process was found dead on its server', () => {
    const rig = settled();
    boardOf(rig, [0, 10]);
    lose(rig);
    rig.process('A', 'gone');
    expect(rig.began()).toHaveLength(1);
  });

  it('let one go on that has said itself that it stopped', () => {
    const rig = settled();
    boardOf(rig, [0, 10]);
    rig.beat('A', 'refused');
    rig.sees({ a: registration('A', { role: 'stopped', status: 0 }) });
    rig.live(1_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it('go on one at a time', () => {
    const rig = settled();
    const board = boardOf(rig, [0, 10], true);
    rig.beat('A', 'empty', { scheduled: false });
    rig.process('A', 'gone');
    expect(rig.began()).toEqual([]);
    expect(rig.blockers).toEqual([message('blocker.oneAtATime', { pair: 'mt-0' })]);
    const first = { key: 'e/p0', name: 'mt-0', standsOn: [] };
    board.tell(first, { troubled: false, acting: false, monotonicMs: rig.now.monotonicMs + 1_000 });
    rig.common = board.sight();
    rig.live(500, { A: 'refused', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it.each<[string, number[], number]>([
    ['too few', [0], 0],
    ['not together', [-70_000, -65_000], 0],
    ['released by an operator', [0, 10], 100],
  ])('freeze nobody where they are %s', (_name, onsetsMs, releasedMs) => {
    const rig = settled();
    const board = boardOf(rig, onsetsMs);
    if (releasedMs > 0) board.release(rig.now.monotonicMs + releasedMs);
    rig.common = board.sight();
    lose(rig);
    expect(keys(rig)).not.toContain('blocker.commonCause');
    expect(rig.began()).toHaveLength(1);
  });

  it('are as many as the policy says', () => {
    const rig = settled();
    boardOf(rig, [0]);
    rig.sees({ policy: { breakerPairs: 2 } });
    rig.beat('A', 'refused');
    rig.sees({ a: null, policy: { breakerPairs: 2 } });
    rig.live(2_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.commonCause');
  });

  it('are thawed by themselves once the others have been well for the window', () => {
    const rig = settled();
    const board = boardOf(rig, [0, 10]);
    lose(rig);
    for (const key of ['e/p0', 'e/p1'])
      board.tell(
        { key, name: key, standsOn: [] },
        { troubled: false, acting: false, monotonicMs: rig.now.monotonicMs },
      );
    rig.common = board.sight();
    rig.live(58_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    rig.live(4_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toHaveLength(1);
  });

  it('say so where they share nothing that is known here', () => {
    const rig = settled();
    const board = new TroubleBoard();
    for (const key of ['x', 'y'])
      board.tell(
        { key, name: key, standsOn: [key] },
        { troubled: true, acting: false, monotonicMs: rig.now.monotonicMs },
      );
    rig.common = board.sight();
    lose(rig);
    expect(keys(rig)).toContain('blocker.commonCauseUnknown');
  });
});

describe('the board of troubles', () => {
  const pair = { key: 'k', name: 'n', standsOn: [] };
  const at = (monotonicMs: number, troubled: boolean, acting = false) => ({ troubled, acting, monotonicMs });

  it('keeps when a trouble began while it lasts, and through the switchover that it led to', () => {
    const board = new TroubleBoard();
    board.tell(pair, at(5, true));
    board.tell(pair, at(6, true, true));
    board.tell(pair, at(7, false, true));
    expect(board.sight().troubles).toMatchObject([{ sinceMonotonicMs: 5, overMonotonicMs: null, acting: true }]);
    board.tell(pair, at(9, false));
    expect(board.sight().troubles).toMatchObject([{ sinceMonotonicMs: 5, overMonotonicMs: 9, acting: false }]);
    board.tell(pair, at(20, true));
    expect(board.sight().troubles).toMatchObject([{ sinceMonotonicMs: 20, overMonotonicMs: null }]);
  });

  it('knows nothing of a planned switchover, and forgets a pair that is watched no more', () => {
    const board = new TroubleBoard();
    const before = board.sight();
    board.tell(pair, at(5, false, true));
    board.tell(pair, at(6, false));
    expect(board.sight()).toBe(before);
    board.tell(pair, at(7, true));
    board.forget('k');
    expect(board.sight().troubles).toEqual([]);
  });

  it('knows the subnet of an address, and none of a name', () => {
    expect(standsOn('z:1', ['10.1.2.3', '10.1.2.4'])).toEqual(['ZooKeeper z:1', '10.1.2.3', '10.1.2.4', '10.1.2.0/24']);
    expect(standsOn('z:1', ['a.b', 'a.b'])).toEqual(['ZooKeeper z:1', 'a.b']);
  });
});
