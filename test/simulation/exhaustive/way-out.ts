import { type EventKind, effects, eventsIn, type ModelEvent } from './events.ts';
import { fingerprint } from './fingerprint.ts';
import { serves } from './node.ts';
import { CONSOLES, type World } from './world.ts';

/**
 * What it takes to get from a state to a pair that serves, with no further fault: nothing but time; somebody who starts
 * what is down; an operator who promotes.
 */
export const MEANS = ['by itself', 'once all is started', 'with an operator'] as const;
export type Means = (typeof MEANS)[number];

/** Longer than any wait of the product that does not end by itself. */
const LONGEST_ROUNDS = 60;

/** A pair that serves through its route, with no switchover left half done. */
export function isWell(world: World): boolean {
  const route = world.zookeeper.route?.value;
  const record = world.zookeeper.record?.value;
  const isHalfDone = record?.outcome === 'running' || record?.outcome === 'unknown';
  if (route?.state !== 'open' || isHalfDone || CONSOLES.some((name) => world.consoles[name].procedure)) return false;
  const named = Object.values(world.nodes).find(({ name }) => name === route.instance);
  return named !== undefined && serves(named) && named.heldEpoch === route.epoch;
}

/** Finds ways out, and remembers from where there are some. */
export class WaysOut {
  readonly #known = new Map<string, Means>();

  /** The least that it takes; undefined: nothing helps. */
  async from(world: World): Promise<Means | undefined> {
    for (const means of MEANS) if (await this.#leads(world, means)) return means;
    return undefined;
  }

  /** Lets everything happen that is not a fault, in turn, until the pair is well. */
  async #leads(world: World, means: Means): Promise<boolean> {
    const passed: string[] = [];
    let at = world;
    for (let round = 0; round < LONGEST_ROUNDS; round++) {
      for (let next = nextOf(at, means); next; next = nextOf(at, means)) {
        if (this.#isKnown(at, means, passed)) return this.#learn(passed, means);
        at = await next.apply(at);
        if (at.violation !== null) return false;
      }
      if (this.#isKnown(at, means, passed) || isWell(at)) return this.#learn(passed, means);
      const act = means === 'with an operator' ? operatorOf(at) : undefined;
      at = await (act ?? timeOf(at)).apply(at);
    }
    return false;
  }

  #isKnown(world: World, means: Means, passed: string[]): boolean {
    const print = fingerprint(world);
    passed.push(print);
    const known = this.#known.get(print);
    return known !== undefined && MEANS.indexOf(known) <= MEANS.indexOf(means);
  }

  #learn(passed: readonly string[], means: Means): true {
    for (const print of passed) if (!this.#known.has(print)) this.#known.set(print, means);
    return true;
  }
}

const OF_ITSELF: readonly EventKind[] = ['goes-on', 'ends'];

/** What happens next where nothing goes wrong; undefined: all has happened but for what needs time. */
function nextOf(world: World, means: Means): ModelEvent | undefined {
  const kinds = means === 'by itself' ? OF_ITSELF : [...OF_ITSELF, 'repair'];
  return eventsIn(world).find(({ name, kind }) => kinds.includes(kind) && name !== TIME);
}

const TIME = 'time goes by';

function timeOf(world: World): ModelEvent {
  const found = eventsIn(world).find(({ name }) => name === TIME);
  if (!found) throw new Error(`time stands still: ${CONSOLES.map((name) => effects(world, name).length).join()}`);
  return found;
}

/** An operator promotes where no switchover is under way, the instance that does not serve by its route first. */
function operatorOf(world: World): ModelEvent | undefined {
  const events = eventsIn(world).filter(({ kind }) => kind === 'operator');
  const named = world.zookeeper.route?.value.instance;
  return events.find(({ name }) => !name.endsWith(` ${named}`)) ?? events[0];
}
