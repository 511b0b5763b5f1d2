import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBeatHistory } from '#main/heartbeat';
import { BEAT_CODES } from '#shared/contract';
import type { ReplyClass } from '#shared/domain';

const beat = (sentAtMs: number, outcomeClass: ReplyClass = 'ok', latencyMs: number | null = 2) => ({
  sentAtMs,
  class: outcomeClass,
  latencyMs,
});

describe('the beats kept', () => {
  test('come back in order, as codes and columns, from a time on', () => {
    const history = createBeatHistory({ instance: 'a', keepMs: 3_600_000 });
    history.push(beat(1_000));
    history.push(beat(2_000, 'timeout', null));
    history.push(beat(3_000, 'refused', null));
    const columns = history.since(2_000);
    expect(columns.instance).toBe('a');
    expect([...columns.atMs]).toEqual([2_000, 3_000]);
    expect([...columns.code].map((code) => BEAT_CODES[code])).toEqual(['timeout', 'refused']);
    expect([...columns.latencyMs]).toEqual([Number.NaN, Number.NaN]);
    expect(history.since(3_001).atMs).toHaveLength(0);
  });

  test('an hour at one a second is kept whole, the rest is let go', () => {
    const history = createBeatHistory({ instance: 'a', keepMs: 3_600_000 });
    for (let second = 0; second < 10_000; second++) history.push(beat(second * 1_000));
    const { atMs } = history.since(0);
    expect(atMs).toHaveLength(3_601);
    expect(atMs[0]).toBe(6_399_000);
    expect(atMs.at(-1)).toBe(9_999_000);
  });

  test('are what a plain list would hold, whatever comes', () => {
    const steps = fc.array(fc.record({ gapMs: fc.nat(500), class: fc.constantFrom(...BEAT_CODES) }), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 200 }), fc.nat(100_000), (beats, maxSamples, fromMs) => {
        const history = createBeatHistory({ instance: 'a', keepMs: 20_000, maxSamples });
        let plain: { sentAtMs: number; class: ReplyClass }[] = [];
        let nowMs = 0;
        for (const each of beats) {
          nowMs += each.gapMs;
          history.push(beat(nowMs, each.class));
          plain.push({ sentAtMs: nowMs, class: each.class });
          plain = plain.filter((kept) => kept.sentAtMs >= nowMs - 20_000).slice(-maxSamples);
        }
        const expected = plain.filter((kept) => kept.sentAtMs >= fromMs);
        const columns = history.since(fromMs);
        expect([...columns.atMs]).toEqual(expected.map((kept) => kept.sentAtMs));
        expect([...columns.code].map((code) => BEAT_CODES[code])).toEqual(expected.map((kept) => kept.class));
      }),
      { numRuns: 200 },
    );
  });
});

describe('statistics', () => {
  test('the rate counts what was answered in the last ten seconds, errors included', () => {
    const history = createBeatHistory({ instance: 'a', keepMs: 3_600_000 });
    for (let second = 1; second <= 20; second++)
      history.push(beat(second * 1_000, second % 2 ? 'error' : 'ok', second));
    history.push(beat(20_100, 'timeout', null));
    expect(history.statistics(20_500).beatsPerSecond).toBe(1);
  });

  test('latencies are the nearest rank of the last minute', () => {
    const history = createBeatHistory({ instance: 'a', keepMs: 3_600_000 });
    history.push(beat(0, 'ok', 9_999));
    for (let i = 1; i <= 100; i++) history.push(beat(100_000 + i * 100, 'ok', i));
    expect(history.statistics(110_000)).toMatchObject({ latencyP50Ms: 50, latencyP99Ms: 99 });
  });

  test('nothing heard has no latency', () => {
    const history = createBeatHistory({ instance: 'a', keepMs: 1_000 });
    history.push(beat(0, 'timeout', null));
    expect(history.statistics(10)).toEqual({ beatsPerSecond: 0, latencyP50Ms: null, latencyP99Ms: null });
  });
});
