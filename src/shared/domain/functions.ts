/** Function numbers of mt nodes by the names that the code uses (DOMAIN "Function numbers"). */
export const FUNCTIONS = {
  /** F10–F13: a client's heartbeat. */
  heartbeat: 402000,
  /** F14: the scheduled removal of sessions without heartbeats. */
  sweepSessions: 402997,
  /** F5, F8: completes the start-up; reporting the status with it is our reading. */
  completeStartup: 402999,
  /** F8: marks the standby as primary and loads the data. Called by the console it is ours, unproven on vendor nodes. */
  promote: 45184006,
  /** F9: `svr_mode`; what else it returns is ours. */
  systemInfo: 1403040,
  /** Practice only: logs a client in. No real site is ever sent a number of 990001–990099. */
  practiceLogin: 990001,
  /** Practice only: writes an order. Answered with 0 once nothing can lose it any more. */
  practiceWrite: 990002,
  /** Practice only: reads orders back by their keys. */
  practiceRead: 990003,
  /** Practice only: count and digest of everything in UFT. */
  practiceDigest: 990004,
  /** Practice only (ours): a primary without ZooKeeper asks its standby to refuse promotion for a stated time. */
  practicePromise: 990010,
  /** Practice only (ours): a standby's hello to the node of the same name (F4). */
  practiceHello: 990011,
  /** Practice only (ours), over f2, primary to standby: there is redo up to this LSN. */
  practiceLook: 990012,
  /** Practice only (ours), over f2, standby to primary: it has everything up to this LSN on its disk. */
  practiceConfirm: 990013,
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

/** True for the numbers that only the practice node knows. */
export function isPracticeFunction(number: number): boolean {
  return number >= 990001 && number <= 990099;
}

/** Error numbers in replies. 0 and 308000000 are facts (F11, F13); the others are ours. */
export const ERROR_NUMBERS = {
  ok: 0,
  /** F13: the standby is becoming primary. */
  switching: 308000000,
  /** A standby that is not being promoted. */
  standby: 308000001,
  unknownSession: 308000002,
  unknownFunction: 308000003,
  malformedRequest: 308000004,
  /** The epoch or token of the request is lower than one already seen. */
  staleEpoch: 308000005,
  /** The standby has promised its primary to refuse promotion for now. */
  promiseInForce: 308000006,
  /** The function does not fit the present role or phase. */
  wrongState: 308000007,
  /** Single-server mode: nothing to switch over to. */
  singleMode: 308000008,
  internal: 308000009,
  /** Promotion would lose acknowledged writes, or nobody can say how many: more than the request accepts. */
  dataLoss: 308000010,
  /** The write may or may not survive: it is not acknowledged. */
  notAcknowledged: 308000011,
} as const;
