import type { CoordinationSnapshot } from '#main/coordination';
import type {
  Approval,
  CheckResult,
  CommandValues,
  Driver,
  Holding,
  InstanceCommands,
  Loosening,
  Maintenance,
  Message,
  PolicyMode,
  PolicySettings,
  Route,
  SwitchoverRecord,
  Timeouts,
} from '#shared/domain';
import type { AutomaticRecord } from './automatic.ts';
import type { CommonCause } from './common-cause.ts';
import type { CrashLoop } from './crash-loop.ts';
import type { Assessment, CoordinationSight } from './evidence.ts';
import type { InstanceLedger, Now } from './ledger.ts';

/** What must never be so and is: whatever it comes from, nothing that rests on it may be acted upon. */
export interface BrokenInvariant {
  said: Message;
  /** It is past as soon as the route is at a higher epoch. */
  epoch: number;
}

/** Why the console doubts itself: until fresh evidence has come in it acts on nothing. */
export interface Tilt {
  reason: Message;
  sinceMonotonicMs: number;
  sinceWallMs: number;
}

/** What a site lets the console run for an instance, and the values that its configuration gives to the arguments. */
export interface SetCommands extends InstanceCommands {
  given: CommandValues;
}

export interface InstanceFacts {
  ledger: InstanceLedger;
  assessment: Assessment;
  /** What the site lets the console run for it; undefined: nothing. */
  commands: SetCommands | undefined;
}

/** Everything that decisions rest on, at one moment. */
export interface PairFacts {
  now: Now;
  /** Now on the wall clock that all consoles count by: what policy and records say of time is compared with it. */
  sharedMs: number;
  sight: CoordinationSight;
  coordination: CoordinationSnapshot;
  /** The mode that holds at this moment: the policy's own, or its calendar's. */
  mode: PolicyMode;
  holding: Holding;
  /** False while ZooKeeper's policy has not been read: the configured one stands in, and nothing acts. */
  policyKnown: boolean;
  timeouts: Timeouts;
  /** An automatic switchover may lose at most so many acknowledged records. */
  maxLossRecords: number;
  /** The whole policy in force, of which mode, time-outs and loss are parts. */
  settings: PolicySettings;
  maintenance: Maintenance | null;
  /** A promotion with a possible loss that was asked for and counts still; null: there is none. */
  approval: Approval | null;
  /** Who has asked that one operator be enough for a loss; null: nobody. */
  loosening: Loosening | null;
  automatic: AutomaticRecord;
  /** The instance that the route names starts again and again; null: it does not. */
  crashLoop: CrashLoop | null;
  /** Several pairs of this console came into trouble together; null: they did not. */
  commonCause: CommonCause | null;
  /** Another pair that this console is switching over just now; null: none. */
  actingElsewhere: string | null;
  /** Whether the configuration says anything of the instances' servers, so that they can be looked at. */
  looksAtServers: boolean;
  /** What the last look at them found; null: there was none. */
  servers: ServersFact | null;
  beatIntervalMs: number;
  driver: Driver;
  route: Route | null;
  record: SwitchoverRecord | null;
  instances: readonly [InstanceFacts, InstanceFacts];
  /** The instance that the route names, and the other; undefined where the route names none of the two. */
  named: InstanceFacts | undefined;
  other: InstanceFacts | undefined;
  tilt: Tilt | null;
  /** What must never be so and is: nothing is done by itself while it lasts. */
  broken: BrokenInvariant | null;
  /** The switchover that this console runs. */
  running: RunningSwitchover | null;
  /** How the last switchover of this console ended. */
  ended: EndedSwitchover | null;
}

/** A switchover of this console's own: its record may not be in ZooKeeper yet. */
export interface RunningSwitchover {
  operationId: string;
  to: string;
}

/** The last switchover of this console, and how many in a row did not get done. */
export interface EndedSwitchover {
  operationId: string;
  atMonotonicMs: number;
  failures: number;
}

/** What the checks of the pair's servers found last, as far as a takeover by either instance rests on it. */
export interface ServersFact {
  checks: readonly Pick<CheckResult, 'id' | 'host' | 'result' | 'reason' | 'atMs'>[];
}

/** What stands in while ZooKeeper says nothing. */
export interface PairDefaults extends PolicySettings {
  driver: Driver;
}

/** Whether the pair is in the kind of trouble that may have a cause outside of it. */
export function isTroubled(named: InstanceFacts | undefined): boolean {
  const verdict = named?.assessment.verdict;
  return verdict === 'gone' || verdict === 'silent' || verdict === 'unreachable-registered';
}

/** The other instance of a pair. */
export function otherThan(facts: PairFacts, instance: string): InstanceFacts | undefined {
  return facts.instances.find(({ ledger }) => ledger.name !== instance);
}

/** What is known of the instance of that name. */
export function factsOf(facts: PairFacts, instance: string): InstanceFacts | undefined {
  return facts.instances.find(({ ledger }) => ledger.name === instance);
}
