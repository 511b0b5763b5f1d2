import { describe, expect, it } from 'vitest';
import { attestationRefusal, deadEndOf } from '#main/failover';
import type { DeadEndView } from '#shared/contract';
import { message, type PolicyRecord, type SwitchoverRecord } from '#shared/domain';
import { dataStatus } from '#test/data-facts';
import { MachineRig, registration, route, type SnapshotChange, switchoverRecord } from '#test/failover-facts';

const vendor = (name: string, change = {}) => registration(name, { selfFence: false, ...change });
const step = (name: 'prove-old-out' | 'promote', result: 'failed' | 'running', startedAtMs: number, key: string) => ({
  name,
  result,
  startedAtMs,
  tookMs: null,
  detail: message(key, { instance: 'A' }),
});

const record = (change: Partial<SwitchoverRecord> = {}) =>
  switchoverRecord({ endedAtMs: 1, outcome: 'failed', ...change });
const closed = route({ instance: 'B', incarnation: 'B-1', epoch: 2, state: 'closed', operationId: 'op' });

/** The primary has gone from the network; what ZooKeeper shows then is given. */
function trouble(
  sees: SnapshotChange,
  options: ConstructorParameters<typeof MachineRig>[0] = {},
  before = registration('A'),
): MachineRig {
  const b = sees.b === undefined ? registration('B') : sees.b;
  const rig = new MachineRig({ hostCheck: false, ...options }).settle({ mode: 'assist', a: before });
  rig.live(500, { A: 'refused', B: b ? 'error' : 'refused' });
  rig.sees({ mode: 'assist', a: null, ...sees });
  rig.live(6_000, { A: 'refused', B: b ? 'error' : 'refused' });
  return rig;
}
const kinds = (deadEnd: DeadEndView | null) =>
  deadEnd?.options.map(({ kind, instance }) => `${kind} ${instance ?? '–'}`);
const known = (deadEnd: DeadEndView | null) => deadEnd?.known.map(({ key }) => key);

describe('what an operator can do', () => {
  it('is nothing in particular while somebody serves', () => {
    expect(deadEndOf(new MachineRig().settle().state.facts)).toBeNull();
    expect(deadEndOf(new MachineRig().settle({ b: null }).state.facts)).toBeNull();
  });

  it('where the primary is gone: promote the standby, start the old one again, or wait', () => {
    const deadEnd = deadEndOf(trouble({}).state.facts);
    expect(kinds(deadEnd)).toEqual(['promote B', 'start A', 'wait –']);
    expect(deadEnd?.options[1]?.message.key).toBe('option.start.primary');
    expect(deadEnd?.options[2]?.message.key).toBe('option.wait.nothing');
    expect(known(deadEnd)).toEqual(['deadEnd.verdict.gone', 'deadEnd.verdict.alive']);
  });

  it('where the process of the primary is only stopped: to let it go on, for another one cannot start beside it', () => {
    const rig = new MachineRig().settle({ mode: 'assist' });
    rig.live(2_000, { A: 'timeout', B: 'error' });
    rig.process('A', 'alive', true);
    rig.sees({ mode: 'assist', a: null });
    rig.live(2_000, { A: 'timeout', B: 'error' });
    const start = deadEndOf(rig.state.facts)?.options.find(({ kind }) => kind === 'start');
    expect(start?.message.key).toBe('option.start.primaryStopped');
    expect(rig.state.picture).toMatchObject({ state: 'outage', reason: { key: 'state.primaryGoneStopped' } });
  });

  it('where the primary may be let go by ZooKeeper yet: what the console does then, and no word of the policy forbidding it', () => {
    const wait = (policy: Partial<PolicyRecord>) => {
      const rig = new MachineRig({ hostCheck: false }).settle({ policy });
      rig.live(4_000, { A: 'timeout', B: 'error' });
      return deadEndOf(rig.state.facts)?.options.at(-1)?.message;
    };
    expect(wait({})).toEqual(message('option.wait.letGo', { from: 'A', to: 'B' }));
    expect(wait({ unreachableSwitchMs: 60_000 })).toMatchObject({
      key: 'option.wait.orderly',
      params: { from: 'A', to: 'B', untilAt: expect.any(Number) },
    });
    expect(wait({ mode: 'assist' })?.key).toBe('option.wait.nothing');
  });

  it('where the primary has let go although it lives and answers', () => {
    const a = registration('A', { role: 'standby', status: 3, steppedDownEpoch: 1, note: 'its disk is full' });
    const starting = registration('B', { role: 'starting', status: 0 });
    const rig = new MachineRig().settle({ a, b: starting, mode: 'assist' });
    rig.live(500, { A: 'error', B: 'error' });
    expect(kinds(deadEndOf(rig.state.facts))).toEqual(['wait –']);
    rig.sees({ a, mode: 'assist' });
    expect(kinds(deadEndOf(rig.state.facts))).toContain('promote B');
  });

  it('where no standby can be promoted: nothing of it is offered, and why is said', () => {
    const deadEnd = deadEndOf(trouble({ b: registration('B', { role: 'starting', status: 0 }) }).state.facts);
    expect(kinds(deadEnd)).toEqual(['start A', 'wait –']);
    expect(known(deadEnd)).toContain('blocker.standbyNotReady');
  });

  it('where both are gone: start either', () => {
    const deadEnd = deadEndOf(trouble({ b: null }).state.facts);
    expect(kinds(deadEnd)).toEqual(['start A', 'start B', 'wait –']);
    expect(deadEnd?.options.map(({ message: { key } }) => key)).toEqual([
      'option.start.primary',
      'option.start.standby',
      'option.wait.nothing',
    ]);
  });

  it('where a standby that promotes itself cannot read the old redo: mount again, and it goes on', () => {
    const rig = trouble({ route: { ...closed, driver: 'node' } }, { driver: 'node' });
    rig.says('B', dataStatus({ sync: { state: 'failed', directory: '/mnt/a', reason: null }, lossBound: 1_430 }));
    rig.sees({ mode: 'auto', a: null, route: { ...closed, driver: 'node' } });
    const deadEnd = deadEndOf(rig.state.facts);
    expect(kinds(deadEnd)).toEqual(['start A', 'mount B', 'wait –']);
    expect(deadEnd?.options.at(-1)?.message.key).toBe('option.wait.node');
  });

  it('where the standby would lose something: promote with the stated loss, or mount again', () => {
    const rig = trouble({});
    rig.says('B', dataStatus({ sync: { state: 'failed', directory: '/mnt/a', reason: null }, lossBound: 1_430 }));
    rig.sees({ mode: 'auto', a: null });
    const deadEnd = deadEndOf(rig.state.facts);
    expect(kinds(deadEnd)).toEqual(['promote B', 'start A', 'mount B', 'wait –']);
    expect(deadEnd?.options[0]?.message).toEqual(message('option.promote.loss', { instance: 'B', bound: 1_430 }));
    expect(known(deadEnd)).toContain('blocker.lossBound');
    expect(deadEnd?.options.at(-1)?.message.key).toBe('option.wait.until');
  });

  it('where the proof was missing in time: what failed, and the word of the operator', () => {
    const steps = [step('prove-old-out', 'failed', 0, 'failover.proof.none')];
    const failedHook = {
      ...{ purpose: 'fence' as const, instance: 'A', outcome: 'failed' as const, exitCode: 7, runs: 3 },
      ...{ startedAtMs: 0, tookMs: 5, output: 'no route to host' },
    };
    const after = { b: vendor('B'), route: closed, record: record({ steps, commands: [failedHook] }) };
    const rig = trouble(after, {}, vendor('A'));
    const deadEnd = deadEndOf(rig.state.facts);
    expect(kinds(deadEnd)).toEqual(['promote B', 'attest A', 'start A', 'wait –']);
    expect(deadEnd?.options[1]).toMatchObject({ instance: 'A', incarnation: 'A-1', epoch: 2 });
    expect(deadEnd?.options[2]?.message.key).toBe('option.start.standby');
    expect(known(deadEnd)?.slice(0, 2)).toEqual(['failover.proof.none', 'failover.command.fence.failed']);
  });

  it('where the old primary goes on serving all the same: stop it', () => {
    const steps = [step('prove-old-out', 'failed', 0, 'failover.proof.none')];
    const a = vendor('A');
    const rig = new MachineRig({ hostCheck: false }).settle({ a, b: vendor('B'), mode: 'assist' });
    rig.sees({ a, b: vendor('B'), mode: 'assist', route: closed, record: record({ steps }) });
    rig.live(1_000);
    expect(kinds(deadEndOf(rig.state.facts))).toEqual(['promote B', 'stop A', 'wait –']);
  });

  it('where promotion was refused: what the instance said, and the way back', () => {
    const steps = [step('promote', 'failed', 0, 'failover.call.error')];
    const rig = trouble({
      route: closed,
      record: record({ steps }),
      a: registration('A', { role: 'standby', status: 2, steppedDownEpoch: 2 }),
    });
    rig.live(1_000, { A: 'error', B: 'error' });
    const deadEnd = deadEndOf(rig.state.facts);
    expect(kinds(deadEnd)).toEqual(['promote A', 'promote B', 'wait –']);
    expect(known(deadEnd)?.[0]).toBe('failover.call.error');
  });

  it('where the new one was promoted and nobody completed it, and the old one is off: that one, anew', () => {
    const steps = [step('promote', 'failed', 0, 'failover.targetGone')];
    const b = registration('B', { role: 'promoting', status: 2, epoch: 2 });
    const rig = trouble({ route: closed, record: record({ steps }), a: null, b });
    rig.live(1_000, { A: 'refused', B: 'error' });
    expect(kinds(deadEndOf(rig.state.facts))).toContain('promote B');
    expect(rig.blockers.map(({ key }) => key)).not.toContain('blocker.standbyNotHeard');
    // One whose switchover still runs is left to that.
    rig.sees({ route: closed, record: record({ steps, outcome: 'running' }), a: null, b, mode: 'assist' });
    expect(kinds(deadEndOf(rig.state.facts)) ?? []).not.toContain('promote B');
  });

  it('while a switchover waits for a proof: the word of the operator, or wait until when', () => {
    const at = (rig: MachineRig, agoMs: number) => {
      const steps = [step('prove-old-out', 'running', rig.now.wallMs - agoMs, 'x')];
      rig.sees({
        mode: 'assist',
        a: null,
        b: vendor('B'),
        route: closed,
        record: record({ outcome: 'running', steps }),
        lock: { holder: 'other', name: 'x' },
      });
      return deadEndOf(rig.state.facts);
    };
    const rig = trouble({ b: vendor('B') }, {}, vendor('A'));
    expect(at(rig, 500)).toBeNull();
    const deadEnd = at(rig, 5_000);
    expect(kinds(deadEnd)).toEqual(['attest A', 'wait –']);
    expect(deadEnd?.options[1]?.message.params.untilAt).toBe(rig.now.wallMs + 25_000);
  });

  it('shows the start command as it would be typed', () => {
    const commands = { start: { arguments: ['/usr/bin/ssh', '{host}', 'start-mt'], timeoutMs: 1_000 } };
    const deadEnd = deadEndOf(trouble({}, { commands }).state.facts);
    expect(deadEnd?.options.find(({ kind }) => kind === 'start')?.command).toEqual([
      '/usr/bin/ssh',
      '10.8.3.1',
      'start-mt',
    ]);
  });
});

describe("an operator's word", () => {
  const asked = { instance: 'A', incarnation: 'A-1', epoch: 1 };

  it('is taken for the very process, at the epoch that was shown', () => {
    const { facts } = trouble({}).state;
    expect(attestationRefusal(facts, asked)).toBeNull();
    expect(attestationRefusal(facts, { ...asked, epoch: 2 })?.key).toBe('attest.refusal.changed');
    expect(attestationRefusal(facts, { ...asked, incarnation: 'A-2' })?.key).toBe('attest.refusal.changed');
    expect(attestationRefusal(facts, { ...asked, instance: 'B' })?.key).toBe('attest.refusal.nothing');
  });

  it('is not taken against what the instance itself shows', () => {
    expect(attestationRefusal(new MachineRig().settle().state.facts, asked)?.key).toBe('attest.refusal.answers');
    expect(attestationRefusal(trouble({ a: registration('A') }).state.facts, asked)?.key).toBe(
      'attest.refusal.registered',
    );
  });

  it('is not asked for twice', () => {
    const attested = { ...asked, operator: 'li', atMs: 1 };
    const offered = (change: SnapshotChange) =>
      kinds(deadEndOf(trouble({ b: vendor('B'), ...change }, {}, vendor('A')).state.facts))?.includes('attest A');
    expect(offered({})).toBe(true);
    expect(offered({ policy: { attested } })).toBe(false);
  });
});
