// The reference mt node: one instance of a primary/standby pair, with its start-up phases, sessions, heartbeats, lease,
// promise and promotion. `createMtNode` runs one on the ports it is given; main.ts starts the process around it (run.ts).
export type { Listening, MtNode } from './node.ts';
export { createMtNode } from './node.ts';
export { DEFAULT_OPTIONS, type MtNodeOptions } from './options.ts';
export type { MtNodePorts, NodeStorage } from './ports.ts';
export { blankState, type NodeState, nodeStateSchema } from './state.ts';
