import type { CoordinationSnapshot } from '#main/coordination';
import { holdingAt, type Route, settingsOf } from '#shared/domain';
import { automaticAt } from './automatic.ts';
import { type CommonSight, commonCauseOf, type PairIdentity } from './common-cause.ts';
import { crashLoopOf, type StartLog } from './crash-loop.ts';
import { assess, type Measure } from './evidence.ts';
import {
  type EndedSwitchover,
  type InstanceFacts,
  isTroubled,
  type PairDefaults,
  type PairFacts,
  type RunningSwitchover,
  type ServersFact,
  type SetCommands,
  type Tilt,
} from './facts.ts';
import { approvalAt, looseningAt, maintenanceAt } from './in-force.ts';
import { brokenInvariant } from './invariants.ts';
import type { InstanceLedger, Now } from './ledger.ts';

/** What is configured of a pair, as far as facts rest on it. */
export interface FactsConfig {
  self: PairIdentity;
  /** In the order of the ledgers. */
  instances: readonly [{ commands?: SetCommands | undefined }, { commands?: SetCommands | undefined }];
  defaults: PairDefaults;
  beatIntervalMs: number;
  /** Whether the instances' servers can be looked at; absent: not. */
  looksAtServers?: boolean;
}

export interface FactsInput {
  config: FactsConfig;
  coordination: CoordinationSnapshot;
  ledgers: readonly [InstanceLedger, InstanceLedger];
  starts: StartLog;
  /** The route with the highest epoch that was seen. */
  highest: Route | null;
  common: CommonSight;
  servers: ServersFact | null;
  tilt: Tilt | null;
  running: RunningSwitchover | null;
  ended: EndedSwitchover | null;
}

/** Puts together what is known and what it amounts to. Pure. */
export function gatherFacts(input: FactsInput, now: Now): PairFacts {
  const { coordination, config, ledgers } = input;
  const { defaults, beatIntervalMs, looksAtServers = false } = config;
  const { switchover } = coordination;
  const policy = coordination.policy.value ?? coordination.policy.lastGood;
  const settings = policy ? settingsOf(policy) : defaults;
  const { timeouts, maxLossRecords } = settings;
  const sharedMs = now.sharedWallMs ?? now.wallMs;
  const holding = holdingAt(policy?.calendar ?? null, settings.mode, sharedMs);
  const sight = {
    live: now.zookeeperLive && coordination.session.state === 'connected',
    settled: coordination.settled,
  };
  const measure: Measure = { timeouts, beatIntervalMs };
  const look = (ledger: InstanceLedger, peer: InstanceLedger, commands: SetCommands | undefined): InstanceFacts => ({
    ledger,
    assessment: assess(ledger, peer, sight, measure, now),
    commands,
  });
  const [a, b] = ledgers;
  const instances = [look(a, b, config.instances[0].commands), look(b, a, config.instances[1].commands)] as const;
  const route = coordination.route.value;
  const [first, second] = instances;
  const named = route?.instance === a.name ? first : route?.instance === b.name ? second : undefined;
  return {
    now,
    sharedMs,
    sight,
    coordination,
    mode: holding.mode,
    holding,
    policyKnown: coordination.policy.value !== null,
    timeouts,
    maxLossRecords,
    settings,
    maintenance: maintenanceAt(policy, sharedMs),
    approval: approvalAt(policy, sharedMs),
    loosening: looseningAt(policy, sharedMs),
    automatic: automaticAt(switchover.value ?? switchover.lastGood, policy, settings, sharedMs),
    crashLoop: crashLoopOf(input.starts, route?.instance, settings, now.monotonicMs),
    commonCause: commonCauseOf(withOwn(input, named, now), settings, now.monotonicMs),
    actingElsewhere: input.common.troubles.find(({ key, acting }) => acting && key !== config.self.key)?.name ?? null,
    looksAtServers,
    servers: input.servers,
    beatIntervalMs,
    driver: route?.driver ?? defaults.driver,
    route,
    record: switchover.value,
    instances,
    named,
    other: named && (named === first ? second : first),
    tilt: input.tilt,
    broken: brokenInvariant(input.highest, route, instances),
    running: input.running,
    ended: input.ended,
  };
}

/** The pair's own trouble counts from the moment that it is seen, before anybody else is told of it. */
function withOwn({ config: { self }, common }: FactsInput, named: InstanceFacts | undefined, now: Now): CommonSight {
  const known = common.troubles.some((one) => one.key === self.key && one.overMonotonicMs === null);
  if (known || !isTroubled(named)) return common;
  const others = common.troubles.filter((one) => one.key !== self.key);
  const own = { ...self, sinceMonotonicMs: now.monotonicMs, overMonotonicMs: null, acting: false };
  return { ...common, troubles: [...others, own] };
}
