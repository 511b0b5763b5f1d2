import { describe, expect, it } from 'vitest';
import {
  ERROR_NUMBERS,
  FUNCTIONS,
  message,
  type StepName,
  SWITCHOVER_STEPS,
  type SwitchoverRecord,
} from '#shared/domain';
import { registration } from '#test/failover-facts';
import { type Answer, results, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

const refused = { outcome: 'refused', reason: message('failover.routeChangedByOther', { path: '/r' }) } as const;
const unknown = {
  outcome: 'unknown',
  reason: message('failover.zookeeperFailed', { path: '/r', reason: '' }),
} as const;
const loading = statusBody({
  role: 'promoting',
  status: 2,
  phases: [{ name: 'base-data', state: 'running', done: 0, total: 4 }],
});

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
  const earlierRecord = (trigger: 'automatic' | 'operator', outcome: 'done' | 'failed'): SwitchoverRecord => ({
    version: 1,
    operationId: 'before',
    trigger,
    from: 'B',
    fromIncarnation: null,
    to: 'A',
    epochBefore: 0,
    epochAfter: 1,
    token: null,
    startedAtMs: 0,
    endedAtMs: 5,
    outcome,
    steps: [],
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

interface Failure {
  name: string;
  step: StepName;
  outcome?: 'failed' | 'unknown';
  break: (world: ScriptedSwitchover) => void;
}

const always = (functionNumber: number, answer: Answer) => (world: ScriptedSwitchover) =>
  void world.answers.set(functionNumber, [answer]);

const failures: Failure[] = [
  {
    name: 'the lock is not held',
    step: 'lock',
    break: (world) => {
      world.held = false;
    },
  },
  { name: 'the target is not registered', step: 'lock', break: (world) => world.machine.sees({ b: null }) },
  {
    name: 'the target is in single mode',
    step: 'lock',
    break: always(FUNCTIONS.systemInfo, statusBody({ svr_mode: 1 })),
  },
  { name: 'the target does not answer', step: 'lock', break: always(FUNCTIONS.systemInfo, 'timeout') },
  {
    name: 'the target has promised to refuse',
    step: 'lock',
    break: (world) => {
      world.machine.beat('A', 'refused');
      world.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby', promise_left_ms: 900 })]);
    },
  },
  {
    name: 'another console changed the route',
    step: 'close-route',
    break: (world) => {
      world.close = () => refused;
    },
  },
  {
    name: 'the outcome of closing the route is not known',
    step: 'close-route',
    outcome: 'unknown',
    break: (world) => {
      world.close = () => unknown;
    },
  },
  {
    name: 'nothing proves the old primary out',
    step: 'prove-old-out',
    break: (world) => {
      world.close = () => ({ outcome: 'changed', route: world.route() });
    },
  },
  {
    name: 'promotion is refused',
    step: 'promote',
    break: always(FUNCTIONS.promote, { errorNumber: ERROR_NUMBERS.staleEpoch }),
  },
  {
    name: 'the promise stays in force',
    step: 'promote',
    break: always(FUNCTIONS.promote, { errorNumber: ERROR_NUMBERS.promiseInForce }),
  },
  { name: 'the port refuses', step: 'promote', break: always(FUNCTIONS.promote, 'refused') },
  {
    name: 'promotion and every question after it stay unanswered',
    step: 'promote',
    outcome: 'unknown',
    break: (world) => {
      world.answers.set(FUNCTIONS.promote, ['timeout']);
      world.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby', epoch: 1 }), 'timeout']);
    },
  },
  {
    name: 'the lock is lost before promotion',
    step: 'prove-old-out',
    outcome: 'unknown',
    break: (world) => {
      world.confirmed = false;
    },
  },
  {
    name: 'loading fails',
    step: 'load',
    break: (world) => {
      world.answers.set(FUNCTIONS.systemInfo, [
        statusBody({ role: 'standby' }),
        statusBody({ status: 3, note: 'disk' }),
      ]);
    },
  },
  {
    name: 'loading never ends',
    step: 'load',
    break: (world) => {
      world.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby' }), loading]);
    },
  },
  {
    name: 'completing is refused',
    step: 'complete',
    break: always(FUNCTIONS.completeStartup, { errorNumber: 308000007 }),
  },
  { name: 'completing is never answered', step: 'complete', break: always(FUNCTIONS.completeStartup, 'timeout') },
  {
    name: 'another epoch answers',
    step: 'verify',
    break: (world) => {
      world.answers.set(FUNCTIONS.systemInfo, [
        statusBody({ role: 'standby' }),
        statusBody(),
        statusBody({ epoch: 1 }),
      ]);
    },
  },
  {
    name: 'the new primary refuses beats',
    step: 'verify',
    break: always(FUNCTIONS.heartbeat, { errorNumber: 308000001 }),
  },
  {
    name: 'somebody else changed the route before it was opened',
    step: 'open-route',
    break: (world) => {
      world.open = () => refused;
    },
  },
  {
    name: 'the outcome of opening the route is not known',
    step: 'open-route',
    outcome: 'unknown',
    break: (world) => {
      world.open = () => unknown;
    },
  },
];

describe('a switchover in which a step fails', () => {
  it.each(failures)('ends at $step when $name', async ({ step, outcome = 'failed', break: breakIt }) => {
    const world = new ScriptedSwitchover();
    breakIt(world);
    const { record, failure } = await world.run();
    expect(record.outcome).toBe(outcome);
    expect(failure).not.toBeNull();
    expect(record.endedAtMs).not.toBeNull();
    const at = record.steps.findIndex(({ name }) => name === step);
    // What is not known is never called failed: not the switchover, and not its step.
    expect(record.steps[at]?.result).toBe(record.outcome);
    expect(record.steps.slice(at + 1).every(({ result }) => result === 'pending')).toBe(true);
    expect(world.records.at(-1)).toEqual(record);
  });

  it('never promotes without a proof that the old primary is out', async () => {
    const world = new ScriptedSwitchover();
    world.close = () => ({ outcome: 'changed', route: world.route() });
    await world.run();
    expect(world.asked(FUNCTIONS.promote)).toBe(0);
  });
});

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

describe('waiting for the proof', () => {
  it('goes on the moment that the old registration is gone', async () => {
    const world = new ScriptedSwitchover();
    world.close = () => ({ outcome: 'changed', route: world.route() });
    world.clock.setTimer(7_000, () => world.sees({ a: null, route: world.route() }));
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    const step = record.steps.find(({ name }) => name === 'prove-old-out');
    expect(step?.tookMs).toBeCloseTo(7_000, -1);
    expect(step?.detail?.key).toBe('failover.proof.registrationGone');
  });

  it('is that the old one stands by, by its own word, and has seen the epoch', async () => {
    const world = new ScriptedSwitchover();
    const a = registration('A', { role: 'standby', status: 2, epoch: 1 });
    world.close = () => {
      world.sees({ a, route: world.route() });
      return { outcome: 'changed', route: world.route() };
    };
    world.clock.setTimer(3_000, () => world.sees({ a: { ...a, epoch: 2 }, route: world.route() }));
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    const step = record.steps.find(({ name }) => name === 'prove-old-out');
    expect(step?.tookMs).toBeCloseTo(3_000, -1);
    expect(step?.detail?.key).toBe('failover.proof.standsBy');
  });

  it('is found again once ZooKeeper has answered: an old primary may have registered anew, and serve', async () => {
    const world = new ScriptedSwitchover();
    const a = registration('A');
    world.close = () => {
      world.sees({ a: null, route: world.route() });
      return { outcome: 'changed', route: world.route() };
    };
    world.beforeConfirming = () => {
      world.beforeConfirming = () => {};
      world.sees({ a, route: world.route() });
    };
    world.clock.setTimer(3_000, () => {
      expect(world.asked(FUNCTIONS.promote)).toBe(0);
      world.sees({ a: { ...a, role: 'standby', steppedDownEpoch: 2 }, route: world.route() });
    });
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    const step = record.steps.find(({ name }) => name === 'prove-old-out');
    expect(step?.detail?.key).toBe('failover.proof.steppedDown');
    expect(step?.tookMs).toBeGreaterThan(2_500);
  });
});
