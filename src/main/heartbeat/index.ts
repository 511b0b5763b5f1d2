// The heartbeat loop: who is due, beat (402000), classify, hand on. One timer for all, jittered; no state of pairs.
// With it the last beats as columns, their rate and latency, and the outage that they show.
export { heartbeatBody } from './beating.ts';
export { type BeatHistory, type BeatHistoryOptions, type BeatStatistics, createBeatHistory } from './history.ts';
export { createHeartbeatLoop, type HeartbeatLoopOptions } from './loop.ts';
export { createOutageMeter, type Outage, type OutageMeter, type OutageSample, outageFrom } from './outage.ts';
export * from './port.ts';
