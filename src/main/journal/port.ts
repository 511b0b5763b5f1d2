import type { CheckHistoryEntry, CheckRunView, CheckView, EventView } from '#shared/contract';
import type { AskedBy, Grounds, StepRecord, SwitchoverData, VerifiedItem } from '#shared/domain';
import type { CheckHistoryQuery } from './checks.ts';

/** An event before it has its number. */
export type NewEvent = Omit<EventView, 'id'>;

/** A switchover that has ended, as this console followed it; `unknown` until its outcome could be learnt. */
export interface StoredSwitchover {
  operationId: string;
  pairKey: string;
  atMs: number;
  outcome: 'done' | 'failed' | 'unknown';
  trigger: 'operator' | 'automatic' | 'node';
  from: string | null;
  to: string;
  epochBefore: number;
  epochAfter: number | null;
  outageMs: number | null;
  outageErrorMs: number | null;
  steps: StepRecord[];
  /** What became of the data; null where that is not known, or the instances keep none. */
  data: SwitchoverData | null;
  /** Who asked for it and who approved; null where nobody gave a name, or nobody asked. */
  askedBy: AskedBy | null;
  /** What was known when it was begun, and what was verified before the route was opened. Undefined: not kept. */
  grounds?: Grounds | undefined;
  verified?: VerifiedItem[] | undefined;
}

/** What is remembered across starts. No method throws for what the disk does. */
export interface Journal {
  /** Records an event and returns it with its number; later events have higher ones. */
  record(event: NewEvent): EventView;
  /** Newest first; `beforeId` pages on. */
  events(query: { pairKey?: string | undefined; beforeId?: number | undefined; limit: number }): EventView[];
  /** Records a switchover; the same operation again replaces it. */
  recordSwitchover(switchover: StoredSwitchover): void;
  /** Newest first. */
  switchovers(pairKey: string, limit: number): StoredSwitchover[];
  /** Records a run of a pair's checks; `made`: those of them that were made just now, the others are known from before. */
  recordChecks(pairKey: string, run: CheckRunView, made: readonly CheckView[]): void;
  /** The last run as it was recorded; null: there was none. */
  lastChecks(pairKey: string): CheckRunView | null;
  /** What one check found, newest first: a row for each stretch in which nothing that decided changed. */
  checkHistory(query: CheckHistoryQuery): CheckHistoryEntry[];
  /** Forgets what is past its time. */
  prune(): void;
  close(): void;
}
