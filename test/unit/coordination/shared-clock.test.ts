import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { betterOf, estimateOf, SharedClock } from '../../../src/main/coordination/shared-clock.ts';

const sample = (sentMonotonicMs: number, tookMs: number, serverWallMs: number) => ({
  ...{ sentMonotonicMs, answeredMonotonicMs: sentMonotonicMs + tookMs, serverWallMs },
});

describe('the estimate of ZooKeeper’s time', () => {
  it('takes the middle between question and answer, and is off by half of that at most', () => {
    // Asked at 1,000, answered at 1,010; the server wrote 500,003 at any moment between.
    const { baseMs, errorMs } = estimateOf(sample(1_000, 10, 500_003));
    for (const writtenMs of [1_000, 1_005, 1_010]) {
      const trueBase = 500_003.5 - writtenMs;
      expect(Math.abs(baseMs - trueBase)).toBeLessThanOrEqual(errorMs);
    }
    expect(errorMs).toBe(5.5);
  });

  it('keeps the sharper of two, until that may have drifted, or the two cannot both be true', () => {
    const sharp = estimateOf(sample(0, 2, 900_000));
    const vague = estimateOf(sample(1_000, 400, 901_100));
    expect(betterOf(sharp, vague).baseMs).toBe(sharp.baseMs);
    expect(betterOf(undefined, vague)).toBe(vague);
    const daysLater = estimateOf(sample(10 * 86_400_000, 400, 900_000 + 10 * 86_400_000 + 200));
    expect(betterOf(sharp, daysLater)).toBe(daysLater);
    // The server's clock was set, or another server leads: what is newer is so.
    const set = estimateOf(sample(2_000, 400, 905_000));
    expect(betterOf(sharp, set)).toBe(set);
  });
});

describe('the clock that consoles share', () => {
  it('is the own wall until ZooKeeper has told its own', () => {
    const clock = new VirtualClock();
    const shared = new SharedClock(clock);
    expect([shared.wallMs(), shared.skew(), shared.isDue()]).toEqual([clock.wallMs(), null, true]);
    shared.take(sample(clock.monotonicMs(), 0, 0));
    expect([shared.wallMs(), shared.skew(), shared.isDue()]).toEqual([clock.wallMs(), null, false]);
  });

  it('goes on with the monotonic clock, whatever the own wall is set to, and says how far that is off', async () => {
    const clock = new VirtualClock();
    const shared = new SharedClock(clock);
    const serverMs = clock.wallMs() - 90_000;
    shared.take(sample(clock.monotonicMs(), 0, serverMs));
    expect(shared.skew()).toEqual({ skewMs: 89_999.5, errorMs: 0.5 });
    await clock.advance(5_000);
    clock.jumpWall(3_600_000);
    expect(shared.wallMs()).toBe(serverMs + 5_000.5);
    expect(shared.isDue()).toBe(true);
    shared.take(sample(clock.monotonicMs(), 0, serverMs + 5_000));
    expect(shared.isDue()).toBe(false);
    await clock.advance(3_600_001);
    expect(shared.isDue()).toBe(true);
  });
});
