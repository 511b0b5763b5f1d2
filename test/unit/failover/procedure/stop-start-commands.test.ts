import { describe, expect, it } from 'vitest';
import type { SwitchoverTask } from '#main/failover';
import { FUNCTIONS, type InstanceCommands, type SwitchoverRecord, switchoverRecordSchema } from '#shared/domain';
import { registration } from '#test/failover-facts';
import { ScriptedSwitchover } from '#test/scripted-switchover';
import { failing, ok, stepOf, takes } from './commands-kit.ts';

const promotions = (world: ScriptedSwitchover) => world.asked(FUNCTIONS.promote);

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
