import { describe, expect, it } from 'vitest';
import { MachineRig } from '#test/failover-facts';

/** A pair in good order, everything of which was looked at this moment. */
function calm(): MachineRig {
  const rig = new MachineRig({ hostCheck: false }).settle();
  rig.live(3_000, { A: 'ok', B: 'error' });
  // Away from any look of before.
  while (rig.state.lastLook !== rig.state.lastTick) rig.live(250);
  expect(rig.state.picture.state).toBe('normal');
  return rig;
}

function tickAfter(rig: MachineRig, ms: number): void {
  rig.pass(ms);
  rig.feed({ kind: 'tick' });
}

describe('a tick of a pair in good order', () => {
  it('looks at nothing for 2 s, and then at everything', () => {
    const rig = calm();
    const { facts } = rig.state;
    for (let tick = 0; tick < 7; tick++) tickAfter(rig, 250);
    expect(rig.state.facts).toBe(facts);
    expect(rig.state.lastTick).toEqual(rig.now);
    tickAfter(rig, 250);
    expect(rig.state.facts).not.toBe(facts);
    expect(rig.state.facts.now).toEqual(rig.now);
  });

  it.each<[string, (rig: MachineRig) => void]>([
    ['the console stood still', (rig) => rig.pass(4_000)],
    [
      'the wall clock was set',
      (rig) => {
        rig.now = { ...rig.now, wallMs: rig.now.wallMs + 60_000 };
      },
    ],
    [
      'the word of ZooKeeper is gone',
      (rig) => {
        rig.now = { ...rig.now, zookeeperLive: false };
      },
    ],
  ])('looks at everything at once where %s', (_name, happens) => {
    const rig = calm();
    const { facts } = rig.state;
    happens(rig);
    tickAfter(rig, 250);
    expect(rig.state.facts).not.toBe(facts);
    expect(rig.state.facts.now).toEqual(rig.now);
  });

  it('looks at everything when a maintenance is over, and not before', () => {
    const rig = calm();
    const untilMs = rig.now.wallMs + 1_200;
    const maintenance = { operator: 'Li Lei', reason: 'disks', sinceMs: 0, untilMs };
    rig.sees({ policy: { maintenance } });
    tickAfter(rig, 250);
    const { facts } = rig.state;
    tickAfter(rig, 250);
    expect(rig.state.facts).toBe(facts);
    while (rig.state.facts.maintenance !== null) tickAfter(rig, 100);
    expect(rig.now.wallMs).toBe(untilMs);
    expect(rig.state.picture.state).toBe('normal');
  });

  it('does so also where beats have come in between: what is due at a tick comes due', () => {
    const rig = calm();
    const { lastLook } = rig.state;
    rig.live(2_000);
    expect(rig.state.lastLook.monotonicMs - lastLook.monotonicMs).toBe(2_000);
  });

  it.each<[string, (rig: MachineRig) => void]>([
    ['does not answer', (rig) => rig.live(250, { A: 'timeout', B: 'error' })],
    ['has gone from ZooKeeper', (rig) => rig.sees({ b: null })],
  ])('is none where an instance %s', (_name, happens) => {
    const rig = calm();
    happens(rig);
    const { facts } = rig.state;
    tickAfter(rig, 250);
    expect(rig.state.facts).not.toBe(facts);
  });
});

describe('a look at a process that is due', () => {
  it('is made by a tick that looks at nothing else', () => {
    const rig = new MachineRig().settle();
    rig.live(3_000, { A: 'ok', B: 'error' });
    while (rig.state.lastLook !== rig.state.lastTick) rig.live(250);
    rig.pass(250);
    for (const name of ['A', 'B']) rig.process(name, 'alive');
    const { facts, lastLook } = rig.state;
    rig.pass(facts.timeouts.localLookMs - 500);
    expect(rig.feed({ kind: 'tick' })).toEqual([]);
    // By then a tick would look at everything: it is the look before that one that is wanted.
    rig.state = { ...rig.state, lastLook: { ...lastLook, monotonicMs: lastLook.monotonicMs + 500 } };
    rig.pass(500);
    expect(rig.feed({ kind: 'tick' }).map(({ kind }) => kind)).toEqual(['check-process', 'check-process']);
    expect(rig.state.facts).toBe(facts);
  });
});

describe('a tick of a pair that does not run', () => {
  const stopped = () => {
    const rig = new MachineRig().settle().stop();
    expect(rig.state.facts.instances.map(({ assessment }) => assessment.verdict)).toEqual(['gone', 'gone']);
    return rig;
  };

  it('looks at nothing for 2 s, and then at everything', () => {
    const rig = stopped();
    const { facts } = rig.state;
    for (let tick = 0; tick < 7; tick++) tickAfter(rig, 250);
    expect(rig.state.facts).toBe(facts);
    tickAfter(rig, 250);
    expect(rig.state.facts).not.toBe(facts);
    expect(rig.state.facts.now).toEqual(rig.now);
  });

  it.each<[string, (rig: MachineRig) => void]>([
    ['one of them is registered again', (rig) => rig.sees({ a: null })],
    ['one of them answers again', (rig) => rig.beat('B', 'error')],
    ['the console stood still', (rig) => rig.pass(4_000)],
    ['this console cannot act', (rig) => rig.sees({ a: null, b: null, state: 'suspended' })],
  ])('looks at everything at once where %s', (_name, happens) => {
    const rig = stopped();
    happens(rig);
    const { facts } = rig.state;
    tickAfter(rig, 250);
    expect(rig.state.facts).not.toBe(facts);
  });
});
