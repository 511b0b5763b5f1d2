import { describe, expect, it } from 'vitest';
import { type DataStatus, FUNCTIONS, message, PLANNED_STEPS, type Takeover } from '#shared/domain';
import { dataStatus } from '#test/data-facts';
import { registration } from '#test/failover-facts';
import { results, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

const standby = (change: Partial<DataStatus> = {}) =>
  statusBody({ role: 'standby', status: 2, epoch: 1, data: dataStatus(change) });
const behind = (seconds: number) => standby({ lag: { records: 5_000, bytes: 1, seconds } });
const takeover = (presentLsn: number): Takeover => ({
  ...{ epoch: 2, acknowledgedLsn: 100, presentLsn, complete: true, lossBound: 0, duplicated: 0 },
});
const served = (presentLsn: number) =>
  statusBody({ data: dataStatus({ load: { done: 1, total: 1 }, takeover: takeover(presentLsn) }) });

/** A planned switchover; `data`: what B says of its data before, one answer after the other. */
function planned(...before: Record<string, unknown>[]): ScriptedSwitchover {
  const world = new ScriptedSwitchover();
  world.answers.set(FUNCTIONS.systemInfo, [...before, served(100)]);
  world.open = () => {
    const route = world.route({ state: 'open' });
    world.sees({ a: registration('A', { role: 'standby', status: 2, steppedDownEpoch: 2 }), route });
    return { outcome: 'changed', route };
  };
  return world;
}

describe('a planned switchover', () => {
  it('waits until the standby has caught up before it touches anything, and for the old primary in the end', async () => {
    const world = planned(standby(), behind(3), behind(1), behind(0.1));
    const { record } = await world.run(world.task(0, true));
    expect(record.outcome).toBe('done');
    expect(record.steps.map(({ name, result }) => [name, result])).toEqual(PLANNED_STEPS.map((name) => [name, 'ok']));
    const drained = record.steps.find(({ name }) => name === 'drain');
    expect(drained?.detail).toMatchObject({ key: 'failover.drain.caughtUp', params: { records: 5_000 } });
    expect(drained?.tookMs).toBeGreaterThanOrEqual(100);
  });

  it('ends with nothing touched where the standby does not catch up', async () => {
    const world = planned(standby(), ...Array.from({ length: 400 }, () => behind(9)));
    let closed = false;
    world.close = () => {
      closed = true;
      return world.closed();
    };
    const { record, failure } = await world.run(world.task(0, true));
    expect(record).toMatchObject({ outcome: 'failed', epochAfter: null });
    expect(results(record).drain).toBe('failed');
    expect(failure).toMatchObject({ key: 'failover.drain.behind', params: { instance: 'B', records: 5_000 } });
    expect(closed).toBe(false);
  });

  it('ends with nothing touched where the standby started anew while it was waited for', async () => {
    const world = planned(standby(), ...Array.from({ length: 20 }, () => behind(9)), behind(0.1));
    let closed = false;
    world.close = () => {
      closed = true;
      return world.closed();
    };
    world.clock.setTimer(150, () => world.sees({ b: registration('B', { incarnation: 'B-2' }) }));
    const { record, failure } = await world.run(world.task(0, true));
    expect(results(record)).toMatchObject({ drain: 'ok', 'close-route': 'failed', promote: 'pending' });
    expect(record).toMatchObject({ outcome: 'failed', target: { incarnation: 'B-1' } });
    expect(failure).toMatchObject({ key: 'failover.targetRestarted', params: { instance: 'B' } });
    expect(closed).toBe(false);
  });

  it('ends with nothing touched where the primary that was unreachable is heard again, if nobody asked for it', async () => {
    const world = planned(standby(), behind(3), behind(0.1));
    const { record, failure } = await world.run(world.task(0, true, 'automatic'));
    expect(record).toMatchObject({ outcome: 'failed', epochAfter: null });
    expect(results(record)['close-route']).toBe('pending');
    expect(failure).toMatchObject({ key: 'failover.oldIsBack', params: { instance: 'A' } });
  });

  it('goes on although the old primary answers, where it is to go since it starts again and again', async () => {
    const world = planned(standby(), behind(0.1));
    world.open = () => ({ outcome: 'changed', route: world.route({ state: 'open' }) });
    world.close = () => {
      const route = world.route();
      world.sees({ a: registration('A', { role: 'standby', steppedDownEpoch: 2 }), route });
      return { outcome: 'changed', route };
    };
    const task = world.task(0, true, 'automatic');
    if (task.kind !== 'new') throw new Error('not a new one');
    const reason = message('failover.crashLoop', { instance: 'A', starts: 3, seconds: 120 });
    const { record } = await world.run({ ...task, request: { ...task.request, reason } });
    expect(results(record)).toMatchObject({ drain: 'ok', 'close-route': 'ok', 'prove-old-out': 'ok' });
  });

  it('does not wait for a standby to catch up where nobody serves', async () => {
    const world = planned(behind(9), ...Array.from({ length: 10 }, () => behind(9)));
    world.sees({ route: world.route({ instance: 'A', operationId: 'other', epoch: 1 }) });
    const { record } = await world.run(world.task(0, true));
    expect(record.steps.find(({ name }) => name === 'drain')).toMatchObject({
      result: 'skipped',
      detail: { key: 'failover.drain.nobodyServes' },
    });
  });

  it('has nothing to wait for where the instances keep no data', async () => {
    const world = new ScriptedSwitchover();
    const { record } = await world.run(world.task(0, true));
    expect(results(record).drain).toBe('skipped');
  });

  it('is done although the old primary does not come back, and says so', async () => {
    const world = planned(standby());
    world.open = () => ({ outcome: 'changed', route: world.route({ state: 'open' }) });
    world.closed();
    world.close = () => {
      const route = world.route();
      world.sees({ a: registration('A', { role: 'stopped', status: 3, steppedDownEpoch: 2 }), route });
      return { outcome: 'changed', route };
    };
    const { record } = await world.run(world.task(0, true));
    expect(record.outcome).toBe('done');
    const back = record.steps.find(({ name }) => name === 'restart-old');
    expect(back).toMatchObject({ result: 'failed', detail: { key: 'failover.restartOld.notBack' } });
  });

  it('does not open the route for one that has less than the old primary stepped down with', async () => {
    const world = planned(standby());
    world.close = () => {
      const route = world.route();
      world.sees({ a: registration('A', { role: 'standby', steppedDownEpoch: 2, lastLsn: 101 }), route });
      return { outcome: 'changed', route };
    };
    const { record, failure } = await world.run(world.task(0, true));
    expect(record.outcome).toBe('failed');
    expect(failure).toMatchObject({ key: 'failover.verify.dataMissing', params: { lastLsn: 101, present: 100 } });
    expect(results(record)['open-route']).toBe('pending');
  });
});
