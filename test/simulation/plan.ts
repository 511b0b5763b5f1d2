import { FAULT_KINDS, FAULTS } from './faults/index.ts';
import { SeededRandom } from './random.ts';
import { INSTANCES, type InstanceName } from './setting.ts';

/** A fault that a round has in store. */
export interface PlannedFault {
  /** `ROUND.NUMBER`. */
  id: string;
  kind: string;
  /** After the begin of the round. */
  atMs: number;
  lastsMs: number;
}

export interface RoundPlan {
  round: number;
  /** How long faults go on. */
  lastsMs: number;
  faults: readonly PlannedFault[];
  /** How long the site is left in peace once all is well. */
  restMs: number;
  /** After that the site ends its day; null: the next round begins at once. */
  night: NightPlan | null;
}

/** How a site ends a day and begins the next one. */
export interface NightPlan {
  /** From the time that everything has stopped. */
  lastsMs: number;
  /** Which instance is stopped first, and which is started first. */
  stopsFirst: InstanceName;
  startsFirst: InstanceName;
  /** From the first instance to the second, in the evening and in the morning. */
  eveningGapMs: number;
  morningGapMs: number;
  /** Nobody closes the consoles. */
  consolesStay: boolean;
}

const SHORTEST_MS = 8_000;
const LONGEST_MS = 30_000;
const SHORTEST_REST_MS = 10_000;
const LONGEST_REST_MS = 130_000;
/** Whoever hunts for one thing has no time to rest. */
const HUNTING_REST_MS = 3_000;
/** A round before a night rests long enough for what must not happen to a pair in peace, and no longer. */
const EVENING_MS = 15_000;
const NIGHT_SHARE = 0.4;
const SHORTEST_NIGHT_MS = 60_000;
const LONGEST_NIGHT_MS = 180_000;
/** Long enough for sessions to end. */
const HUNTING_NIGHT_MS = 12_000;
const LONGEST_GAP_MS = 8_000;
const CONSOLES_STAY_SHARE = 0.3;
const FEWEST = 6;
const MOST = 16;
/** Faults of one moment come within this long of each other. */
const MOMENT_MS = 2_500;

const weightOf = (kind: string) => FAULTS[kind]?.weight ?? 0;

function pickKind(random: SeededRandom, kinds: readonly string[]): string {
  let left = random.next() * kinds.reduce((sum, kind) => sum + weightOf(kind), 0);
  const found = kinds.find((kind) => {
    left -= weightOf(kind);
    return left < 0;
  });
  return found ?? kinds[0] ?? 'process-crash';
}

/** What a seed has in store for a round: always the same, whatever happened before. `kinds`: of these alone, round upon round; `huntsByNight`: and a short night after each. Pure. */
export function planRound(
  seed: number,
  round: number,
  kinds: readonly string[] = FAULT_KINDS,
  huntsByNight = false,
): RoundPlan {
  const random = new SeededRandom(seed, `round ${round}`);
  const lastsMs = random.between(SHORTEST_MS, LONGEST_MS);
  const momentMs = random.next() * (lastsMs - MOMENT_MS);
  // Faults that meet show more than faults that come one after the other.
  const together = random.pick([0, 0.4, 0.8]);
  const count = random.between(FEWEST, MOST);
  const faults = Array.from({ length: count }, (_, index): PlannedFault => {
    const kind = pickKind(random, kinds);
    const [least, most] = FAULTS[kind]?.lastsMs ?? [0, 0];
    const atMs = random.chance(together) ? momentMs + random.next() * MOMENT_MS : random.next() * lastsMs;
    // Short ones are as likely as long ones: durations are spread over their orders of magnitude.
    const share = random.next();
    const duration = least <= 0 ? least + share * (most - least) : least * (most / least) ** share;
    return { id: `${round}.${index + 1}`, kind, atMs: Math.round(atMs), lastsMs: Math.round(duration) };
  });
  const isHunt = kinds !== FAULT_KINDS;
  const hasNight = isHunt ? huntsByNight : random.chance(NIGHT_SHARE);
  const night = hasNight ? planNight(random, isHunt) : null;
  const dayMs = night ? EVENING_MS : random.between(SHORTEST_REST_MS, LONGEST_REST_MS);
  const restMs = isHunt ? HUNTING_REST_MS : dayMs;
  return { round, lastsMs, restMs, night, faults: faults.sort((one, other) => one.atMs - other.atMs) };
}

function planNight(random: SeededRandom, isHunt: boolean): NightPlan {
  return {
    lastsMs: isHunt ? HUNTING_NIGHT_MS : random.between(SHORTEST_NIGHT_MS, LONGEST_NIGHT_MS),
    stopsFirst: random.pick(INSTANCES),
    startsFirst: random.pick(INSTANCES),
    eveningGapMs: random.between(0, LONGEST_GAP_MS),
    morningGapMs: random.between(0, LONGEST_GAP_MS),
    consolesStay: random.chance(CONSOLES_STAY_SHARE),
  };
}
