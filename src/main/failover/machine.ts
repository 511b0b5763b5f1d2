import type { CoordinationSnapshot } from '#main/coordination';
import type { BeatSample } from '#main/heartbeat';
import {
  type Message,
  message,
  type ProcessIdentity,
  type Route,
  type SwitchoverRecord,
  type Timeouts,
} from '#shared/domain';
import { isCalm } from './calm.ts';
import { type Aim, aimOf, isAfterFailure } from './facts/aim.ts';
import { type CommonSight, NOTHING_COMMON, type PairIdentity } from './facts/common-cause.ts';
import { NO_STARTS, nextStarts, type StartLog } from './facts/crash-loop.ts';
import { isAskedSince } from './facts/evidence.ts';
import type {
  EndedSwitchover,
  PairDefaults,
  PairFacts,
  RunningSwitchover,
  ServersFact,
  SetCommands,
  Tilt,
} from './facts/facts.ts';
import { gatherFacts } from './facts/gather.ts';
import { highestRoute } from './facts/invariants.ts';
import { reasonForLateStart } from './facts/late-start.ts';
import {
  emptyLedger,
  type HostFact,
  type InfoFact,
  type InstanceLedger,
  isAnswer,
  type Now,
  type ReachFact,
  type ServerSetup,
  withHostFact,
  withInfo,
  withReach,
  withRegistration,
  withSample,
} from './facts/ledger.ts';
import { letGoOf, standsByAt } from './facts/proof.ts';
import type { Told } from './facts/told.ts';
import { ABLE, type Ability, type AbilityEffect, nextAbility } from './guards/ability.ts';
import { isBlocked } from './guards/blockers.ts';
import { orderlyAim, reasonForOrderly } from './guards/orderly.ts';
import { asleep, doubt, isFreshAgain } from './guards/tilt.ts';
import { factsWithoutNews } from './news.ts';
import { changesToTell } from './picture/changes.ts';
import { type Picture, pictureOf } from './picture/picture.ts';
import type { BeginRequest } from './procedure/ports.ts';

/** How often the machine expects a `tick`; a longer gap is a stall of the console. */
export const TICK_MS = 250;
/** Waits between looks at a process that does not answer: it may be dying just now. */
const CHECK_BACKOFF_MS = [1, 2, 2, 3, 5, 5, 10, 10, 20, 50, 100, 250, 500] as const;
/** The same over SSH, where one look takes as long as several of those. */
const SSH_BACKOFF_MS = [20, 50, 200, 500, 1_000, 2_000] as const;
/** How often an instance that does not answer here is asked from the other one's server. */
const REACH_AGAIN_MS = 1_000;

export interface MachineConfig {
  self: PairIdentity;
  instances: readonly [InstanceSetup, InstanceSetup];
  defaults: PairDefaults;
  beatIntervalMs: number;
  /** Whether the instances' servers can be looked at; absent: not. */
  looksAtServers?: boolean;
}
export interface InstanceSetup extends ServerSetup {
  name: string;
  hostCheck: boolean;
  commands?: SetCommands | undefined;
}

export interface MachineState {
  config: MachineConfig;
  coordination: CoordinationSnapshot;
  ledgers: readonly [InstanceLedger, InstanceLedger];
  /** How often the route's instance has started. */
  starts: StartLog;
  /** The route with the highest epoch that was seen; null: none yet. */
  highest: Route | null;
  /** What was known of the console's pairs together. */
  common: CommonSight;
  tilt: Tilt | null;
  ability: Ability;
  lastTick: Now;
  /** The last tick at which everything was looked at. */
  lastLook: Now;
  running: RunningSwitchover | null;
  ended: EndedSwitchover | null;
  /** Process checks under way, by instance: how many found nothing new so far. */
  checking: Readonly<Record<string, number>>;
  /** The instances that are being asked from the other one's server. */
  reaching: readonly string[];
  /** What the last look at the servers found; null: there was none. */
  servers: ServersFact | null;
  facts: PairFacts;
  picture: Picture;
  sinceWallMs: number;
}

export type MachineEvent =
  | { kind: 'sample'; sample: BeatSample }
  | { kind: 'coordination'; snapshot: CoordinationSnapshot }
  | { kind: 'process-check'; instance: string; fact: HostFact }
  | { kind: 'reach'; instance: string; fact: ReachFact }
  | { kind: 'info'; instance: string; info: InfoFact }
  | { kind: 'servers'; fact: ServersFact }
  | { kind: 'tick' }
  /** The machine goes to sleep, or has just woken: its own word, earlier than what the clocks tell. */
  | { kind: 'slept' }
  | { kind: 'switchover-began'; operationId: string; to: string }
  /** `left`: this console has given it up half way, for whoever leads next. */
  | { kind: 'switchover-ended'; operationId: string; done: boolean; left?: boolean };

export type Effect =
  | { kind: 'check-process'; instance: string; identity: ProcessIdentity; incarnation: string; delayMs: number }
  | { kind: 'check-reach'; instance: string; delayMs: number }
  | { kind: 'begin-switchover'; request: BeginRequest }
  | { kind: 'resume-switchover'; record: SwitchoverRecord }
  | { kind: 'beat-now'; instance: string }
  /** Nothing may happen until then, and yet the verdict may be another by then: a tick is wanted. */
  | { kind: 'look-again'; afterMs: number }
  | AbilityEffect
  | Told;

export interface MachineStep {
  state: MachineState;
  effects: Effect[];
}

/** The machine before its first event. Pure. */
export function createMachine(config: MachineConfig, coordination: CoordinationSnapshot, now: Now): MachineState {
  const setup = config.instances.map((one) => emptyLedger(one.name, one.hostCheck, one));
  const ledgers = setup as unknown as readonly [InstanceLedger, InstanceLedger];
  const nothing = { common: NOTHING_COMMON, servers: null, tilt: null, ability: ABLE, running: null, ended: null };
  const inputs = {
    config,
    coordination,
    ledgers,
    starts: NO_STARTS,
    highest: coordination.route.value,
    lastTick: now,
    lastLook: now,
    checking: {},
    reaching: [],
    ...nothing,
  };
  const facts = gatherFacts(inputs, now);
  return { ...inputs, facts, picture: pictureOf(facts), sinceWallMs: now.wallMs };
}

type Inputs = Omit<MachineState, 'facts' | 'picture' | 'sinceWallMs'>;

/**
 * The pair machine: what an event makes of the state, and what is to be done about it. `common`: what is known at this
 * moment of the console's pairs together. Pure.
 */
export function stepMachine(
  before: MachineState,
  event: MachineEvent,
  now: Now,
  common: CommonSight = before.common,
): MachineStep {
  if (event.kind === 'tick' && isCalm(before, now, common) && !isDoubtful(before, now)) {
    const { inputs, effects } = checkEffects(before, event, now, before.facts.timeouts);
    return { state: { ...inputs, lastTick: now }, effects };
  }
  const taken = seenAt(take(before, event, now), event, now, common);
  const looks = checkEffects(taken, event, now, before.facts.timeouts);
  const reaches = reachEffects(looks.inputs, event);
  const checks = { inputs: reaches.inputs, effects: looks.effects.concat(reaches.effects) };
  const same = isAnswerAlone(event) && common === before.common && !isDoubtful(before, now);
  const known = same ? factsWithoutNews(before, checks.inputs.ledgers, now) : undefined;
  if (known) return { state: { ...checks.inputs, facts: known }, effects: checks.effects };
  const facts = gatherFacts(checks.inputs, now);
  const doubted = settleTilt(checks.inputs, facts, event, now);
  const looked = doubted.inputs.tilt === checks.inputs.tilt ? facts : gatherFacts(doubted.inputs, now);
  const action = decide(looked);
  const inputs = action.running === undefined ? doubted.inputs : { ...doubted.inputs, running: action.running };
  const finalFacts = action.running === undefined ? looked : gatherFacts(inputs, now);
  const { ability, effects: lockEffects } = nextAbility(before.ability, finalFacts, now);
  const picture = pictureOf(finalFacts);
  const sinceWallMs = picture.state === before.picture.state ? before.sinceWallMs : now.wallMs;
  const state: MachineState = {
    ...inputs,
    ability,
    facts: finalFacts,
    picture,
    sinceWallMs,
  };
  return {
    state,
    effects: [
      ...checks.effects,
      ...askVanished(before, inputs, facts, now),
      ...doubted.effects,
      ...changesToTell(before, state),
      ...action.effects,
      ...lockEffects,
    ],
  };
}

/** What somebody was asked for, and nothing else has happened. */
function isAnswerAlone({ kind }: MachineEvent): boolean {
  return kind === 'sample' || kind === 'info' || kind === 'process-check';
}

/** What is known beside the event; a tick looks at everything. */
function seenAt<S extends Inputs>(taken: S, event: MachineEvent, now: Now, common: CommonSight): S {
  const lastLook = event.kind === 'tick' ? now : taken.lastLook;
  return lastLook === taken.lastLook && common === taken.common ? taken : { ...taken, common, lastLook };
}

function withLedger<S extends Inputs>(
  before: S,
  instance: string,
  change: (ledger: InstanceLedger) => InstanceLedger,
): S {
  const [a, b] = before.ledgers;
  return { ...before, ledgers: [a.name === instance ? change(a) : a, b.name === instance ? change(b) : b] };
}

function take<S extends Inputs>(before: S, event: MachineEvent, now: Now): S {
  switch (event.kind) {
    case 'sample':
      return withLedger(before, event.sample.instance, (ledger) => withSample(ledger, event.sample));
    case 'process-check':
      return withLedger(before, event.instance, (ledger) => withHostFact(ledger, event.fact));
    case 'reach':
      return withLedger(before, event.instance, (ledger) => withReach(ledger, event.fact));
    case 'info':
      return withLedger(before, event.instance, (ledger) => withInfo(ledger, event.info));
    case 'servers':
      return { ...before, servers: event.fact };
    case 'coordination':
      return takeCoordination(before, event.snapshot, now);
    case 'switchover-began':
      return { ...before, running: { operationId: event.operationId, to: event.to } };
    case 'switchover-ended':
      return { ...before, running: null, ended: event.left ? before.ended : endedBy(before, event, now) };
    case 'tick':
    case 'slept':
      return before;
  }
}

function endedBy(
  before: Inputs,
  event: Extract<MachineEvent, { kind: 'switchover-ended' }>,
  now: Now,
): EndedSwitchover {
  const failures = event.done ? 0 : (before.ended?.failures ?? 0) + 1;
  return { operationId: event.operationId, atMonotonicMs: now.monotonicMs, failures };
}

function takeCoordination<S extends Inputs>(before: S, snapshot: CoordinationSnapshot, now: Now): S {
  const learn = (ledger: InstanceLedger) => {
    const seen = snapshot.registrations[ledger.name];
    // Until the view has settled, absence means nothing: what was known stays.
    if (!seen || (!snapshot.settled && !seen.present)) return ledger;
    return withRegistration(ledger, seen, now);
  };
  const [a, b] = before.ledgers;
  const starts = nextStarts(before.starts, snapshot, now);
  const highest = highestRoute(before.highest, snapshot.route.value);
  return { ...before, coordination: snapshot, ledgers: [learn(a), learn(b)], starts, highest };
}

/** A process that does not answer is looked at once, and again in growing waits; while all is well, now and then. */
function checkEffects<S extends Inputs>(
  before: S,
  event: MachineEvent,
  now: Now,
  { localLookMs, hostLookMs }: Timeouts,
): { inputs: S; effects: Effect[] } {
  let checking = before.checking;
  const effects: Effect[] = [];
  for (const ledger of before.ledgers) {
    const done = event.kind === 'process-check' && event.instance === ledger.name;
    const tries = checking[ledger.name];
    const idleMs = ledger.overSsh ? hostLookMs : localLookMs;
    const wait = nextCheckInMs(ledger, event, { done, tries, idleMs }, now);
    if (done) checking = without(checking, ledger.name);
    const registration = ledger.lastRegistration;
    if (wait === undefined || !registration) continue;
    checking = { ...checking, [ledger.name]: done ? (tries ?? 0) + 1 : 0 };
    const { process: identity, incarnation } = registration;
    effects.push({ kind: 'check-process', instance: ledger.name, identity, incarnation, delayMs: wait });
  }
  return { inputs: checking === before.checking ? before : { ...before, checking }, effects };
}

function nextCheckInMs(
  ledger: InstanceLedger,
  event: MachineEvent,
  { done, tries, idleMs }: { done: boolean; tries: number | undefined; idleMs: number },
  now: Now,
): number | undefined {
  if (!ledger.hostCheck || !ledger.lastRegistration) return undefined;
  const gone = ledger.host?.says === 'gone' && ledger.host.incarnation === ledger.lastRegistration.incarnation;
  if (gone) return undefined;
  const failing = ledger.network.failingSinceMs !== null;
  const backoffMs = ledger.overSsh ? SSH_BACKOFF_MS : CHECK_BACKOFF_MS;
  if (done) return failing ? backoffMs[Math.min(tries ?? 0, backoffMs.length - 1)] : undefined;
  if (tries !== undefined) return undefined;
  const failed = event.kind === 'sample' && event.sample.instance === ledger.name && !isAnswer(event.sample);
  const vanished = event.kind === 'coordination' && !ledger.registered;
  if (failed || vanished) return 0;
  const age = ledger.host ? now.monotonicMs - ledger.host.atMonotonicMs : Number.POSITIVE_INFINITY;
  return event.kind === 'tick' && age >= idleMs ? 0 : undefined;
}

/** One that does not answer here is asked from the other one's server at once, and for as long as that lasts. */
function reachEffects<S extends Inputs>(before: S, event: MachineEvent): { inputs: S; effects: Effect[] } {
  let { reaching } = before;
  const effects: Effect[] = [];
  for (const { name, reachFrom, network } of before.ledgers) {
    const done = event.kind === 'reach' && event.instance === name;
    if (done) reaching = reaching.filter((one) => one !== name);
    if (reachFrom === null || network.failingSinceMs === null || reaching.includes(name)) continue;
    reaching = [...reaching, name];
    effects.push({ kind: 'check-reach', instance: name, delayMs: done ? REACH_AGAIN_MS : 0 });
  }
  return { inputs: reaching === before.reaching ? before : { ...before, reaching }, effects };
}

/**
 * An instance that has just gone from ZooKeeper is asked at once whether it lives, and judged when it could have said. A
 * beat that was under way then is no such question: where it fails, the instance is asked once more.
 */
function askVanished(before: Inputs, after: Inputs, { timeouts }: PairFacts, now: Now): Effect[] {
  if (after.ledgers.every(({ unregisteredSinceMs }) => unregisteredSinceMs === null)) return [];
  return after.ledgers.flatMap((ledger, index): Effect[] => {
    const { name, unregisteredSinceMs, network } = ledger;
    const known = before.ledgers[index];
    if (unregisteredSinceMs === null || !known) return [];
    const ask: Effect = { kind: 'beat-now', instance: name };
    if (known.unregisteredSinceMs === null) return [ask, { kind: 'look-again', afterMs: timeouts.confirmMs }];
    const failed = network.lastFailure !== known.network.lastFailure;
    return failed && !isAskedSince(ledger, timeouts, now) ? [ask] : [];
  });
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _removed, ...rest } = record;
  return rest;
}

function isDoubtful({ lastTick, facts: { timeouts } }: MachineState, now: Now): boolean {
  return doubt(lastTick, now, TICK_MS, timeouts.tiltStallMs) !== null;
}

function settleTilt<S extends Inputs>(
  before: S,
  facts: PairFacts,
  event: MachineEvent,
  now: Now,
): { inputs: S; effects: Effect[] } {
  const begun = event.kind === 'slept' ? asleep(now) : doubt(before.lastTick, now, TICK_MS, facts.timeouts.tiltStallMs);
  // After a stall what came in meanwhile is often taken before the next tick: nothing may be decided on it either.
  if (begun || event.kind === 'tick') {
    const inputs = { ...before, lastTick: now, tilt: begun ?? before.tilt };
    if (!begun) return { inputs, effects: [] };
    // Fresh evidence is what ends the doubt: ask for it at once.
    return { inputs, effects: before.ledgers.map(({ name }) => ({ kind: 'beat-now', instance: name })) };
  }
  if (before.tilt && isFreshAgain(facts, before.tilt)) return { inputs: { ...before, tilt: null }, effects: [] };
  return { inputs: before, effects: [] };
}

function decide(facts: PairFacts): { running?: RunningSwitchover; effects: Effect[] } {
  const half = halfDone(facts);
  if (half)
    return {
      running: { operationId: half.operationId, to: half.to },
      effects: [{ kind: 'resume-switchover', record: half }],
    };
  const aim = aimOf(facts);
  const reason = aim && reasonToAct(facts, aim);
  if (!reason || isBlocked(facts)) return { effects: [] };
  const { failingSinceAtMs, failingSinceMs } = aim.from.ledger.network;
  const orderly = orderlyAim(facts) !== undefined;
  const request: BeginRequest = {
    trigger: 'automatic',
    to: aim.to.ledger.name,
    from: aim.from.ledger.name,
    reason,
    planned: orderly,
    // The old primary lives: what it has acknowledged is to be had from it, all of it.
    acceptedLoss: orderly ? 0 : facts.maxLossRecords,
    firstSignMonotonicMs: failingSinceMs ?? facts.now.monotonicMs,
    firstSignWallMs: failingSinceAtMs ?? facts.now.wallMs,
  };
  return { running: { operationId: '', to: request.to }, effects: [{ kind: 'begin-switchover', request }] };
}

/**
 * The primary is gone, or has let go by itself, or, by the policy, has been unreachable for long enough, or has started too
 * often, or has not come to serve after its start; or the last switchover failed and left nobody serving. The one that is to be out may be alive then: the one that it
 * failed to promote steps down by the route, and a standby that has seen the route serves nobody. Any other that lives is
 * the operator's.
 */
function reasonToAct(facts: PairFacts, { from }: Aim): Message | null {
  const { verdict, reason } = from.assessment;
  const { route } = facts;
  if (route?.state === 'open')
    return verdict === 'gone'
      ? reason
      : (letGoOf(route, from.ledger) ?? reasonForOrderly(facts) ?? reasonForLateStart(facts, from));
  const hasLetGo = from === facts.named || (route !== null && standsByAt(from.ledger, route.epoch));
  const mayBeginAgain = verdict === 'gone' || (verdict === 'alive' && hasLetGo);
  if (!isAfterFailure(facts) || !mayBeginAgain) return null;
  return message('failover.afterFailure', { to: facts.record?.to ?? '?' });
}

/** A switchover whose console is gone, or whose outcome could not be learnt: whoever holds the lock finishes it. */
function halfDone(facts: PairFacts): SwitchoverRecord | undefined {
  const { record, running, ended, coordination, sight, tilt, now } = facts;
  if (facts.broken || !record || running !== null || facts.driver === 'node' || record.trigger === 'node')
    return undefined;
  if (record.outcome !== 'running' && record.outcome !== 'unknown') return undefined;
  if (!sight.live || !sight.settled || tilt || coordination.lock.holder !== 'this') return undefined;
  const ownAndRecent =
    ended?.operationId === record.operationId && now.monotonicMs - ended.atMonotonicMs < facts.timeouts.resumeAfterMs;
  return ownAndRecent ? undefined : record;
}
