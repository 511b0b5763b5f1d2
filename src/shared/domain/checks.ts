import type { Message } from './message.ts';

/** `unknown`: it could not be found out; the reason says why. */
export type CheckVerdict = 'pass' | 'warn' | 'fail' | 'unknown';

/** What one check found on one server. */
export interface CheckResult {
  /** What was looked at: `mount`, `firewall-f2`, … */
  id: string;
  /** The instance on whose server, or about whom; {@link PAIR_HOST} for what concerns both. */
  host: string;
  result: CheckVerdict;
  reason: Message;
  /** The raw lines that decided. */
  evidence: string[];
  /** What to do; null where there is nothing to do. */
  remedy: Message | null;
  /** What can be run for it on that server, each an argument array; absent: nothing in particular. */
  commands?: string[][];
  tookMs: number;
  /** Wall time at which it was found. */
  atMs: number;
}

/** One check of a pair. */
export type CheckName = Pick<CheckResult, 'id' | 'host'>;

/** Stands for a server's name where a check concerns the pair as a whole. */
export const PAIR_HOST = 'pair';

/** Could the standby take over now? `unknown`: something that it depends on could not be found out. */
export type ReadinessWord = 'ready' | 'not-ready' | 'unknown';

export interface Readiness {
  word: ReadinessWord;
  /** Empty where it is ready. */
  reasons: Message[];
}
