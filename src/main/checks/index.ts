// Checks on the servers. The first: does that very process (boot id, pid, start time) still live on this machine?
// It is evidence of the `host` class; only the machine that the instance runs on can give it.
export * from './port.ts';
export { createProcessCheck, type ProcessCheckOptions, type ProcessReader } from './process-check.ts';
