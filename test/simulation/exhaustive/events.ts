import { preflightOf } from '#main/failover';
import { message } from '#shared/domain';
import { carryOut, type Way, writeNext } from './answers.ts';
import { beginSwitchover, feed, hear, lookAtProcess, news, sampleOf, startConsole, tellProcedure } from './console.ts';
import {
  canPromise,
  endPromise,
  expireNode,
  givePromise,
  isLoading,
  killNode,
  loadNode,
  rejoinNode,
  seeRoute,
  serves,
  startNode,
} from './node.ts';
import { WAIT_MS } from './policy.ts';
import type { Question } from './procedure.ts';
import { broken, CONSOLES, type ConsoleName, INSTANCES, type InstanceName, type World, withConsole } from './world.ts';
import { leaveQueue } from './zookeeper.ts';

/** `goes-on`: what happens by itself; `ends`: a trouble is over; `repair`: somebody starts what is down; `fault`; `operator`. */
export type EventKind = 'goes-on' | 'ends' | 'repair' | 'fault' | 'operator';

export interface ModelEvent {
  name: string;
  kind: EventKind;
  apply(world: World): World | Promise<World>;
}

/** Everything that may happen next. */
export function eventsIn(world: World): ModelEvent[] {
  const events = [
    ...world.late.map((call, index) => arrival(call.kind, call.from, index)),
    ...INSTANCES.flatMap((name) => nodeEvents(world, name)),
    ...CONSOLES.flatMap((name) => consoleEvents(world, name)),
  ];
  return isBusy(world) ? events : [...events, event('time goes by', 'goes-on', wait)];
}

function event(name: string, kind: EventKind, apply: ModelEvent['apply']): ModelEvent {
  return { name, kind, apply: async (world) => judged(await apply(world)) };
}

/** Looked at after every event: nobody but one serves, and in no epoch two do. */
function judged(world: World): World {
  const serving = INSTANCES.filter((name) => serves(world.nodes[name]));
  if (serving.length > 1) return broken(world, 'A and B serve at the same time');
  const [name] = serving;
  const epoch = name && world.nodes[name].heldEpoch;
  if (name === undefined || epoch === undefined) return world;
  const first = world.servedIn[epoch] ?? name;
  if (first !== name) return broken(world, `${first} and ${name} have both served in epoch ${epoch}`);
  return world.servedIn[epoch] === name ? world : { ...world, servedIn: { ...world.servedIn, [epoch]: name } };
}

function arrival(kind: string, from: string, index: number): ModelEvent {
  return event(`${from}'s late ${kind} arrives`, 'goes-on', (world) => {
    const call = world.late[index];
    const rest = { ...world, late: world.late.filter((_, at) => at !== index) };
    return call ? call.run(rest) : rest;
  });
}

function nodeEvents(world: World, name: InstanceName): ModelEvent[] {
  const node = world.nodes[name];
  const isRegistered = world.zookeeper.registrations[name] !== null;
  const events: ModelEvent[] = [];
  const add = (text: string, kind: EventKind, apply: ModelEvent['apply']) => events.push(event(text, kind, apply));
  if (!node.isUp) {
    if (isRegistered) add(`${name}'s session expires`, 'goes-on', (at) => expireNode(at, name));
    add(`${name} starts`, 'repair', (at) => startNode(at, name));
    return events;
  }
  const version = world.zookeeper.route?.version ?? null;
  if (node.isConnected && node.seenRoute !== version)
    add(`${name} sees the route`, 'goes-on', (at) => seeRoute(at, name));
  if (isLoading(node)) add(`${name} has loaded`, 'goes-on', (at) => loadNode(at, name));
  if (node.isBound) add(`${name}'s promise runs out`, 'ends', (at) => endPromise(at, name));
  if (!node.isConnected) add(`${name} registers again`, 'ends', (at) => rejoinNode(at, name));
  add(`${name} dies`, 'fault', (at) => killNode(at, name));
  if (node.isConnected) add(`${name} loses its session`, 'fault', (at) => expireNode(at, name));
  if (canPromise(world, name)) add(`${name} is promised to serve on`, 'fault', (at) => givePromise(at, name));
  return events;
}

function consoleEvents(world: World, name: ConsoleName): ModelEvent[] {
  const console = world.consoles[name];
  const left = world.zookeeper.queue.find(
    (place) => place.console === name && !(console.isUp && place.token === console.token),
  );
  const events: ModelEvent[] = [];
  const add = (text: string, kind: EventKind, apply: ModelEvent['apply']) => events.push(event(text, kind, apply));
  if (left) add(`${name}'s former session expires`, 'goes-on', (at) => leaveQueue(at, left.token));
  if (!console.isUp) {
    add(`${name} starts`, 'repair', (at) => startConsole(at, name));
    return events;
  }
  for (const question of effects(world, name)) events.push(...waysOf(world, name, question));
  if (console.unwritten !== null) add(`${name} writes its record`, 'goes-on', (at) => writeNext(at, name));
  if (console.isConnected && console.seenZxid !== world.zookeeper.zxid)
    add(`${name} sees ZooKeeper`, 'goes-on', (at) => news(at, name));
  if (hasToHear(world, name)) add(`${name} beats`, 'goes-on', (at) => hear(at, name));
  if (!console.isConnected)
    add(`${name} reaches ZooKeeper again`, 'ends', (at) => news(withConsole(at, name, { isConnected: true }), name));
  add(`${name} dies`, 'fault', (at) => withConsole(at, name, { isUp: false, procedure: null, unwritten: null }));
  if (console.isConnected) {
    add(`${name} is cut from ZooKeeper`, 'fault', (at) => cut(at, name));
    add(`${name} loses its session`, 'fault', (at) => cut(leaveQueue(at, console.token), name));
  }
  add(`${name} stalls`, 'fault', (at) => stall(at, name));
  for (const instance of INSTANCES) {
    const isCut = console.cutFrom[instance];
    const cutFrom = { ...console.cutFrom, [instance]: !isCut };
    const text = isCut ? `${name} reaches ${instance} again` : `${name} is cut from ${instance}`;
    add(text, isCut ? 'ends' : 'fault', (at) => withConsole(at, name, { cutFrom }));
    if (mayPromote(world, name, instance))
      add(`${name}'s operator promotes ${instance}`, 'operator', (at) => promoteByHand(at, name, instance));
  }
  return events;
}

/** What its procedure asks for that changes something. */
export function effects(world: World, name: ConsoleName): Question[] {
  return world.consoles[name].procedure?.view.questions.filter(({ isEffect }) => isEffect) ?? [];
}

function waysOf(world: World, name: ConsoleName, question: Question): ModelEvent[] {
  const { cutFrom, isConnected } = world.consoles[name];
  const isCut = question.kind === 'call' ? cutFrom[question.instance as InstanceName] : !isConnected;
  const ways: Way[] = isCut ? ['late'] : ['answered', 'answer-lost', 'late'];
  const text = question.kind === 'call' ? `call ${question.functionNumber}` : 'change of the route';
  return ways.map((way) =>
    event(`${name}'s ${text}: ${way}`, way === 'answered' || isCut ? 'goes-on' : 'fault', (at) =>
      carryOut(at, name, question, way),
    ),
  );
}

/** A beat would tell it something. */
function hasToHear(world: World, name: ConsoleName): boolean {
  const { machine } = world.consoles[name];
  return machine.ledgers.some(({ network: { lastAnswer, lastFailure, failingSinceMs } }, index) => {
    const last = failingSinceMs === null ? lastAnswer : lastFailure;
    const next = sampleOf(world, name, INSTANCES[index] ?? 'A');
    return last?.class !== next.class || last.errorNumber !== next.errorNumber || last.epoch !== next.epoch;
  });
}

function cut(world: World, name: ConsoleName): Promise<World> {
  return news(withConsole(world, name, { isConnected: false }), name);
}

/** Its event loop stood still: its next tick comes much too late. */
function stall(world: World, name: ConsoleName): Promise<World> {
  const { machine } = world.consoles[name];
  const { lastTick } = machine;
  const late = { monotonicMs: lastTick.monotonicMs - 5_000, wallMs: lastTick.wallMs - 5_000 };
  const stalled = { ...machine, lastTick: { ...lastTick, ...late } };
  return feed(withConsole(world, name, { machine: stalled }), name, { kind: 'tick' });
}

function mayPromote(world: World, name: ConsoleName, to: InstanceName): boolean {
  const { machine, procedure } = world.consoles[name];
  // Most are refused for these two, and the whole preflight takes its time.
  if (procedure !== null || machine.coordination.lock.holder !== 'this') return false;
  return preflightOf(world.consoles[name].machine.facts, to).refusal === null;
}

function promoteByHand(world: World, name: ConsoleName, to: InstanceName): Promise<World> {
  const { planned, from } = preflightOf(world.consoles[name].machine.facts, to);
  return beginSwitchover(world, name, {
    trigger: 'operator',
    to,
    from: from ?? '',
    reason: message('failover.trigger.operator'),
    planned,
    acceptedLoss: 0,
    firstSignMonotonicMs: world.nowMs,
    firstSignWallMs: world.nowMs,
  });
}

/** A call is under way: it ends, one way or another, before time goes by. One that is late arrives whenever it does. */
function isBusy(world: World): boolean {
  return CONSOLES.some((name) => effects(world, name).length > 0);
}

/** A quiet while: watches and beats come in, processes are looked at, what waits for its time has it. */
async function wait(world: World): Promise<World> {
  const untilMs = world.nowMs + WAIT_MS;
  let after = world;
  // A procedure that asks something new stands still until that has happened.
  for (let dueMs = nextDueMs(after); dueMs < untilMs && !isBusy(after); dueMs = nextDueMs(after)) {
    after = { ...after, nowMs: dueMs };
    for (const name of CONSOLES) if (after.consoles[name].isUp) after = await tellProcedure(after, name);
  }
  after = { ...after, nowMs: untilMs };
  for (const name of CONSOLES) if (after.consoles[name].isUp) after = await passFor(after, name);
  return after;
}

function nextDueMs({ consoles, nowMs }: World): number {
  const due = CONSOLES.flatMap((name) => consoles[name].procedure?.view.timersMs[0] ?? []);
  return Math.max(nowMs, Math.min(Number.POSITIVE_INFINITY, ...due));
}

async function passFor(world: World, name: ConsoleName): Promise<World> {
  let after = await feed(world, name, { kind: 'tick' });
  if (after.consoles[name].isConnected) after = await news(after, name);
  for (const instance of INSTANCES)
    if (after.consoles[name].machine.checking[instance] !== undefined)
      after = await lookAtProcess(after, name, instance);
  return hear(after, name);
}
