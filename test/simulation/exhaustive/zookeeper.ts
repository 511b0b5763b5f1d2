import type { CoordinationSnapshot, Seen, SeenRegistration } from '#main/coordination';
import { type Registration, type Route, recordText, routeSchema, type SwitchoverRecord } from '#shared/domain';
import { POLICY } from './policy.ts';
import {
  broken,
  type ConsoleName,
  INSTANCES,
  type InstanceName,
  type ModelZooKeeper,
  type Place,
  type Stored,
  type World,
} from './world.ts';

/** What of ZooKeeper the procedure rests on: versions, checks, ephemeral records, one queue. All changes are whole. */

export const PATHS = { route: '/route', place: (token: string) => `/consoles/${token}` };

function changed(world: World, change: Partial<ModelZooKeeper>): World {
  const { zookeeper } = world;
  return { ...world, zookeeper: { ...zookeeper, ...change, zxid: zookeeper.zxid + 1 } };
}

export function register(world: World, name: InstanceName, registration: Registration | null): World {
  const registrations = { ...world.zookeeper.registrations, [name]: registration };
  return changed(world, { registrations });
}

/** Joins the queue's end. Returns the token of the place. */
export function queueUp(world: World, console: ConsoleName): { world: World; token: string } {
  const token = String(world.zookeeper.zxid + 1);
  return { world: changed(world, { queue: [...world.zookeeper.queue, { console, token, isUnable: false }] }), token };
}

export function leaveQueue(world: World, token: string | null): World {
  return changed(world, { queue: world.zookeeper.queue.filter((place) => place.token !== token) });
}

/** A console writes into its place whether it could act. */
export function tellUnable(world: World, token: string | null, isUnable: boolean): World {
  const queue = world.zookeeper.queue.map((place) => (place.token === token ? { ...place, isUnable } : place));
  return changed(world, { queue });
}

export function hasPlace({ zookeeper }: World, token: string): boolean {
  return zookeeper.queue.some((place) => place.token === token);
}

/** Changes the route; `token`: of the console's place, null where a node does it. The judge looks at every change. */
export function changeRoute(world: World, route: Route, token: string | null): World {
  const before = world.zookeeper.route?.value;
  const stored: Stored<Route> = { value: route, version: (world.zookeeper.route?.version ?? -1) + 1 };
  const after = changed(world, { route: stored });
  const { epoch, operationId, incarnation } = route;
  if (token !== null && world.zookeeper.queue[0]?.token !== token)
    return broken(after, `the route was changed by place ${token}, which does not lead`);
  if (before && epoch < before.epoch)
    return broken(after, `the route went back from epoch ${before.epoch} to ${epoch}`);
  const isOther = before?.incarnation !== incarnation || before.operationId !== operationId;
  if (before?.epoch === epoch && isOther) return broken(after, `epoch ${epoch} was given to two`);
  if (operationId === null) return after;
  const first = after.epochOf[operationId] ?? epoch;
  if (first !== epoch) return broken(after, `one switchover raised the epoch to ${first} and to ${epoch}`);
  return { ...after, epochOf: { ...after.epochOf, [operationId]: first } };
}

export function writeRecord(world: World, record: SwitchoverRecord): World {
  return changed(world, { record: { value: record, version: (world.zookeeper.record?.version ?? -1) + 1 } });
}

export function routeNode(stored: Stored<Route>): { data: Buffer; version: number } {
  return { data: Buffer.from(recordText(stored.value)), version: stored.version };
}

export function routeOf(data: Buffer): Route {
  return routeSchema.parse(JSON.parse(data.toString()));
}

function seen<T>(stored: Stored<T> | null, before: Seen<T> | undefined): Seen<T> {
  const value = stored?.value ?? null;
  return { value, version: stored?.version ?? null, lastGood: value ?? before?.lastGood ?? null, problem: null };
}

function seenRegistration(value: Registration | null, before: SeenRegistration | undefined): SeenRegistration {
  const lastGood = value ?? before?.lastGood ?? null;
  const owner = value === null ? { sinceMs: null, sessionId: null } : { sinceMs: 1, sessionId: '0x1' };
  return { value, lastGood, version: value === null ? null : 0, problem: null, present: value !== null, ...owner };
}

/** All of it as a console's watches show it. */
export function snapshotFor(
  { route, record, registrations, queue }: ModelZooKeeper,
  { token, isConnected }: { token: string | null; isConnected: boolean },
  before?: CoordinationSnapshot,
): CoordinationSnapshot {
  const holder = queue[0] === undefined || !isConnected ? 'none' : queue[0].token === token ? 'this' : 'other';
  return {
    session: {
      state: isConnected ? 'connected' : 'suspended',
      cause: undefined,
      sessionId: '0x1',
      negotiatedTimeoutMs: 4_000,
      generation: 1,
    },
    settled: isConnected,
    registrations: Object.fromEntries(
      INSTANCES.map((name) => [name, seenRegistration(registrations[name], before?.registrations[name])]),
    ),
    foreign: [],
    route: seen(route, before?.route),
    policy: { value: POLICY, version: 0, lastGood: POLICY, problem: null },
    switchover: seen(record, before?.switchover),
    lock: { ...successorOf(queue, holder), holder, name: holder === 'none' ? null : (queue[0]?.console ?? null) },
  };
}

/** Whom a holder that could not act would give the lock to. */
function successorOf([own, ...others]: readonly Place[], holder: string): { successor?: string } {
  const able = holder === 'this' && own?.isUnable ? others.find(({ isUnable }) => !isUnable) : undefined;
  return able ? { successor: able.console } : {};
}
