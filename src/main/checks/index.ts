// Checks on the servers. One looks whether a very process (boot id, pid, start time) still lives on this machine, which is
// evidence of the `host` class. The others look at a pair's servers, here or over SSH: mount, ports, firewall and so on.

export { commandTrouble, LookEnded } from './finding.ts';
export { createNodeSight } from './node-sight.ts';
export * from './port.ts';
export { createProcessCheck, type ProcessCheckOptions, type ProcessReader } from './process-check.ts';
export { neededBy, shortTrouble } from './readiness.ts';
export { createRecordsSight } from './records-sight.ts';
export { lookAtRemount, planFingerprint, remount } from './remount.ts';
export { type CheckAgain, type CheckDeps, type PairCheckReport, runPairChecks } from './run.ts';
export { createServerEvidence } from './server-evidence.ts';
export { accessOf, askedForSystem } from './sight.ts';
export { zooKeeperServers } from './zookeeper-servers.ts';
