// What can go wrong in a run: every kind of fault, with how often it is chosen and how long it lasts.
// A fault knows how to begin and how to end by itself; `plan.ts` chooses them.
import { DIRECTED_FAULTS } from './directed.ts';
import type { Fault } from './fault.ts';
import { NETWORK_FAULTS } from './network.ts';
import { CONSOLE_STEP_FAULTS, OPERATOR_FAULTS } from './operators.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { STORAGE_FAULTS } from './storage.ts';
import { ZOOKEEPER_FAULTS } from './zookeeper.ts';

export type { Fault } from './fault.ts';

const AT_RANDOM: Readonly<Record<string, Fault>> = {
  ...PROCESS_FAULTS,
  ...CONSOLE_STEP_FAULTS,
  ...NETWORK_FAULTS,
  ...ZOOKEEPER_FAULTS,
  ...STORAGE_FAULTS,
  ...OPERATOR_FAULTS,
};

/** Those that are chosen at random. */
export const FAULT_KINDS = Object.keys(AT_RANDOM);
/** With those that are only brought about where they are asked for. */
export const FAULTS: Readonly<Record<string, Fault>> = { ...AT_RANDOM, ...DIRECTED_FAULTS };
