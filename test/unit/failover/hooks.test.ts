import { describe, expect, it } from 'vitest';
import type { CommandEnd, RunCommand } from '#main/commands';
import { preflightOf, type SwitchoverTask } from '#main/failover';
import { FUNCTIONS, type InstanceCommands, type SwitchoverRecord, switchoverRecordSchema } from '#shared/domain';
import { MachineRig, registration } from '#test/failover-facts';
import { results, ScriptedSwitchover } from '#test/scripted-switchover';

const ok: CommandEnd = { kind: 'exit', exitCode: 0, output: 'powered off' };
const failing: CommandEnd = { kind: 'exit', exitCode: 7, output: 'no route to host' };
const template = ['/opt/fence', '{host}', '{instance}', '{incarnation}', '{epoch}', '{token}', '{operation}', '{kind}'];
const hook = (required: boolean): InstanceCommands => ({ fence: { arguments: template, timeoutMs: 2_000, required } });

/** Ends after some time, or when it is cut off. */
function takes(world: ScriptedSwitchover, ms: number, end: CommandEnd): RunCommand {
  return (_command, { timeoutMs, signal }) =>
    new Promise((resolve) => {
      const timer = world.clock.setTimer(Math.min(ms, timeoutMs), () =>
        resolve(ms > timeoutMs ? { kind: 'timeout', output: '' } : end),
      );
      signal.addEventListener('abort', () => {
        timer.cancel();
        resolve({ kind: 'cut-off', output: '' });
      });
    });
}

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
const stepOf = (record: SwitchoverRecord, name: string) => record.steps.find((step) => step.name === name);
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

describe('stop and start commands of a planned switchover', () => {
  const commands: InstanceCommands = {
    stop: { arguments: ['/opt/stop', '{instance}', '{pid}'], timeoutMs: 5_000 },
    start: { arguments: ['/opt/start', '{instance}'], timeoutMs: 5_000 },
  };
  const vendor = (change = {}) => registration('A', { selfFence: false, ...change });

  /** A pair of nodes that do not step down by themselves. */
  function vendorPair(set: InstanceCommands = commands): ScriptedSwitchover {
    const world = new ScriptedSwitchover(set, false);
    const b = registration('B', { selfFence: false });
    world.machine.settle({ a: vendor(), b });
    world.close = () => {
      const route = world.route();
      world.sees({ a: vendor(), b, route });
      return { outcome: 'changed', route };
    };
    world.open = () => {
      const route = world.route({ state: 'open' });
      world.sees({ a: null, b, route });
      return { outcome: 'changed', route };
    };
    world.program = async ([program]) => {
      if (program === '/opt/stop') {
        world.sees({ a: null, b, route: world.route() });
        world.clock.setTimer(50, () => world.beat('A', 'refused'));
      } else
        world.sees({
          a: vendor({ role: 'standby', status: 2, incarnation: 'A-2' }),
          b,
          route: world.route({ state: 'open' }),
        });
      return ok;
    };
    return world;
  }
  const task = (world: ScriptedSwitchover) =>
    ({ ...world.task(0, true), fromProcess: registration('A').process }) as SwitchoverTask;

  it('stop the old primary that does not step down by itself, and start it as the standby', async () => {
    const world = vendorPair();
    const { record } = await world.run(task(world));
    expect(record.outcome).toBe('done');
    expect(world.runs).toEqual([
      ['/opt/stop', 'A', '100'],
      ['/opt/start', 'A'],
    ]);
    expect(stepOf(record, 'prove-old-out')?.detail?.key).toBe('failover.proof.stopCommand');
    expect(stepOf(record, 'restart-old')).toMatchObject({
      result: 'ok',
      detail: { key: 'failover.restartOld.started' },
    });
  });

  /** Beats to A, twenty a second, from now on; the answer to each, by how long it has gone on. */
  function beats(
    world: ScriptedSwitchover,
    answer: (goneMs: number) => 'ok' | 'timeout' | 'refused',
    goneMs = 0,
  ): void {
    world.beat('A', answer(goneMs));
    world.clock.setTimer(50, () => beats(world, answer, goneMs + 50));
  }
  const proof = (record: SwitchoverRecord) => stepOf(record, 'prove-old-out');

  it.each([0, 100])(
    'do not prove out an instance by one lost beat (%i ms after its stop command)',
    async (lostAtMs) => {
      const world = vendorPair();
      world.program = async () => {
        // The first one is still under way when the command ends.
        beats(world, (goneMs) => (goneMs === lostAtMs ? 'timeout' : 'ok'));
        return ok;
      };
      const { record } = await world.run(task(world));
      expect(record.outcome).toBe('failed');
      expect(promotions(world)).toBe(0);
    },
  );

  it('prove out one that has fallen silent, once that has gone on for long enough', async () => {
    const world = vendorPair();
    world.program = async ([program], options) => {
      if (program !== '/opt/stop') return failing;
      const end = await takes(world, 1_000, ok)([], options);
      beats(world, () => 'timeout');
      return end;
    };
    const { record } = await world.run(task(world));
    expect(record.outcome).toBe('done');
    expect(proof(record)?.detail?.key).toBe('failover.proof.stopCommand');
    expect(proof(record)?.tookMs).toBeGreaterThanOrEqual(1_000 + world.machine.state.facts.timeouts.silentAfterMs);
  });

  it('do not count a connection that was refused while the stop command still ran', async () => {
    const world = vendorPair();
    world.program = (command, options) => {
      world.beat('A', 'refused');
      world.clock.setTimer(900, () => beats(world, () => 'ok'));
      return takes(world, 500, ok)(command, options);
    };
    expect((await world.run(task(world))).record.outcome).toBe('failed');
    expect(promotions(world)).toBe(0);
  });

  it.each(['refused', 'timeout'] as const)(
    'prove nothing of one that could not be reached before: %s',
    async (kind) => {
      const world = vendorPair();
      beats(world, () => kind);
      world.program = async () => ok;
      const { record, failure } = await world.run(task(world));
      expect(record.outcome).toBe('failed');
      expect(promotions(world)).toBe(0);
      expect(failure?.key).toBe('failover.proof.noneStop');
      // Neither for the console that takes it up.
      const next = vendorPair();
      beats(next, () => kind);
      await next.run({ kind: 'resume', record: { ...record, outcome: 'running' } });
      expect(promotions(next)).toBe(0);
    },
  );

  it('count for the console that takes it up as they did for the one that ran them', async () => {
    const world = vendorPair();
    world.program = async () => ok;
    const { record } = await world.run(task(world));
    const next = vendorPair();
    beats(next, () => 'refused');
    const resumed = { ...record, outcome: 'running' as const };
    const { record: ended } = await next.run({ kind: 'resume', record: switchoverRecordSchema.parse(resumed) });
    expect(proof(ended)?.detail?.key).toBe('failover.proof.stopCommand');
    expect(next.runs.filter(([program]) => program === '/opt/stop')).toEqual([]);
  });

  it('do not prove out an instance that goes on answering', async () => {
    const world = vendorPair();
    world.program = async () => ok;
    const { record } = await world.run(task(world));
    expect(record.outcome).toBe('failed');
    expect(promotions(world)).toBe(0);
    expect(world.runs).toHaveLength(1);
  });

  it('are not run for one that steps down, and comes back, by itself', async () => {
    const world = new ScriptedSwitchover(commands);
    world.open = () => {
      const route = world.route({ state: 'open' });
      world.sees({ a: registration('A', { role: 'standby', status: 2, steppedDownEpoch: 2 }), route });
      return { outcome: 'changed', route };
    };
    const { record } = await world.run(world.task(0, true));
    expect(record.outcome).toBe('done');
    expect(world.runs).toEqual([]);
  });

  it('leave it done where the lock is lost before the old primary is started', async () => {
    const world = vendorPair();
    const { open } = world;
    world.open = () => {
      world.confirmed = false;
      return open();
    };
    const { record, failure } = await world.run(task(world));
    expect(record.outcome).toBe('done');
    expect(failure).toBeNull();
    expect(stepOf(record, 'restart-old')).toMatchObject({ result: 'unknown', detail: { key: 'failover.lockLost' } });
    expect(world.runs.filter(([program]) => program === '/opt/start')).toEqual([]);
  });

  it('tell why it is not back where starting it failed', async () => {
    const world = vendorPair();
    const stop = world.program;
    world.program = async (command, options) => (command[0] === '/opt/stop' ? stop(command, options) : failing);
    const { record } = await world.run(task(world));
    expect(record.outcome).toBe('done');
    expect(stepOf(record, 'restart-old')).toMatchObject({
      result: 'failed',
      detail: { key: 'failover.restartOld.notStarted', params: { exitCode: 7 } },
    });
  });
});

describe('a node that does not stop by itself', () => {
  const vendor = (name: string) => registration(name, { selfFence: false });
  const pair = (options: ConstructorParameters<typeof MachineRig>[0]) =>
    new MachineRig(options).settle({ a: vendor('A'), b: vendor('B') });
  const keys = (rig: MachineRig) => rig.state.blockers.map(({ key }) => key);

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

const endedRecord: SwitchoverRecord = {
  ...{ version: 1, operationId: 'earlier', trigger: 'operator', from: null, fromIncarnation: null, to: 'A' },
  ...{ epochBefore: 0, epochAfter: 1, token: '1', startedAtMs: 0, endedAtMs: 1, outcome: 'failed', steps: [] },
};

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
