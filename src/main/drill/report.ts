import type { PairState, PreflightItem, Verdict } from '#shared/contract';
import { REPLY_CLASSES, type ReplyClass, type StepName, type StepRecord, type SyncMode } from '#shared/domain';
import type { DatabaseReport, PromotionReport, SyncReport, WritesReport } from './data-report.ts';

/** What befalls the pair's data; the drill writes meanwhile, also where it is not told to. */
export const DATA_FAULTS = ['kill-both', 'lose-host', 'unmount', 'late-standby', 'database-blocked'] as const;
/** What befalls the ways between the parties, and ZooKeeper's leader. */
export const NETWORK_FAULTS = ['partition-console', 'zk-leader', 'firewall-reject'] as const;
const PROCESS_FAULTS = ['kill-primary', 'hang-primary', 'stop-primary', 'kill-standby', 'zk-down'] as const;
export const FAULTS = [...PROCESS_FAULTS, ...NETWORK_FAULTS, ...DATA_FAULTS];
/** What befalls the pair; `planned`: nothing does, an operator switches it over. */
export type Fault = (typeof FAULTS)[number] | 'planned';

/** A step as the report shows it: one that never began was skipped and took no time, one that never ended failed. */
export interface StepReport {
  name: StepName;
  tookMs: number;
  result: 'ok' | 'retried' | 'failed' | 'unknown' | 'skipped';
}

export type ReplyCounts = Record<ReplyClass, number>;

/** What a console made of a primary that it could not reach. */
export interface FindingReport {
  console: string;
  verdict: Verdict;
  state: PairState;
  /** The sentence that the console shows, and its key in the catalogues. */
  key: string;
  says: string;
  /** Why it did nothing, the same way. */
  why: { key: string; says: string }[];
}

/** What became of the consoles in a run. */
export interface ConsolesReport {
  count: number;
  /** Who held the pair's lock when the run began. */
  acting: string | null;
  /** Who was killed (SIGKILL), at which step, and how long after that step's begin; null: nobody. */
  killed: { console: string; step: StepName; underWayMs: number } | null;
  /** Whose lock the switchover was done under; null: none was done, or its console has left since. */
  finishedBy: string | null;
  /** From the kill until the switchover was told to be over; null where nobody was killed. */
  finishedAfterMs: number | null;
  /** `--planned`: the console ended before it had left any trace, and the operator asked the next one. */
  askedAgain: boolean;
}

export interface RunReport {
  /** Client's last good reply to first good reply; 0 when no beat failed; null when no good reply came again. */
  outageMs: number | null;
  /** The beat interval that the client really kept around those two moments. */
  outageErrorMs: number | null;
  /** Fault to verdict. */
  detectMs: number | null;
  /** 45184006 sent to 402999 done. */
  promoteMs: number | null;
  epochBefore: number;
  epochAfter: number | null;
  primaryBefore: string;
  primaryAfter: string | null;
  /** Good replies to beats, and acknowledged writes, of an instance that may not serve any more. */
  zombieServed: number;
  /** Null: nothing was written. */
  writes: WritesReport | null;
  /** Null: there is none, or nothing was written. */
  database: DatabaseReport | null;
  sync: SyncReport | null;
  /** Null where the fault leaves nothing to lose. */
  promotion: PromotionReport | null;
  /** Null: there is only the drill's own. */
  consoles: ConsolesReport | null;
  /** Null where no console found the primary unreachable but registered. */
  finding: FindingReport | null;
  replies: ReplyCounts;
  steps: StepReport[];
  ok: boolean;
  /** What did not happen as it must, a sentence each. */
  failures: string[];
}

export interface DrillReport {
  ok: boolean;
  fault: Fault;
  driver: 'console' | 'node';
  /** `embedded`, or the address. */
  zookeeper: string;
  syncMode: SyncMode;
  /** Writes a second. */
  writeRate: number;
  expectation: string;
  runs: RunReport[];
  outageMs: { min: number; median: number; max: number } | null;
  /** Present where a planned switchover was only looked at: then there are no runs. */
  dryRun?: DryRunReport;
  /** Why there are fewer runs than asked for; absent when all were made. */
  problem?: string;
}

/** None of any class yet. */
export function noReplies(): ReplyCounts {
  return Object.fromEntries(REPLY_CLASSES.map((name) => [name, 0])) as ReplyCounts;
}

/** A time as the report shows it: tenths of a millisecond. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Smallest, middle and largest; null where there is none. */
export function spread(values: readonly number[]): DrillReport['outageMs'] {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return null;
  const upper = sorted[Math.floor(sorted.length / 2)] ?? max;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? min;
  return { min, median: tenths((lower + upper) / 2), max };
}

/** The steps of a record as the report shows them. */
export function stepReports(steps: readonly StepRecord[]): StepReport[] {
  const shown = {
    pending: 'skipped',
    running: 'failed',
    ok: 'ok',
    retried: 'retried',
    failed: 'failed',
    unknown: 'unknown',
    skipped: 'skipped',
  } as const;
  return steps.map(({ name, tookMs, result }) => ({
    name,
    tookMs: tenths(tookMs ?? 0),
    result: shown[result],
  }));
}

/** 45184006 sent to 402999 done, out of the steps' records; null where either is missing. */
export function promoteTime(steps: readonly StepRecord[]): number | null {
  const promote = steps.find(({ name }) => name === 'promote');
  const complete = steps.find(({ name }) => name === 'complete');
  const done = complete?.result === 'ok' || complete?.result === 'retried';
  if (!done || typeof promote?.startedAtMs !== 'number' || typeof complete?.startedAtMs !== 'number') return null;
  return tenths(complete.startedAtMs + (complete.tookMs ?? 0) - promote.startedAtMs);
}

/** A planned switchover as it would go, and whether looking at it left ZooKeeper as it was. */
export interface DryRunReport {
  ok: boolean;
  from: string | null;
  to: string;
  /** Every step, in order: what it would do, and how long it may take; null: no time to speak of. */
  plan: { step: StepName; does: string; timeoutMs: number | null }[];
  checks: { id: string; result: PreflightItem['result']; found: string }[];
  /** Why it would be refused; null: it would not. */
  refusal: string | null;
  /** Persistent nodes that were read before and after. */
  znodes: number;
  /** Their data and versions are the same. */
  znodesUnchanged: boolean;
  /** The paths of those that are not. */
  znodesChanged: string[];
}

/** The whole report; ok when every run that was asked for was made and did what it must. */
export function drillReport(
  head: Omit<DrillReport, 'ok' | 'runs' | 'outageMs' | 'problem'>,
  runs: RunReport[],
  { problem, dryRun }: { problem?: string | undefined; dryRun?: DryRunReport | undefined } = {},
): DrillReport {
  const asItMust = dryRun ? dryRun.ok : runs.length > 0 && runs.every((run) => run.ok);
  return {
    ok: problem === undefined && asItMust,
    ...head,
    runs,
    outageMs: spread(runs.flatMap(({ outageMs }) => (outageMs === null ? [] : [outageMs]))),
    ...(dryRun ? { dryRun } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}
