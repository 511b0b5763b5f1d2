import type { Log } from '#core/logging';
import type { DataPlane } from '#mtnode/data';
import type { Phases, Self, Sessions } from '#mtnode/instance';
import type { Memory } from '#mtnode/memory';
import type { OwnRegistration, PeerSight, Peers, Routes, RouteValue } from '#mtnode/pair';
import type { GivenPromises, Guard } from '#mtnode/right';
import type { PairPaths, Registration } from '#shared/domain';
import type { MtNodeOptions } from './options.ts';
import type { MtNodePorts } from './ports.ts';

/** The parts of one running node, for the pieces that work on them. */
export interface NodeContext {
  readonly options: MtNodeOptions;
  readonly ports: MtNodePorts;
  readonly log: Log;
  readonly incarnation: string;
  readonly paths: PairPaths;
  readonly memory: Memory;
  readonly self: Self;
  readonly sessions: Sessions;
  readonly phases: Phases;
  readonly guard: Guard;
  readonly promises: GivenPromises;
  readonly routes: Routes;
  readonly peers: Peers;
  readonly peerSight: PeerSight;
  readonly registration: OwnRegistration;
  /** Undefined: the instance keeps no data. */
  readonly data: DataPlane | undefined;
  /** Aborts when the node stops. */
  readonly stopping: AbortSignal;
  /** The route as seen last. */
  lastRoute(): RouteValue | undefined;
  /** What the instance says of itself now, in registrations and in answers. */
  saying(): Pick<Registration, 'role' | 'status' | 'note'>;
  /** Ends every client connection and goes on listening (F12). */
  closeClients(): void;
}

/** The epoch in replies: the one held, else the highest seen. */
export function ownEpoch(context: NodeContext): number {
  return context.self.facts.heldEpoch ?? context.memory.state.highestEpoch;
}
