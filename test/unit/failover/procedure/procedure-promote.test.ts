import { describe, expect, it } from 'vitest';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { type Answer, loading, results, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

describe('a promotion of unknown outcome', () => {
  it('goes on without a second promotion once the instance says that it was taken', async () => {
    const world = new ScriptedSwitchover();
    world.answers.set(FUNCTIONS.promote, ['empty']);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(results(record).promote).toBe('retried');
    expect(world.asked(FUNCTIONS.promote)).toBe(1);
  });

  it('is asked for again, as the same operation, while the instance says that it was not taken', async () => {
    const world = new ScriptedSwitchover();
    world.answers.set(FUNCTIONS.promote, ['timeout', {}]);
    const standby = statusBody({ role: 'standby', epoch: 1, status: 2 });
    world.answers.set(FUNCTIONS.systemInfo, [standby, standby, statusBody()]);
    const { record } = await world.run();
    const promotions = world.calls.filter(({ functionNumber }) => functionNumber === FUNCTIONS.promote);
    expect(new Set(promotions.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(promotions).toHaveLength(2);
    expect(record.outcome).toBe('done');
    expect(results(record).promote).toBe('retried');
  });

  it('waits for a promise to run out', async () => {
    const world = new ScriptedSwitchover();
    const promised = { errorNumber: ERROR_NUMBERS.promiseInForce };
    world.answers.set(FUNCTIONS.promote, [promised, promised, promised, {}]);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(results(record).promote).toBe('retried');
  });
});

describe('a request that is repeated', () => {
  /** The lock goes with the first answer, and ZooKeeper says so when it is asked again. */
  function lostAfterFirst(world: ScriptedSwitchover, functionNumber: number) {
    const { confirmed } = world;
    world.beforeConfirming = () => {
      world.confirmed = world.asked(functionNumber) === 0 && confirmed;
    };
  }

  it.each<[string, number, Answer]>([
    ['a promotion, while a promise is in force', FUNCTIONS.promote, { errorNumber: ERROR_NUMBERS.promiseInForce }],
    ['a promotion, while the port refuses', FUNCTIONS.promote, 'refused'],
    ['completing, while it loads', FUNCTIONS.completeStartup, loading],
    ['completing, while it is not answered', FUNCTIONS.completeStartup, 'timeout'],
  ])('is not without the lock: %s', async (_name, functionNumber, answer) => {
    const world = new ScriptedSwitchover();
    world.answers.set(functionNumber, [answer]);
    lostAfterFirst(world, functionNumber);
    const { record, failure } = await world.run();
    expect(world.asked(functionNumber)).toBe(1);
    expect(record.outcome).toBe('unknown');
    expect(failure?.key).toBe('failover.lockLost');
  });
});

describe('a promotion that the instance could not carry out for the moment', () => {
  it('is asked for again: the instance itself had no word with ZooKeeper', async () => {
    const world = new ScriptedSwitchover();
    world.answers.set(FUNCTIONS.promote, [{ errorNumber: ERROR_NUMBERS.internal }, {}]);
    const standby = statusBody({ role: 'standby', epoch: 1, status: 2 });
    world.answers.set(FUNCTIONS.systemInfo, [standby, standby, statusBody()]);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(world.asked(FUNCTIONS.promote)).toBe(2);
  });

  it('is unknown, never failed, where that goes on', async () => {
    const world = new ScriptedSwitchover();
    world.answers.set(FUNCTIONS.promote, [{ errorNumber: ERROR_NUMBERS.internal }]);
    world.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby', epoch: 1, status: 2 })]);
    expect((await world.run()).record.outcome).toBe('unknown');
  });
});
