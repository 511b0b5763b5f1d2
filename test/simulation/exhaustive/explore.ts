import { eventsIn } from './events.ts';
import { fingerprint } from './fingerprint.ts';
import { MEANS, type Means, WaysOut } from './way-out.ts';
import type { World } from './world.ts';

export interface Exploration {
  states: number;
  transitions: number;
  /** How many states were first reached by so many events. */
  statesAtDepth: number[];
  /** How many states need what to get out of. */
  waysOut: Record<Means, number>;
  /** States without any, each with a shortest path to it. */
  stuck: Finding[];
  violations: Finding[];
}

export interface Finding {
  what: string;
  path: string[];
}

export interface Bounds {
  depth: number;
  /** At most so many faults on a path. */
  faults: number;
}

interface Reached {
  world: World;
  /** By which event, from where; undefined: it began here. */
  by: string | undefined;
  from: Reached | undefined;
  faults: number;
}

const MOST_FINDINGS = 10;

/**
 * Every state that can be reached from a world by so many events, breadth first, so that the first path to a state is a
 * shortest one. `looked` is called now and then.
 */
export async function explore(begin: World, { depth, faults }: Bounds, looked = () => {}): Promise<Exploration> {
  const waysOut = new WaysOut();
  const found: Exploration = {
    states: 0,
    transitions: 0,
    statesAtDepth: [],
    waysOut: Object.fromEntries(MEANS.map((means) => [means, 0])) as Record<Means, number>,
    stuck: [],
    violations: [],
  };
  /** With how few faults each state was reached: with fewer, more may follow. */
  const fewest = new Map<string, number>();
  const look = async (reached: Reached): Promise<boolean> => {
    const print = fingerprint(reached.world);
    const before = fewest.get(print);
    if (before !== undefined && before <= reached.faults) return false;
    fewest.set(print, reached.faults);
    if (before === undefined) await judge(reached, found, waysOut);
    looked();
    return reached.world.violation === null;
  };
  let frontier: Reached[] = [];
  const first = { world: begin, by: undefined, from: undefined, faults: 0 };
  if (await look(first)) frontier.push(first);
  found.statesAtDepth.push(found.states);
  for (let at = 0; at < depth; at++) {
    const next: Reached[] = [];
    const statesBefore = found.states;
    for (const from of frontier) {
      for (const event of eventsIn(from.world)) {
        const isFault = event.kind === 'fault';
        if (isFault && from.faults >= faults) continue;
        found.transitions += 1;
        const world = await event.apply(from.world);
        const reached: Reached = { world, by: event.name, from, faults: from.faults + (isFault ? 1 : 0) };
        if (await look(reached)) next.push(reached);
      }
    }
    found.statesAtDepth.push(found.states - statesBefore);
    frontier = next;
  }
  return found;
}

async function judge(reached: Reached, found: Exploration, waysOut: WaysOut): Promise<void> {
  found.states += 1;
  const { violation } = reached.world;
  if (violation !== null) {
    if (found.violations.length < MOST_FINDINGS) found.violations.push({ what: violation, path: pathTo(reached) });
    return;
  }
  const means = await waysOut.from(reached.world);
  if (means !== undefined) found.waysOut[means] += 1;
  else if (found.stuck.length < MOST_FINDINGS) found.stuck.push({ what: 'no way out', path: pathTo(reached) });
}

function pathTo(reached: Reached): string[] {
  const path: string[] = [];
  for (let at: Reached | undefined = reached; at?.by !== undefined; at = at.from) path.unshift(at.by);
  return path;
}
