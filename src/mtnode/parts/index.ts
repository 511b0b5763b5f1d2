// What one running instance is made of, for the pieces that work on it: the options it runs with, the ports to the world,
// and its parts together.
export { type NodeContext, ownEpoch } from './context.ts';
export { DEFAULT_OPTIONS, type MtNodeOptions } from './options.ts';
export type { MtNodePorts } from './ports.ts';
