// One pair, wired: coordination, heartbeats, evidence and the failover engine, and the pictures the screen is shown.
// Adds no decisions of its own: those are in main/failover.
export { createPairMonitor } from './monitor.ts';
export * from './port.ts';
