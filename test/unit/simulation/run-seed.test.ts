import { describe, expect, it, vi } from 'vitest';
import type { SimPair } from '../../simulation/pair.ts';
import { runSeed } from '../../simulation/run-seed.ts';
import { type Setting, settingOf } from '../../simulation/setting.ts';
import { withVirtualImmediates } from '../../simulation/timeline.ts';
import { World } from '../../simulation/world.ts';

const SEEDS = 12;
const HOURS = 0.015;

/** A site with one pair, or with so many. */
function siteOf(setting: Setting, pairs = 1) {
  const world = new World({ ...setting, pairs });
  const [pair] = world.pairs;
  if (pair === undefined) throw new Error('no pair');
  return { world, pair, timeline: world.timeline };
}

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
      const { pair, timeline, world } = siteOf(setting);
      await withVirtualImmediates(timeline, async () => {
        await world.start();
        for (let crash = 0; crash < 3; crash++) {
          pair.instance('A').kill();
          await timeline.runUntil(timeline.nowMs + 200);
          pair.instance('A').start();
          await timeline.runUntil(timeline.nowMs + 5_000);
        }
        await timeline.runUntil(timeline.nowMs + 20_000);
      });
      expect(world.violations).toEqual([]);
      expect(pair.switchovers).toBe(switchovers);
      expect(pair.instance('B').isServing()).toBe(switchovers > 0);
    },
  );
});

describe('a site with two pairs', () => {
  const SITE = { driver: 'console', policy: 'auto', hostCheck: 'none', syncMode: 'sync', consoles: 2 } as const;
  const BREAKER = { sessionTimeoutMs: 4_000, breakerPairs: 2, breakerWindowMs: 60_000 };

  /** How often each has been switched over half a minute after something was done, and once an operator has looked. */
  async function switchedOver(breakerPairs: number, spoil: (pairs: readonly SimPair[]) => void) {
    const { world, pair, timeline } = siteOf({ ...settingOf(1), ...SITE, ...BREAKER, breakerPairs }, 2);
    const counts: number[][] = [];
    await withVirtualImmediates(timeline, async () => {
      await world.start();
      spoil(world.pairs);
      await timeline.runUntil(timeline.nowMs + 30_000);
      counts.push(world.pairs.map(({ switchovers }) => switchovers));
      for (const console of world.consoles) console.watchOf(pair)?.monitor.releaseFreeze('op');
      await timeline.runUntil(timeline.nowMs + 30_000);
      counts.push(world.pairs.map(({ switchovers }) => switchovers));
    });
    expect(world.violations).toEqual([]);
    return counts;
  }

  const killPrimary = (pair: SimPair | undefined) => pair?.instance('A').kill();

  it('switches one over, and lets the other be', async () => {
    const counts = await switchedOver(2, ([, second]) => killPrimary(second));
    expect(counts).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('freezes both where they come into trouble together, until an operator has looked', async () => {
    const counts = await switchedOver(2, (pairs) => pairs.forEach(killPrimary));
    expect(counts).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('switches both over where three in trouble are what the policy counts to', async () => {
    const counts = await switchedOver(3, (pairs) => pairs.forEach(killPrimary));
    expect(counts).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

describe('what must always hold is looked at', () => {
  /** A pair in good order, to which something is done. */
  async function violatedBy(spoil: (pair: SimPair) => void): Promise<string | undefined> {
    const setting = { ...settingOf(1), driver: 'console', policy: 'auto', syncMode: 'sync' } as const;
    const { pair, timeline, world } = siteOf(setting);
    await withVirtualImmediates(timeline, async () => {
      await world.start();
      spoil(pair);
      await timeline.runUntil(timeline.nowMs + 30_000);
    });
    return world.violations[0]?.invariant;
  }

  it('and holds where nothing is spoilt', async () => {
    expect(await violatedBy((pair) => pair.instance('A').kill())).toBeUndefined();
  });

  it('an acknowledged write that is nowhere', async () => {
    const found = await violatedBy((pair) => {
      pair.client.acknowledged.push('nowhere');
      pair.instance('A').kill();
    });
    expect(found).toBe('write-lost');
  });

  it('two that serve', async () => {
    const found = await violatedBy((pair) => {
      const { node } = pair.instance('B');
      if (node) node.isServing = () => true;
    });
    expect(found).toBe('two-serving');
  });

  it('a console that turns to another pair', async () => {
    const found = await violatedBy((pair) => {
      pair.onHost = () => undefined;
    });
    expect(found).toBe('effect-on-another-pair');
  });

  it('two that answer for one epoch', async () => {
    const found = await violatedBy(({ invariants }) => {
      invariants.goodReply('one', 7, 'A');
      invariants.goodReply('another', 7, 'B');
    });
    expect(found).toBe('two-answer-one-epoch');
  });
});
