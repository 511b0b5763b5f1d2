import { describe, expect, it } from 'vitest';
import type { CommandEnd } from '#main/commands';
import { preflightOf, type SwitchoverTask } from '#main/failover';
import { FUNCTIONS, type InstanceCommands, type SwitchoverRecord, switchoverRecordSchema } from '#shared/domain';
import { MachineRig, registration, switchoverRecord } from '#test/failover-facts';
import { results, ScriptedSwitchover } from '#test/scripted-switchover';
import { failing, ok, stepOf, takes } from './commands-kit.ts';

const template = ['/opt/fence', '{host}', '{instance}', '{incarnation}', '{epoch}', '{token}', '{operation}', '{kind}'];
const hook = (required: boolean): InstanceCommands => ({ fence: { arguments: template, timeoutMs: 2_000, required } });

/** A switchover whose old primary gives no proof by itself when the route is closed. */
function withoutProof(commands: InstanceCommands, end: CommandEnd = ok, ms = 100): ScriptedSwitchover {
  const world = new ScriptedSwitchover(commands);
  world.program = takes(world, ms, end);
  world.close = () => {
    const closed = world.route();
    world.sees({ route: closed });
    return { outcome: 'changed', route: closed };
  };
  return world;
}
const promotions = (world: ScriptedSwitchover) => world.asked(FUNCTIONS.promote);

describe('an optional fence hook', () => {
  it('is not run where the old primary is proved out without it', async () => {
    const world = new ScriptedSwitchover(hook(false));
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(world.runs).toEqual([]);
  });

  it('gives the proof where nothing else does, and gets host, incarnation, epoch, token and operation', async () => {
    const world = withoutProof(hook(false));
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(world.runs).toEqual([['/opt/fence', '10.8.3.1', 'A', 'A-1', '2', '9', 'op', 'failover']]);
    expect(record.commands).toMatchObject([
      { purpose: 'fence', instance: 'A', outcome: 'ok', exitCode: 0, runs: 1, output: 'powered off' },
    ]);
    expect(stepOf(record, 'prove-old-out')).toMatchObject({
      result: 'ok',
      detail: { key: 'failover.command.fence.ok', params: { exitCode: 0, output: 'powered off' } },
    });
    expect(stepOf(record, 'prove-old-out')?.tookMs).toBeGreaterThanOrEqual(1_000);
  });

  it('is run again where it fails, and the switchover ends with what it said', async () => {
    const world = withoutProof(hook(false), failing);
    const { record, failure } = await world.run();
    expect(record.outcome).toBe('failed');
    expect(promotions(world)).toBe(0);
    expect(world.runs.length).toBeGreaterThan(3);
    expect(new Set(world.runs.map((run) => run.join(' '))).size).toBe(1);
    expect(failure).toMatchObject({
      key: 'failover.proof.noneHook',
      params: { reason: 'failover.command.fence.failed', exitCode: 7, output: 'no route to host' },
    });
    expect(record.commands?.[0]).toMatchObject({ outcome: 'failed', runs: world.runs.length });
  });

  it('that failed does not keep another proof from counting, nor one that still runs', async () => {
    for (const [end, ms] of [
      [failing, 100],
      [ok, 60_000],
    ] as const) {
      const world = withoutProof(hook(false), end, ms);
      world.clock.setTimer(2_500, () =>
        world.sees({ a: registration('A', { role: 'standby', steppedDownEpoch: 2 }), route: world.route() }),
      );
      const { record } = await world.run();
      expect(record.outcome).toBe('done');
      expect(stepOf(record, 'prove-old-out')?.detail?.key).toBe('failover.proof.steppedDown');
      expect(record.commands?.[0]?.outcome).toBe(ms === 100 ? 'failed' : 'cut-off');
    }
  });

  it('that runs out of time is not called failed, and is run again', async () => {
    const world = withoutProof(hook(false));
    let runs = 0;
    world.program = (command, options) => takes(world, ++runs === 1 ? 5_000 : 10, ok)(command, options);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(record.commands).toMatchObject([{ outcome: 'ok', runs: 2 }]);
    expect(world.records.some(({ commands }) => commands?.[0]?.outcome === 'timeout')).toBe(true);
  });

  it('is not run without a value for each of its arguments, or with one that a shell could read', async () => {
    for (const [change, told] of [
      [{ process: { bootId: '$(reboot)', pid: 1, startTime: '1' } }, '{bootId} unsafe'],
      [{ incarnation: 'A-2' }, '{bootId} unknown'],
    ] as const) {
      const world = withoutProof({
        fence: { arguments: ['/opt/fence', '{bootId}'], timeoutMs: 1_000, required: false },
      });
      const { process: fromProcess, incarnation } = registration('A', change);
      const task = { ...world.task(), ...(incarnation === 'A-1' ? { fromProcess } : {}) } as SwitchoverTask;
      const { record } = await world.run(task);
      expect(record.outcome).toBe('failed');
      expect(world.runs).toEqual([]);
      expect(record.commands).toMatchObject([{ outcome: 'unfit', output: told, runs: 0 }]);
    }
  });
});

describe('a required fence hook', () => {
  it('is run at once, and another proof does not take its place', async () => {
    const world = new ScriptedSwitchover(hook(true));
    world.program = takes(world, 100, failing);
    const { record, failure } = await world.run();
    expect(record.outcome).toBe('failed');
    expect(promotions(world)).toBe(0);
    expect(failure?.key).toBe('failover.proof.noneRequired');
  });

  it('lets the switchover go on once it has succeeded', async () => {
    const world = new ScriptedSwitchover(hook(true));
    world.program = takes(world, 100, ok);
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(world.runs).toHaveLength(1);
    expect(stepOf(record, 'prove-old-out')?.tookMs).toBeLessThan(500);
  });

  it('lets a planned switchover step down in good order first', async () => {
    const world = new ScriptedSwitchover(hook(true));
    world.program = takes(world, 100, ok);
    world.close = () => {
      const closed = world.route();
      world.sees({ route: closed });
      world.clock.setTimer(300, () => void world.closed());
      return { outcome: 'changed', route: closed };
    };
    const { record } = await world.run(world.task(0, true));
    expect(record.outcome).toBe('done');
    expect(world.runs[0]?.at(-1)).toBe('planned');
    expect(stepOf(record, 'prove-old-out')?.tookMs).toBeGreaterThanOrEqual(300);
  });

  it('is ended where the lock is lost meanwhile: the next console runs it', async () => {
    const world = new ScriptedSwitchover(hook(true));
    world.program = takes(world, 1_900, ok);
    world.clock.setTimer(500, () => {
      world.held = false;
      world.sees({ route: world.route(), lock: { holder: 'other', name: 'next' } });
    });
    const { record } = await world.run();
    expect(record).toMatchObject({ outcome: 'unknown', commands: [{ outcome: 'cut-off', runs: 1 }] });
    expect(record.commands?.[0]?.tookMs).toBeLessThan(1_000);
    expect(promotions(world)).toBe(0);
  });

  it('is not run without the lock', async () => {
    const world = new ScriptedSwitchover(hook(true));
    world.confirmed = false;
    const { record } = await world.run();
    expect(world.runs).toEqual([]);
    expect(record.outcome).toBe('unknown');
    expect(results(record)['prove-old-out']).toBe('unknown');
  });
});

describe('a switchover that another console takes up', () => {
  async function left(world: ScriptedSwitchover, afterMs: number): Promise<SwitchoverRecord> {
    world.clock.setTimer(afterMs, () => world.stopping.abort());
    await world.run();
    const record = world.records.at(-1);
    if (!record) throw new Error('nothing was recorded');
    return switchoverRecordSchema.parse(JSON.parse(JSON.stringify(record)));
  }

  it('runs the hook again that was under way, for the same operation', async () => {
    const first = withoutProof(hook(true), ok, 1_500);
    const record = await left(first, 1_000);
    expect(record).toMatchObject({ outcome: 'running', commands: [{ outcome: 'running', runs: 1 }] });
    const next = withoutProof(hook(true));
    const { record: ended } = await next.run({ kind: 'resume', record });
    expect(ended.outcome).toBe('done');
    expect(next.runs).toEqual(first.runs);
    expect(ended.commands).toMatchObject([{ outcome: 'ok', runs: 2 }]);
  });

  it('does not run one again that has succeeded', async () => {
    const first = withoutProof(hook(true));
    const { record } = await first.run();
    const next = withoutProof(hook(true), failing);
    const { record: ended } = await next.run({ kind: 'resume', record: { ...record, outcome: 'running' } });
    expect(ended.outcome).toBe('done');
    expect(next.runs).toEqual([]);
  });
});

describe('an operator who has made sure', () => {
  const b = registration('B', { selfFence: false });
  const attested = (change = {}) => ({
    policy: { attested: { instance: 'A', incarnation: 'A-1', epoch: 2, operator: 'li', atMs: 1, ...change } },
  });

  /** Nodes that do not stop by themselves; the old one is gone from sight, which proves nothing of it. */
  function outOfSight(
    commands: InstanceCommands,
    a: ReturnType<typeof registration> | null = null,
  ): ScriptedSwitchover {
    const world = new ScriptedSwitchover(commands, false);
    world.program = takes(world, 100, failing);
    world.machine.settle({ a: registration('A', { selfFence: false }), b });
    world.machine.live(8_000, { A: 'timeout', B: 'error' });
    world.close = () => {
      const closed = world.route();
      world.sees({ a, b, route: closed });
      return { outcome: 'changed', route: closed };
    };
    return world;
  }

  it.each([false, true])('is a proof, also in the place of a hook that fails (required: %s)', async (required) => {
    const world = outOfSight(hook(required));
    world.clock.setTimer(3_000, () => world.sees({ a: null, b, route: world.route(), ...attested() }));
    const { record } = await world.run();
    expect(record.outcome).toBe('done');
    expect(stepOf(record, 'prove-old-out')?.detail).toEqual({
      key: 'failover.proof.attested',
      params: { instance: 'A', operator: 'li' },
    });
  });

  it.each([{ incarnation: 'A-0' }, { epoch: 5 }, { instance: 'B' }])('is none for another: %j', async (change) => {
    const world = outOfSight({});
    world.clock.setTimer(3_000, () => world.sees({ a: null, b, route: world.route(), ...attested(change) }));
    expect((await world.run()).record.outcome).toBe('failed');
  });

  it('is not believed while the instance answers, or is registered', async () => {
    const registered = registration('A', { selfFence: false });
    for (const a of [null, registered]) {
      const world = outOfSight({}, a);
      world.clock.setTimer(3_000, () => {
        if (!a) world.machine.beat('A', 'ok');
        world.sees({ a, b, route: world.route(), ...attested() });
      });
      expect((await world.run()).record.outcome).toBe('failed');
    }
  });
});

describe('a node that does not stop by itself', () => {
  const vendor = (name: string) => registration(name, { selfFence: false });
  const pair = (options: ConstructorParameters<typeof MachineRig>[0]) =>
    new MachineRig(options).settle({ a: vendor('A'), b: vendor('B') });
  const keys = (rig: MachineRig) => rig.blockers.map(({ key }) => key);

  it('makes assist of auto where nothing could prove it out, and says so while all is well', () => {
    expect(keys(pair({ hostCheck: false }))).toEqual(['blocker.noWayToProve']);
    expect(keys(pair({ hostCheck: true }))).toEqual([]);
    expect(keys(pair({ hostCheck: false, commands: hook(false) }))).toEqual([]);
    expect(keys(new MachineRig({ hostCheck: false }).settle())).toEqual([]);
  });

  it('is failed over from where its hook may prove it out, and not without', () => {
    for (const [commands, begun] of [
      [hook(false), 1],
      [undefined, 0],
    ] as const) {
      const rig = pair({ hostCheck: false, ...(commands ? { commands } : {}) });
      rig.live(2_000, { A: 'refused', B: 'error' });
      rig.sees({ a: null, b: vendor('B') });
      rig.live(4_000, { A: 'refused', B: 'error' });
      expect(rig.began()).toHaveLength(begun);
    }
  });

  it('that is unreachable but registered is switched over in order where its hook may prove it out', () => {
    const policy = { unreachableSwitchMs: 5_000 };
    for (const commands of [hook(false), undefined]) {
      const rig = new MachineRig({ hostCheck: false, ...(commands ? { commands } : {}) });
      rig.settle({ a: vendor('A'), b: vendor('B'), policy });
      rig.live(12_000, { A: 'refused', B: 'error' });
      expect(rig.began()).toHaveLength(commands ? 1 : 0);
    }
  });

  it('is not failed over from where its hook is required and could not be run', () => {
    const rig = pair({
      hostCheck: true,
      commands: { fence: { arguments: ['/opt/fence', '{system}'], timeoutMs: 1_000, required: true } },
    });
    rig.live(1_000, { A: 'refused', B: 'error' });
    rig.process('A', 'gone');
    rig.live(2_000, { A: 'refused', B: 'error' });
    expect(rig.began()).toEqual([]);
    expect(keys(rig)).toContain('blocker.hookUnfit');
  });
});

const endedRecord = switchoverRecord({
  ...{ operationId: 'earlier', trigger: 'operator', from: null, fromIncarnation: null, to: 'A' },
  ...{ epochBefore: 0, epochAfter: 1, endedAtMs: 1, outcome: 'failed' },
});

describe('the dry run', () => {
  it('shows each command as it would be run, and what only a begun switchover knows as a placeholder', () => {
    const rig = new MachineRig({
      hostCheck: false,
      commands: { ...hook(true), start: { arguments: ['/opt/start', '{instance}'], timeoutMs: 1_000 } },
    }).settle();
    const { plan, checks } = preflightOf(rig.state.facts, 'B');
    const commands = plan.flatMap((step) => (step.commands ?? []).map((command) => [step.step, command]));
    expect(commands).toEqual([
      [
        'prove-old-out',
        {
          purpose: 'fence',
          arguments: ['/opt/fence', '10.8.3.1', 'A', 'A-1', '2', '{token}', '{operation}', 'planned'],
          timeoutMs: 2_000,
          when: { key: 'plan.command.fencePlanned', params: { instance: 'A', hookSeconds: 1, startSeconds: 3 } },
        },
      ],
      [
        'restart-old',
        {
          purpose: 'start',
          arguments: ['/opt/start', 'A'],
          timeoutMs: 1_000,
          when: { key: 'plan.command.startStopped', params: { instance: 'A', hookSeconds: 1, startSeconds: 3 } },
        },
      ],
    ]);
    expect(checks.find(({ id }) => id === 'fence')?.result).toBe('pass');
  });

  it('knows the process of an incarnation that no console has seen from the record of the switchover to it, or from it', () => {
    const commands = { fence: { arguments: ['/opt/fence', '{pid}'], timeoutMs: 1_000, required: true } };
    const { facts } = new MachineRig({ hostCheck: false, commands }).settle().state;
    const earlier = { incarnation: 'A-0', process: { bootId: 'boot', pid: 4_711, startTime: '1' } };
    const route = facts.route && { ...facts.route, incarnation: 'A-0' };
    const shown = (change: Partial<SwitchoverRecord>) => {
      const { plan } = preflightOf({ ...facts, route, record: { ...endedRecord, ...change } }, 'B');
      return plan.flatMap(({ commands }) => commands ?? [])[0]?.arguments[1];
    };
    expect(shown({ from: 'B', to: 'A', target: earlier })).toBe('4711');
    expect(shown({ from: 'A', to: 'B', fromIncarnation: 'A-0', fromProcess: earlier.process })).toBe('4711');
    expect(shown({ from: 'B', to: 'A', target: { ...earlier, incarnation: 'A-00' } })).toBe('{pid}');
    expect(shown({ from: 'B', to: 'A' })).toBe('{pid}');
  });
});
