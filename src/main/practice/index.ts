// The practice environment: an embedded ZooKeeper, two node processes and their local database in a temporary
// directory, with faults to rehearse. Everything it starts ends with it, also when its owner is killed.
export type { PracticeDataOptions } from './data.ts';
export { createNodeLauncher } from './launcher.ts';
export * from './port.ts';
export { createPractice } from './practice.ts';
export { practiceTwin } from './twin.ts';
