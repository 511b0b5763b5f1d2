import type { Bias } from '../run-seed.ts';
import type { Edit } from './patch.ts';

/** One guard of the product turned off, and where its absence shows soonest. */
export interface Mutation {
  name: string;
  /** What the product does without it. */
  what: string;
  edits: readonly Edit[];
  bias: Bias;
}

/** Virtual time of each seed: short ones, since what is looked for comes soon or never. */
export const HOURS = 0.05;
/** At most so many seeds are tried. */
export const MOST_SEEDS = 150;
