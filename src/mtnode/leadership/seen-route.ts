import type { NodeContext } from '#mtnode/parts';
import type { Route } from '#shared/domain';
import { stillTakingOver } from './inheritance.ts';

/** Whom the route named last, kept for the next start; a failure to store it is repeated by the next change. */
export function rememberRoute(context: NodeContext, route: Route): void {
  const { memory, self, data, options } = context;
  const { highestEpoch, lastRoute, takingOver } = memory.state;
  if (route.epoch <= highestEpoch && lastRoute?.epoch === route.epoch && lastRoute.instance === route.instance) return;
  if (wasPassedOver(context, route))
    self.change({
      steppedDownEpoch: route.epoch,
      steppedDownLsn: data?.durableLsn ?? null,
      steppedDownSums: null,
    });
  memory.note({
    highestEpoch: Math.max(highestEpoch, route.epoch),
    lastRoute: { instance: route.instance, epoch: route.epoch },
    takingOver: stillTakingOver(takingOver, route, options.instance),
  });
}

/**
 * Whether the route named this instance, or may have while it was not looking, and names another now: whoever moved
 * it on waits for this instance's word that it serves nothing older, though it never came to serve.
 */
function wasPassedOver({ memory, self, options }: NodeContext, route: Route): boolean {
  const { lastRoute } = memory.state;
  if (lastRoute === null || self.facts.heldEpoch !== undefined || route.instance === options.instance) return false;
  return lastRoute.instance === options.instance ? route.epoch > lastRoute.epoch : route.epoch > lastRoute.epoch + 1;
}

/** Whoever can take over need not wait for an instance whose data cannot be used as long as its process runs. */
export function letGoOfRoute({ options, self, data }: NodeContext, route: Route): void {
  if (route.instance !== options.instance || (self.facts.steppedDownEpoch ?? -1) >= route.epoch) return;
  self.change({ steppedDownEpoch: route.epoch, steppedDownLsn: data?.durableLsn ?? null });
}
