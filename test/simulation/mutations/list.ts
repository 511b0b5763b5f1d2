import { CONSOLE_MUTATIONS } from './guards-of-consoles.ts';
import { EVIDENCE_MUTATIONS } from './guards-of-evidence.ts';
import { NODE_MUTATIONS } from './guards-of-nodes.ts';
import { OPERATOR_MUTATIONS } from './guards-of-operators.ts';
import type { Mutation } from './mutation.ts';

/** Every guard that is turned off in turn. */
export const MUTATIONS: readonly Mutation[] = [
  ...CONSOLE_MUTATIONS,
  ...EVIDENCE_MUTATIONS,
  ...OPERATOR_MUTATIONS,
  ...NODE_MUTATIONS,
];
