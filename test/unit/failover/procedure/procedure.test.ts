import { describe, expect, it } from 'vitest';
import { FUNCTIONS, type StepName, SWITCHOVER_STEPS, type SwitchoverRecord } from '#shared/domain';
import { registration, switchoverRecord } from '#test/failover-facts';
import { loading, results, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

describe('a switchover in which all goes well', () => {
  it('takes every step in order and measures the outage', async () => {
    const world = new ScriptedSwitchover();
    const { record, outage, failure } = await world.run();
    expect(record.outcome).toBe('done');
    expect(record.steps.map(({ name, result }) => [name, result])).toEqual(
      SWITCHOVER_STEPS.map((name) => [name, 'ok']),
    );
    expect(outage).toEqual({ outageMs: 120, errorMs: 25 });
    expect(failure).toBeNull();
    expect(record).toMatchObject({ epochBefore: 1, epochAfter: 2, token: '9', from: 'A', to: 'B' });
  });

  it('promotes with epoch, token, operation and incarnation', async () => {
    const world = new ScriptedSwitchover();
    await world.run();
    expect(world.calls.find(({ functionNumber }) => functionNumber === FUNCTIONS.promote)?.body).toEqual({
      epoch: 2,
      token: '9',
      operation_id: 'op',
      incarnation: 'B-1',
    });
  });

  it('records each step before the next one begins', async () => {
    const world = new ScriptedSwitchover();
    await world.run();
    for (const record of world.records) {
      const at = record.steps.findIndex(({ result }) => result === 'running' || result === 'pending');
      expect(record.steps.slice(0, at < 0 ? undefined : at).every(({ result }) => result === 'ok')).toBe(true);
    }
    expect(world.records.at(-1)?.outcome).toBe('done');
  });

  it('polls while the data is being loaded', async () => {
    const world = new ScriptedSwitchover();
    // The first question is that of the lock step, before anything is touched.
    world.answers.set(FUNCTIONS.systemInfo, [
      statusBody({ role: 'standby' }),
      loading,
      loading,
      'switching',
      statusBody(),
    ]);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(results(record).load).toBe('ok');
  });
});

describe('what a record carries on', () => {
  const earlierRecord = (trigger: 'automatic' | 'operator', outcome: 'done' | 'failed') =>
    switchoverRecord({
      ...{ operationId: 'before', trigger, from: 'B', fromIncarnation: null, to: 'A' },
      ...{ epochBefore: 0, epochAfter: 1, token: null, endedAtMs: 5, outcome },
      earlier: [{ operationId: 'first', endedAtMs: 3 }],
      failuresBefore: 2,
    });

  it.each<[SwitchoverRecord | null, Partial<SwitchoverRecord>]>([
    [null, { earlier: undefined, failuresBefore: undefined } as object],
    [
      earlierRecord('automatic', 'done'),
      {
        earlier: [
          { operationId: 'first', endedAtMs: 3 },
          { operationId: 'before', endedAtMs: 5 },
        ],
      },
    ],
    [earlierRecord('operator', 'done'), { earlier: [{ operationId: 'first', endedAtMs: 3 }] }],
    [earlierRecord('automatic', 'failed'), { earlier: [{ operationId: 'first', endedAtMs: 3 }], failuresBefore: 3 }],
  ])('is every automatic failover that was completed, and how many failed in a row (%#)', async (earlier, carried) => {
    const world = new ScriptedSwitchover();
    if (earlier) world.machine.sees({ record: earlier });
    const { record } = await world.run();
    expect(record.earlier).toEqual(carried.earlier);
    expect(record.failuresBefore).toEqual(carried.failuresBefore);
  });
});

describe('before anything is touched', () => {
  const silent = (world: ScriptedSwitchover) => void world.machine.beat('A', 'refused');

  it('a promise of the target is waited out', async () => {
    const world = new ScriptedSwitchover();
    silent(world);
    const promised = statusBody({ role: 'standby', promise_left_ms: 900 });
    world.answers.set(FUNCTIONS.systemInfo, [
      promised,
      'timeout',
      promised,
      statusBody({ role: 'standby' }),
      statusBody(),
    ]);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(results(record).lock).toBe('ok');
  });

  it('an old primary that is back meanwhile ends an automatic switchover, and nothing is touched', async () => {
    const world = new ScriptedSwitchover();
    silent(world);
    world.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby', promise_left_ms: 900 })]);
    world.clock.setTimer(1_000, () => void world.machine.beat('A', 'ok'));
    let closed = false;
    world.close = () => {
      closed = true;
      return world.closed();
    };
    const { record, failure } = await world.run();
    expect(record.outcome).toBe('failed');
    expect(failure?.key).toBe('failover.oldIsBack');
    expect(closed).toBe(false);
  });

  it('the switchover stands in ZooKeeper, however often it has to be written for that', async () => {
    const world = new ScriptedSwitchover();
    const written: number[] = [];
    let closedAfter: number | undefined;
    world.recordsArrive = false;
    world.clock.setTimer(400, () => {
      written.push(world.records.length);
      world.recordsArrive = true;
    });
    world.close = () => {
      closedAfter = world.records.length;
      return world.closed();
    };
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(closedAfter).toBeGreaterThanOrEqual(written[0] ?? Number.POSITIVE_INFINITY);
  });

  it('nothing is, where it cannot be recorded at all', async () => {
    const world = new ScriptedSwitchover();
    let closed = false;
    world.recordsArrive = false;
    world.close = () => {
      closed = true;
      return world.closed();
    };
    const { record, failure } = await world.run();
    expect(record).toMatchObject({ outcome: 'failed', epochAfter: null });
    expect(failure?.key).toBe('failover.recordNotWritten');
    expect(closed).toBe(false);
  });

  it('a target that lost its session is waited for', async () => {
    const world = new ScriptedSwitchover();
    world.machine.sees({ b: null });
    world.clock.setTimer(3_000, () => world.sees({}));
    expect((await world.run()).record.outcome).toBe('done');
  });
});

describe('a console that stops in the middle', () => {
  it.each<[StepName, (world: ScriptedSwitchover) => void]>([
    ['lock', (world) => world.machine.sees({ b: null })],
    [
      'prove-old-out',
      (world) => {
        world.close = () => ({ outcome: 'changed', route: world.route() });
      },
    ],
    ['load', (world) => void world.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby' }), loading])],
  ])('during %s leaves the record running for its successor, and nothing behind', async (step, breakIt) => {
    const world = new ScriptedSwitchover();
    breakIt(world);
    const timersBefore = world.clock.pendingTimers();
    world.clock.setTimer(500, () => world.stopping.abort());
    const { record } = await world.run();
    expect(world.clock.monotonicMs()).toBeLessThan(2_000);
    expect(record).toMatchObject({ outcome: 'running', endedAtMs: null });
    expect(results(record)[step]).toBe('running');
    expect(world.records.at(-1)).toEqual(record);
    expect(world.clock.pendingTimers()).toBe(timersBefore);
  });
});

describe('a resumed switchover', () => {
  it('waits for a target that is about to register again', async () => {
    const first = new ScriptedSwitchover();
    first.confirmed = false;
    const half = await first.run();
    const second = new ScriptedSwitchover();
    second.machine.sees({ b: null });
    second.clock.setTimer(400, () => second.sees({}));
    const { record } = await second.run({ kind: 'resume', record: half.record });
    expect(record.outcome).toBe('done');
  });

  it('goes through the same steps to the same end', async () => {
    const first = new ScriptedSwitchover();
    first.confirmed = false;
    const half = await first.run();
    expect(half.record.outcome).toBe('unknown');

    const second = new ScriptedSwitchover();
    second.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby', epoch: 1, status: 2 }), statusBody()]);
    const { record } = await second.run({ kind: 'resume', record: half.record });
    expect(record).toMatchObject({ outcome: 'done', operationId: 'op', epochAfter: 2 });
    expect(second.calls.find(({ functionNumber }) => functionNumber === FUNCTIONS.promote)?.body).toMatchObject({
      operation_id: 'op',
      epoch: 2,
    });
  });

  it('is not failed for want of the lock where the route is closed for it', async () => {
    const first = new ScriptedSwitchover();
    first.confirmed = false;
    const half = await first.run();
    const second = new ScriptedSwitchover();
    second.held = false;
    const { record, failure } = await second.run({ kind: 'resume', record: half.record });
    expect(record.outcome).toBe('unknown');
    expect(failure?.key).toBe('failover.lockNotHeld');
  });

  it('does not go on with another process than the route names', async () => {
    const first = new ScriptedSwitchover();
    first.confirmed = false;
    const half = await first.run();
    const second = new ScriptedSwitchover();
    second.machine.sees({ b: registration('B', { incarnation: 'B-2' }) });
    const { record, failure } = await second.run({ kind: 'resume', record: half.record });
    expect(record.outcome).toBe('failed');
    expect(failure?.key).toBe('failover.targetRestarted');
    expect(second.asked(FUNCTIONS.promote)).toBe(0);
  });
});
