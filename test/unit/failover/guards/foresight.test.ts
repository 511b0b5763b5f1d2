import { describe, expect, it } from 'vitest';
import { foresightOf } from '#main/failover';
import { policySettings } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { MachineRig, registration, type SnapshotChange } from '#test/failover-facts';

const A = registration('A', { role: 'primary', status: 1, sessionTimeoutMs: 4_000 });
const settled = (change: SnapshotChange = {}, options: ConstructorParameters<typeof MachineRig>[0] = {}) =>
  new MachineRig({ hostCheck: false, ...options }).settle({ a: A, ...change });
const of = (rig: MachineRig) => foresightOf(rig.state.facts);
const words = (rig: MachineRig) => sentence('en', of(rig).sentence);

describe('who acts next, and when', () => {
  it('is told while all is well: which console, whom it would promote, and at most after how long', () => {
    const rig = settled();
    expect(of(rig)).toMatchObject({
      ...{ holder: 'this', actor: 'me', successor: null, to: 'B', ownTimeoutMs: 4_000 },
      letGo: { instance: 'A', withinMs: 6_000, byMs: null },
    });
    expect(words(rig)).toBe(
      'If A falls silent, ZooKeeper lets it go at most 6 s after its last word; then me promotes B',
    );
    expect(of(settled({}, { hostCheck: true })).sentence.key).toBe('foresight.calm.host');
    expect(of(settled({ a: registration('A', { role: 'primary', status: 1 }) }))).toMatchObject({
      letGo: null,
      sentence: { key: 'foresight.calm.unknown' },
    });
  });

  it('counts down from the first beat that was not answered, and does not claim more than that', () => {
    const rig = settled();
    rig.live(2_000, { A: 'timeout', B: 'error' });
    const { letGo, sentence: said } = of(rig);
    expect(letGo?.byMs).toBe((rig.state.ledgers[0].network.failingSinceAtMs ?? 0) + 6_000);
    expect(said.key).toBe('foresight.waiting');
    rig.live(6_000, { A: 'timeout', B: 'error' });
    // Registered longer than a dead one could be: nobody promotes over it.
    expect(of(rig).sentence.key).toBe('foresight.kept');
    expect(rig.blockers.map(({ key }) => key)).toContain('blocker.unreachable');
    expect(rig.began()).toEqual([]);
  });

  it('says what is waited for once ZooKeeper has let go an instance that is not known to have ended', () => {
    const rig = settled({}, { hostCheck: true });
    rig.live(2_000, { A: 'refused', B: 'error' });
    rig.process('A', 'alive');
    rig.sees({ a: null });
    expect(of(rig)).toMatchObject({ letGo: null, sentence: { key: 'foresight.letGo' } });
    rig.process('A', 'gone');
    expect(of(rig).sentence.key).toBe('foresight.acting');
  });

  it('names the moment of an orderly switchover where the policy has one, once no failover can come of it', () => {
    const policy = policySettings('auto', { unreachableSwitchMs: 30_000 });
    const rig = settled({ policy });
    rig.sees({ a: A, policy });
    rig.live(2_000, { A: 'timeout', B: 'error' });
    expect(of(rig)).toMatchObject({ sentence: { key: 'foresight.waiting' }, heldBy: [] });
    rig.live(6_000, { A: 'timeout', B: 'error' });
    const untilAt = (rig.state.ledgers[0].network.failingSinceAtMs ?? 0) + 30_000;
    expect(of(rig)).toMatchObject({ sentence: { key: 'foresight.orderly', params: { to: 'B', untilAt } }, heldBy: [] });
    rig.live(24_000, { A: 'timeout', B: 'error' });
    expect(rig.began()).toMatchObject([{ request: { planned: true } }]);
  });

  it('names what is next once the primary is gone, and who does it while it is done', () => {
    const rig = settled({ lock: { holder: 'other', name: 'desk-2' } });
    rig.live(4_000, { A: 'timeout', B: 'error' });
    rig.sees({ a: null, lock: { holder: 'other', name: 'desk-2' } });
    expect(of(rig)).toMatchObject({ holder: 'other', letGo: null, sentence: { key: 'foresight.now' } });
    expect(words(rig)).toBe('desk-2 is about to promote B');
    rig.feed({ kind: 'switchover-began', operationId: 'op', to: 'B' });
    expect(of(rig).sentence.key).toBe('foresight.acting');
  });

  it('says that something blocks it, of another console only what the policy says', () => {
    expect(of(settled({ mode: 'assist' }))).toMatchObject({
      sentence: { key: 'foresight.held', params: { count: 1 } },
      heldBy: [{ key: 'blocker.policy.assist' }],
    });
    expect(of(settled()).heldBy).toEqual([]);
    expect(of(settled({ mode: 'assist', lock: { holder: 'other', name: 'x' } })).sentence.key).toBe('foresight.held');
    const unready = { b: registration('B', { role: 'starting', status: 0 }) };
    expect(of(settled(unready)).sentence.key).toBe('foresight.held');
    expect(of(settled({ ...unready, lock: { holder: 'other', name: 'x' } })).sentence.key).toBe('foresight.calm');
  });

  it('says that nobody would act, that the node would, or that nobody knows', () => {
    expect(of(settled({ lock: { holder: 'none', name: null } })).sentence.key).toBe('foresight.nobody');
    const away = settled();
    away.now = { ...away.now, zookeeperLive: false };
    away.feed({ kind: 'tick' });
    expect(of(away)).toMatchObject({ letGo: null, sentence: { key: 'foresight.nobody' } });
    const driven = settled({ route: null }, { driver: 'node' });
    expect(of(driven).sentence.key).toBe('foresight.unknown');
  });

  it('names whom the lock goes to where this console gives it up', () => {
    expect(of(settled({ lock: { holder: 'this', name: 'me', successor: 'desk-2' } })).successor).toBe('desk-2');
  });
});
