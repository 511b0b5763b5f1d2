// The heartbeat loop: who is due, beat (402000), classify, hand on. One timer for all, jittered; no state of pairs.
export * from './port.ts';
