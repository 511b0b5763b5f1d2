// How two servers come to share their data over NFS, through NAT or not: what is wrong with a plan, the texts and steps
// that make it, and the chain of hops with what each says. Plain data in, plain data out; the steps run on #main/hosts.
export * from './chain/index.ts';
export type { Place, SetupItem } from './item.ts';
export type { SetupProblem } from './problem.ts';
export { type CheckedDataSync, checkDataSync, followsFromOthers, withWholeTable } from './problems/index.ts';
export { dataSyncItems } from './setup.ts';
export { type MountPlan, mountPlan } from './texts/mount.ts';
export { type PortForward, portForwards } from './texts/router.ts';
