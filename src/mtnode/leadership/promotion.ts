import type { NodeState } from '#mtnode/memory';
import { ERROR_NUMBERS, type InstanceRole, type InstanceStatus, type Route, STATUS_CODES } from '#shared/domain';

/** What a promotion is asked for with (45184006); a standby that promotes itself has no token. */
export interface PromotionRequest {
  epoch: number;
  token: string | null;
  operationId: string;
  /** At most so many acknowledged records may be missing after it. */
  acceptLoss: number;
}

export interface PromotionFacts {
  single: boolean;
  incarnation: string;
  role: InstanceRole;
  status: InstanceStatus;
  state: Readonly<NodeState>;
  /** The promotion accepted last in this life. */
  accepted: PromotionRequest | undefined;
  /** Another promotion is being judged at this moment. */
  begun: boolean;
  /** False: its own redo or dat is damaged, and nobody may be served from it. */
  isDataUsable: boolean;
  /** For how long a promise forbids it. */
  promiseLeftMs: number;
}

export type PromotionVerdict =
  | { kind: 'go' }
  /** The same was accepted before: the answer is the same. */
  | { kind: 'repeat' }
  | { kind: 'refuse'; errorNumber: number; info: string };

const refuse = (errorNumber: number, info: string): PromotionVerdict => ({ kind: 'refuse', errorNumber, info });

/** Judges 45184006 by what the node knows itself; the route is read afterwards and judged by {@link judgeRoute}. */
export function judgePromotion(
  request: PromotionRequest & { incarnation: string },
  facts: PromotionFacts,
): PromotionVerdict {
  const { state, accepted } = facts;
  if (facts.single) return refuse(ERROR_NUMBERS.singleMode, 'single-server mode: there is nothing to switch over to');
  if (request.incarnation !== facts.incarnation)
    return refuse(ERROR_NUMBERS.wrongState, 'another incarnation of this instance is meant');
  if (accepted?.epoch === request.epoch && accepted.operationId === request.operationId) return { kind: 'repeat' };
  if (request.epoch < state.highestEpoch)
    return refuse(ERROR_NUMBERS.staleEpoch, `epoch ${state.highestEpoch} has been seen`);
  if (hasLowerToken(request, state))
    return refuse(ERROR_NUMBERS.staleEpoch, 'a console that leads since later has promoted already');
  if (facts.role !== 'standby' || facts.status !== STATUS_CODES.loading || facts.begun)
    return refuse(ERROR_NUMBERS.wrongState, `the instance is ${facts.role} with status ${facts.status}`);
  if (!facts.isDataUsable) return refuse(ERROR_NUMBERS.wrongState, 'its own redo or dat cannot be used');
  if (facts.promiseLeftMs > 0)
    return refuse(
      ERROR_NUMBERS.promiseInForce,
      `promised, or may have promised before its start, to refuse for another ${Math.ceil(facts.promiseLeftMs)} ms`,
    );
  return { kind: 'go' };
}

/** Judges the route as just read: it must name this incarnation at this epoch, for this operation, and be closed. */
export function judgeRoute(
  request: PromotionRequest,
  route: Route | undefined,
  self: { instance: string; incarnation: string },
): PromotionVerdict {
  if (route === undefined) return refuse(ERROR_NUMBERS.wrongState, 'there is no route');
  if (route.epoch > request.epoch)
    return refuse(ERROR_NUMBERS.staleEpoch, `the route is at epoch ${route.epoch} already`);
  if (route.instance !== self.instance || route.incarnation !== self.incarnation || route.epoch !== request.epoch)
    return refuse(ERROR_NUMBERS.wrongState, `the route names ${route.instance} at epoch ${route.epoch}`);
  if (route.operationId !== request.operationId)
    return refuse(ERROR_NUMBERS.wrongState, 'the route was closed by another operation');
  if (route.state !== 'closed') return refuse(ERROR_NUMBERS.wrongState, 'the route is open');
  return { kind: 'go' };
}

/** Tokens are compared within an epoch: a higher epoch counts, though a wiped ZooKeeper begins its tokens anew. */
function hasLowerToken(request: PromotionRequest, state: Readonly<NodeState>): boolean {
  const { promotedBy } = state;
  if (request.token === null || promotedBy?.epoch !== request.epoch) return false;
  return BigInt(request.token) < BigInt(promotedBy.token);
}
