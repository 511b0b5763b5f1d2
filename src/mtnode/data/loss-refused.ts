import type { Message } from '#shared/domain';

/** A promotion that would lose more than was accepted. */
export class LossRefused extends Error {
  /** At most so many acknowledged records would be missing; null: nobody can say. */
  readonly bound: number | null;
  /** Why the old primary's redo cannot be read. */
  readonly reason: Message | null;
  constructor(bound: number | null, reason: Message | null) {
    super(`at most ${bound ?? 'an unknown number of'} acknowledged records would be missing`);
    this.name = 'LossRefused';
    this.bound = bound;
    this.reason = reason;
  }
}
