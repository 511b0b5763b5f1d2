import { newConsole, startConsole } from './console.ts';
import { eventsIn, type ModelEvent } from './events.ts';
import { newNode, startNode } from './node.ts';
import type { World } from './world.ts';

/** Settings that differ in what proves an old primary out. */
export const SETTINGS = [
  { name: 'with a host check', hasHostCheck: true },
  { name: 'without a host check', hasHostCheck: false },
] as const;

/** A pair in good order: A serves, B stands by, C1 leads, C2 watches. */
export async function wellWorld(hasHostCheck: boolean): Promise<World> {
  const zookeeper = { zxid: 1, route: null, record: null, registrations: { A: null, B: null }, queue: [] };
  let world: World = {
    nowMs: 100_000,
    zookeeper,
    nodes: { A: newNode('A'), B: newNode('B') },
    consoles: { C1: newConsole('C1', hasHostCheck, { zookeeper }), C2: newConsole('C2', hasHostCheck, { zookeeper }) },
    late: [],
    servedIn: {},
    epochOf: {},
    violation: null,
  };
  world = await happen(startNode(world, 'A'), 'A has loaded');
  world = startNode(world, 'B');
  world = await startConsole(world, 'C1');
  world = await startConsole(world, 'C2');
  world = await happen(world, 'time goes by');
  return happen(world, 'time goes by');
}

/** The event of that name happens. Throws where it cannot. */
export async function happen(world: World, name: string): Promise<World> {
  const found: ModelEvent | undefined = eventsIn(world).find((each) => each.name === name);
  if (!found)
    throw new Error(
      `${name}: not now; ${eventsIn(world)
        .map((each) => each.name)
        .join(', ')}`,
    );
  return found.apply(world);
}
