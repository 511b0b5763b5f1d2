import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '#core/clock';
import type { PairCheckReport } from '#main/checks';
import type { PairEvent } from '#main/pairs';
import { type Environment, environmentSchema, message, type Readiness } from '#shared/domain';
import { sentence } from '#shared/i18n';
import { VirtualClock } from '#test/virtual-clock';
import { CheckBoard } from '../../../src/main/app/check-board.ts';

const environment: Environment = environmentSchema.parse({
  id: 'e',
  name: 'E',
  zookeeper: { connectString: 'z:1' },
  pairs: [
    {
      id: 'p',
      system: 's',
      node: 'mt',
      instances: [
        { name: 'A', host: 'a', t2Port: 1, f2Port: 1 },
        { name: 'B', host: 'b', t2Port: 1, f2Port: 1 },
      ],
    },
  ],
});

function board(checkIntervalMs?: number, clock: Clock = systemClock) {
  const events: PairEvent[] = [];
  const waiting: ((report: PairCheckReport) => void)[] = [];
  const made = new CheckBoard({
    clock,
    runChecks: () => new Promise((resolve) => waiting.push(resolve)),
    find: (key) => {
      const [pair] = environment.pairs;
      if (key !== 'e/p' || !pair) throw new Error('no such pair');
      return { environment, pair: checkIntervalMs === undefined ? pair : { ...pair, checkIntervalMs } };
    },
    keys: () => ['e/p'],
    changed: () => {},
    event: (_key, event) => void events.push(event),
  });
  return { board: made, events, waiting, end: (readiness: Readiness) => waiting.shift()?.({ checks: [], readiness }) };
}

const notReady: Readiness = {
  word: 'not-ready',
  reasons: [
    message('check.readiness.failed', { server: 'B', check: 'mount', because: 'check.mount.missing', target: '/m' }),
  ],
};

describe('the board of checks', () => {
  it('gives who asks meanwhile the same run, and keeps the last one', async () => {
    const { board: checks, waiting, end } = board();
    expect(checks.last('e/p')).toBeNull();
    const both = [checks.run('e/p'), checks.run('e/p')];
    expect(waiting).toHaveLength(1);
    end({ word: 'ready', reasons: [] });
    const [first, second] = await Promise.all(both);
    expect(second).toBe(first);
    expect(checks.last('e/p')).toBe(first);
    const next = checks.run('e/p');
    expect(waiting).toHaveLength(1);
    end(notReady);
    expect((await next).readiness).toBe('not-ready');
  });

  it('records when the readiness changes, with the first reason, and not every run', async () => {
    const { board: checks, events, end } = board();
    for (const readiness of [notReady, notReady, { word: 'ready', reasons: [] } as Readiness]) {
      const run = checks.run('e/p');
      end(readiness);
      await run;
    }
    expect(events.map(({ message: said }) => sentence('en', said))).toEqual([
      'checks: the standby of mt cannot take over. B: mount missing: nothing is mounted at /m (and 0 more)',
      'checks: the standby of mt is ready',
    ]);
    expect(events.map(({ severity }) => severity)).toEqual(['p2', 'none']);
  });

  it('makes the checks by itself where an interval is configured, and only then', async () => {
    const clock = new VirtualClock();
    const idle = board(undefined, clock);
    const { board: checks, waiting, end } = board(60_000, clock);
    idle.board.start();
    checks.start();
    await clock.advance(1_500);
    expect([idle.waiting.length, waiting.length]).toEqual([0, 1]);
    // One that takes long is not begun again.
    await clock.advance(90_000);
    expect(waiting).toHaveLength(1);
    end(notReady);
    await clock.advance(50_000);
    expect(checks.readiness('e/p')).toMatchObject({ word: 'not-ready', reasons: notReady.reasons });
    expect(waiting).toHaveLength(0);
    await clock.advance(12_000);
    expect(waiting).toHaveLength(1);
    checks.stop();
    end(notReady);
    await clock.advance(600_000);
    expect(waiting).toHaveLength(0);
  });

  it('refuses a pair that there is not', () => {
    const { board: checks } = board();
    expect(() => checks.last('e/q')).toThrow('no such pair');
    expect(() => checks.run('e/q')).toThrow('no such pair');
  });
});
