import { describe, expect, it } from 'vitest';
import { preflightOf } from '#main/failover';
import { ANY_LOSS, FUNCTIONS } from '#shared/domain';
import { dataStatus } from '#test/data-facts';
import { MachineRig, registration, route, type SnapshotChange } from '#test/failover-facts';
import { results, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

const primaryB = registration('B', { role: 'primary', status: 1 });

/** Both answer 0, each at its epoch; null: it says none. */
function both(epochs: { A: number | null; B: number | null }, change: SnapshotChange = {}, rig = new MachineRig()) {
  rig.settle({ b: primaryB, ...change });
  for (let gone = 0; gone < 1_000; gone += 250) {
    rig.live(250, {});
    for (const name of ['A', 'B'] as const) rig.beat(name, 'ok', { epoch: epochs[name] });
  }
  return rig;
}

describe('two that serve', () => {
  it('are the highest alarm, and the lower epoch is named: it is nobody’s to choose', () => {
    const rig = both({ A: 3, B: 4 });
    expect(rig.state.picture).toMatchObject({
      ...{ state: 'split-brain', severity: 'p1' },
      next: { key: 'state.next.lowerStepsDown', params: { instance: 'A', epoch: 3 } },
    });
    expect(preflightOf(rig.state.facts, 'A')).toMatchObject({
      choice: false,
      refusal: { key: 'preflight.refusal.alreadyPrimary' },
    });
    expect(preflightOf(rig.state.facts, 'B').refusal?.key).toBe('preflight.refusal.notReady');
    expect(rig.began()).toEqual([]);
  });

  it.each([
    { A: 4, B: 4 },
    { A: null, B: 4 },
    { A: null, B: null },
  ])('are the operator’s where the epochs do not say which (%o): either may be kept', (epochs) => {
    const rig = both(epochs);
    expect(rig.state.picture.next?.key).toBe('state.next.chooseOne');
    for (const [to, from] of [
      ['A', 'B'],
      ['B', 'A'],
    ] as const) {
      const report = preflightOf(rig.state.facts, to);
      expect(report).toMatchObject({ ...{ to, from, choice: true }, refusal: null, needsConfirmation: true });
      expect(report.checks.filter(({ result }) => result !== 'pass')).toEqual([]);
      expect(report.unknowns.map(({ key }) => key)).toEqual(
        expect.arrayContaining(['preflight.unknown.twoServed', 'preflight.unknown.goes']),
      );
      expect(report.plan.find(({ step }) => step === 'promote')?.message.key).toBe('plan.choice.promote');
    }
    expect(rig.began()).toEqual([]);
  });

  it('may both be kept only where a console may act, and never without accepting what nobody can say', () => {
    const away = both({ A: 4, B: 4 }, { b: null });
    expect(preflightOf(away.state.facts, 'B').refusal?.key).toBe('preflight.refusal.notRegistered');
    // It is not seen in this ZooKeeper: that it will obey the route is not known.
    const doubtful = preflightOf(away.state.facts, 'A').checks.filter(({ result }) => result !== 'pass');
    expect(doubtful.map(({ id, result }) => `${id} ${result}`)).toEqual(['goes unknown']);
    const nodes = both({ A: 4, B: 4 }, { route: route({ driver: 'node' }) });
    expect(nodes.state.picture.next?.key).toBe('state.next.stopOne');
    expect(preflightOf(nodes.state.facts, 'A').refusal?.key).toBe('preflight.refusal.driverNode');
    const keeping = both({ A: 4, B: 4 }, { b: registration('B', { ...primaryB, data: dataStatus() }) });
    expect(preflightOf(keeping.state.facts, 'B').loss).toMatchObject({
      bound: null,
      reason: { key: 'loss.twoServed' },
    });
  });
});

/** Both serve at one epoch; B is to stay. A obeys the route, or does not; B is a standby once it has let go. */
function choosing({ obeys = true, letsGo = true } = {}) {
  const world = new ScriptedSwitchover();
  both({ A: 1, B: 1 }, {}, world.machine);
  world.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'primary', epoch: 1 }), statusBody()]);
  world.close = () => {
    const closed = world.route();
    const a = obeys ? registration('A', { role: 'standby', status: 2, steppedDownEpoch: 2 }) : registration('A');
    world.sees({ a, b: primaryB, route: closed });
    const standby = registration('B', { epoch: 2, steppedDownEpoch: 2 });
    if (letsGo) world.clock.setTimer(700, () => world.sees({ a, b: standby, route: closed }));
    return { outcome: 'changed', route: closed };
  };
  return world;
}

describe('keeping one of two', () => {
  it('raises the epoch for the one that stays, which lets go and is promoted anew', async () => {
    const world = choosing();
    const { record } = await world.run(world.task(ANY_LOSS, true));
    expect(results(record)).toMatchObject({
      drain: 'skipped',
      'prove-old-out': 'ok',
      promote: 'ok',
      'open-route': 'ok',
    });
    expect(record).toMatchObject({ outcome: 'done', epochAfter: 2 });
    expect(record.steps.find(({ name }) => name === 'drain')?.detail?.key).toBe('failover.drain.serves');
    // It was asked once, after it had let go: asked before, it would have refused for certain.
    expect(world.asked(FUNCTIONS.promote)).toBe(1);
    expect(record.steps.find(({ name }) => name === 'promote')?.tookMs).toBeGreaterThanOrEqual(600);
  });

  it('promotes nobody while the other one is not proved out', async () => {
    const world = choosing({ obeys: false });
    const { record, failure } = await world.run(world.task(ANY_LOSS, true));
    expect(record.outcome).toBe('failed');
    expect(failure?.key).toBe('failover.proof.none');
    expect(world.asked(FUNCTIONS.promote)).toBe(0);
  });

  it('takes no registration that is missing for a proof while its instance answers 0', async () => {
    const world = choosing({ obeys: false });
    const close = world.close;
    world.close = () => {
      const change = close();
      world.sees({ a: null, b: primaryB, route: world.route() });
      world.machine.live(500, { A: 'ok', B: 'ok' });
      return change;
    };
    const { failure } = await world.run(world.task(ANY_LOSS, true));
    expect(failure?.key).toBe('failover.proof.none');
    expect(world.asked(FUNCTIONS.promote)).toBe(0);
  });
});
