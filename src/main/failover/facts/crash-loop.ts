import type { CoordinationSnapshot } from '#main/coordination';
import { type Message, message, type PolicySettings } from '#shared/domain';
import type { Now } from './ledger.ts';

/**
 * The starts of the instance that the route names, as its registrations show them. One that restarts within its session
 * time-out claims the route again each time: no verdict ever says that it is gone.
 */
export interface StartLog {
  /** Whose they are; null: no route was seen yet. */
  instance: string | null;
  /** The processes that were seen registered since the route names the instance. */
  incarnations: readonly string[];
  /** Whether the last one said itself that it stopped: the next one is no crash. */
  isStopped: boolean;
  /** When each start was seen, oldest first. */
  atMonotonicMs: readonly number[];
}

export const NO_STARTS: StartLog = { instance: null, incarnations: [], isStopped: false, atMonotonicMs: [] };

/** As many as a policy can ask for. */
const MOST_KEPT = 100;

/**
 * What ZooKeeper shows of starts now. The first process that is seen is no start, whether the console has only just come
 * or the route has only just come to name the instance: with it the count begins anew. Pure.
 */
export function nextStarts(before: StartLog, { route, registrations }: CoordinationSnapshot, now: Now): StartLog {
  const instance = route.value?.instance;
  if (instance === undefined) return before;
  const log = before.instance === instance ? before : { ...NO_STARTS, instance };
  const seen = registrations[instance]?.value;
  if (!seen) return log;
  const isStopped = seen.role === 'stopped';
  if (log.incarnations.includes(seen.incarnation)) return isStopped === log.isStopped ? log : { ...log, isStopped };
  const isStart = log.incarnations.length > 0 && !log.isStopped;
  const incarnations = [...log.incarnations, seen.incarnation].slice(-MOST_KEPT);
  const atMonotonicMs = isStart ? [...log.atMonotonicMs, now.monotonicMs].slice(-MOST_KEPT) : log.atMonotonicMs;
  return { instance, incarnations, isStopped, atMonotonicMs };
}

/** The instance that the route names has started this often within the policy's window. */
export interface CrashLoop {
  instance: string;
  starts: number;
  windowMs: number;
}

/** Null: it is not so, or the policy does not count them. `named`: whom the route names. Pure. */
export function crashLoopOf(
  { instance, atMonotonicMs }: StartLog,
  named: string | undefined,
  {
    crashLoopStarts: limit,
    crashLoopWindowMs: windowMs,
  }: Pick<PolicySettings, 'crashLoopStarts' | 'crashLoopWindowMs'>,
  nowMonotonicMs: number,
): CrashLoop | null {
  if (limit === 0 || instance === null || instance !== named) return null;
  const starts = atMonotonicMs.filter((atMs) => nowMonotonicMs - atMs < windowMs).length;
  return starts < limit ? null : { instance, starts, windowMs };
}

const REASON_KEY = 'failover.crashLoop';

/** Why a switchover is begun for it. */
export function crashLoopReason({ instance, starts, windowMs }: CrashLoop): Message {
  return message(REASON_KEY, { instance, starts, seconds: Math.round(windowMs / 1_000) });
}

/** Whether that is why a switchover was begun: its old primary answers, and is to go all the same. */
export function isForCrashLoop({ key }: Message): boolean {
  return key === REASON_KEY;
}
