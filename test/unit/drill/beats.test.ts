import { describe, expect, it } from 'vitest';
import {
  type ClientBeat,
  countReplies,
  goodRepliesOf,
  measureOutage,
  servingNow,
} from '../../../src/main/drill/beats.ts';

const beat = (sentMs: number, endedMs: number, over: Partial<ClientBeat> = {}): ClientBeat => ({
  instance: 'A',
  sentMs,
  endedMs,
  class: 'ok',
  errorNumber: 0,
  stale: false,
  ...over,
});

describe('the measured outage', () => {
  it('is 0 while no beat failed, however far apart the good replies are', () => {
    expect(measureOutage([beat(0, 1), beat(500, 501)])).toEqual({ outageMs: 0, outageErrorMs: 0 });
  });

  it('goes from the last good reply to the first good reply, with the intervals kept around them as its error', () => {
    const beats = [
      beat(0, 1),
      beat(5, 6),
      beat(12, 13, { class: 'empty' }),
      beat(20, 21, { class: 'error', instance: 'B' }),
      beat(100, 102, { class: 'switching', instance: 'B' }),
      beat(104, 106, { instance: 'B' }),
    ];
    expect(measureOutage(beats)).toEqual({ outageMs: 100, outageErrorMs: 7 });
  });

  it('counts replies by when they came, not by when their beats were sent', () => {
    // Sent before the last good reply came, and lost: what was pipelined when the process died.
    const beats = [beat(0, 9), beat(5, 10, { class: 'empty' }), beat(15, 30, { instance: 'B' })];
    expect(measureOutage(beats)).toEqual({ outageMs: 21, outageErrorMs: 10 });
  });

  it('does not take a dropped reply of an old primary for service', () => {
    const beats = [beat(0, 1), beat(5, 6, { class: 'timeout' }), beat(10, 11, { stale: true }), beat(40, 41)];
    expect(measureOutage(beats)).toMatchObject({ outageMs: 40 });
  });

  it('is the longest of several', () => {
    const failed = { class: 'timeout' } as const;
    const beats = [beat(0, 1), beat(2, 3, failed), beat(4, 5), beat(6, 7, failed), beat(50, 51)];
    expect(measureOutage(beats)).toMatchObject({ outageMs: 46 });
  });

  it('is open where no good reply followed', () => {
    expect(measureOutage([beat(0, 1), beat(5, 6, { class: 'refused' })])).toBe('open');
  });
});

describe('the beats', () => {
  const beats = [
    beat(0, 1),
    beat(2, 3, { class: 'refused' }),
    beat(4, 5, { class: 'error', errorNumber: 308000001, instance: 'B' }),
    beat(6, 7, { instance: 'B' }),
    beat(8, 9, { stale: true }),
  ];

  it('are counted by class', () => {
    expect(countReplies(beats)).toEqual({ ok: 3, switching: 0, empty: 0, refused: 1, timeout: 0, error: 1 });
  });

  it('tell the good replies of a replaced primary, dropped ones included', () => {
    expect(goodRepliesOf(beats, 'A', 7)).toBe(1);
    expect(goodRepliesOf(beats, 'A', 9)).toBe(0);
  });

  it('tell who serves by the last reply alone', () => {
    expect(servingNow(beats.slice(0, 4))).toBe('B');
    expect(servingNow(beats)).toBeUndefined();
    expect(servingNow([])).toBeUndefined();
  });
});
