import { describe, expect, it } from 'vitest';
import { BeatRing, createLink, openBeatStore } from '#renderer/state';
import { latestRuns, nearestBeat, worstPerColumn } from '#renderer/strip';
import { BEAT_CODES, type BeatColumns } from '#shared/contract';
import { fakeBridge, fakeTimers } from './fake-bridge.ts';

const code = (reply: (typeof BEAT_CODES)[number]) => BEAT_CODES.indexOf(reply);

function columns(beats: [atMs: number, code: number][]): BeatColumns {
  return {
    instance: 'a',
    atMs: Float64Array.from(beats, ([atMs]) => atMs),
    code: Uint8Array.from(beats, ([, code]) => code),
    latencyMs: Float32Array.from(beats, () => 1),
  };
}
function ringOf(beats: [number, number][], capacity = 1_000) {
  const ring = new BeatRing(capacity);
  ring.push(columns(beats));
  return ring;
}
const times = (ring: BeatRing) => Array.from({ length: ring.size }, (_, index) => ring.atMs(index));

describe('the ring of beats', () => {
  it('overwrites the oldest when full', () => {
    const ring = ringOf(
      [
        [1, 0],
        [2, 0],
        [3, 0],
        [4, 0],
        [5, 0],
      ],
      3,
    );
    expect(times(ring)).toEqual([3, 4, 5]);
    expect(ring.indexAt(4)).toBe(1);
    expect(ring.indexAt(4.5)).toBe(2);
    expect(ring.indexAt(6)).toBe(3);
    expect(ring.atMs(3)).toBeNaN();
  });

  it('leaves out what it has already', () => {
    const ring = ringOf([
      [1, 0],
      [2, 0],
    ]);
    ring.push(
      columns([
        [2, 5],
        [3, 0],
      ]),
    );
    expect(times(ring)).toEqual([1, 2, 3]);
    expect(ring.code(1)).toBe(0);
  });

  it('puts the past before what came since', () => {
    const ring = ringOf([
      [10, 1],
      [11, 1],
    ]);
    ring.prepend(
      columns([
        [8, 0],
        [9, 0],
        [10, 0],
      ]),
    );
    expect(times(ring)).toEqual([8, 9, 10, 11]);
    expect(ring.code(3)).toBe(1);
  });
});

describe('the strip', () => {
  const span = { fromMs: 0, toMs: 1_000 };

  it('shows the worst reply of each column', () => {
    const ring = ringOf([
      [0, code('ok')],
      [101, code('ok')],
      [102, code('refused')],
      [103, code('ok')],
    ]);
    expect([...worstPerColumn(ring, span, 10, 100)]).toEqual([1, code('refused') + 1, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('never loses a short failure, however narrow its time is', () => {
    const beats = Array.from({ length: 100_000 }, (_, index): [number, number] => [index / 100, code('ok')]);
    beats[54_321] = [543.21, code('timeout')];
    const drawn = worstPerColumn(ringOf(beats, 200_000), span, 50, 5);
    expect([...drawn].filter((column) => column === code('timeout') + 1)).toHaveLength(1);
    expect([...drawn].filter((column) => column === 0)).toHaveLength(0);
  });

  it("never loses a standby's becoming primary behind the errors that it beats with before", () => {
    const ring = ringOf([
      [0, code('error')],
      [50, code('switching')],
      [60, code('ok')],
    ]);
    expect(worstPerColumn(ring, span, 10, 100)[0]).toBe(code('switching') + 1);
  });

  it('shows silence as silence: a beat stands for no longer than it may', () => {
    const ring = ringOf([
      [0, code('ok')],
      [900, code('ok')],
    ]);
    expect([...worstPerColumn(ring, span, 10, 200)]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('draws the beat that began before the span and still counts in it', () => {
    const ring = ringOf([
      [-50, code('empty')],
      [100, code('ok')],
    ]);
    expect(worstPerColumn(ring, span, 10, 200)[0]).toBe(code('empty') + 1);
  });

  it('tells runs of equal replies, newest first and not too many', () => {
    const ring = ringOf([
      [1, 0],
      [2, 0],
      [3, 5],
      [4, 5],
      [5, 0],
    ]);
    expect(latestRuns(ring, span, 2)).toEqual([
      { fromMs: 5, toMs: 5, code: 0, count: 1 },
      { fromMs: 3, toMs: 4, code: 5, count: 2 },
    ]);
    expect(latestRuns(ring, { fromMs: 4, toMs: 9 }, 9)).toHaveLength(2);
  });

  it('finds the beat nearest to the cursor', () => {
    const ring = ringOf([
      [100, 0],
      [200, 0],
    ]);
    expect(nearestBeat(ring, 0)).toBe(0);
    expect(nearestBeat(ring, 149)).toBe(0);
    expect(nearestBeat(ring, 151)).toBe(1);
    expect(nearestBeat(ring, 999)).toBe(1);
    expect(nearestBeat(new BeatRing(2), 5)).toBe(-1);
  });
});

describe("a pair's beats", () => {
  it('asks for the past when the link is made, again after a loss, and joins it with what came meanwhile', async () => {
    const main = fakeBridge();
    const timers = fakeTimers(600_000);
    const link = createLink(main.bridge, timers);
    main.setLink(true);
    const store = openBeatStore(link, 'e/p', timers.now);
    let arrivals = 0;
    store.onBeats(() => arrivals++);
    const asked = main.take();
    expect(asked).toEqual([
      { t: 'subscribe', topic: 'beats:e/p' },
      { t: 'call', id: expect.any(Number), command: 'pair.beats', input: { pairKey: 'e/p', fromMs: 300_000 } },
    ]);
    main.deliver({ t: 'beats', topic: 'beats:e/p', columns: [columns([[600_000, 0]])] });
    main.deliver({
      t: 'reply',
      id: asked[1]?.t === 'call' ? asked[1].id : -1,
      ok: true,
      value: [columns([[599_000, 0]])],
    });
    await expect.poll(() => times(store.ring('a'))).toEqual([599_000, 600_000]);
    expect(arrivals).toBe(2);
    main.setLink(false);
    main.setLink(true);
    expect(main.take().map(({ t }) => t)).toEqual(['subscribe', 'call']);
    store.close();
    expect(main.take()).toEqual([{ t: 'unsubscribe', topic: 'beats:e/p' }]);
  });
});
