import { describe, expect, it } from 'vitest';
import { sentence } from '#shared/i18n';
import { MachineRig, type SnapshotChange } from '#test/failover-facts';

const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);
const GONE: SnapshotChange = { a: null };

/** Whatever makes the console doubt, and what of it is said. */
const DOUBTS: [string, string, (rig: MachineRig) => void][] = [
  ['an event loop that stood still', 'blocker.stalled', (rig) => rig.pass(4_000)],
  [
    'a workstation that slept while its monotonic clock stood',
    'blocker.clockJump',
    (rig) => {
      rig.pass(250);
      rig.now = { ...rig.now, wallMs: rig.now.wallMs + 1_800_000 };
    },
  ],
  [
    'a clock that was set back',
    'blocker.clockJump',
    (rig) => {
      rig.pass(250);
      rig.now = { ...rig.now, wallMs: rig.now.wallMs - 60_000 };
    },
  ],
  [
    'the word of the machine that it sleeps or woke',
    'blocker.slept',
    (rig) => {
      rig.pass(10);
      rig.feed({ kind: 'slept' });
    },
  ],
];

describe.each(DOUBTS)('%s', (_name, key, happens) => {
  /** The primary is dead to all evidence, and the console has just come to doubt itself. */
  function doubting(event: 'tick' | 'coordination'): MachineRig {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.live(3_000, { A: 'refused', B: 'error' });
    happens(rig);
    if (event === 'tick') rig.feed({ kind: 'tick' });
    rig.sees(GONE);
    return rig;
  }

  it.each(['tick', 'coordination'] as const)('is noticed first, whatever comes in first (%s)', (event) => {
    const rig = doubting(event);
    rig.beat('A', 'refused');
    expect(rig.state.facts.named?.assessment.verdict).toBe('gone');
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain(key);
    for (const locale of ['en', 'zh-CN'] as const)
      expect(sentence(locale, rig.state.tilt?.reason ?? { key: '', params: {} })).not.toContain(key);
    expect(rig.effects.filter(({ kind }) => kind === 'beat-now').length).toBeGreaterThanOrEqual(2);
  });

  it('lasts over old news, over half of the news, and over a view of ZooKeeper that is not settled', () => {
    const rig = doubting('tick');
    const before = rig.now.monotonicMs - 1;
    rig.beat('A', 'refused', { sentMonotonicMs: before });
    rig.beat('B', 'error', { sentMonotonicMs: before });
    expect(keys(rig)).toContain(key);
    rig.beat('B', 'error');
    expect(keys(rig)).toContain(key);
    rig.sees({ ...GONE, settled: false });
    rig.beat('A', 'refused');
    expect(keys(rig)).toContain(key);
    expect(rig.began()).toEqual([]);
  });

  it('ends with fresh evidence of both, one of them an answer, and then it acts', () => {
    const rig = doubting('tick');
    rig.pass(20);
    rig.beat('A', 'refused');
    expect(rig.began()).toEqual([]);
    rig.beat('B', 'error');
    expect(keys(rig)).toEqual(expect.not.arrayContaining([key]));
    expect(rig.began()).toHaveLength(1);
  });
});

describe('a console without ZooKeeper’s word', () => {
  it.each(['suspended', 'expired', 'connecting', 'closed'] as const)('watches while its session is %s', (state) => {
    const rig = new MachineRig().settle();
    rig.sees({ ...GONE, state, settled: false, lock: { holder: 'none', name: null } });
    rig.live(10_000, { A: 'refused', B: 'error' });
    rig.process('A', 'gone');
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.zookeeper');
    // Back, and nothing has been read since: absence does not count yet.
    rig.sees({ ...GONE, settled: false });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.settling');
    rig.sees(GONE);
    expect(rig.began()).toHaveLength(1);
  });

  it('watches from the moment at which its lease ends, before anybody has told it', () => {
    const rig = new MachineRig().settle();
    rig.now = { ...rig.now, zookeeperLive: false };
    rig.beat('A', 'refused');
    rig.process('A', 'gone');
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.zookeeper');
    rig.now = { ...rig.now, zookeeperLive: true };
    rig.feed({ kind: 'tick' });
    expect(rig.began()).toHaveLength(1);
  });
});

describe('a console that hears nobody', () => {
  it('watches, and says that it may be the one cut off, until the standby answers', () => {
    const rig = new MachineRig({ hostCheck: false }).settle();
    rig.live(5_000, { A: 'timeout', B: 'timeout' });
    rig.sees(GONE);
    expect(rig.state.facts.named?.assessment.verdict).toBe('gone');
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.standbyNotHeard');
    rig.beat('B', 'error');
    expect(rig.began()).toHaveLength(1);
  });
});
