// The chain from the console and between the servers: every hop, where it is tried from, and what it says; names and
// machines beside it.
export { type ChainHop, CONSOLE, chainHops } from './hops.ts';
export { lookAtMachines, type MachineFinding } from './machines.ts';
export { lookAtNames, type NameFinding } from './names.ts';
export type { HopResult } from './probe.ts';
export { type ProbeRequest, probeRefusal } from './refusal.ts';
export { type PlaceOf, probeChain } from './run.ts';
