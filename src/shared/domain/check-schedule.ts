import { z } from 'zod';

/** How often checks are made by themselves, in milliseconds. */
export const checkIntervalSchema = z
  .number('problem.checkInterval')
  .int('problem.checkInterval')
  .min(10_000, 'problem.checkInterval')
  .max(86_400_000, 'problem.checkInterval');

/** Every check by its id. */
export const CHECK_IDS = [
  'access',
  'mount',
  'mount-answers',
  'mount-writable',
  'mount-space',
  'redo',
  'redo-lag',
  'clock',
  'clock-between',
  'todb',
  'todb-identical',
  'database',
  'process',
  'svr-mode',
  't2-listening',
  'f2-listening',
  't2-from-console',
  't2-from-peer',
  'f2-from-console',
  'f2-from-peer',
  'nfs',
  'zookeeper',
  'firewall',
  'firewall-t2',
  'firewall-f2',
  'firewall-nfs',
  'firewall-database',
  'firewall-zookeeper',
  'route',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/** What differs from the defaults, by check. */
export const checkIntervalsSchema = z.partialRecord(z.enum(CHECK_IDS), checkIntervalSchema);
export type CheckIntervals = z.infer<typeof checkIntervalsSchema>;

/**
 * Dear ones, and those of what seldom changes: files that are read whole, every rule of a firewall, datagrams that have to be
 * waited for, clocks. They are made at every fifth turn where nothing else is said.
 */
const SELDOM: ReadonlySet<string> = new Set<CheckId>([
  'mount-space',
  'redo',
  'clock',
  'clock-between',
  'todb',
  'todb-identical',
  'f2-from-console',
  'f2-from-peer',
  'firewall',
  'firewall-t2',
  'firewall-f2',
  'firewall-nfs',
  'firewall-database',
  'firewall-zookeeper',
]);
const SELDOM_TURNS = 5;
const LONGEST_MS = 86_400_000;

/** What a pair's checks go by. */
export interface CheckSchedule {
  /** How often checks are made that have no interval of their own; undefined: on demand alone. */
  checkIntervalMs?: number | undefined;
  checkIntervals?: CheckIntervals | undefined;
}

/** How often a check of a pair is made by itself; undefined: on demand alone. The pair's own word counts first. */
export function checkIntervalMs(id: string, pair: CheckSchedule, environment: CheckSchedule): number | undefined {
  const own = pair.checkIntervals?.[id as CheckId] ?? environment.checkIntervals?.[id as CheckId];
  const baseMs = pair.checkIntervalMs ?? environment.checkIntervalMs;
  if (own !== undefined || baseMs === undefined) return own;
  return SELDOM.has(id) ? Math.min(LONGEST_MS, baseMs * SELDOM_TURNS) : baseMs;
}

/** Whether any check of a pair is made by itself. */
export function isScheduled(pair: CheckSchedule, environment: CheckSchedule): boolean {
  return CHECK_IDS.some((id) => checkIntervalMs(id, pair, environment) !== undefined);
}
