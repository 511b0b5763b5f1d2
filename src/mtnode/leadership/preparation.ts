import type { NodeState } from '#mtnode/memory';
import type { NodeContext } from '#mtnode/parts';
import { type Inheritance, stillTakingOver } from './inheritance.ts';
import type { PromotionRequest } from './promotion.ts';

/**
 * What a promotion that is all but certain needs, begun beside the sealing: its state on disk, and the phases that a
 * standby leaves out (F8). A life that ends before it is accepted finds a promotion begun, and seals before it goes on.
 */
export class Preparation {
  readonly #context: NodeContext;
  readonly #inheritance: Inheritance;
  /** What the memory said before; undefined: nothing is prepared. */
  #before: Pick<NodeState, 'heldEpoch' | 'claiming' | 'takingOver'> | undefined;

  constructor(context: NodeContext, inheritance: Inheritance) {
    this.#context = context;
    this.#inheritance = inheritance;
  }

  /** {@link end} or {@link withdraw} follows. */
  begin(request: PromotionRequest): void {
    const { memory, phases, stopping, log } = this.#context;
    const { heldEpoch, claiming, takingOver } = memory.state;
    this.#before ??= { heldEpoch, claiming, takingOver };
    // Whoever accepts it hears of a failure.
    memory.update(this.state(request)).catch(() => {});
    phases.loadRestTogether().catch((error: unknown) => {
      if (!stopping.aborted) log.error('a start-up phase failed', { error });
    });
  }

  /** The promotion was accepted. */
  end(): void {
    this.#before = undefined;
  }

  /** The promotion does not take place. */
  withdraw(): void {
    const before = this.#before;
    if (before === undefined) return;
    this.#before = undefined;
    const { memory, options, phases } = this.#context;
    const takingOver = stillTakingOver(before.takingOver, memory.state.lastRoute, options.instance);
    memory.note({ ...before, takingOver });
    phases.dropRest();
  }

  /** What is to be stored of a promotion. */
  state(request: PromotionRequest): Partial<NodeState> {
    const { memory, options } = this.#context;
    const { epoch, token } = request;
    return {
      ...this.#inheritance.begun(request),
      heldEpoch: epoch,
      highestEpoch: Math.max(epoch, memory.state.highestEpoch),
      claiming: null,
      lastRoute: { instance: options.instance, epoch },
      promotedBy: token === null ? memory.state.promotedBy : { epoch, token },
    };
  }
}
