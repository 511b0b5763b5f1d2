import { describe, expect, test } from 'vitest';
import { type OutageSample, outageFrom } from '#main/heartbeat';
import type { ReplyClass } from '#shared/domain';

/** `a ok 100` is a beat of instance a that ended as ok at 100 ms. */
const beats = (...lines: string[]): OutageSample[] =>
  lines.map((line) => {
    const [instance = '', outcomeClass, endedMs] = line.split(' ');
    return { instance, class: outcomeClass as ReplyClass, endedMonotonicMs: Number(endedMs) };
  });

describe('the outage', () => {
  test('is last good reply to first good reply, with the beat interval as its error', () => {
    const samples = beats('a ok 100', 'b error 110', 'a empty 150', 'a refused 151', 'b switching 210', 'b ok 310');
    expect(outageFrom(samples, 100)).toEqual({ outageMs: 210, outageErrorMs: 100, from: 'a', to: 'b' });
  });

  test('is 0 when no beat of the serving instance failed', () => {
    expect(outageFrom(beats('a ok 100', 'b refused 150', 'a ok 200', 'b empty 250', 'a ok 300'), 100)).toMatchObject({
      outageMs: 0,
      from: 'a',
      to: 'a',
    });
  });

  test('is not known while it lasts, nor without a good reply', () => {
    expect(outageFrom(beats('a ok 100', 'a empty 150', 'b switching 200'), 100)).toBeNull();
    expect(outageFrom(beats('a timeout 100', 'b error 150'), 100)).toBeNull();
    expect(outageFrom([], 100)).toBeNull();
  });

  test('an interruption without a switchover counts too, and of several the longest', () => {
    const samples = beats('a ok 0', 'a timeout 50', 'a ok 70', 'a ok 100', 'a empty 110', 'b ok 400', 'b ok 500');
    expect(outageFrom(samples, 10)).toMatchObject({ outageMs: 300, from: 'a', to: 'b' });
  });

  test('is never below 0 when the new primary’s reply was read before the old one’s failure', () => {
    expect(outageFrom(beats('a ok 100', 'a empty 101', 'b ok 100'), 10)).toMatchObject({ outageMs: 0 });
  });
});
