import { describe, expect, it } from 'vitest';
import { MachineRig, registration } from '#test/failover-facts';

const verdictOf = (rig: MachineRig, index: 0 | 1 = 0) => rig.state.facts.instances[index].assessment;
const says = (rig: MachineRig, kind: string) =>
  verdictOf(rig).evidence.find((evidence) => evidence.class === kind)?.says;

describe('the verdict on an instance', () => {
  it('is alive while it answers, with whatever error of its own', () => {
    for (const kind of ['ok', 'switching', 'error'] as const) {
      const rig = new MachineRig().settle();
      rig.beat('A', kind);
      expect(verdictOf(rig).verdict).toBe('alive');
    }
  });

  it('is unknown before anything was heard', () => {
    const rig = new MachineRig();
    rig.sees({});
    expect(verdictOf(rig).verdict).toBe('unknown');
  });

  it.each(['empty', 'refused'] as const)('is not gone on %s replies alone, however long', (kind) => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.live(20_000, { A: kind, B: 'error' });
    expect(verdictOf(rig).verdict).toBe('unreachable-registered');
    expect(rig.began()).toEqual([]);
  });

  it.each(['empty', 'refused'] as const)('is gone at once on %s and a dead process', (kind) => {
    const rig = new MachineRig().settle();
    rig.beat('A', kind);
    expect(verdictOf(rig).verdict).toBe('silent');
    rig.process('A', 'gone');
    expect(verdictOf(rig).verdict).toBe('gone');
  });

  it('is gone when it neither answers nor is registered', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.live(4_000, { A: 'timeout', B: 'error' });
    expect(verdictOf(rig).verdict).toBe('unreachable-registered');
    rig.sees({ a: null });
    expect(verdictOf(rig).verdict).toBe('gone');
  });

  it('stays alive when only its registration is gone', () => {
    const rig = new MachineRig().settle();
    rig.sees({ a: null });
    rig.live(10_000);
    expect(says(rig, 'coordination')).toBe('gone');
    expect(verdictOf(rig).verdict).toBe('alive');
  });

  it('believes the silence of an instance that ZooKeeper let go after one beat, asked again at once', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    const sentMonotonicMs = rig.now.monotonicMs;
    rig.live(1_000, { B: 'error' });
    rig.beat('A', 'timeout', { sentMonotonicMs });
    rig.live(500, { B: 'error' });
    expect(verdictOf(rig).verdict).toBe('alive');
    expect(rig.sees({ a: null })).toEqual(
      expect.arrayContaining([
        { kind: 'beat-now', instance: 'A' },
        { kind: 'look-again', afterMs: 250 },
      ]),
    );
    expect(rig.sees({ a: null }).filter(({ kind }) => kind === 'beat-now')).toEqual([]);
    expect(verdictOf(rig).verdict).toBe('alive');
    rig.pass(249);
    rig.feed({ kind: 'tick' });
    expect(verdictOf(rig).verdict).toBe('alive');
    rig.pass(1);
    rig.feed({ kind: 'tick' });
    expect(verdictOf(rig).verdict).toBe('gone');
    expect(rig.began()).toHaveLength(1);
  });

  it('does not believe it where the instance answers the beat that was sent when its registration went', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.beat('A', 'timeout', { sentMonotonicMs: rig.now.monotonicMs - 1_000 });
    rig.sees({ a: null });
    rig.pass(20);
    rig.beat('A', 'ok');
    rig.live(10_000);
    expect(verdictOf(rig).verdict).toBe('alive');
    expect(rig.began()).toEqual([]);
  });

  it('does not believe it without a beat that ran into its time-out, in a view not settled, or once registered again', () => {
    const noBeat = new MachineRig({ hostCheck: false }).settle();
    noBeat.sees({ a: null });
    noBeat.live(1_000, { B: 'error' });
    expect(verdictOf(noBeat).verdict).toBe('alive');
    const unsettled = new MachineRig({ hostCheck: false }).settle();
    unsettled.beat('A', 'timeout', { sentMonotonicMs: unsettled.now.monotonicMs - 1_000 });
    unsettled.sees({ a: null });
    unsettled.sees({ a: null, settled: false });
    unsettled.live(1_000, { B: 'error' });
    expect(verdictOf(unsettled).verdict).toBe('alive');
    const again = new MachineRig({ hostCheck: false }).settle();
    again.beat('A', 'timeout', { sentMonotonicMs: again.now.monotonicMs - 1_000 });
    again.sees({ a: null });
    again.sees({});
    again.live(1_000, { B: 'error' });
    expect(verdictOf(again).verdict).toBe('alive');
    again.sees({ a: null });
    expect(verdictOf(again).verdict).toBe('alive');
  });

  describe('asks an instance once more that was long silent before ZooKeeper let it go', () => {
    /** A beat was lost; by the time that the next one is due ZooKeeper has let it go. */
    const silentBefore = (kind: 'timeout' | 'refused' | 'empty') => {
      const rig = new MachineRig({ hostCheck: false, beatIntervalMs: 4_000 }).settle();
      const sentMonotonicMs = rig.now.monotonicMs;
      rig.live(1_000, { B: 'error' });
      rig.beat('A', kind, { sentMonotonicMs });
      rig.live(2_500, { B: 'error' });
      expect(rig.sees({ a: null })).toEqual(
        expect.arrayContaining([
          { kind: 'beat-now', instance: 'A' },
          { kind: 'look-again', afterMs: 250 },
        ]),
      );
      expect(verdictOf(rig)).toMatchObject({ verdict: 'silent', reason: { key: 'failover.verdict.askedAgain' } });
      return rig;
    };

    it.each(['timeout', 'refused', 'empty'] as const)('and finds that it lives, after %s', (kind) => {
      const rig = silentBefore(kind);
      rig.pass(5);
      rig.beat('A', 'ok');
      rig.live(10_000);
      expect(verdictOf(rig).verdict).toBe('alive');
      expect(rig.began()).toEqual([]);
    });

    it('and takes it for gone where it has not answered when it could have', () => {
      const rig = silentBefore('timeout');
      rig.pass(249);
      rig.feed({ kind: 'tick' });
      expect(rig.began()).toEqual([]);
      rig.pass(1);
      rig.feed({ kind: 'tick' });
      expect(verdictOf(rig).verdict).toBe('gone');
      expect(rig.began()).toHaveLength(1);
    });

    it.each(['refused', 'empty'] as const)('and takes it for gone as soon as that beat ends %s', (kind) => {
      const rig = silentBefore('timeout');
      rig.pass(5);
      rig.beat('A', kind);
      expect(verdictOf(rig).verdict).toBe('gone');
      expect(rig.began()).toHaveLength(1);
    });

    it('and again where the beat that was under way then has failed, once', () => {
      const rig = silentBefore('timeout');
      const again = { kind: 'beat-now', instance: 'A' };
      rig.pass(100);
      expect(rig.beat('A', 'timeout', { sentMonotonicMs: rig.now.monotonicMs - 1_000 })).toContainEqual(again);
      expect(rig.began()).toEqual([]);
      rig.pass(50);
      expect(rig.beat('A', 'timeout')).not.toContainEqual(again);
      expect(rig.began()).toHaveLength(1);
    });

    it('and not where it was refused just before: that beat has said it', () => {
      const rig = new MachineRig({ hostCheck: false }).settle();
      rig.live(4_000, { B: 'error' });
      rig.beat('A', 'refused');
      rig.pass(100);
      rig.sees({ a: null });
      expect(verdictOf(rig).verdict).toBe('gone');
      expect(rig.began()).toHaveLength(1);
    });
  });

  it('takes silence for nothing before its time, and never for the end of the process', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.live(1_000, { A: 'timeout', B: 'error' });
    expect(verdictOf(rig).verdict).toBe('alive');
    rig.live(30_000, { A: 'timeout', B: 'error' });
    expect(says(rig, 'network')).toBe('silent');
    expect(verdictOf(rig).verdict).toBe('unreachable-registered');
  });

  it('does not take absence for an end while the view of ZooKeeper is not settled', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.beat('A', 'refused');
    rig.sees({ a: null, settled: false });
    expect(says(rig, 'coordination')).toBe('nothing');
    expect(verdictOf(rig).verdict).toBe('silent');
  });

  it('does not take absence for an end while the own lease is not live', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.beat('A', 'refused');
    rig.sees({ a: null });
    expect(verdictOf(rig).verdict).toBe('gone');
    rig.now = { ...rig.now, zookeeperLive: false };
    rig.feed({ kind: 'tick' });
    expect(verdictOf(rig).verdict).toBe('silent');
  });

  it('holds a process that runs for alive behind a firewall, even without its registration', () => {
    const rig = new MachineRig().settle();
    rig.beat('A', 'refused');
    rig.process('A', 'alive');
    rig.sees({ a: null });
    expect(verdictOf(rig).verdict).toBe('silent');
  });

  it('calls a hung process gone once its registration has run out', () => {
    const rig = new MachineRig().settle();
    rig.live(4_000, { A: 'timeout', B: 'error' });
    rig.process('A', 'alive', true);
    expect(verdictOf(rig).verdict).toBe('unreachable-registered');
    rig.sees({ a: null });
    expect(verdictOf(rig).verdict).toBe('gone');
  });

  it('takes the word of an instance that stops in good order, though its process still lives', () => {
    const rig = new MachineRig().settle();
    rig.sees({ a: registration('A', { role: 'stopped', status: 0 }) });
    rig.beat('A', 'empty', { scheduled: false });
    expect(rig.began()).toHaveLength(1);
    rig.process('A', 'alive');
    expect(verdictOf(rig).verdict).toBe('gone');
  });

  it('drops what was known of a process when another incarnation registers', () => {
    const rig = new MachineRig().settle();
    rig.beat('A', 'refused');
    rig.process('A', 'gone');
    rig.sees({ a: registration('A', { incarnation: 'A-2' }) });
    expect(verdictOf(rig).verdict).toBe('silent');
    rig.process('A', 'gone', false, 'A-1');
    expect(verdictOf(rig).verdict).toBe('silent');
  });

  it('ages: an old answer proves nothing', () => {
    const rig = new MachineRig().settle();
    rig.live(6_000, { B: 'error' });
    expect(says(rig, 'network')).toBe('nothing');
    expect(verdictOf(rig).verdict).toBe('unknown');
  });

  it('counts a slow rhythm as fresh', () => {
    const rig = new MachineRig({ beatIntervalMs: 60_000 }).settle();
    rig.live(100_000, {});
    expect(verdictOf(rig).verdict).toBe('alive');
  });
});
