// A primary's right to serve: ZooKeeper's lease or its standby's promise, each ended by whichever clock says so first;
// and the promises that a standby has given. Decides nothing about who is to be primary.
export { Guard } from './guard.ts';
export { momentOf, needsPromise, servingRight, spanFrom, spanLeftMs } from './lease.ts';
export { GivenPromises, refusePromise } from './promise.ts';
