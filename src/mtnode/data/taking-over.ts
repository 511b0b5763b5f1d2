import type { CatchUpOutcome } from '#mtnode/sync';
import type { OwnBound } from './own-bound.ts';
import type { Standby } from './standby.ts';

/** How far the old primary's redo could be read; `bound`: at most so many acknowledged records are missing. */
export interface CaughtUp {
  isComplete: boolean;
  /** Null: nobody can say. */
  bound: number | null;
}

/** How a promotion goes about the data: what the old primary has is sealed first, then read to its end. */
export class TakingOver {
  readonly epoch: number;
  readonly #acceptLoss: number;
  readonly #bound: OwnBound;
  /** Reading to the end of what was sealed, which begins at once; undefined: it could not be sealed. */
  readonly caughtUp: Promise<CatchUpOutcome> | undefined;

  private constructor(
    epoch: number,
    acceptLoss: number,
    bound: OwnBound,
    caughtUp: Promise<CatchUpOutcome> | undefined,
  ) {
    this.epoch = epoch;
    this.#acceptLoss = acceptLoss;
    this.#bound = bound;
    this.caughtUp = caughtUp;
  }

  /**
   * Seals what `standby` follows. Where that cannot be, rejects with {@link LossRefused} unless at most `acceptLoss`
   * acknowledged records may be missing.
   */
  static async begin(
    epoch: number,
    acceptLoss: number,
    bound: OwnBound,
    standby: Standby | undefined,
  ): Promise<TakingOver> {
    const sealed = await standby?.seal(epoch);
    if (!sealed?.isSealed) await bound.accepted(acceptLoss, sealed?.reason ?? null);
    return new TakingOver(epoch, acceptLoss, bound, sealed?.isSealed ? standby?.catchUp() : undefined);
  }

  /**
   * Resolves once what was sealed is read to its end, or could not be. Rejects with {@link LossRefused} where more may
   * be missing than was accepted, and with what `goOn` throws once the reading has ended.
   */
  async read(goOn: () => void): Promise<CaughtUp> {
    const outcome = await this.caughtUp;
    goOn();
    if (outcome?.isComplete) return { isComplete: true, bound: 0 };
    return { isComplete: false, bound: await this.#bound.accepted(this.#acceptLoss, outcome?.reason ?? null) };
  }
}
