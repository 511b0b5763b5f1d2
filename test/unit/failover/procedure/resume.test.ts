import { describe, expect, it } from 'vitest';
import type { SwitchoverTask } from '#main/failover';
import {
  FUNCTIONS,
  type InstanceCommands,
  message,
  PLANNED_STEPS,
  type StepName,
  SWITCHOVER_STEPS,
  type SwitchoverRecord,
  switchoverRecordSchema,
} from '#shared/domain';
import { dataStatus } from '#test/data-facts';
import { MachineRig, registration } from '#test/failover-facts';
import { ScriptedSwitchover, statusBody } from '#test/scripted-switchover';

const commands: InstanceCommands = {
  fence: { arguments: ['/opt/fence', '{operation}'], timeoutMs: 2_000, required: true },
};
const promoted = { load: { done: 1, total: 1 }, takeover: null };

/** A world in which doing anything twice is seen, and whose state outlives the console that acts on it. */
class Watched extends ScriptedSwitchover {
  epochsRaised = 0;
  #closed = false;
  #opened = false;

  constructor() {
    super(commands);
    this.answers.set(FUNCTIONS.systemInfo, [statusBody({ role: 'standby', status: 2, epoch: 1, data: dataStatus() })]);
    this.program = async () => ({ kind: 'exit', exitCode: 0, output: '' });
    this.close = () => {
      if (!this.held) return { outcome: 'refused', reason: message('failover.lockLost') };
      if (!this.#closed) this.epochsRaised++;
      this.#closed = true;
      return this.#opened ? { outcome: 'changed', route: this.route({ state: 'open' }) } : this.closed();
    };
    this.open = () => {
      if (!this.held) return { outcome: 'refused', reason: message('failover.lockLost') };
      this.#opened = true;
      const route = this.route({ state: 'open' });
      this.sees({ a: registration('A', { role: 'standby', status: 2, steppedDownEpoch: 2 }), route });
      return { outcome: 'changed', route };
    };
  }

  /** From its promotion on the instance says that it is primary. */
  override ports() {
    const ports = super.ports();
    const { call } = ports;
    return {
      ...ports,
      call: async (...given: Parameters<typeof call>) => {
        if (given[1] === FUNCTIONS.promote)
          this.answers.set(FUNCTIONS.systemInfo, [statusBody({ data: dataStatus(promoted) })]);
        return call(...given);
      },
    };
  }
}

/** What ZooKeeper gives back of a record. */
const read = (record: SwitchoverRecord) => switchoverRecordSchema.parse(JSON.parse(JSON.stringify(record)));

/** Stops the console as soon as it has written that a step runs, or has ended; the record may lag behind by a few writes. */
async function leftAt(world: Watched, step: StepName, ended: boolean, planned: boolean, lag: number) {
  const task = world.task(0, planned);
  let written: number | undefined;
  world.wrote = (record) => {
    const result = record.steps.find(({ name }) => name === step)?.result;
    if (ended ? result !== 'ok' && result !== 'skipped' : result !== 'running') return;
    world.stopping.abort();
    // Whatever a console that is gone still tries, it has no lock for it, nor for writing that down.
    world.held = false;
    written ??= world.records.length;
  };
  await world.run(task);
  world.wrote = () => {};
  world.stopping = new AbortController();
  world.held = true;
  return world.records[(written ?? world.records.length) - 1 - lag];
}

describe.each([
  ['a failover', SWITCHOVER_STEPS, false],
  ['a planned switchover', PLANNED_STEPS, true],
] as const)('%s whose console dies', (_name, steps, planned) => {
  const moments = steps.flatMap((step) =>
    [false, true].flatMap((ended) => [0, 1].map((lag) => [step, ended ? 'after' : 'within', lag] as const)),
  );
  it.each(moments)(
    'at %s (%s it, record %i writes behind) is finished by the next one, and nothing is done twice',
    async (step, when, lag) => {
      const world = new Watched();
      if (!planned) world.machine.beat('A', 'refused');
      const record = await leftAt(world, step, when === 'after', planned, lag);
      // Died before anything was written: there is no switchover to take up.
      if (!record) return;
      world.token = '12';
      const { record: ended } = await world.run({ kind: 'resume', record: read(record) });
      expect(ended.steps.filter(({ result }) => result !== 'ok').map(({ name, result }) => [name, result])).toEqual([]);
      expect(ended).toMatchObject({ outcome: 'done', operationId: 'op', epochBefore: 1, epochAfter: 2 });
      // Whoever reads it knows which console has finished it.
      expect(ended.token).toBe('12');
      expect(world.epochsRaised).toBe(1);
      const promotions = world.calls.filter(({ functionNumber }) => functionNumber === FUNCTIONS.promote);
      expect(promotions).toHaveLength(1);
      expect(new Set(world.runs.map((run) => run.join(' ')))).toEqual(new Set(['/opt/fence op']));
    },
  );
});

describe.each([
  ['a failover', false],
  ['a planned switchover', true],
] as const)('%s whose console dies once the route is open', (_name, planned) => {
  /** The new primary has started anew since, and has claimed the next epoch: the route is not this operation's any more. */
  function claimed(world: Watched) {
    const a = registration('A', { role: 'standby', status: 2, epoch: 3 });
    const b = registration('B', { role: 'primary', status: 1, epoch: 3, incarnation: 'B-2' });
    world.sees({ a, b, route: world.route({ state: 'open', epoch: 3, incarnation: 'B-2', operationId: null }) });
    world.close = () => ({ outcome: 'refused', reason: message('failover.routeChangedByOther', { path: '/r' }) });
  }

  it.each<['open-route' | 'report', boolean]>([
    ['open-route', true],
    ['report', false],
    ['report', true],
  ])('is done although the new primary has started anew (%s, ended: %s)', async (step, isEnded) => {
    const world = new Watched();
    if (!planned) world.machine.beat('A', 'refused');
    const record = await leftAt(world, step, isEnded, planned, 0);
    if (!record) throw new Error('nothing was written');
    claimed(world);
    const callsBefore = world.calls.length;
    const { record: ended, failure } = await world.run({ kind: 'resume', record: read(record) });
    expect(ended).toMatchObject({ outcome: 'done', epochAfter: 2 });
    expect(ended.steps.filter(({ result }) => result !== 'ok')).toEqual([]);
    expect(failure).toBeNull();
    expect(world.calls.slice(callsBefore)).toEqual([]);
  });

  it('is done although the new primary is dead, and the lock cannot be had at once', async () => {
    const world = new Watched();
    if (!planned) world.machine.beat('A', 'refused');
    const record = await leftAt(world, 'report', false, planned, 1);
    if (!record) throw new Error('nothing was written');
    world.machine.process('B', 'gone');
    world.sees({
      a: registration('A', { role: 'standby', status: 2 }),
      b: null,
      route: world.route({ state: 'open' }),
    });
    world.held = false;
    const { record: ended } = await world.run({ kind: 'resume', record: read(record) });
    expect(ended.outcome).toBe('done');
    expect(ended.steps.filter(({ result }) => result !== 'ok')).toEqual([]);
  });

  it('is known to be by the route, where the record lags behind', async () => {
    const world = new Watched();
    if (!planned) world.machine.beat('A', 'refused');
    const record = await leftAt(world, 'open-route', true, planned, 3);
    expect(record?.steps.find(({ name }) => name === 'open-route')?.result).toBe('pending');
    const callsBefore = world.calls.length;
    const { record: ended } = await world.run({ kind: 'resume', record: read(record as SwitchoverRecord) });
    expect(ended).toMatchObject({ outcome: 'done', epochAfter: 2 });
    expect(ended.steps.filter(({ result }) => result !== 'ok')).toEqual([]);
    // What was to be verified before the route was opened had not come to be written: it is asked once.
    expect(world.calls.slice(callsBefore).map(({ functionNumber }) => functionNumber)).toEqual([FUNCTIONS.systemInfo]);
    expect(ended.verified?.map(({ what }) => what)).toEqual(['data', 'sessions']);
  });

  it('tells what became of the data although the record was left before it said so', async () => {
    const world = new Watched();
    if (!planned) world.machine.beat('A', 'refused');
    const record = await leftAt(world, 'open-route', true, planned, 3);
    const takeover = { epoch: 2, acknowledgedLsn: 9, presentLsn: 9, complete: true, lossBound: 0, duplicated: 0 };
    world.answers.set(FUNCTIONS.systemInfo, [statusBody({ data: dataStatus({ ...promoted, takeover }) })]);
    const { record: ended } = await world.run({ kind: 'resume', record: read(record as SwitchoverRecord) });
    expect(ended).toMatchObject({ outcome: 'done', data: { present: 9, lost: 0 } });
  });
});

describe('a failover that was left before the route was closed', () => {
  it('is not gone on with where the old primary serves by then', async () => {
    const world = new Watched();
    world.machine.beat('A', 'refused');
    const record = await leftAt(world, 'lock', false, false, 0);
    if (!record) throw new Error('nothing was written');
    world.machine.beat('A', 'ok');
    const { record: ended, failure } = await world.run({ kind: 'resume', record: read(record) });
    expect(ended).toMatchObject({ outcome: 'failed', epochAfter: null });
    expect(failure?.key).toBe('failover.oldIsBack');
    expect(world.epochsRaised).toBe(0);
  });
});

describe('a record that names no old primary', () => {
  it.each([null, 2])('is not gone on with: nobody could be proved out (epoch after it: %s)', async (epochAfter) => {
    const world = new ScriptedSwitchover();
    let closed = false;
    world.close = () => {
      closed = true;
      return world.closed();
    };
    const begun = new ScriptedSwitchover();
    const { record } = await begun.run();
    const foreign = begun.records.find(({ steps }) =>
      steps.some((step) => step.name === 'lock' && step.result === 'ok'),
    );
    expect(foreign).toBeDefined();
    const task = { kind: 'resume', record: { ...record, ...foreign, from: null, epochAfter } } as SwitchoverTask;
    const { record: ended, failure } = await world.run(task);
    expect(ended.outcome).toBe('failed');
    expect(failure?.key).toBe('failover.recordWithoutOld');
    expect(closed).toBe(false);
    expect(world.asked(FUNCTIONS.promote)).toBe(0);
  });
});

describe('a console that has never seen the old primary registered', () => {
  it('has its process looked at as the record names it', async () => {
    const world = new ScriptedSwitchover();
    world.machine = new MachineRig({ hostCheck: true }).settle({ a: null, b: registration('B', { selfFence: false }) });
    world.close = () => {
      const route = world.route();
      world.sees({ a: null, b: registration('B', { selfFence: false }), route });
      return { outcome: 'changed', route };
    };
    world.look = () =>
      void world.clock.setTimer(50, () => {
        world.machine.process('A', 'gone');
        world.sees({ a: null, b: registration('B', { selfFence: false }), route: world.route() });
      });
    const { process } = registration('A');
    const { record } = await world.run({ ...world.task(), fromProcess: process } as SwitchoverTask);
    expect(world.looked).toEqual([{ instance: 'A', recorded: { incarnation: 'A-1', process } }]);
    expect(record.outcome).toBe('done');
    expect(record.steps.find(({ name }) => name === 'prove-old-out')?.detail?.key).toBe('failover.proof.processDead');
  });
});
