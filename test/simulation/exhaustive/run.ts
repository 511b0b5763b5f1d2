import { SETTINGS, wellWorld } from './begin.ts';
import { type Exploration, explore, type Finding } from './explore.ts';
import { MEANS, type Means } from './way-out.ts';

/** What is printed: of both settings together, but for what was found, which says in which. */
export interface ExhaustiveReport {
  depth: number;
  /** Paths have at most so many faults; null: any number. */
  faults: number | null;
  settings: readonly string[];
  states: number;
  transitions: number;
  statesAtDepth: number[];
  /** How many states need what to get to a pair that serves, with its switchover ended. */
  waysOut: Record<Means, number>;
  /** States from which nothing leads there, each with a shortest path to it. */
  stuck: FoundIn[];
  violations: FoundIn[];
  tookMs: number;
}

interface FoundIn extends Finding {
  setting: string;
}

/** How many faults a path may have where nobody says: what lies deeper is looked at with fewer of them. */
export function faultsAt(depth: number): number {
  if (depth <= 4) return depth;
  return depth <= 6 ? 2 : 1;
}

/** Explores both settings. `looked` hears how many states there are so far. */
export async function exhaustively(
  depth: number,
  faults: number,
  looked: (states: number) => void = () => {},
): Promise<ExhaustiveReport> {
  const beganMs = performance.now();
  const found: [string, Exploration][] = [];
  let states = 0;
  for (const { name, hasHostCheck } of SETTINGS) {
    const seen = () => looked(++states);
    found.push([name, await explore(await wellWorld(hasHostCheck), { depth, faults }, seen)]);
  }
  const all = found.map(([, exploration]) => exploration);
  const sum = (of: (exploration: Exploration) => number) => all.reduce((total, each) => total + of(each), 0);
  const told = (of: (exploration: Exploration) => Finding[]): FoundIn[] =>
    found.flatMap(([setting, exploration]) => of(exploration).map((finding) => ({ setting, ...finding })));
  return {
    depth,
    faults: faults >= depth ? null : faults,
    settings: found.map(([name]) => name),
    states: sum((each) => each.states),
    transitions: sum((each) => each.transitions),
    statesAtDepth: Array.from({ length: depth + 1 }, (_, at) => sum((each) => each.statesAtDepth[at] ?? 0)),
    waysOut: Object.fromEntries(
      MEANS.map((means) => [means, sum((each) => each.waysOut[means])]),
    ) as ExhaustiveReport['waysOut'],
    stuck: told((each) => each.stuck),
    violations: told((each) => each.violations),
    tookMs: Math.round(performance.now() - beganMs),
  };
}

/** `--exhaustive`. Returns the exit code: 1 where something was violated, or a state has no way out. */
export async function runExhaustive({
  depth,
  faults = faultsAt(depth),
  json,
}: {
  depth: number;
  faults?: number | undefined;
  json: boolean;
}): Promise<number> {
  const isWatched = process.stderr.isTTY;
  const report = await exhaustively(depth, faults, (states) => {
    if (isWatched && states % 1_000 === 0) process.stderr.write(`\r${states} states `);
  });
  if (isWatched) process.stderr.write('\n');
  console.log(json ? JSON.stringify(report) : textOf(report));
  return report.stuck.length + report.violations.length === 0 ? 0 : 1;
}

function textOf(report: ExhaustiveReport): string {
  const { depth, faults, states, transitions, waysOut, stuck, violations, tookMs } = report;
  const ways = MEANS.map((means) => `${waysOut[means]} ${means}`).join(', ');
  const lines = [
    `all interleavings of ${depth} events, ${faults === null ? 'any number' : `at most ${faults}`} of them faults, ` +
      `in ${report.settings.length} settings: ${states} states, ${transitions} transitions (${Math.round(tookMs / 1_000)} s)`,
    stuck.length === 0 ? `every state has a way out: ${ways}` : `ways out: ${ways}; NONE from ${stuck.length} and more`,
    violations.length === 0 ? 'nothing was violated in any of them' : `${violations.length} VIOLATIONS`,
    ...[...violations, ...stuck].map(findingText),
  ];
  return lines.join('\n');
}

function findingText({ setting, what, path }: FoundIn): string {
  return [`${what}, ${setting}, after:`, ...path.map((step, index) => `  ${index + 1}. ${step}`)].join('\n');
}
