import type { Clock, Random } from '#core/clock';
import type { SessionStatus, ZooKeeperSession } from '#core/zookeeper';
import type {
  Driver,
  Message,
  PairPaths,
  PolicyRecord,
  PolicySettings,
  Registration,
  Route,
  SwitchoverRecord,
} from '#shared/domain';
import type { ClockSkew } from './shared-clock.ts';

/** A record as ZooKeeper holds it. What does not parse is a problem, and the last good value is kept apart from it. */
export interface Seen<T> {
  /** Null: there is no such node, or what is there does not parse (`problem` says so). */
  value: T | null;
  /** The node's version; null where there is no node. */
  version: number | null;
  lastGood: T | null;
  problem: Message | null;
}

/** An instance's registration. `present` is about the node at the path, `value` about what it says. */
export interface SeenRegistration extends Seen<Registration> {
  present: boolean;
  /** When the server made the node, on its clock; null where there is none. */
  sinceMs: number | null;
  /** The session that owns it, in hexadecimal; null where there is none. */
  sessionId: string | null;
}

/** Who may act on the pair. `this` holds only while the own session is connected and its lease lives. */
export interface LockView {
  holder: 'this' | 'other' | 'none';
  name: string | null;
  /** While this console leads and says that it could not act: who else could. Absent: nobody, or it is not asked. */
  successor?: string;
}

/** What this console knows of the pair from ZooKeeper; a value, never changed afterwards. */
export interface CoordinationSnapshot {
  session: SessionStatus;
  /** True once everything was read since the present connection was made: only then does absence mean anything. */
  settled: boolean;
  /** By configured instance name. */
  registrations: Readonly<Record<string, SeenRegistration>>;
  /** Names registered for this pair that its configuration does not know. */
  foreign: readonly string[];
  route: Seen<Route>;
  policy: Seen<PolicyRecord>;
  switchover: Seen<SwitchoverRecord>;
  lock: LockView;
}

/** The outcome of a route change. `unknown` is neither: it is followed, never called failed. */
export type RouteChange =
  | { outcome: 'changed'; route: Route }
  | { outcome: 'refused'; reason: Message }
  | { outcome: 'unknown'; reason: Message };

export interface CloseRouteRequest {
  operationId: string;
  /** The instance to be promoted, and the very process of it that is meant. */
  to: string;
  incarnation: string;
  driver: Driver;
  /** The epoch that the decision rests on (0: no route): at any other, somebody else has changed the route since. */
  expectedEpoch: number;
  /** How long an unknown outcome is followed. */
  timeoutMs: number;
}

export interface OpenRouteRequest {
  operationId: string;
  /** The route as this operation left it; any other route refuses. */
  epoch: number;
  timeoutMs: number;
}

export interface PairCoordination {
  snapshot(): CoordinationSnapshot;
  /** Called after every change of the snapshot. Returns how to stop listening. */
  onChange(listener: (snapshot: CoordinationSnapshot) => void): () => void;
  /** Wall time as ZooKeeper has it, by which every console counts what the policy and the records say. */
  sharedWallMs(): number;
  /** How far the own wall clock is from it; null: not known. */
  clockSkew(): ClockSkew | null;
  /** True while this console holds the lock, its session is connected and its lease lives. Costs nothing. */
  mayAct(): boolean;
  /** Asks ZooKeeper whether the own election node is still there. False in every doubt. */
  confirmLock(): Promise<boolean>;
  /** The fencing token: the czxid of the own election node, decimal; null without the lock. */
  token(): string | null;
  /** Says to the other consoles whether this one could act if it had to. */
  tellUnable(unable: boolean): void;
  /** Gives the lock to the next console in the queue; this one goes to its end. From this moment on it may not act. */
  yieldLock(): void;
  /** Closes the route for an instance: raises the epoch by one and names it, in one multi guarded by the lock. */
  closeRoute(request: CloseRouteRequest): Promise<RouteChange>;
  /** Opens the route that `closeRoute` closed; the epoch stays. */
  openRoute(request: OpenRouteRequest): Promise<RouteChange>;
  /** Queues the record for writing, guarded by the lock; the latest wins. */
  writeSwitchover(record: SwitchoverRecord): void;
  /** Resolves once no record waits to be written: true if the latest is in ZooKeeper. */
  switchoverWritten(): Promise<boolean>;
  /**
   * Changes the pair's policy for every console, as it is found at that moment; `change` is asked again where another
   * console was quicker. Throws {@link CoordinationError}, and what `change` throws.
   */
  changePolicy(change: (policy: PolicyRecord) => PolicyRecord): Promise<void>;
  /** Leaves the lock and stops watching; the session is its owner's to close. */
  stop(): Promise<void>;
}

export interface PairCoordinationOptions {
  paths: PairPaths;
  system: string;
  node: string;
  instances: readonly [string, string];
  consoleName: string;
  /** Written where ZooKeeper has no policy for the pair yet; afterwards ZooKeeper's word counts. */
  initialPolicy: PolicySettings;
}

export type CoordinationLog = (
  level: 'debug' | 'info' | 'warn',
  text: string,
  fields?: Record<string, unknown>,
) => void;

export interface CoordinationDeps {
  session: ZooKeeperSession;
  clock: Clock;
  random: Random;
  log: CoordinationLog;
}

/** A change that ZooKeeper did not take, in a sentence for the operator. */
export class CoordinationError extends Error {
  readonly said: Message;
  constructor(said: Message, options?: ErrorOptions) {
    super(said.key, options);
    this.name = 'CoordinationError';
    this.said = said;
  }
}
