import { describe, expect, it } from 'vitest';
import { dataStatus } from '#test/data-facts';
import { MachineRig } from '#test/failover-facts';

/** A pair in good order whose standby has told of its data; the picture was made this moment. */
function well(): MachineRig {
  const rig = new MachineRig({ hostCheck: false }).settle();
  rig.live(3_000, { A: 'ok', B: 'error' });
  rig.says('B', dataStatus());
  rig.feed({ kind: 'tick' });
  expect(rig.state.picture.state).toBe('normal');
  rig.pass(100);
  return rig;
}

describe('an answer that says what the last one said', () => {
  it.each<[string, (rig: MachineRig) => void]>([
    ['a beat', (rig) => rig.beat('A', 'ok', { lsn: 1_000 })],
    ['1403040', (rig) => rig.says('B', dataStatus({ lsn: 1_000 }))],
  ])('by %s is known at once, and nothing is looked at anew for it', (_name, happens) => {
    const rig = well();
    const { picture } = rig.state;
    happens(rig);
    expect(rig.state.picture).toBe(picture);
    const { facts, ledgers } = rig.state;
    expect(facts.now).toEqual(rig.now);
    expect(facts.instances.map(({ ledger }) => ledger)).toEqual(ledgers);
    expect(facts.named).toBe(facts.instances[0]);
    expect(facts.other).toBe(facts.instances[1]);
    expect([ledgers[0].beatLsn?.lsn, ledgers[1].data?.status.lsn]).toContain(1_000);
  });

  it.each<[string, (rig: MachineRig) => void]>([
    ['a beat is answered otherwise', (rig) => rig.beat('A', 'error')],
    ['a beat is not answered', (rig) => rig.beat('B', 'timeout')],
    ['another epoch is answered', (rig) => rig.beat('A', 'ok', { epoch: 7 })],
    ['the data is in another state', (rig) => rig.says('B', dataStatus({ lossBound: 5 }))],
    [
      'the console stood still before it',
      (rig) => {
        rig.pass(4_000);
        rig.beat('A', 'ok');
      },
    ],
    [
      'ZooKeeper is gone',
      (rig) => {
        rig.now = { ...rig.now, zookeeperLive: false };
        rig.beat('A', 'ok');
      },
    ],
  ])('is none where %s', (_name, happens) => {
    const rig = well();
    const { picture } = rig.state;
    happens(rig);
    expect(rig.state.picture).not.toBe(picture);
  });
});

describe('a beat that is not answered, of a pair that does not run', () => {
  it.each<[string, boolean, (rig: MachineRig) => void]>([
    ['as the last one: nothing is looked at anew', true, (rig) => rig.beat('A', 'refused')],
    ['otherwise than the last one: everything is', false, (rig) => rig.beat('A', 'timeout')],
  ])('%s', (_name, isKept, happens) => {
    const rig = new MachineRig().settle().stop();
    rig.pass(100);
    const { picture } = rig.state;
    happens(rig);
    expect(rig.state.picture === picture).toBe(isKept);
    expect(rig.state.facts.now).toEqual(rig.now);
  });
});
