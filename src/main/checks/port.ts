import type { InstanceConfig, Message, ProcessIdentity } from '#shared/domain';

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

/** What came of asking an instance from the other one's server. `nothing` says why nothing can be said. */
export interface ReachResult {
  /** `gone`: refused, or closed without an answer; as with beats that says nothing of the process. */
  says: 'alive' | 'gone' | 'silent' | 'nothing';
  reason: Message;
  /** The process that answered; null: none did. */
  incarnation: string | null;
  /** It says that it is the primary and serves. */
  serves: boolean;
}

/**
 * What the servers of a pair say of its instances. Neither rejects for what a server does. `waitMs`: how long whoever asks
 * waits for it; a look ends somewhat before that, so that it can say what was missing.
 */
export interface ServerEvidence {
  /** Whether a very process lives on the instance's server. */
  checkProcess(instance: InstanceConfig, identity: ProcessIdentity, waitMs: number): Promise<ProcessCheckResult>;
  /** Whether an instance can be asked from the other one's server. */
  reach(from: InstanceConfig, to: InstanceConfig, waitMs: number): Promise<ReachResult>;
  /** Ends the connections. */
  close(): void;
}
