import type { NodeState } from '#mtnode/memory';
import type { Registration, Route } from '#shared/domain';

/** What the decision at start, and after every change that concerns a standby, rests on. */
export interface ClaimFacts {
  instance: string;
  incarnation: string;
  state: Readonly<NodeState>;
  route: Route | undefined;
  /** The other instances registered now. */
  others: readonly Registration[];
  forcePrimary: boolean;
  /** Undefined: it keeps no data. */
  data: { isUsable: boolean } | undefined;
}

/**
 * `claim`: write the route with this epoch, naming oneself. `follow`: be standby of the instance the route names.
 * `wait`: be standby of nobody yet, and say who is waited for.
 */
export type Claim =
  | { kind: 'claim'; epoch: number; reason: string }
  | { kind: 'follow'; primary: string; note: string | null }
  | { kind: 'wait'; note: string };

/**
 * Cold start (DESIGN): an instance claims primary only if it holds the route's epoch and the data that goes with it, or
 * if there never was a route; otherwise it follows or waits, and names whom for. Every claim raises the epoch; throws
 * RangeError where it cannot be raised.
 */
export function decideClaim(facts: ClaimFacts): Claim {
  if (facts.data?.isUsable === false) return withoutData(facts);
  const forced = facts.forcePrimary ? forcedClaim(facts) : undefined;
  if (forced) return forced;
  return facts.route === undefined ? withoutRoute(facts) : withRoute(facts, facts.route);
}

/** Whether the state is that of the route's rightful holder, a claim that just came about included. */
export function holdsRoute(facts: Pick<ClaimFacts, 'instance' | 'state'>, route: Route): boolean {
  const { state } = facts;
  if (route.instance !== facts.instance) return false;
  const { claiming } = state;
  if (state.heldEpoch === route.epoch) return true;
  // A console's route has a token: it names an instance that is to be promoted, whatever that one tried to claim before.
  if (claiming === null || route.token !== null || route.incarnation !== claiming.incarnation) return false;
  // The next claim of a process may be noted, and never come about, before the last one that did is held.
  return route.epoch <= claiming.epoch;
}

/** The epoch above all that were seen. Throws RangeError where the last one is in use that a record can hold. */
export function epochAbove(...seen: readonly number[]): number {
  const epoch = Math.max(0, ...seen) + 1;
  if (!Number.isSafeInteger(epoch)) throw new RangeError('the last epoch is in use: no higher one can be written');
  return epoch;
}

function nextEpoch(facts: ClaimFacts): number {
  const seen = facts.others.map((other) => other.epoch);
  return epochAbove(facts.state.highestEpoch, facts.state.claiming?.epoch ?? 0, facts.route?.epoch ?? 0, ...seen);
}

/** Whether the registered instance serves or is about to: overriding it would make two. */
function isActive(registration: Registration): boolean {
  return registration.role === 'primary' || registration.role === 'promoting';
}

function forcedClaim(facts: ClaimFacts): Claim | undefined {
  if (facts.others.some(isActive)) return undefined;
  return { kind: 'claim', epoch: nextEpoch(facts), reason: 'forced by the operator' };
}

/** Damaged data is nobody's to serve: not even force makes it a primary's. */
function withoutData({ route, instance }: ClaimFacts): Claim {
  if (route !== undefined && route.instance !== instance)
    return { kind: 'follow', primary: route.instance, note: null };
  return { kind: 'wait', note: 'its own redo or dat cannot be used' };
}

function withRoute(facts: ClaimFacts, route: Route): Claim {
  if (holdsRoute(facts, route))
    return { kind: 'claim', epoch: nextEpoch(facts), reason: `holds epoch ${route.epoch} of the route` };
  if (route.incarnation === facts.incarnation)
    return { kind: 'wait', note: `the route names this instance at epoch ${route.epoch}; waiting to be promoted` };
  if (route.instance === facts.instance)
    return {
      kind: 'wait',
      note:
        `the route names this instance at epoch ${route.epoch}, but its own storage does not hold that epoch; ` +
        `waiting for an operator (--force-primary, or a promotion)`,
    };
  const registered = facts.others.some((other) => other.instance === route.instance);
  const note = registered ? null : `waiting for ${route.instance}, which holds epoch ${route.epoch}`;
  return { kind: 'follow', primary: route.instance, note };
}

function withoutRoute(facts: ClaimFacts): Claim {
  const { state, others } = facts;
  const ahead = others.find((other) => other.epoch > state.highestEpoch);
  if (ahead)
    return { kind: 'wait', note: `no route yet; waiting for ${ahead.instance}, which has seen epoch ${ahead.epoch}` };
  const epoch = nextEpoch(facts);
  if (state.highestEpoch === 0) return { kind: 'claim', epoch, reason: 'there was never a route' };
  const { lastRoute } = state;
  if (state.heldEpoch !== null && (lastRoute === null || state.heldEpoch >= lastRoute.epoch))
    return { kind: 'claim', epoch, reason: `held the last epoch, ${state.heldEpoch}` };
  if (lastRoute === null || lastRoute.instance === facts.instance)
    return { kind: 'wait', note: 'no route, and the last epoch is not held here; waiting for an operator' };
  const holder = others.find((other) => other.instance === lastRoute.instance);
  // Whoever keeps data has only what it followed: how much of it is missing nobody can say any more.
  if (holder && holder.epoch < lastRoute.epoch && facts.data === undefined)
    return { kind: 'claim', epoch, reason: `${holder.instance} has lost its storage: it knows epoch ${holder.epoch}` };
  return { kind: 'wait', note: `no route; waiting for ${lastRoute.instance}, which held epoch ${lastRoute.epoch}` };
}
