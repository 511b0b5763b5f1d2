import type { NodeContext } from '#mtnode/parts';
import type { Route } from '#shared/domain';

/** A closed route that names this instance, under an operation of its own. */
export function ownRoute({ options, ports, incarnation }: NodeContext, epoch: number, driver: Route['driver']): Route {
  return {
    version: 1,
    instance: options.instance,
    incarnation,
    epoch,
    state: 'closed',
    driver,
    token: null,
    operationId: ports.random.uuid(),
    changedAtMs: ports.clock.wallMs(),
  };
}

/** Whether the route names this incarnation at the epoch it holds. */
export function namesSelf({ options, incarnation, self }: NodeContext, route: Route | undefined): boolean {
  return (
    route?.instance === options.instance && route.incarnation === incarnation && route.epoch === self.facts.heldEpoch
  );
}
