import { FAULT_KINDS } from './faults/index.ts';
import type { InvariantName } from './invariants.ts';
import type { RoundEnd } from './recovery.ts';
import type { SeedResult } from './run-seed.ts';

const HOUR_MS = 3_600_000;
/** A run of so many virtual hours has every kind of fault in it. */
const ALL_KINDS_HOURS = 40;

/** How long pairs took to serve again once every fault was over. */
export interface Liveness {
  /** Of every pair. */
  rounds: number;
  served: number;
  medianMs: number | null;
  p99Ms: number | null;
  worstMs: number | null;
  /** Until both instances were good again. */
  goodMedianMs: number | null;
  goodP99Ms: number | null;
  goodWorstMs: number | null;
  /** Rounds in which an operator had to act, by what left it to them; they are in `served` all the same. */
  excused: Record<string, number>;
}

/** A violation as it is told: with what replays it. */
export interface ToldViolation {
  seed: number | null;
  invariant: InvariantName | 'fault-kind-missing';
  round: number | null;
  atMs: number | null;
  what: string;
  replay: string | null;
  trace: string[];
}

export interface Report {
  seeds: number;
  firstSeed: number;
  /** Of sites. */
  virtualHours: number;
  /** The same, each as often as the site has pairs. */
  pairHours: number;
  /** Of `virtualHours`, those in which the site was stopped for the night. */
  nightHours: number;
  events: number;
  switchovers: number;
  /** Acknowledged writes; all of them were there, but those given up within a bound that was accepted. */
  acknowledged: number;
  givenUp: number;
  violations: ToldViolation[];
  liveness: Liveness;
  faults: Record<string, number>;
}

/** Adds up seeds as they come in. */
export class Tally {
  readonly firstSeed: number;
  readonly violations: ToldViolation[] = [];
  #seeds = 0;
  #virtualMs = 0;
  #pairMs = 0;
  #nightMs = 0;
  #events = 0;
  #switchovers = 0;
  #acknowledged = 0;
  #givenUp = 0;
  readonly #ends: RoundEnd[] = [];
  readonly #faults: Record<string, number> = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0]));
  #failedRounds = 0;

  constructor(firstSeed: number) {
    this.firstSeed = firstSeed;
  }

  add(result: SeedResult): void {
    this.#seeds += 1;
    this.#virtualMs += result.virtualMs;
    this.#pairMs += result.virtualMs * result.pairs;
    this.#nightMs += result.nightMs;
    this.#events += result.events;
    this.#switchovers += result.switchovers;
    this.#acknowledged += result.acknowledged;
    this.#givenUp += result.givenUp;
    this.#ends.push(...result.liveness);
    this.#failedRounds += result.violations.length;
    for (const [kind, count] of Object.entries(result.faults)) this.#faults[kind] = (this.#faults[kind] ?? 0) + count;
  }

  report(): Report {
    const virtualHours = this.#virtualMs / HOUR_MS;
    return {
      seeds: this.#seeds,
      firstSeed: this.firstSeed,
      virtualHours: thousandths(virtualHours),
      pairHours: thousandths(this.#pairMs / HOUR_MS),
      nightHours: thousandths(this.#nightMs / HOUR_MS),
      events: this.#events,
      switchovers: this.#switchovers,
      acknowledged: this.#acknowledged,
      givenUp: this.#givenUp,
      violations: [...this.violations, ...this.#missingKinds(virtualHours)],
      liveness: livenessOf(this.#ends, this.#ends.length + this.#failedRounds),
      faults: this.#faults,
    };
  }

  /** A kind that never comes about proves nothing of it. */
  #missingKinds(virtualHours: number): ToldViolation[] {
    if (virtualHours < ALL_KINDS_HOURS) return [];
    return FAULT_KINDS.filter((kind) => this.#faults[kind] === 0).map((kind) => ({
      seed: null,
      invariant: 'fault-kind-missing',
      round: null,
      atMs: null,
      what: `${kind} never happened`,
      replay: null,
      trace: [],
    }));
  }
}

export function livenessOf(ends: readonly RoundEnd[], rounds: number): Liveness {
  const served = ends.map(({ servedMs }) => servedMs).sort((one, other) => one - other);
  const good = ends.map(({ goodMs }) => goodMs).sort((one, other) => one - other);
  const excused: Record<string, number> = {};
  for (const { excuse } of ends) if (excuse !== null) excused[excuse] = (excused[excuse] ?? 0) + 1;
  return {
    rounds,
    served: served.length,
    medianMs: at(served, 0.5),
    p99Ms: at(served, 0.99),
    worstMs: at(served, 1),
    goodMedianMs: at(good, 0.5),
    goodP99Ms: at(good, 0.99),
    goodWorstMs: at(good, 1),
    excused,
  };
}

const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;

function at(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : Math.round(value);
}

/** The report for a reader. */
export function textOf(report: Report): string {
  const { liveness, faults, violations } = report;
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const excused = Object.entries(liveness.excused).map(([why, count]) => `${count} ${why}`);
  const lines = [
    `${report.seeds} seeds from ${report.firstSeed}: ${report.virtualHours} virtual hours (${report.nightHours} of them by night), ` +
      `${report.pairHours} pair-hours, ${report.events} events, ${injected} faults, ${report.switchovers} switchovers`,
    `${report.acknowledged} acknowledged writes, ${report.givenUp} given up within an accepted bound`,
    `${liveness.served} of ${liveness.rounds} rounds served again: median ${liveness.medianMs} ms, ` +
      `99 % ${liveness.p99Ms} ms, worst ${liveness.worstMs} ms; both instances good: median ${liveness.goodMedianMs} ms, ` +
      `99 % ${liveness.goodP99Ms} ms, worst ${liveness.goodWorstMs} ms`,
    ...(excused.length > 0 ? [`an operator had to act: ${excused.join(', ')}`] : []),
    violations.length === 0 ? 'nothing was violated' : `${violations.length} VIOLATIONS`,
    ...violations.map(violationText),
  ];
  return lines.join('\n');
}

export function violationText({ seed, invariant, what, replay, trace }: ToldViolation): string {
  const where = seed === null ? '' : `seed ${seed}: `;
  return ['', `${where}${invariant}: ${what}`, ...trace, ...(replay === null ? [] : [`again: ${replay}`])].join('\n');
}
