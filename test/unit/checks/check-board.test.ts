import { describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '#core/clock';
import type { PairCheckReport } from '#main/checks';
import type { PairEvent } from '#main/pairs';
import {
  type CheckResult,
  type CheckVerdict,
  type Environment,
  environmentSchema,
  message,
  type Readiness,
} from '#shared/domain';
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
  const primary: { now: string | null } = { now: null };
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
    primary: () => primary.now,
    changed: () => {},
    event: (_key, event) => void events.push(event),
  });
  return {
    board: made,
    events,
    waiting,
    primary,
    end: (readiness: Readiness) => waiting.shift()?.({ checks: [], readiness }),
  };
}

const notReady: Readiness = {
  word: 'not-ready',
  reasons: [
    message('check.readiness.failed', { server: 'B', check: 'mount', because: 'check.mount.missing', target: '/m' }),
  ],
};

const notKnown: Readiness = { ...notReady, word: 'unknown' };

describe('the board of checks', () => {
  it('gives who asks meanwhile the same run, and keeps the last one', async () => {
    const { board: checks, waiting, end } = board();
    expect(checks.view('e/p')).toEqual({ run: null, running: false });
    const both = [checks.run('e/p'), checks.run('e/p')];
    expect(waiting).toHaveLength(1);
    end({ word: 'ready', reasons: [] });
    const [first, second] = await Promise.all(both);
    expect(second).toBe(first);
    expect(checks.view('e/p').run).toBe(first);
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
    end(notKnown);
    await clock.advance(50_000);
    expect(checks.readiness('e/p')).toMatchObject({ word: 'unknown', reasons: notKnown.reasons, said: null });
    expect(waiting).toHaveLength(0);
    await clock.advance(12_000);
    expect(waiting).toHaveLength(1);
    checks.stop();
    end(notReady);
    await clock.advance(600_000);
    expect(waiting).toHaveLength(0);
  });

  it('looks again at a pair that is not ready, soon and then less often, until it is', async () => {
    const clock = new VirtualClock();
    const { board: checks, waiting, end } = board(undefined, clock);
    checks.start();
    void checks.run('e/p');
    const gapsS: number[] = [];
    for (let look = 0; look < 5; look++) {
      end(notReady);
      await clock.advance(0);
      let seconds = 0;
      while (waiting.length === 0 && seconds < 100) {
        await clock.advance(1_000);
        seconds++;
      }
      gapsS.push(seconds);
    }
    expect(gapsS).toEqual([2, 5, 10, 30, 30]);
    expect(checks.readiness('e/p')?.said).toEqual(
      message('check.tile.notReady', { what: 'check.short.mountMissing', server: 'B' }),
    );
    end({ word: 'ready', reasons: [] });
    await clock.advance(600_000);
    expect(waiting).toHaveLength(0);
    expect(checks.readiness('e/p')?.said).toBeNull();
  });

  it('looks again when another instance is primary: what was found is of another standby', async () => {
    const clock = new VirtualClock();
    const { board: checks, waiting, primary, end } = board(undefined, clock);
    checks.start();
    void checks.run('e/p');
    end({ word: 'ready', reasons: [] });
    await clock.advance(5_000);
    expect(waiting).toHaveLength(0);
    primary.now = 'B';
    await clock.advance(1_000);
    expect(waiting).toHaveLength(1);
    end({ word: 'ready', reasons: [] });
    await clock.advance(60_000);
    expect(waiting).toHaveLength(0);
  });

  it('makes the checks that are asked for a few at a time, says who waits, and never hands out an older run', async () => {
    const { board: checks, waiting, end } = board();
    checks.ask(['e/p']);
    expect(checks.view('e/p')).toEqual({ run: null, running: true });
    expect(checks.troubles()).toMatchObject({ running: ['e/p'], looked: { 'e/p': null } });
    const fresh = checks.runAfresh('e/p');
    const old = checks.run('e/p');
    expect(waiting).toHaveLength(1);
    end(notReady);
    await old;
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    end({ word: 'ready', reasons: [] });
    expect((await fresh).readiness).toBe('ready');
  });

  it('says of everything that does not pass how much it matters, and since when', async () => {
    const clock = new VirtualClock();
    const { board: checks, waiting } = board(undefined, clock);
    const found = (id: string, host: string, result: CheckVerdict): CheckResult => ({
      id,
      host,
      result,
      reason: message('check.mount.missing', { target: '/m' }),
      evidence: [],
      remedy: null,
      tookMs: 1,
      atMs: clock.wallMs(),
    });
    const all = () => [
      found('mount', 'B', 'fail'),
      found('f2-from-console', 'B', 'fail'),
      found('clock', 'A', 'warn'),
      found('redo', 'A', 'unknown'),
      found('todb', 'A', 'pass'),
    ];
    const first = checks.run('e/p');
    waiting.shift()?.({ checks: all(), readiness: notReady });
    await first;
    const sinceMs = clock.wallMs();
    await clock.advance(1_000);
    const second = checks.run('e/p');
    waiting.shift()?.({ checks: all(), readiness: notReady });
    await second;
    const { troubles } = checks.troubles();
    expect(Object.entries(troubles).map(([key, { rank, check }]) => [key, rank, check.sinceMs])).toEqual([
      ['e/p/B/mount', 'blocks', sinceMs],
      ['e/p/B/f2-from-console', 'fails', sinceMs],
      ['e/p/A/clock', 'warns', sinceMs],
      ['e/p/A/redo', 'unknown', sinceMs],
    ]);
    expect(troubles['e/p/B/mount']?.check.atMs).toBe(sinceMs + 1_000);
  });

  it('refuses a pair that there is not', () => {
    const { board: checks } = board();
    expect(() => checks.run('e/q')).toThrow('no such pair');
  });
});
