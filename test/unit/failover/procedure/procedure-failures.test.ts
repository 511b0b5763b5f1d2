import { describe, expect, it } from 'vitest';
import { ERROR_NUMBERS, FUNCTIONS, message, type StepName } from '#shared/domain';
import { type Answer, loading, ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

const refused = { outcome: 'refused', reason: message('failover.routeChangedByOther', { path: '/r' }) } as const;
const unknown = {
  outcome: 'unknown',
  reason: message('failover.zookeeperFailed', { path: '/r', reason: '' }),
} as const;

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
