import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '#main/nodes';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { writeRequestSchema } from '#shared/protocol';
import { VirtualClock } from '#test/virtual-clock';
import { OUTCOMES } from '../../../src/main/drill/outcomes.ts';
import { readBack } from '../../../src/main/drill/read-back.ts';
import { outcomeOf, WriteLoad } from '../../../src/main/drill/write-load.ts';

const outcome = (kind: CallOutcome['class'], errorNumber: number | null = null, extra = {}): CallOutcome => ({
  ...{ class: kind, errorNumber, latencyMs: 1, detail: kind },
  reply: errorNumber === null ? null : { function: FUNCTIONS.practiceWrite, id: 1, error_no: errorNumber, ...extra },
});
const acknowledged = outcome('ok', 0, { lsn: 1, epoch: 2 });

function start(ratePerSecond: number, highestEpoch = 2) {
  const clock = new VirtualClock();
  const keys: string[] = [];
  const node = { answer: acknowledged as CallOutcome | 'nobody', afterMs: 3, serves: true };
  const load = new WriteLoad('w1', ratePerSecond, {
    clock,
    highestEpoch: () => highestEpoch,
    isServed: () => node.serves,
    call: (functionNumber, body) => {
      if (node.answer === 'nobody') return undefined;
      expect(functionNumber).toBe(FUNCTIONS.practiceWrite);
      expect(writeRequestSchema.safeParse({ session_id: 's', ...body }).success).toBe(true);
      keys.push(String(body.key));
      const { answer } = node;
      return new Promise((resolve) => clock.setTimer(node.afterMs, () => resolve(answer)));
    },
  });
  return { clock, keys, node, load };
}

describe("the client's writes", () => {
  it.each([5, 500, 2_000])('are %i a second, each with a key of its own', async (rate) => {
    const { clock, keys, load } = start(rate);
    await clock.advance(10_000);
    expect(Math.abs(keys.length - rate * 10)).toBeLessThanOrEqual(rate / 100 + 1);
    expect(new Set(keys).size).toBe(keys.length);
    const ended = load.end();
    await clock.advance(10);
    await ended;
    expect(load.outcomes.bytes().every((byte) => byte === OUTCOMES.acked)).toBe(true);
    await clock.advance(1_000);
    expect(load.outcomes.length).toBe(keys.length);
  });

  it('are not poured at somebody who does not answer', async () => {
    const { clock, keys, node } = start(4_000);
    node.afterMs = 3_000;
    await clock.advance(2_900);
    expect(keys).toHaveLength(2_000);
    await clock.advance(1_000);
    expect(keys.length).toBeGreaterThan(2_500);
    expect(keys.length).toBeLessThanOrEqual(4_000);
  });

  it('begin at once, however slow their rate', async () => {
    const { clock, keys } = start(1);
    await clock.advance(100);
    expect(keys).toEqual(['w1.0']);
    await clock.advance(1_950);
    expect(keys).toHaveLength(3);
  });

  it('are not made up for once somebody can be written to again', async () => {
    const { clock, keys, node } = start(1_000);
    node.answer = 'nobody';
    await clock.advance(5_000);
    expect(keys).toEqual([]);
    node.answer = acknowledged;
    await clock.advance(100);
    expect(keys.length).toBeLessThanOrEqual(145);
    expect(keys[0]).toBe('w1.0');
  });

  it('are tried now and then, and no more, while the client is told that nobody serves', async () => {
    const { clock, keys, node } = start(5_000);
    node.serves = false;
    await clock.advance(1_000);
    expect(keys.length).toBeGreaterThan(90);
    // The first one comes at once.
    expect(keys.length).toBeLessThanOrEqual(101);
    node.serves = true;
    await clock.advance(1_000);
    expect(keys.length).toBeGreaterThan(4_900);
  });

  it('are each waited for before they are told', async () => {
    const { clock, node, load } = start(100);
    node.afterMs = 2_500;
    node.answer = outcome('timeout');
    await clock.advance(1_000);
    let ended = false;
    void load.end().then(() => {
      ended = true;
    });
    await clock.advance(1_000);
    expect(ended).toBe(false);
    await clock.advance(1_600);
    expect(ended).toBe(true);
    expect(load.outcomes.bytes().every((byte) => byte === OUTCOMES.unknown)).toBe(true);
  });

  it('tell the acknowledgements of an instance that had been replaced', async () => {
    const { clock, load } = start(100, 3);
    await clock.advance(1_000);
    expect(load.staleAcks).toBeGreaterThan(90);
  });

  it.each([
    [outcome('ok', 0), OUTCOMES.acked],
    [outcome('refused'), OUTCOMES.rejected],
    [outcome('switching', ERROR_NUMBERS.switching), OUTCOMES.rejected],
    [outcome('error', ERROR_NUMBERS.standby), OUTCOMES.rejected],
    [outcome('error', ERROR_NUMBERS.unknownSession), OUTCOMES.rejected],
    [outcome('error', ERROR_NUMBERS.notAcknowledged), OUTCOMES.unknown],
    [outcome('error', ERROR_NUMBERS.internal), OUTCOMES.unknown],
    [outcome('empty'), OUTCOMES.unknown],
    [outcome('timeout'), OUTCOMES.unknown],
  ])('are sorted by what is certain: %j', (how, expected) => {
    expect(outcomeOf(how)).toBe(expected);
  });
});

describe('reading back', () => {
  const read = (orders: { key: string; times: number }[]): CallOutcome => ({
    ...outcome('ok', 0),
    reply: {
      ...{ function: FUNCTIONS.practiceRead, id: 1, error_no: 0 },
      orders: orders.map((order) => ({ ...order, lsn: 1, epoch: 1 })),
    },
  });

  it('asks for every key until somebody says, and counts', async () => {
    const clock = new VirtualClock();
    let calls = 0;
    const call = (_function: number, body: Record<string, unknown>) => {
      calls += 1;
      if (calls === 1) return undefined;
      if (calls === 2) return Promise.resolve(outcome('timeout'));
      const keys = body.keys as string[];
      return Promise.resolve(
        read(keys.filter((key) => key !== 'w1.7').map((key) => ({ key, times: key === 'w1.900' ? 300 : 1 }))),
      );
    };
    const reading = readBack('w1', 1_200, { clock, call, timeoutMs: 5_000 });
    await clock.advance(500);
    const times = await reading;
    expect(times.length).toBe(1_200);
    expect([times[6], times[7], times[900], times[1_199]]).toEqual([1, 0, 255, 1]);
  });

  it('says so where nobody lets it', async () => {
    const clock = new VirtualClock();
    const reading = readBack('w1', 10, { clock, call: () => undefined, timeoutMs: 1_000 });
    const failed = expect(reading).rejects.toThrow('nobody serves');
    await clock.advance(2_000);
    await failed;
  });
});
