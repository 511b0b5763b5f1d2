import { LossRefused } from '#mtnode/data';
import type { NodeState } from '#mtnode/memory';
import type { NodeContext } from '#mtnode/parts';
import { ANY_LOSS, type Route } from '#shared/domain';
import type { PromotionRequest } from './promotion.ts';

/** What is left of a promotion begun, once the route is known to name `named`: nothing where that is another by then. */
export function stillTakingOver(
  takingOver: NodeState['takingOver'],
  named: NodeState['lastRoute'],
  instance: string,
): NodeState['takingOver'] {
  const isPast = named !== null && named.instance !== instance && named.epoch >= (takingOver?.epoch ?? 0);
  return isPast ? null : takingOver;
}

/** How an instance comes to have the data that goes with the epoch it is to hold; nothing to do where it keeps none. */
export class Inheritance {
  readonly #context: NodeContext;
  /** A claim's own try to have the data, under way or over. */
  #trial: Promise<unknown> = Promise.resolve();

  constructor(context: NodeContext) {
    this.#context = context;
  }

  /**
   * What keeps a claim for want of its data; null: it is here. A promotion that this instance's end interrupted goes on
   * where it was: its data is still the old primary's. Who is forced takes what can be had.
   */
  keepsFromClaim(epoch: number, route: Route | undefined, isForced: boolean): Promise<string | null> {
    const trial = this.#tried(epoch, route, isForced);
    this.#trial = trial.catch(() => {});
    return trial;
  }

  /** Resolves when no claim of its own is after the data: whoever promotes it seals after that. */
  async undisturbed(): Promise<void> {
    await this.#trial;
  }

  async #tried(epoch: number, route: Route | undefined, isForced: boolean): Promise<string | null> {
    const { data, memory, options, self, log } = this.#context;
    const { takingOver } = memory.state;
    const other = route?.instance === options.instance ? undefined : route;
    const from = takingOver?.from ?? (isForced ? other : undefined);
    if (data === undefined || (takingOver === null && from === undefined)) return null;
    if (from) data.follow({ instance: from.instance, incarnation: from.incarnation, epoch: from.epoch, isOpen: true });
    try {
      await data.seal(epoch, isForced ? ANY_LOSS : (takingOver?.acceptLoss ?? 0));
      // Before the epoch is raised: it would be again at every try.
      await data.readSealed();
      return null;
    } catch (error) {
      data.abandon();
      if (!(error instanceof LossRefused)) throw error;
      const note = `its promotion was interrupted, and ${error.message}`.slice(0, 500);
      if (self.facts.note !== note) log.warn('does not claim the route', { why: error.message });
      return note;
    }
  }

  /** What is to be remembered when a promotion begins, until its data is here. */
  begun({ epoch, acceptLoss }: PromotionRequest): Pick<NodeState, 'takingOver'> | undefined {
    const { data } = this.#context;
    if (data === undefined) return undefined;
    const { instance, incarnation, epoch: followedEpoch } = data.followed ?? {};
    const from =
      instance === undefined || incarnation === undefined || followedEpoch === undefined
        ? null
        : { instance, incarnation, epoch: followedEpoch };
    return { takingOver: { epoch, from, acceptLoss } };
  }

  /**
   * Loads the data and begins its term under the epoch held. False where that is not the instance's to do any more;
   * rejects where the data cannot be had, or may not.
   */
  async load(isCurrent: () => boolean): Promise<boolean> {
    const { data, memory, self, log } = this.#context;
    if (data === undefined) return true;
    try {
      await data.load();
      let led: number | undefined;
      // A route that is lost meanwhile is claimed again under a higher epoch.
      while (isCurrent() && led !== self.facts.heldEpoch) {
        led = self.facts.heldEpoch;
        if (led !== undefined) await data.lead(led);
      }
      if (!isCurrent()) return false;
      // Nobody waits for it: once the epoch's first record is in redo, that tells as much.
      if (memory.state.takingOver !== null) memory.note({ takingOver: null });
      return isCurrent();
    } catch (error) {
      if (!isCurrent() || this.#context.stopping.aborted) return false;
      log.error('the data could not be loaded', { error });
      if (!(error instanceof LossRefused)) data.fail(error);
      throw error;
    }
  }
}
