import type { Log } from '#core/logging';
import type { DataPlane } from '#mtnode/data';
import type { PairPaths, Registration } from '#shared/domain';
import type { Guard } from './guard.ts';
import type { MtNodeOptions } from './options.ts';
import type { PeerSight } from './peer-sight.ts';
import type { Peers } from './peers.ts';
import type { Phases } from './phases.ts';
import type { MtNodePorts } from './ports.ts';
import type { GivenPromises } from './promise.ts';
import type { OwnRegistration } from './registration.ts';
import type { Routes, RouteValue } from './routes.ts';
import type { Self } from './self.ts';
import type { Sessions } from './sessions.ts';
import type { Memory } from './storage.ts';

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
  /** What the instance registers of itself now. */
  record(): Registration;
  /** Ends every client connection and goes on listening (F12). */
  closeClients(): void;
}

/** The epoch in replies: the one held, else the highest seen. */
export function ownEpoch(context: NodeContext): number {
  return context.self.facts.heldEpoch ?? context.memory.state.highestEpoch;
}
