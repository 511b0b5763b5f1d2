import { describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '#core/clock';
import type { PairCheckReport } from '#main/checks';
import type { Journal } from '#main/journal';
import type { PairEvent } from '#main/pairs';
import type { CheckRunView } from '#shared/contract';
import {
  type CheckName,
  type CheckResult,
  type CheckVerdict,
  type Environment,
  message,
  type PairConfig,
  type Readiness,
  type ServerConfig,
} from '#shared/domain';
import { sentence } from '#shared/i18n';
import { VirtualClock } from '#test/virtual-clock';
import { CheckBoard } from '../../../src/main/app/check-board.ts';
import type { RunRequest } from '../../../src/main/app/ports.ts';
import { environmentOfOne, pairOf } from './environment.ts';

const environment = environmentOfOne();

const nothingKept: Pick<Journal, 'recordChecks' | 'lastChecks'> = { recordChecks: () => {}, lastChecks: () => null };

function board(
  change: Partial<PairConfig> = {},
  clock: Clock = systemClock,
  journal = nothingKept,
  kind: Environment['kind'] = 'site',
) {
  const events: PairEvent[] = [];
  const runs: CheckRunView[] = [];
  const primary: { now: string | null } = { now: null };
  const keys = { now: ['e/p'] };
  const waiting: { request: RunRequest; end: (report: PairCheckReport) => void }[] = [];
  const made = new CheckBoard({
    clock,
    runChecks: (_environment, _pair, request) => new Promise((end) => waiting.push({ request, end })),
    find: (key) => ({
      environment: { ...environment, kind },
      pair: { ...pairOf(environment, key), ...change },
    }),
    keys: () => keys.now,
    primary: () => primary.now,
    journal,
    made: (_key, run) => void runs.push(run),
    changed: () => {},
    event: (_key, event) => void events.push(event),
  });
  const end = (readiness: Readiness) => {
    const checks = ALL.map((name) => found(name, 'pass', clock.wallMs()));
    waiting.shift()?.end({ checks, made: checks, readiness });
  };
  return { board: made, events, runs, waiting, primary, keys, end };
}

const ALL = [
  { id: 'process', host: 'A' },
  { id: 'process', host: 'B' },
  { id: 'todb', host: 'B' },
  { id: 'mount', host: 'B' },
];
const found = ({ id, host }: CheckName, result: CheckVerdict, atMs: number): CheckResult => ({
  ...{ id, host, result, atMs, tookMs: 1, evidence: [], remedy: null },
  reason: message('check.mount.missing', { target: '/m' }),
});
/** Ends a run with what it was asked for, and says what that was. */
function endRun({ waiting }: Pick<ReturnType<typeof board>, 'waiting'>, clock: Clock, result: CheckVerdict = 'pass') {
  const { request, end } = waiting.shift() ?? {};
  const wanted = ALL.filter((name) => request?.again?.isWanted(name) ?? true);
  const made = wanted.map((name) => found(name, result, clock.wallMs()));
  const others = (request?.again?.before ?? []).filter(
    (check) => !wanted.some(({ id, host }) => id === check.id && host === check.host),
  );
  end?.({ checks: [...made, ...others], made, readiness: { word: 'ready', reasons: [] } });
  return wanted.map(({ id, host }) => `${host} ${id}`);
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
      'checks: the standby of mt cannot take over. B: mount missing: nothing is mounted at /m',
      'checks: the standby of mt is ready',
    ]);
    expect(events.map(({ severity }) => severity)).toEqual(['p2', 'none']);
    const pairWide = message('check.readiness.failed.pair', {
      server: 'pair',
      check: 'route',
      because: 'check.route.none',
    });
    const run = checks.run('e/p');
    end({ word: 'not-ready', reasons: [pairWide, ...notReady.reasons] });
    await run;
    const said = events.at(-1)?.message;
    expect(said && sentence('zh-CN', said)).toBe('检查：mt 的备机不能接管。mt：ZooKeeper 中没有路由（另有 1 项）');
  });

  it('makes the checks by itself where an interval is configured, and only then', async () => {
    const clock = new VirtualClock();
    const idle = board({}, clock);
    const { board: checks, waiting, end } = board({ checkIntervalMs: 60_000 }, clock);
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

  it('makes a check by its own interval alone where none is configured for all', async () => {
    const clock = new VirtualClock();
    const made = board({ checkIntervals: { mount: 30_000 } }, clock);
    made.board.start();
    await clock.advance(1_500);
    // Readiness rests on all of them: the first run has them all.
    expect(endRun(made, clock)).toHaveLength(4);
    await clock.advance(31_000);
    expect(endRun(made, clock)).toEqual(['B mount']);
    await clock.advance(31_000);
    expect(endRun(made, clock)).toEqual(['B mount']);
    made.board.stop();
  });

  it('looks again at a pair that is not ready, soon and then less often, until it is', async () => {
    const clock = new VirtualClock();
    const { board: checks, waiting, end } = board({}, clock);
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
    const { board: checks, waiting, primary, end } = board({}, clock);
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
    const { board: checks, waiting } = board({}, clock);
    const all = () => [
      found({ id: 'mount', host: 'B' }, 'fail', clock.wallMs()),
      found({ id: 'f2-from-console', host: 'B' }, 'fail', clock.wallMs()),
      found({ id: 'clock', host: 'A' }, 'warn', clock.wallMs()),
      found({ id: 'redo', host: 'A' }, 'unknown', clock.wallMs()),
      found({ id: 'todb', host: 'A' }, 'pass', clock.wallMs()),
    ];
    const first = checks.run('e/p');
    waiting.shift()?.end({ checks: all(), made: all(), readiness: notReady });
    await first;
    const sinceMs = clock.wallMs();
    await clock.advance(1_000);
    const second = checks.run('e/p');
    waiting.shift()?.end({ checks: all(), made: all(), readiness: notReady });
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

  it('makes dear checks seldom, each by its own interval, and keeps the others as they were', async () => {
    const clock = new VirtualClock();
    const made = board({ checkIntervalMs: 60_000, checkIntervals: { mount: 200_000 } }, clock);
    made.board.start();
    await clock.advance(1_500);
    expect(endRun(made, clock)).toHaveLength(4);
    await clock.advance(61_000);
    expect(endRun(made, clock, 'warn')).toEqual(['A process', 'B process']);
    await clock.advance(0);
    const run = made.board.view('e/p').run;
    expect(run?.checks.map(({ id, host, result }) => `${host} ${id} ${result}`)).toEqual([
      'A process warn',
      'B process warn',
      'B todb pass',
      'B mount pass',
    ]);
    // All of them together are as old as the oldest.
    expect(clock.wallMs() - (made.board.readiness('e/p')?.atMs ?? 0)).toBeGreaterThan(60_000);
    const kinds: string[] = [];
    for (let minute = 0; minute < 4; minute++) {
      await clock.advance(61_000);
      kinds.push(...endRun(made, clock).filter((name) => !name.endsWith('process')));
      await clock.advance(0);
    }
    expect(kinds).toEqual(['B mount', 'B todb']);
    made.board.stop();
  });

  it('looks at process, ports and mount when beats are missed, once in a while, where there is a server', async () => {
    const clock = new VirtualClock();
    const blind = board({}, clock);
    blind.board.suspect('e/p');
    expect(blind.waiting).toHaveLength(0);
    const [a, b] = environment.pairs[0]?.instances ?? [];
    if (!a || !b) throw new Error('no instances');
    const server: ServerConfig = { access: { type: 'local', sudo: false } };
    const made = board({ instances: [{ ...a, server }, b] }, clock);
    made.board.suspect('e/p');
    // Nothing was ever looked at: a part would say nothing of readiness.
    expect(endRun(made, clock)).toHaveLength(4);
    await clock.advance(5_000);
    made.board.suspect('e/p');
    expect(made.waiting).toHaveLength(0);
    await clock.advance(6_000);
    made.board.suspect('e/p');
    // Who asks for all meanwhile gets all.
    const whole = made.board.run('e/p');
    expect(endRun(made, clock)).toEqual(['A process', 'B process', 'B mount']);
    await clock.advance(0);
    expect(endRun(made, clock)).toHaveLength(4);
    expect((await whole).checks).toHaveLength(4);
    expect(made.runs).toHaveLength(3);
  });

  it('remembers the last run across a restart, and goes on from it', async () => {
    const clock = new VirtualClock();
    const atMs = clock.wallMs() - 30_000;
    const kept: CheckRunView = {
      ...{ atMs, tookMs: 5, readiness: 'ready', reasons: [] },
      checks: ALL.map((name) => ({ ...found(name, 'pass', atMs), sinceMs: atMs })),
    };
    const recorded: number[] = [];
    const made = board({ checkIntervalMs: 60_000 }, clock, {
      lastChecks: () => kept,
      recordChecks: (_key, _run, checks) => void recorded.push(checks.length),
    });
    expect(made.board.view('e/p')).toEqual({ run: kept, running: false });
    expect(made.board.readiness('e/p')?.word).toBe('ready');
    made.board.start();
    await clock.advance(20_000);
    expect(made.waiting).toHaveLength(0);
    await clock.advance(11_000);
    endRun(made, clock);
    await clock.advance(0);
    // Its word is as it was: nothing to tell.
    expect([recorded, made.events]).toEqual([[3], []]);
    made.board.stop();
  });

  it('begins anew with a practice pair, and with a pair that was gone', async () => {
    const clock = new VirtualClock();
    const lastChecks = () => ({ readiness: 'not-ready', reasons: [], checks: [], atMs: 0, tookMs: 1 }) as CheckRunView;
    const journal = { recordChecks: () => {}, lastChecks };
    expect(board({}, clock, journal).board.readiness('e/p')?.word).toBe('not-ready');
    const { board: checks, keys, end } = board({}, clock, journal, 'practice');
    expect(checks.readiness('e/p')).toBeUndefined();
    checks.start();
    const run = checks.run('e/p');
    end({ word: 'ready', reasons: [] });
    await run;
    expect(checks.readiness('e/p')?.word).toBe('ready');
    keys.now = [];
    await clock.advance(1_500);
    expect(checks.readiness('e/p')).toBeUndefined();
    checks.stop();
  });

  it('refuses a pair that there is not', () => {
    const { board: checks } = board();
    expect(() => checks.run('e/q')).toThrow('no such pair');
  });
});
