import type { MachineState } from '#main/failover';
import type { PromotionRequest } from '#mtnode/leadership';
import type { NodeState } from '#mtnode/memory';
import type { Registration, Route, SwitchoverRecord } from '#shared/domain';
import type { Procedure } from './procedure.ts';

/** The smallest world in which a switchover can go wrong: a value, so that every event can be tried from every state. */

export const INSTANCES = ['A', 'B'] as const;
export type InstanceName = (typeof INSTANCES)[number];
export const CONSOLES = ['C1', 'C2'] as const;
export type ConsoleName = (typeof CONSOLES)[number];
export const otherOf = (name: InstanceName): InstanceName => (name === 'A' ? 'B' : 'A');

/** A record with its ZooKeeper version. */
export interface Stored<T> {
  value: T;
  version: number;
}

/** A console's place in the queue for the lock; the first one leads. */
export interface Place {
  console: ConsoleName;
  token: string;
  /** Its console says that it could not act. */
  isUnable: boolean;
}

export interface ModelZooKeeper {
  /** Counts every change. */
  zxid: number;
  route: Stored<Route> | null;
  record: Stored<SwitchoverRecord> | null;
  registrations: Readonly<Record<InstanceName, Registration | null>>;
  queue: readonly Place[];
}

export interface ModelNode {
  name: InstanceName;
  life: number;
  isUp: boolean;
  /** Its ZooKeeper session lives, and with it its lease. */
  isConnected: boolean;
  /** What is on its disk. */
  state: NodeState;
  role: Registration['role'];
  status: Registration['status'];
  heldEpoch: number | undefined;
  steppedDownEpoch: number | null;
  accepted: PromotionRequest | undefined;
  isLoaded: boolean;
  /** The version of the route that its watch showed last. */
  seenRoute: number | null;
  /** It has its standby's promise, and may serve without ZooKeeper. */
  onPromise: boolean;
  /** A promise of its own, or of a former life, forbids its promotion. */
  isBound: boolean;
}

export interface ModelConsole {
  name: ConsoleName;
  life: number;
  isUp: boolean;
  isConnected: boolean;
  /** Its own place in the queue, as far as it knows; null: it has to queue anew. */
  token: string | null;
  /** The zxid of what its watches showed last. */
  seenZxid: number;
  /** ZooKeeper as it was when it last answered a change: a later answer comes after what watches have to say of that. */
  owed: ModelZooKeeper | null;
  cutFrom: Readonly<Record<InstanceName, boolean>>;
  machine: MachineState;
  procedure: Procedure | null;
  /** The record that waits to be written, and whether the one before it came through. */
  unwritten: SwitchoverRecord | null;
  isWritten: boolean;
  /** Of all its lives. */
  operations: number;
}

/** A call that its caller has given up and that may still arrive. */
export interface LateCall {
  from: ConsoleName;
  kind: 'promote' | 'complete' | 'route';
  to: InstanceName | null;
  run(world: World): World;
}

export interface World {
  nowMs: number;
  zookeeper: ModelZooKeeper;
  nodes: Readonly<Record<InstanceName, ModelNode>>;
  consoles: Readonly<Record<ConsoleName, ModelConsole>>;
  late: readonly LateCall[];
  /** Who has served in an epoch, and to which one each operation raised it. */
  servedIn: Readonly<Record<number, InstanceName>>;
  epochOf: Readonly<Record<string, number>>;
  /** The first invariant that was broken on the way here. */
  violation: string | null;
}

export function withNode(world: World, name: InstanceName, change: Partial<ModelNode>): World {
  return { ...world, nodes: { ...world.nodes, [name]: { ...world.nodes[name], ...change } } };
}

export function withConsole(world: World, name: ConsoleName, change: Partial<ModelConsole>): World {
  return { ...world, consoles: { ...world.consoles, [name]: { ...world.consoles[name], ...change } } };
}

export function broken(world: World, violation: string): World {
  return world.violation === null ? { ...world, violation } : world;
}
