import { describe, expect, it } from 'vitest';
import type { Clock } from '#core/clock';
import { FailoverEngine, type MachineConfig } from '#main/failover';
import { message, policySettings, type ReplyClass } from '#shared/domain';
import { type SnapshotChange, sample, snapshot, switchoverRecord } from '#test/failover-facts';
import { VirtualClock } from '#test/virtual-clock';

/** As the runtime's timers do now and then by the clock that the engine reads. */
const EARLY_MS = 0.4;

function earlyTimers(clock: VirtualClock): Clock {
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    setTimer: (delayMs, callback) => clock.setTimer(delayMs > EARLY_MS ? delayMs - EARLY_MS : delayMs, callback),
  };
}

function startEngine(
  clock: Clock,
  beatNow = (_instance: string) => {},
  looked?: (instance: string) => void,
): FailoverEngine {
  const hostCheck = looked !== undefined;
  const instances = [
    { name: 'A', hostCheck },
    { name: 'B', hostCheck },
  ] as const;
  const config: MachineConfig = {
    self: { key: 'e/own', name: 'own', standsOn: [] },
    instances,
    defaults: { ...policySettings('observe'), driver: 'console' },
    beatIntervalMs: 1_000,
  };
  const common = { troubles: [], releasedMonotonicMs: Number.NEGATIVE_INFINITY };
  // It only watches: what acts is never asked for.
  const ports = {
    clock,
    coordination: { snapshot: () => snapshot(), onChange: () => () => {}, sharedWallMs: () => clock.wallMs() },
    zookeeperLive: () => true,
    beatNow,
    checkProcess: async (instance: string) => {
      looked?.(instance);
      return { says: 'alive', frozen: false, reason: message('check.process.alive') };
    },
    common: () => common,
    tellCommon: () => {},
    log: () => {},
  } as unknown as ConstructorParameters<typeof FailoverEngine>[1];
  return new FailoverEngine(config, ports, { changed() {}, event() {}, began() {}, ended() {} });
}

describe('the engine, asked to look again', () => {
  it('looks when the time is up, though its timer fires early, and not a tick later', async () => {
    const clock = new VirtualClock();
    const engine = startEngine(earlyTimers(clock));
    const beat = (instance: string, kind: 'ok' | 'timeout' | 'error', sentMonotonicMs = clock.monotonicMs()) => {
      const now = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), zookeeperLive: true };
      engine.feed({ kind: 'sample', sample: sample(instance, kind, now, { sentMonotonicMs }) });
    };
    const sees = (change: SnapshotChange) =>
      engine.feed({ kind: 'coordination', snapshot: snapshot({ mode: 'observe', ...change }) });
    sees({});
    beat('A', 'ok');
    beat('B', 'error');
    await clock.advance(1_030);
    beat('A', 'timeout', 30);
    beat('B', 'error');
    sees({ a: null });
    const verdict = () => engine.state().facts.instances[0].assessment.verdict;
    await clock.advance(249);
    expect(verdict()).toBe('alive');
    await clock.advance(2);
    expect(verdict()).toBe('gone');
    await engine.stop();
  });
});

describe('the engine of a pair in good order', () => {
  it('looks at both processes as often as the policy says, whichever tick looks at everything', async () => {
    const clock = new VirtualClock();
    const looks = { A: 0, B: 0 };
    const engine = startEngine(clock, undefined, (instance) => void looks[instance as 'A' | 'B']++);
    const { timeouts } = policySettings('observe', { timeouts: { localLookMs: 1_200 } });
    engine.feed({ kind: 'coordination', snapshot: snapshot({ mode: 'observe', policy: { timeouts } }) });
    for (let second = 0; second < 60; second++) {
      const now = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), zookeeperLive: true };
      engine.feed({ kind: 'sample', sample: sample('A', 'ok', now) });
      engine.feed({ kind: 'sample', sample: sample('B', 'error', now) });
      await clock.advance(1_000);
    }
    expect(engine.state().picture.state).toBe('normal');
    for (const count of Object.values(looks)) {
      expect(count).toBeGreaterThanOrEqual(45);
      expect(count).toBeLessThanOrEqual(50);
    }
    await engine.stop();
  });
});

describe('the engine, while another console switches over', () => {
  const record = switchoverRecord({
    token: null,
    steps: [{ name: 'detect', result: 'ok', startedAtMs: 1, tookMs: 1, detail: message('state.primaryGone') }],
    startedAtMs: 1,
    acceptedLoss: 0,
  });

  async function followed(last: ReplyClass) {
    const clock = new VirtualClock();
    const asked: string[] = [];
    const engine = startEngine(clock, (instance) => void asked.push(instance));
    const beat = (instance: string, kind: ReplyClass) => {
      const now = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs(), zookeeperLive: true };
      engine.feed({ kind: 'sample', sample: sample(instance, kind, now) });
    };
    const lock = { holder: 'other', name: 'another' } as const;
    engine.feed({ kind: 'coordination', snapshot: snapshot({ mode: 'auto', lock }) });
    beat('A', 'ok');
    await clock.advance(500);
    beat('A', last);
    engine.feed({ kind: 'coordination', snapshot: snapshot({ mode: 'auto', lock, record }) });
    asked.length = 0;
    await clock.advance(1_000);
    const askedOf = (name: string) => asked.filter((one) => one === name).length;
    return { clock, engine, beat, askedOf };
  }

  it('beats every 50 ms until the new primary serves: then the outage is known, and what is left needs none', async () => {
    const { clock, engine, beat, askedOf } = await followed('ok');
    expect([askedOf('A'), askedOf('B')]).toEqual([20, 20]);
    beat('B', 'ok');
    await clock.advance(1_000);
    expect([askedOf('A'), askedOf('B')]).toEqual([20, 20]);
    expect(engine.progress()?.record.outcome).toBe('running');
    await engine.stop();
  });

  it.each<[ReplyClass, number]>([
    ['refused', 0],
    ['error', 0],
    ['timeout', 20],
  ])(
    'beats so to an old primary only while that may serve: not where its last beat ended as %s',
    async (last, beats) => {
      const { clock, engine, beat, askedOf } = await followed(last);
      expect([askedOf('A'), askedOf('B')]).toEqual([beats, 20]);
      beat('A', 'ok');
      await clock.advance(1_000);
      expect([askedOf('A'), askedOf('B')]).toEqual([beats + 20, 40]);
      await engine.stop();
    },
  );
});
