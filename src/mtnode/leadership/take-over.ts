import type { ChangeResult, RouteValue } from '#mtnode/pair';
import type { NodeContext } from '#mtnode/parts';
import type { Route } from '#shared/domain';
import { epochAbove } from './claim.ts';
import type { Inheritance } from './inheritance.ts';
import { ownRoute } from './own-route.ts';
import type { PromotionRequest } from './promotion.ts';

/** The route that a standby writes for itself, and the one that it replaces. */
export interface Attempt {
  before: RouteValue;
  route: Route;
}

/**
 * A standby's own change of the route to itself (driver `node`, F8). It is kept until its promotion is accepted: whether
 * it came about may be known late, and what comes after it may fail and be tried again.
 */
export class TakeOver {
  readonly #context: NodeContext;
  readonly #inheritance: Inheritance;
  #attempt: Attempt | undefined;

  constructor(context: NodeContext, inheritance: Inheritance) {
    this.#context = context;
    this.#inheritance = inheritance;
  }

  get attempt(): Attempt | undefined {
    return this.#attempt;
  }

  /** Whether that route is of this attempt, and still closed: nobody serves at its epoch. */
  isMade(route: Route | undefined): boolean {
    const made = this.#attempt?.route;
    if (made === undefined || route === undefined || route.state !== 'closed') return false;
    return route.epoch === made.epoch && route.operationId === made.operationId;
  }

  /** What the promotion to that route goes by. */
  request({ epoch, operationId }: Route): PromotionRequest {
    const { maxLossRecords } = this.#context.options;
    return { epoch, token: null, operationId: operationId ?? '', acceptLoss: maxLossRecords };
  }

  /**
   * Writes the route under the next epoch, naming this instance. Unless `gone` serves no more by its own word, only
   * while it is not registered. Stored before: that the old redo has to be read, whatever ends this process. Rejects
   * where that could not be.
   */
  async write(found: RouteValue, gone: string, servesNoMore: boolean): Promise<ChangeResult> {
    const { memory, routes, incarnation } = this.#context;
    const { route } = this.#attemptOn(found);
    const claiming = { epoch: route.epoch, incarnation };
    await memory.update({ claiming, ...this.#inheritance.begun(this.request(route)) });
    return servesNoMore
      ? routes.change(route, found.version)
      : routes.changeWhileUnregistered(route, found.version, gone);
  }

  /** The promotion was accepted, or is another's by now. */
  end(): void {
    this.#attempt = undefined;
  }

  /** The same again for the same route: what was tried before may be in force, and only one of the two can be. */
  #attemptOn(found: RouteValue): Attempt {
    const { memory } = this.#context;
    const { highestEpoch } = memory.state;
    const again = this.#attempt;
    if (again !== undefined && isSame(again.before, found) && again.route.epoch >= highestEpoch) return again;
    const epoch = epochAbove(highestEpoch, found.route.epoch);
    this.#attempt = { before: found, route: ownRoute(this.#context, epoch, found.route.driver) };
    return this.#attempt;
  }
}

function isSame(one: RouteValue, other: RouteValue): boolean {
  return one.version === other.version && JSON.stringify(one.route) === JSON.stringify(other.route);
}
