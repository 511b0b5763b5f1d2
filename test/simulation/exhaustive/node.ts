import type { CallOutcome } from '#main/nodes';
import { decideClaim, judgePromotion, judgeRoute } from '#mtnode/leadership';
import { blankState } from '#mtnode/memory';
import { ERROR_NUMBERS, FUNCTIONS, type Registration, type Route, STATUS_CODES } from '#shared/domain';
import { broken, type InstanceName, type ModelNode, otherOf, type World, withNode } from './world.ts';
import { changeRoute, register } from './zookeeper.ts';

/** An instance as consoles see it. What it decides is decided by the node's own pure rules. */

export const incarnationOf = ({ name, life }: ModelNode) => `${name}-${life}`;

/** It answers clients with 0. */
export function serves({ isUp, role, isConnected, onPromise }: ModelNode): boolean {
  return isUp && role === 'primary' && (isConnected || onPromise);
}

export function newNode(name: InstanceName): ModelNode {
  return {
    name,
    life: 0,
    isUp: false,
    isConnected: false,
    state: blankState(name),
    role: 'starting',
    status: STATUS_CODES.notStarted,
    heldEpoch: undefined,
    steppedDownEpoch: null,
    accepted: undefined,
    isLoaded: false,
    seenRoute: null,
    onPromise: false,
    isBound: false,
  };
}

function registrationOf(node: ModelNode): Registration {
  return {
    version: 1,
    system: 's',
    node: 'mt',
    instance: node.name,
    addresses: [{ viewer: 'default', host: node.name, t2Port: 1, f2Port: 1 }],
    process: { bootId: node.name, pid: node.life, startTime: String(node.life) },
    incarnation: incarnationOf(node),
    svrMode: 0,
    role: node.role,
    status: node.status,
    phases: [],
    epoch: node.state.highestEpoch,
    steppedDownEpoch: node.steppedDownEpoch,
    lastLsn: null,
    selfFence: true,
    note: null,
  };
}

/** Changes an instance, and its registration with it. */
function changeNode(world: World, name: InstanceName, change: Partial<ModelNode>): World {
  const after = withNode(world, name, change);
  const node = after.nodes[name];
  return node.isConnected ? register(after, name, registrationOf(node)) : after;
}

export function startNode(world: World, name: InstanceName): World {
  const node = { ...newNode(name), life: world.nodes[name].life + 1, state: world.nodes[name].state };
  // Of what a former life promised it knows nothing: it holds to it for one promise time.
  const isBound = node.life > 1;
  const fresh = { ...node, isUp: true, isConnected: true, isBound };
  return seeRoute(changeNode(world, name, fresh), name);
}

export function killNode(world: World, name: InstanceName): World {
  return withNode(world, name, { isUp: false, onPromise: false });
}

/** ZooKeeper lets the session go: the instance, if it lives, has stopped by then or serves on its standby's promise. */
export function expireNode(world: World, name: InstanceName): World {
  return register(withNode(world, name, { isConnected: false }), name, null);
}

export function rejoinNode(world: World, name: InstanceName): World {
  return seeRoute(changeNode(world, name, { isConnected: true, onPromise: false }), name);
}

export function canPromise(world: World, name: InstanceName): boolean {
  const standby = world.nodes[otherOf(name)];
  const primary = world.nodes[name];
  return serves(primary) && !primary.onPromise && standby.isUp && standby.role === 'standby';
}

export function givePromise(world: World, to: InstanceName): World {
  return withNode(withNode(world, to, { onPromise: true }), otherOf(to), { isBound: true });
}

/** The promise runs out, for whoever has it first. */
export function endPromise(world: World, by: InstanceName): World {
  return withNode(withNode(world, otherOf(by), { onPromise: false }), by, { isBound: false });
}

/** The route as its watch shows it: lets go of what another holds by now, or decides who is to serve. */
export function seeRoute(world: World, name: InstanceName): World {
  const { route } = world.zookeeper;
  const shown = withNode(world, name, { seenRoute: route?.version ?? null });
  const node = shown.nodes[name];
  if (node.heldEpoch === undefined) return decide(route ? remember(shown, name, route.value) : shown, name);
  if (!route || names(node, route.value)) return shown;
  if (route.value.epoch < node.heldEpoch) return broken(shown, `${name} holds an epoch above the route's`);
  const { epoch, instance } = route.value;
  const state = { ...node.state, heldEpoch: null, claiming: null, highestEpoch: epoch, lastRoute: { instance, epoch } };
  const asStandby = { role: 'starting', heldEpoch: undefined, accepted: undefined, onPromise: false } as const;
  return decide(withNode(shown, name, { ...asStandby, state, steppedDownEpoch: epoch }), name);
}

function names({ name, heldEpoch, ...node }: ModelNode, route: Route): boolean {
  return route.instance === name && route.incarnation === `${name}-${node.life}` && route.epoch === heldEpoch;
}

/** As `Leadership.remember`: one that was passed over while it was not looking says that it serves nothing older. */
function remember(world: World, name: InstanceName, { epoch, instance }: Route): World {
  const { state, steppedDownEpoch } = world.nodes[name];
  const { lastRoute } = state;
  const isPassed =
    lastRoute !== null &&
    instance !== name &&
    (lastRoute.instance === name ? epoch > lastRoute.epoch : epoch > lastRoute.epoch + 1);
  return withNode(world, name, {
    state: { ...state, highestEpoch: Math.max(state.highestEpoch, epoch), lastRoute: { instance, epoch } },
    steppedDownEpoch: isPassed ? epoch : steppedDownEpoch,
  });
}

function decide(world: World, name: InstanceName): World {
  const node = world.nodes[name];
  const other = world.zookeeper.registrations[otherOf(name)];
  const claim = decideClaim({
    instance: name,
    incarnation: incarnationOf(node),
    state: node.state,
    route: world.zookeeper.route?.value,
    others: other ? [other] : [],
    forcePrimary: false,
    data: undefined,
  });
  if (claim.kind !== 'claim')
    return changeNode(world, name, { role: 'standby', status: STATUS_CODES.loading, isLoaded: false });
  const { epoch } = claim;
  const route: Route = {
    version: 1,
    instance: name,
    incarnation: incarnationOf(node),
    epoch,
    state: 'closed',
    driver: 'console',
    token: null,
    operationId: null,
    changedAtMs: 0,
  };
  const state = { ...node.state, heldEpoch: epoch, highestEpoch: epoch, lastRoute: { instance: name, epoch } };
  const claimed = changeRoute(world, route, null);
  const seenRoute = claimed.zookeeper.route?.version ?? null;
  const held = { role: 'starting', status: STATUS_CODES.loading, heldEpoch: epoch, steppedDownEpoch: null } as const;
  return changeNode(claimed, name, { ...held, state, seenRoute, isLoaded: false });
}

/** What it is to load is loaded; one that claimed by itself serves then and opens the route. */
export function loadNode(world: World, name: InstanceName): World {
  const { role } = world.nodes[name];
  if (role === 'promoting') return changeNode(world, name, { isLoaded: true });
  const served = changeNode(world, name, { isLoaded: true, role: 'primary', status: STATUS_CODES.serving });
  const route = served.zookeeper.route?.value;
  if (!route || !names(served.nodes[name], route)) return served;
  const opened = changeRoute(served, { ...route, state: 'open' }, null);
  return withNode(opened, name, { seenRoute: opened.zookeeper.route?.version ?? null });
}

/** Whether it has something to load. */
export function isLoading({ isUp, isConnected, heldEpoch, isLoaded, role }: ModelNode): boolean {
  return isUp && isConnected && heldEpoch !== undefined && !isLoaded && role !== 'primary';
}

function reply(
  node: ModelNode,
  functionNumber: number,
  errorNumber: number,
  fields: Record<string, unknown> = {},
): CallOutcome {
  const own = { function: functionNumber, id: 1, error_no: errorNumber, instance: node.name };
  const kind = errorNumber === 0 ? 'ok' : errorNumber === ERROR_NUMBERS.switching ? 'switching' : 'error';
  const said = { ...own, epoch: node.heldEpoch ?? node.state.highestEpoch, ...fields };
  return { class: kind, reply: said, errorNumber, latencyMs: 1, detail: '' };
}

export function unanswered(kind: 'empty' | 'refused' | 'timeout'): CallOutcome {
  return { class: kind, reply: null, errorNumber: null, latencyMs: null, detail: '' };
}

/** 402000 (F11–F13). */
export function beat(node: ModelNode): CallOutcome {
  if (!node.isUp) return unanswered('refused');
  const { heartbeat } = FUNCTIONS;
  if (node.role === 'primary') return serves(node) ? reply(node, heartbeat, 0) : unanswered('empty');
  if (node.heldEpoch !== undefined) return reply(node, heartbeat, ERROR_NUMBERS.switching);
  return reply(node, heartbeat, ERROR_NUMBERS.standby);
}

function statusOf({ status, role }: ModelNode): Record<string, unknown> {
  return { status, role, note: null };
}

/** 1403040 (F9). */
export function systemInfo(node: ModelNode): CallOutcome {
  if (!node.isUp) return unanswered('refused');
  return reply(node, FUNCTIONS.systemInfo, 0, {
    ...statusOf(node),
    phases: [phase(node)],
    svr_mode: 0,
    node: 'mt',
    incarnation: incarnationOf(node),
    pid: node.life,
    driver: 'console',
    self_fence: true,
    sessions: 0,
    lease_left_ms: null,
    promise_left_ms: node.isBound ? 1_000 : 0,
    on_promise: node.onPromise,
  });
}

function phase({ isLoaded, role }: ModelNode) {
  const isDone = isLoaded || role === 'primary';
  return { name: 'base-data', state: isDone ? 'done' : 'running', done: isDone ? 1 : 0, total: 1 };
}

/** 45184006, by the node's own rules. */
export function promote(world: World, name: InstanceName, body: Record<string, unknown>): [World, CallOutcome] {
  const node = world.nodes[name];
  if (!node.isUp) return [world, unanswered('refused')];
  const request = {
    epoch: Number(body.epoch),
    token: String(body.token),
    operationId: String(body.operation_id),
    acceptLoss: 0,
  };
  const refuse = (errorNumber: number): [World, CallOutcome] => [world, reply(node, FUNCTIONS.promote, errorNumber)];
  const verdict = judgePromotion(
    { ...request, incarnation: String(body.incarnation) },
    {
      single: false,
      incarnation: incarnationOf(node),
      role: node.role,
      status: node.status,
      state: node.state,
      accepted: node.accepted,
      begun: false,
      isDataUsable: true,
      promiseLeftMs: node.isBound ? 1_000 : 0,
    },
  );
  if (verdict.kind === 'repeat') return [world, reply(node, FUNCTIONS.promote, 0, statusOf(node))];
  if (verdict.kind === 'refuse') return refuse(verdict.errorNumber);
  if (!node.isConnected) return refuse(ERROR_NUMBERS.internal);
  const route = world.zookeeper.route?.value;
  const byRoute = judgeRoute(request, route, { instance: name, incarnation: incarnationOf(node) });
  if (byRoute.kind === 'refuse') return refuse(byRoute.errorNumber);
  const { epoch, token } = request;
  const state = {
    ...node.state,
    heldEpoch: epoch,
    highestEpoch: epoch,
    promotedBy: { epoch, token },
    lastRoute: { instance: name, epoch },
  };
  const seenRoute = world.zookeeper.route?.version ?? null;
  const held = { heldEpoch: epoch, steppedDownEpoch: null, accepted: request, isLoaded: false, seenRoute };
  const accepted = changeNode(world, name, { ...held, role: 'promoting', state });
  const other = accepted.nodes[otherOf(name)];
  const isOrdered = route?.epoch === epoch && route.instance === name;
  const ordered = isOrdered
    ? accepted
    : broken(accepted, `${name} was promoted to epoch ${epoch}, and no route says so`);
  const judged = serves(other) ? broken(ordered, `${name} was promoted while ${other.name} serves`) : ordered;
  return [judged, reply(judged.nodes[name], FUNCTIONS.promote, 0, statusOf(judged.nodes[name]))];
}

/** 402999 for an epoch. */
export function complete(world: World, name: InstanceName, body: Record<string, unknown>): [World, CallOutcome] {
  const node = world.nodes[name];
  if (!node.isUp) return [world, unanswered('refused')];
  const { completeStartup } = FUNCTIONS;
  if (node.heldEpoch !== body.epoch) return [world, reply(node, completeStartup, ERROR_NUMBERS.staleEpoch)];
  const isReady = node.role === 'promoting' && node.isLoaded;
  const after = isReady ? changeNode(world, name, { role: 'primary', status: STATUS_CODES.serving }) : world;
  const said = { ...statusOf(after.nodes[name]), phases: [phase(after.nodes[name])] };
  const isDone = after.nodes[name].role === 'primary';
  return [after, reply(after.nodes[name], completeStartup, isDone ? 0 : ERROR_NUMBERS.switching, said)];
}
