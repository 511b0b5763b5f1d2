import type { CoordinationSnapshot } from '#main/coordination';
import {
  type Approval,
  type Driver,
  type Holding,
  holdingAt,
  type Loosening,
  type Maintenance,
  type Message,
  type PolicyMode,
  type PolicySettings,
  type Route,
  type SwitchoverRecord,
  settingsOf,
  type Timeouts,
} from '#shared/domain';
import { approvalAt, looseningAt } from '../guards/approval-time.ts';
import { type AutomaticRecord, automaticAt, maintenanceAt } from '../guards/guards.ts';
import type { SetCommands } from './commands.ts';
import { type CommonCause, type CommonSight, commonCauseOf, type PairIdentity } from './common-cause.ts';
import { type CrashLoop, crashLoopOf, type StartLog } from './crash-loop.ts';
import { type Assessment, assess, type CoordinationSight, type Measure } from './evidence.ts';
import type { InstanceLedger, Now } from './ledger.ts';

/** Why the console doubts itself: until fresh evidence has come in it acts on nothing. */
export interface Tilt {
  reason: Message;
  sinceMonotonicMs: number;
  sinceWallMs: number;
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
  beatIntervalMs: number;
  driver: Driver;
  route: Route | null;
  record: SwitchoverRecord | null;
  instances: readonly [InstanceFacts, InstanceFacts];
  /** The instance that the route names, and the other; undefined where the route names none of the two. */
  named: InstanceFacts | undefined;
  other: InstanceFacts | undefined;
  tilt: Tilt | null;
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

/** What stands in while ZooKeeper says nothing. */
export interface PairDefaults extends PolicySettings {
  driver: Driver;
}

export interface FactsInput {
  coordination: CoordinationSnapshot;
  ledgers: readonly [InstanceLedger, InstanceLedger];
  starts: StartLog;
  defaults: PairDefaults;
  beatIntervalMs: number;
  /** By instance name. */
  commands: Readonly<Record<string, SetCommands | undefined>>;
  self: PairIdentity;
  common: CommonSight;
  tilt: Tilt | null;
  running: RunningSwitchover | null;
  ended: EndedSwitchover | null;
}

/** Puts together what is known and what it amounts to. Pure. */
export function gatherFacts(input: FactsInput, now: Now): PairFacts {
  const { coordination, ledgers, defaults, beatIntervalMs } = input;
  const { switchover } = coordination;
  const policy = coordination.policy.value ?? coordination.policy.lastGood;
  const settings = policy ? settingsOf(policy) : defaults;
  const { timeouts, maxLossRecords } = settings;
  const holding = holdingAt(policy?.calendar ?? null, settings.mode, now.wallMs);
  const sight = {
    live: now.zookeeperLive && coordination.session.state === 'connected',
    settled: coordination.settled,
  };
  const measure: Measure = { timeouts, beatIntervalMs };
  const look = (ledger: InstanceLedger, peer: InstanceLedger): InstanceFacts => ({
    ledger,
    assessment: assess(ledger, peer, sight, measure, now),
    commands: input.commands[ledger.name],
  });
  const instances = [look(ledgers[0], ledgers[1]), look(ledgers[1], ledgers[0])] as const;
  const route = coordination.route.value;
  const named = instances.find((instance) => instance.ledger.name === route?.instance);
  return {
    now,
    sight,
    coordination,
    mode: holding.mode,
    holding,
    policyKnown: coordination.policy.value !== null,
    timeouts,
    maxLossRecords,
    settings,
    maintenance: maintenanceAt(policy, now.wallMs),
    approval: approvalAt(policy, now.wallMs),
    loosening: looseningAt(policy, now.wallMs),
    automatic: automaticAt(switchover.value ?? switchover.lastGood, policy, settings, now.wallMs),
    crashLoop: crashLoopOf(input.starts, route?.instance, settings, now.monotonicMs),
    commonCause: commonCauseOf(withOwn(input, named, now), settings, now.monotonicMs),
    actingElsewhere: input.common.troubles.find(({ key, acting }) => acting && key !== input.self.key)?.name ?? null,
    beatIntervalMs,
    driver: route?.driver ?? defaults.driver,
    route,
    record: switchover.value,
    instances,
    named,
    other: named && instances.find((instance) => instance !== named),
    tilt: input.tilt,
    running: input.running,
    ended: input.ended,
  };
}

/** Whether the pair is in the kind of trouble that may have a cause outside of it. */
export function isTroubled(named: InstanceFacts | undefined): boolean {
  const verdict = named?.assessment.verdict;
  return verdict === 'gone' || verdict === 'silent' || verdict === 'unreachable-registered';
}

/** The pair's own trouble counts from the moment that it is seen, before anybody else is told of it. */
function withOwn({ self, common }: FactsInput, named: InstanceFacts | undefined, now: Now): CommonSight {
  const known = common.troubles.some((one) => one.key === self.key && one.overMonotonicMs === null);
  if (known || !isTroubled(named)) return common;
  const others = common.troubles.filter((one) => one.key !== self.key);
  const own = { ...self, sinceMonotonicMs: now.monotonicMs, overMonotonicMs: null, acting: false };
  return { ...common, troubles: [...others, own] };
}

/** The other instance of a pair. */
export function otherThan(facts: PairFacts, instance: string): InstanceFacts | undefined {
  return facts.instances.find(({ ledger }) => ledger.name !== instance);
}

export function factsOf(facts: PairFacts, instance: string): InstanceFacts | undefined {
  return facts.instances.find(({ ledger }) => ledger.name === instance);
}
