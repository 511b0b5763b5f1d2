import { message, type Route } from '#shared/domain';
import type { BrokenInvariant, PairFacts } from './facts.ts';
import { twoServing } from './split-brain.ts';

/** The route with the highest epoch that this console has seen; null: none yet. Of one epoch the first counts. Pure. */
export function highestRoute(before: Route | null, route: Route | null): Route | null {
  return route && (before === null || route.epoch > before.epoch) ? route : before;
}

/**
 * What DESIGN says can never be, as far as a console can see it: an epoch that falls, an epoch given twice, replies of two
 * instances for one epoch. Null: nothing of it is so. Pure.
 */
export function brokenInvariant(
  highest: Route | null,
  route: Route | null,
  instances: PairFacts['instances'],
): BrokenInvariant | null {
  const broken = route && highest ? brokenRoute(highest, route) : null;
  // Two that serve at the same time are a state of the pair, with ways out of its own.
  return broken ?? (twoServing({ instances }) ? null : twoForOneEpoch(route, instances));
}

function brokenRoute(highest: Route, route: Route): BrokenInvariant | null {
  const { epoch, instance } = route;
  const { epoch: seen } = highest;
  if (epoch < seen) return { said: message('invariant.epochFell', { epoch, seen, instance }), epoch: seen };
  const isSame =
    route.instance === highest.instance &&
    route.incarnation === highest.incarnation &&
    route.operationId === highest.operationId;
  if (epoch > seen || isSame) return null;
  return { said: message('invariant.epochReused', { epoch, before: highest.instance, instance }), epoch };
}

/** Each instance's last good answer stays until it gives another: one of the two was not to be accepted. */
function twoForOneEpoch(route: Route | null, instances: PairFacts['instances']): BrokenInvariant | null {
  const [a, b] = [instances[0].ledger, instances[1].ledger];
  const epoch = a.network.lastOk?.epoch ?? null;
  if (epoch === null || epoch !== b.network.lastOk?.epoch || epoch < (route?.epoch ?? 0)) return null;
  return { said: message('invariant.twoForOneEpoch', { epoch, instance: a.name, other: b.name }), epoch };
}
