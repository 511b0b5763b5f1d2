// The heartbeat loop: who is due, beat (402000), classify, hand on. One timer for all, jittered; no state of pairs.
// With it the last beats as columns, their rate and latency.
export { heartbeatBody } from './beating.ts';
export { type BeatHistory, type BeatHistoryOptions, type BeatStatistics, createBeatHistory } from './history.ts';
export { createHeartbeatLoop, type HeartbeatLoopOptions } from './loop.ts';
export * from './port.ts';
