// What a console does in ZooKeeper for one pair: registrations, route, policy and switchover record watched; the
// console lock; route changes by compare-and-set. Decides nothing: it says what is there, and changes what it is told.
export { createPairCoordination } from './coordination.ts';
export * from './port.ts';
export type { ClockSkew } from './shared-clock.ts';
