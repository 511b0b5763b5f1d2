import type { Environment, Message } from '#shared/domain';
import type { SetupStep } from './steps.ts';
import type { Acknowledgement } from './values.ts';

/** Something that is wrong with a draft, or missing, or worth a thought: where, and what to do about it. */
export interface Finding {
  step: SetupStep;
  /** A path of the values, `servers.0.host`. */
  field: string;
  /** `error`: nothing is applied while it is so. */
  severity: 'error' | 'warning';
  reason: Message;
  remedy: Message | null;
  /** The implementer may let it stand; then it is a warning. */
  acknowledge?: Acknowledgement;
}

/** What a draft is judged by beside itself. */
export interface FindingContext {
  /** Ids of environments that it may not take. */
  takenIds: readonly string[];
  /** Of the environment that it adds a pair to, or edits one of: what stays of it. */
  base?: Environment | undefined;
  pairId?: string | null | undefined;
  /** Whether main holds the session or token that heartbeats are to carry. */
  hasSecret: boolean;
}
