import type { Message, ProcessIdentity } from '#shared/domain';

/**
 * Whether a very process (boot, pid, start time) still lives on the machine asked. `gone` is proof; `nothing` says why
 * nothing can be said.
 */
export interface ProcessCheckResult {
  says: 'alive' | 'gone' | 'nothing';
  /** Alive but stopped (SIGSTOP, a debugger): it lives and does nothing. A zombie is `gone`: all its threads ended. */
  frozen: boolean;
  reason: Message;
}
export type ProcessCheck = (identity: ProcessIdentity) => Promise<ProcessCheckResult>;
