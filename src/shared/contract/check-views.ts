import type { CheckResult, Message, ReadinessWord } from '#shared/domain';

/** What a check found, and since when it finds that. */
export interface CheckView extends CheckResult {
  /** When this console first found this result in a row. */
  sinceMs: number;
}

/** One run of the checks of a pair's servers, and what it says of the standby. */
export interface CheckRunView {
  /** When all of them were last made. */
  atMs: number;
  tookMs: number;
  readiness: ReadinessWord;
  /** Why it is not ready; each names `server` and `check` among its parameters. */
  reasons: Message[];
  checks: CheckView[];
}

/** A stretch of looks of one check in which nothing that decided has changed. */
export interface CheckHistoryEntry {
  id: number;
  firstAtMs: number;
  lastAtMs: number;
  /** How many looks there were. */
  times: number;
  /** The last of them, in full. */
  check: CheckView;
}

/** A pair's checks: the last run, and whether another is being made; `run` null: none that is remembered. */
export interface PairChecksView {
  run: CheckRunView | null;
  running: boolean;
}

/**
 * How much a finding matters, the most first: the standby cannot take over for it; something else fails; it is not known
 * whether the standby can; something warns; something else is not known.
 */
export const TROUBLE_RANKS = ['blocks', 'fails', 'open', 'warns', 'unknown'] as const;
export type TroubleRank = (typeof TROUBLE_RANKS)[number];

/** A check that did not pass, of any pair. */
export interface TroubleView {
  pairKey: string;
  rank: TroubleRank;
  check: CheckView;
}

/** Everything that does not pass, across all pairs. */
export interface TroublesState {
  /** By `pairKey/host/id`. */
  troubles: Record<string, TroubleView>;
  /** When each pair's checks were last made; null: not since the console started. */
  looked: Record<string, number | null>;
  /** Whose checks are being made, or wait for their turn. */
  running: string[];
}
