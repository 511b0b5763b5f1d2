import type { SimInstance } from '../instance.ts';
import type { SimPair } from '../pair.ts';
import type { SeededRandom } from '../random.ts';
import type { World } from '../world.ts';

/** What a fault begins with: the world, the pair that it is for, and a stream of random numbers that is its own. */
export interface FaultScene {
  world: World;
  pair: SimPair;
  random: SeededRandom;
  /** Does something a while later, unless the round's faults are over by then. */
  later(delayMs: number, run: () => void): void;
}

/**
 * Begins a fault. Returns what ends it; `NOTHING_LEFT` where it is over at once; undefined where there was nothing that
 * it could happen to: then it is not counted.
 */
export type Begin = (scene: FaultScene) => (() => void) | undefined;

export interface Fault {
  begin: Begin;
  /** How often it is chosen beside the others. */
  weight: number;
  /** The shortest and the longest that it lasts. */
  lastsMs: readonly [number, number];
  /** It happens to what all pairs of the site share. */
  hitsSite?: true;
  /** Counted where it comes about, not where it is prepared. */
  countsItself?: true;
}

export const NOTHING_LEFT = (): void => {};

export const pickInstance = ({ random, pair }: FaultScene): SimInstance => random.pick(pair.instances);

/** Mostly the one that serves: what happens to a standby is seldom noticed. */
export function pickServing(scene: FaultScene): SimInstance {
  const serving = scene.pair.instances.find((instance) => instance.isServing()) ?? scene.pair.instances[1];
  return scene.random.chance(0.6) ? serving : pickInstance(scene);
}
