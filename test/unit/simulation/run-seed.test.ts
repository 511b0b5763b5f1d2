import { describe, expect, it, vi } from 'vitest';
import { runSeed } from '../../simulation/run-seed.ts';
import { settingOf } from '../../simulation/setting.ts';
import { withVirtualImmediates } from '../../simulation/timeline.ts';
import { World } from '../../simulation/world.ts';

const SEEDS = 12;
const HOURS = 0.015;

vi.setConfig({ testTimeout: 300_000 });

describe('a seed', () => {
  it('is run to the same trace every time, and another seed to another', async () => {
    const lines: string[] = [];
    const first = await runSeed(3, HOURS, { print: (line) => lines.push(line) });
    const second = await runSeed(3, HOURS);
    expect(second.traceHash).toBe(first.traceHash);
    expect(second.events).toBe(first.events);
    expect(lines.some((line) => line.includes('every fault is over'))).toBe(true);
    expect((await runSeed(4, HOURS)).traceHash).not.toBe(first.traceHash);
  });

  it('is run with some of its faults only', async () => {
    const lines: string[] = [];
    const { faults } = await runSeed(3, HOURS, { only: new Set(['2.1']), print: (line) => lines.push(line) });
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1);
    expect(lines.filter((line) => line.includes('s of faults'))).toHaveLength(1);
  });

  it(`violates nothing, and serves after every round (${SEEDS} of them)`, async () => {
    let rounds = 0;
    let switchovers = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = await runSeed(seed, HOURS);
      expect(result.violations).toEqual([]);
      rounds += result.liveness.length;
      switchovers += result.switchovers;
      expect(result.acknowledged).toBeGreaterThan(0);
    }
    expect(rounds).toBeGreaterThanOrEqual(SEEDS);
    expect(switchovers).toBeGreaterThan(0);
  });
});

describe('a primary that starts again and again', () => {
  it.each([
    [0, 0],
    [3, 1],
  ])(
    'is switched over where %i starts are what the policy counts to, %i times',
    async (crashLoopStarts, switchovers) => {
      const site = { driver: 'console', policy: 'auto', hostCheck: 'none', syncMode: 'sync' } as const;
      const setting = { ...settingOf(1), ...site, sessionTimeoutMs: 10_000, beatIntervalMs: 1_000, crashLoopStarts };
      const world = new World(setting);
      const { timeline } = world;
      await withVirtualImmediates(timeline, async () => {
        await world.start();
        for (let crash = 0; crash < 3; crash++) {
          world.instance('A').kill();
          await timeline.runUntil(timeline.nowMs + 200);
          world.instance('A').start();
          await timeline.runUntil(timeline.nowMs + 5_000);
        }
        await timeline.runUntil(timeline.nowMs + 20_000);
      });
      expect(world.invariants.violations).toEqual([]);
      expect(world.switchovers).toBe(switchovers);
      expect(world.instance('B').isServing()).toBe(switchovers > 0);
    },
  );
});

describe('what must always hold is looked at', () => {
  /** A pair in good order, to which something is done. */
  async function violatedBy(spoil: (world: World) => void): Promise<string | undefined> {
    const setting = { ...settingOf(1), driver: 'console', policy: 'auto', syncMode: 'sync' } as const;
    const world = new World(setting);
    await withVirtualImmediates(world.timeline, async () => {
      await world.start();
      spoil(world);
      await world.timeline.runUntil(world.timeline.nowMs + 30_000);
    });
    return world.invariants.violations[0]?.invariant;
  }

  it('and holds where nothing is spoilt', async () => {
    expect(await violatedBy((world) => world.instance('A').kill())).toBeUndefined();
  });

  it('an acknowledged write that is nowhere', async () => {
    const found = await violatedBy((world) => {
      world.client.acknowledged.push('nowhere');
      world.instance('A').kill();
    });
    expect(found).toBe('write-lost');
  });

  it('two that serve', async () => {
    const found = await violatedBy((world) => {
      const { node } = world.instance('B');
      if (node) node.isServing = () => true;
    });
    expect(found).toBe('two-serving');
  });

  it('two that answer for one epoch', async () => {
    const found = await violatedBy(({ invariants }) => {
      invariants.goodReply('one', 7, 'A');
      invariants.goodReply('another', 7, 'B');
    });
    expect(found).toBe('two-answer-one-epoch');
  });
});
