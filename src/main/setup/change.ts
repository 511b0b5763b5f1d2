import type { Message } from '#shared/domain';
import type { AppliedChange, EvidenceLine, PlannedChange } from '#shared/setup';

/** What a change left behind once it was made. */
export interface MadeChange {
  detail: Message;
  backup: string | null;
  left: string | null;
  evidence?: EvidenceLine[];
  /** Plain data by which it is taken back. */
  undo?: Record<string, unknown> | null;
}

/** A change that is ready to be made: what is shown of it, and how it is made and taken back. */
export interface PreparedChange {
  shown: PlannedChange;
  /**
   * Makes it as it was shown, or throws a {@link ChangeError}: what it rests on is looked at again before anything is
   * written. `confirmed`: that what is there and not ours may be replaced.
   */
  apply(confirmed: boolean): Promise<MadeChange>;
}

/** Takes back one change that was made. Throws a {@link ChangeError} where that is not possible any more. */
export type TakeBack = (made: AppliedChange) => Promise<Message>;

/** Why a change was not made, or not taken back, in a sentence. */
export class ChangeError extends Error {
  readonly code = 'refused';
  readonly reason: Message;
  /** Lines to look at. */
  readonly evidence: readonly EvidenceLine[];
  constructor(reason: Message, options: ErrorOptions & { evidence?: readonly EvidenceLine[] } = {}) {
    super(reason.key, options);
    this.name = 'ChangeError';
    this.reason = reason;
    this.evidence = options.evidence ?? [];
  }
}
