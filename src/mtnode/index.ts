// The reference mt node: one instance of a primary/standby pair, with its start-up phases, sessions, heartbeats, lease,
// promise and promotion. `createMtNode` runs one on the ports it is given; main.ts starts the process around it (run.ts).
export { blankState, type NodeState, type NodeStorage, nodeStateSchema } from '#mtnode/memory';
export { DEFAULT_OPTIONS, type MtNodeOptions, type MtNodePorts } from '#mtnode/parts';
export { createMtNode, type Listening, type MtNode } from './node.ts';
