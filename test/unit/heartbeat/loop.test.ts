import { describe, expect, test } from 'vitest';
import type { Random } from '#core/clock';
import { type BeatSample, createHeartbeatLoop } from '#main/heartbeat';
import type { CallOutcome, ConnectionEvent, NodeConnector } from '#main/nodes';
import { VirtualClock } from '#test/virtual-clock';

/** A small generator of its own, so that every run is the same. */
function seeded(seed = 1): Random {
  let state = seed;
  return {
    next() {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return state / 2 ** 32;
    },
    uuid: () => 'unused',
  };
}

const ok = (latencyMs = 1): CallOutcome => ({
  class: 'ok',
  reply: { function: 402000, id: 1, error_no: 0, epoch: 7, instance: 'a' },
  errorNumber: 0,
  latencyMs,
  detail: 'ok',
});
const failed = (outcomeClass: CallOutcome['class']): CallOutcome => ({
  ...ok(),
  class: outcomeClass,
  reply: null,
  errorNumber: null,
  latencyMs: null,
});

/** A connector whose calls are kept until the test ends them. */
function heldConnector() {
  const calls: { body: Record<string, unknown>; timeoutMs: number; end: (outcome: CallOutcome) => void }[] = [];
  const listeners = new Set<(event: ConnectionEvent) => void>();
  const connector: NodeConnector = {
    target: { host: 'h', t2Port: 1, f2Port: 1 },
    capabilities: { selfFence: false },
    call: (_number, body, timeoutMs) => new Promise((end) => calls.push({ body, timeoutMs, end })),
    onConnection: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {},
  };
  const tell = (event: ConnectionEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { connector, calls, tell, listeners };
}

function setUp(intervalMs = 1_000) {
  const clock = new VirtualClock();
  const loop = createHeartbeatLoop({ clock, random: seeded() });
  const held = heldConnector();
  const samples: BeatSample[] = [];
  const target = { instance: 'a', connector: held.connector, credential: () => null, intervalMs, timeoutMs: 800 };
  const handle = loop.add(target, (sample) => samples.push(sample));
  return { clock, loop, ...held, samples, handle, target };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the rhythm', () => {
  test('a thousand targets at 100 ms beat ten times a second each and never together', async () => {
    const clock = new VirtualClock();
    const loop = createHeartbeatLoop({ clock, random: seeded() });
    const beatsAt: number[] = [];
    const counts = new Map<string, number>();
    for (let i = 0; i < 1_000; i++) {
      const { connector } = heldConnector();
      connector.call = async () => {
        beatsAt.push(clock.monotonicMs());
        return ok();
      };
      loop.add({ instance: `i${i}`, connector, credential: () => null, intervalMs: 100, timeoutMs: 100 }, (sample) =>
        counts.set(sample.instance, (counts.get(sample.instance) ?? 0) + 1),
      );
    }
    await clock.advance(1_000);
    loop.stop();
    expect([...counts.values()].every((count) => count >= 9 && count <= 11)).toBe(true);
    const perTenMs = new Map<number, number>();
    for (const at of beatsAt) perTenMs.set(Math.floor(at / 10), (perTenMs.get(Math.floor(at / 10)) ?? 0) + 1);
    expect(Math.max(...perTenMs.values())).toBeLessThan(200);
  });

  test('intervals stay within 5 % of what was asked for, and differ', async () => {
    const { clock, calls } = setUp(1_000);
    const times: number[] = [];
    for (let ms = 0; ms < 30_000; ms += 5) {
      await clock.advance(5);
      for (const call of calls.splice(0)) {
        times.push(clock.monotonicMs());
        call.end(ok());
      }
    }
    const intervals = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times[0]).toBeLessThanOrEqual(1_005);
    expect(intervals.length).toBeGreaterThan(25);
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(945);
    expect(Math.max(...intervals)).toBeLessThanOrEqual(1_055);
    expect(new Set(intervals).size).toBeGreaterThan(5);
  });

  test('after the process stood still there is one beat, not one for each that was missed', async () => {
    let nowMs = 0;
    const timers: (() => void)[] = [];
    const clock = {
      monotonicMs: () => nowMs,
      wallMs: () => nowMs,
      setTimer: (_delayMs: number, callback: () => void) => {
        timers.push(callback);
        return { cancel: () => {} };
      },
    };
    const { connector, calls } = heldConnector();
    const loop = createHeartbeatLoop({ clock, random: seeded() });
    loop.add({ instance: 'a', connector, credential: () => null, intervalMs: 100, timeoutMs: 100 }, () => {});
    nowMs = 60_000;
    timers.shift()?.();
    calls.shift()?.end(ok());
    await settle();
    expect(calls).toHaveLength(0);
    expect(timers).toHaveLength(1);
  });

  test('what is due by less than a clock can tell is due: the wait for it would never end', async () => {
    let nowMs = 0;
    const timers: { delayMs: number; callback: () => void }[] = [];
    const clock = {
      monotonicMs: () => nowMs,
      wallMs: () => nowMs,
      setTimer: (delayMs: number, callback: () => void) => {
        timers.push({ delayMs, callback });
        return { cancel: () => {} };
      },
    };
    const { connector, calls } = heldConnector();
    const loop = createHeartbeatLoop({ clock, random: seeded() });
    loop.add({ instance: 'a', connector, credential: () => null, intervalMs: 100, timeoutMs: 100 }, () => {});
    const first = timers.shift();
    nowMs = (first?.delayMs ?? 0) - 1e-9;
    first?.callback();
    expect(calls).toHaveLength(1);
    expect(timers[0]?.delayMs).toBeGreaterThan(90);
  });

  test('another interval is gone by from when the rhythm is begun anew, and the old one no more', async () => {
    const { clock, calls, handle, target } = setUp(60_000);
    const beatsIn = async (ms: number) => {
      const before = calls.length;
      for (let gone = 0; gone < ms; gone += 10) {
        await clock.advance(10);
        for (const call of calls) call.end(ok());
        await settle();
      }
      return calls.length - before;
    };
    target.intervalMs = 100;
    handle.restart();
    expect(await beatsIn(1_000)).toBeGreaterThanOrEqual(9);
    target.intervalMs = 60_000;
    handle.restart();
    expect(await beatsIn(60_000)).toBe(1);
  });

  test('beats do not pile up on an instance that does not answer; those left out are counted', async () => {
    const { clock, calls, handle, samples } = setUp(100);
    await clock.advance(1_000);
    expect(calls).toHaveLength(1);
    expect(handle.skipped()).toBeGreaterThanOrEqual(8);
    calls[0]?.end(failed('timeout'));
    await clock.advance(110);
    expect(calls).toHaveLength(2);
    expect(samples.map((sample) => sample.class)).toEqual(['timeout']);
  });

  test('beatNow beats at once, and not while a beat is under way', async () => {
    const { clock, calls, handle } = setUp(60_000);
    handle.beatNow();
    handle.beatNow();
    await clock.advance(0);
    expect(calls).toHaveLength(1);
  });

  test('a removed target is beaten no more and hears nothing of the beat under way', async () => {
    const { clock, calls, handle, samples, listeners } = setUp(100);
    await clock.advance(100);
    handle.remove();
    calls[0]?.end(ok());
    await clock.advance(1_000);
    expect(calls).toHaveLength(1);
    expect(samples).toHaveLength(0);
    expect(listeners.size).toBe(0);
  });

  test('a stopped loop beats no more', async () => {
    const { clock, calls, loop, target } = setUp(100);
    loop.stop();
    loop.add(target, () => {});
    await clock.advance(1_000);
    expect(calls).toHaveLength(0);
  });
});

describe('samples', () => {
  test('carry the class, the epoch, who answered, and when', async () => {
    const { clock, calls, samples } = setUp(100);
    await clock.advance(100);
    const sentAtMs = clock.wallMs();
    await clock.advance(30);
    calls[0]?.end(ok(30));
    await settle();
    const [sample] = samples;
    expect(sample).toMatchObject({
      instance: 'a',
      class: 'ok',
      epoch: 7,
      answeredBy: 'a',
      latencyMs: 30,
      scheduled: true,
    });
    expect(sample?.sentAtMs).toBeLessThanOrEqual(sentAtMs);
    expect((sample?.endedMonotonicMs ?? 0) - (sample?.sentMonotonicMs ?? 0)).toBeGreaterThanOrEqual(30);
  });

  test.each([
    [{ system: 'O3', sessionId: 's-1' } as const, { session_id: 's-1' }],
    [{ system: 'O45', userToken: 't-1' } as const, { user_token: 't-1' }],
    [null, {}],
  ])('F10: a beat with %o carries %o', async (credential, body) => {
    const { clock, loop, target, calls } = setUp(60_000);
    loop.add({ ...target, credential: () => credential }, () => {}).beatNow();
    await clock.advance(0);
    expect(calls[0]?.body).toEqual(body);
    expect(calls[0]?.timeoutMs).toBe(800);
  });

  test('a close and a refusal between beats are told at once, one sample each', () => {
    const { tell, samples } = setUp(60_000);
    tell({ kind: 'closed', detail: '' });
    tell({ kind: 'refused', detail: '' });
    tell({ kind: 'opened' });
    expect(samples.map((sample) => [sample.class, sample.scheduled])).toEqual([
      ['empty', false],
      ['refused', false],
    ]);
  });

  test('a close that ends a beat under way makes no second sample', async () => {
    const { clock, tell, calls, samples, handle } = setUp(60_000);
    handle.beatNow();
    tell({ kind: 'closed', detail: '' });
    calls[0]?.end(failed('empty'));
    await clock.advance(0);
    expect(samples.map((sample) => [sample.class, sample.scheduled])).toEqual([['empty', true]]);
  });

  test('a listener that throws, or a connector that rejects, ends no rhythm and is logged', async () => {
    const clock = new VirtualClock();
    const logged: unknown[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (text: string) => logged.push(text), child: () => log };
    const loop = createHeartbeatLoop({ clock, random: seeded(), log });
    const { connector } = heldConnector();
    let calls = 0;
    connector.call = async () => {
      calls += 1;
      if (calls % 2) throw new Error('refused to send');
      return ok();
    };
    const target = { instance: 'a', connector, credential: () => null, intervalMs: 100, timeoutMs: 100 };
    loop.add(target, () => {
      throw new Error('listener');
    });
    await clock.advance(1_000);
    expect(calls).toBeGreaterThanOrEqual(9);
    expect(logged).toHaveLength(calls);
  });
});

test('a beat carries the LSN that was answered, and none where the answer makes no sense', async () => {
  const { clock, calls, samples } = setUp();
  for (const lsn of [41, -1, 'many', undefined]) {
    await clock.advance(1_100);
    const { reply, ...rest } = ok();
    calls.at(-1)?.end({ ...rest, reply: reply && { ...reply, lsn } });
    await settle();
  }
  expect(samples.map(({ lsn }) => lsn)).toEqual([41, null, null, null]);
});
