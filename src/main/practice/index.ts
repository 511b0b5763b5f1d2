// The practice environment: an embedded ZooKeeper and two node processes in a temporary directory, with faults to
// rehearse. Everything it starts ends with it, also when its owner is killed.
export { createNodeLauncher } from './launcher.ts';
export * from './port.ts';
export { createPractice } from './practice.ts';
