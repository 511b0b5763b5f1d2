import type { Violation } from './invariants.ts';
import { passNight } from './night.ts';
import type { SimPair } from './pair.ts';
import { planRound } from './plan.ts';
import { type RoundEnd, recover } from './recovery.ts';
import { runFaults } from './round.ts';
import { type Setting, settingOf } from './setting.ts';
import { withVirtualImmediates } from './timeline.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;

/** What came of a seed. */
export interface SeedResult {
  seed: number;
  virtualMs: number;
  /** Pairs of the site: each lived through all of that time. */
  pairs: number;
  /** Of it, how long the site was stopped for the night. */
  nightMs: number;
  events: number;
  switchovers: number;
  violations: Violation[];
  /** One of every pair and round that was run to its end. */
  liveness: RoundEnd[];
  /** How often each kind of fault happened. */
  faults: Record<string, number>;
  /** Acknowledged writes, and those given up within a bound that was accepted. */
  acknowledged: number;
  givenUp: number;
  traceHash: string;
}

export interface SeedOptions {
  /** Only these faults happen (`ROUND.NUMBER`), and rounds without any are left out; absent: all. */
  only?: ReadonlySet<string>;
  /** What leads to one corner sooner than everything at random. */
  bias?: Bias;
  /** Hears every line of the trace. */
  print?: (line: string) => void;
}

export interface Bias {
  /** Fixed, whatever the seed says. */
  setting?: Partial<Omit<Setting, 'seed'>>;
  /** The only kinds of faults. */
  kinds?: readonly string[];
  /** With `kinds`: a short night after every round. */
  nights?: boolean;
}

/** Runs a seed for so many hours of virtual time, round after round. The same seed, hours and options: the same result. */
export async function runSeed(
  seed: number,
  hours: number,
  { only, bias, print }: SeedOptions = {},
): Promise<SeedResult> {
  const world = new World({ ...settingOf(seed), ...bias?.setting });
  world.trace.print = print;
  const liveness: RoundEnd[] = [];
  const failed = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.fail('fault-of-the-code', text);
  };
  process.on('unhandledRejection', failed);
  try {
    await withVirtualImmediates(world.timeline, async () => {
      await world.start();
      await runRounds(world, hours * HOUR_MS, only, liveness, bias);
    });
  } catch (error) {
    failed(error);
  } finally {
    process.off('unhandledRejection', failed);
  }
  const { timeline, nightMs, faults, violations, pairs } = world;
  const sum = (of: (pair: SimPair) => number) => pairs.reduce((total, pair) => total + of(pair), 0);
  return {
    seed,
    virtualMs: timeline.nowMs,
    pairs: pairs.length,
    nightMs,
    events: timeline.events,
    switchovers: sum(({ switchovers }) => switchovers),
    violations,
    liveness,
    faults,
    acknowledged: sum(({ client }) => client.acknowledged.length),
    givenUp: sum(({ invariants }) => invariants.lostWithinBound),
    traceHash: timeline.hash(),
  };
}

async function runRounds(
  world: World,
  untilMs: number,
  only: ReadonlySet<string> | undefined,
  liveness: RoundEnd[],
  bias: Bias | undefined,
): Promise<void> {
  const { timeline, trace, violations, pairs, setting } = world;
  for (let round = 1; timeline.nowMs < untilMs; round++) {
    const plan = planRound(setting.seed, round, bias?.kinds, bias?.nights);
    const isKept = (id: string) => only?.has(id) ?? true;
    if (only && ![...only].some((id) => Number(id.split('.')[0]) >= round)) return;
    if (!plan.faults.some(({ id }) => isKept(id))) continue;
    world.round = round;
    trace.begin(`round ${round}: ${plan.lastsMs / 1_000} s of faults`);
    await runFaults(world, plan, isKept);
    const ends = violations.length === 0 ? await recover(world, plan.restMs) : undefined;
    if (ends === undefined) return;
    liveness.push(...ends);
    if (plan.night) {
      await passNight(world, plan.night);
      const morning = violations.length === 0 ? await recover(world, 0) : undefined;
      if (morning === undefined) return;
      liveness.push(...morning);
    }
    for (const { instances, invariants } of pairs)
      for (const instance of instances) if (instance.isServing()) await invariants.settled(instance);
    if (violations.length > 0) return;
  }
}
