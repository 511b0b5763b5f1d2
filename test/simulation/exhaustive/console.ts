import {
  createMachine,
  type Effect,
  type MachineEvent,
  type Now,
  type SwitchoverTask,
  stepMachine,
} from '#main/failover';
import type { BeatSample } from '#main/heartbeat';
import { message } from '#shared/domain';
import { answerQuestions, lateCall } from './answers.ts';
import { beat, incarnationOf, unanswered } from './node.ts';
import { machineConfig } from './policy.ts';
import { beginProcedure, type Procedure, type Surroundings, tell } from './procedure.ts';
import {
  type ConsoleName,
  INSTANCES,
  type InstanceName,
  type ModelConsole,
  type ModelZooKeeper,
  type World,
  withConsole,
} from './world.ts';
import { hasPlace, leaveQueue, queueUp, snapshotFor, tellUnable } from './zookeeper.ts';

/** A console: the product's machine, and the product's procedure where one runs, wired as its engine does it. */

export function newConsole(name: ConsoleName, hasHostCheck: boolean, world: Pick<World, 'zookeeper'>): ModelConsole {
  const now: Now = { monotonicMs: 0, wallMs: 0, zookeeperLive: false };
  const unseen = snapshotFor(world.zookeeper, { token: null, isConnected: false });
  return {
    name,
    life: 0,
    isUp: false,
    isConnected: false,
    token: null,
    seenZxid: -1,
    owed: null,
    cutFrom: { A: false, B: false },
    machine: createMachine(machineConfig(hasHostCheck), unseen, now),
    procedure: null,
    unwritten: null,
    isWritten: true,
    operations: 0,
  };
}

export async function startConsole(world: World, name: ConsoleName): Promise<World> {
  const { machine, life, operations } = world.consoles[name];
  const hasHostCheck = machine.config.instances[0].hostCheck;
  const fresh = { ...newConsole(name, hasHostCheck, world), life: life + 1, isUp: true, isConnected: true, operations };
  const now = nowOf({ ...world, consoles: { ...world.consoles, [name]: fresh } }, name);
  const anew = createMachine(machine.config, fresh.machine.coordination, now);
  const started = withConsole(world, name, { ...fresh, machine: anew });
  return hear(await news(started, name), name);
}

function nowOf({ nowMs, consoles }: World, name: ConsoleName): Now {
  return { monotonicMs: nowMs, wallMs: nowMs, zookeeperLive: consoles[name].isConnected };
}

function surroundingsOf(world: World, name: ConsoleName): Surroundings {
  const { machine, isConnected, token } = world.consoles[name];
  const isHeld = isConnected && machine.coordination.lock.holder === 'this';
  return { nowMs: world.nowMs, facts: machine.facts, isHeld, token };
}

/** Feeds the machine, and does what it says. */
export async function feed(world: World, name: ConsoleName, event: MachineEvent): Promise<World> {
  const { state, effects } = stepMachine(world.consoles[name].machine, event, nowOf(world, name));
  let after = withConsole(world, name, { machine: state });
  for (const effect of effects) after = await perform(after, name, effect);
  return tellProcedure(after, name);
}

async function perform(world: World, name: ConsoleName, effect: Effect): Promise<World> {
  switch (effect.kind) {
    case 'check-process':
      // One that is to wait is made when time goes by.
      return effect.delayMs === 0 ? lookAtProcess(world, name, effect.instance as InstanceName) : world;
    case 'begin-switchover':
      return beginSwitchover(world, name, effect.request);
    case 'resume-switchover':
      return run(world, name, { kind: 'resume', record: effect.record });
    case 'tell-unable':
      return tellUnable(world, world.consoles[name].token, effect.unable);
    case 'yield-lock':
      return yieldLock(world, name);
    default:
      return world;
  }
}

/** As `FailoverEngine` yields: what it runs is left as it is, and its place is given up. What is under way may arrive. */
function yieldLock(world: World, name: ConsoleName): Promise<World> {
  const { procedure, token, machine } = world.consoles[name];
  const questions = procedure?.view.questions.filter(({ isEffect }) => isEffect) ?? [];
  const late = questions.map((question) => lateCall(world, name, question));
  const running = machine.running;
  const left = leaveQueue({ ...world, late: [...world.late, ...late] }, token);
  const after = withConsole(left, name, { procedure: null, unwritten: null, token: null });
  const holderless = { ...machine.coordination, lock: { holder: 'none', name: null } as const };
  const seen = withConsole(after, name, { machine: { ...after.consoles[name].machine, coordination: holderless } });
  if (running === null) return Promise.resolve(seen);
  const { operationId } = running;
  return feed(seen, name, { kind: 'switchover-ended', operationId, done: false, left: true });
}

/** What its host says of the registered process. */
export function lookAtProcess(world: World, name: ConsoleName, instance: InstanceName): Promise<World> {
  const { machine, cutFrom } = world.consoles[name];
  const node = world.nodes[instance];
  const incarnation = machine.ledgers.find((ledger) => ledger.name === instance)?.lastRegistration?.incarnation ?? '';
  const lives = node.isUp && incarnationOf(node) === incarnation;
  const says = cutFrom[instance] ? 'nothing' : lives ? 'alive' : 'gone';
  const at = { atMonotonicMs: world.nowMs, atWallMs: world.nowMs };
  const fact = { says, frozen: false, incarnation, reason: message('failover.host.noAnswer'), ...at } as const;
  return feed(world, name, { kind: 'process-check', instance, fact });
}

/** As `FailoverEngine` begins one. */
export function beginSwitchover(
  world: World,
  name: ConsoleName,
  request: Extract<Effect, { kind: 'begin-switchover' }>['request'],
): Promise<World> {
  const { machine, operations } = world.consoles[name];
  const { route } = machine.facts;
  const old = machine.facts.instances.find(({ ledger }) => ledger.name !== request.to);
  const named = route?.instance === request.from ? route.incarnation : null;
  const task: SwitchoverTask = {
    kind: 'new',
    operationId: `${name}-${operations + 1}`,
    request,
    fromIncarnation: named ?? old?.ledger.lastRegistration?.incarnation ?? null,
    epochBefore: route?.epoch ?? 0,
  };
  return run(withConsole(world, name, { operations: operations + 1 }), name, task);
}

async function run(world: World, name: ConsoleName, task: SwitchoverTask): Promise<World> {
  const operationId = task.kind === 'new' ? task.operationId : task.record.operationId;
  const to = task.kind === 'new' ? task.request.to : task.record.to;
  const { machine } = world.consoles[name];
  const procedure = await beginProcedure(task, surroundingsOf(world, name));
  const running = { ...machine, running: { operationId, to } };
  const begun = withConsole(world, name, { machine: running, procedure });
  return feed(await wentOn(begun, name, null), name, { kind: 'switchover-began', operationId, to });
}

/** Tells the procedure what surrounds it by now. */
export async function tellProcedure(world: World, name: ConsoleName): Promise<World> {
  const { procedure } = world.consoles[name];
  if (procedure === null || procedure.view.ended) return world;
  const surroundings = surroundingsOf(world, name);
  const before = procedure.inputs.findLast((input) => input.kind === 'surroundings')?.surroundings ?? procedure.begun;
  if (before.facts === surroundings.facts && before.nowMs === surroundings.nowMs) return world;
  return wentOn(world, name, await tell(procedure, { kind: 'surroundings', surroundings }));
}

/** The procedure has gone on: what it wrote waits, what it only asked is answered, its end is told to the machine. */
export async function wentOn(world: World, name: ConsoleName, next: Procedure | null): Promise<World> {
  const before = world.consoles[name];
  const procedure = next ?? before.procedure;
  if (procedure === null) return world;
  const writesBefore = next === null ? 0 : (before.procedure?.view.writes ?? 0);
  const unwritten = procedure.view.writes > writesBefore ? procedure.view.record : before.unwritten;
  const after = await answerQuestions(withConsole(world, name, { procedure, unwritten }), name);
  const { view } = after.consoles[name].procedure ?? procedure;
  if (view.ended === null) return after;
  const { operationId, outcome } = view.ended.record;
  const over = withConsole(after, name, { procedure: null });
  return feed(over, name, { kind: 'switchover-ended', operationId, done: outcome === 'done' });
}

/** Its watches show ZooKeeper as it is now; one whose session is over queues for the lock anew. */
export async function news(world: World, name: ConsoleName): Promise<World> {
  const { token, isConnected } = world.consoles[name];
  let after = world;
  if (isConnected && (token === null || !hasPlace(world, token))) {
    const joined = queueUp(world, name);
    after = withConsole(joined.world, name, { token: joined.token });
  }
  return show(after, name, isConnected ? after.zookeeper : null);
}

/** Before a later answer come the news of what was when a change was answered: one connection, one order. */
export async function showOwed(world: World, name: ConsoleName): Promise<World> {
  const { owed, seenZxid } = world.consoles[name];
  return owed === null || owed.zxid <= seenZxid ? world : show(world, name, owed);
}

/** Its watches show ZooKeeper as it is, or was; null: it is not reached. */
function show(world: World, name: ConsoleName, shown: ModelZooKeeper | null): Promise<World> {
  const own = world.consoles[name];
  const snapshot = snapshotFor(shown ?? world.zookeeper, own, own.machine.coordination);
  const seenZxid = shown?.zxid ?? own.seenZxid;
  return feed(withConsole(world, name, { seenZxid, owed: null }), name, { kind: 'coordination', snapshot });
}

/** It beats to both instances. */
export async function hear(world: World, name: ConsoleName): Promise<World> {
  let after = world;
  for (const instance of INSTANCES)
    after = await feed(after, name, { kind: 'sample', sample: sampleOf(after, name, instance) });
  return after;
}

export function sampleOf(world: World, name: ConsoleName, instance: InstanceName): BeatSample {
  const { cutFrom } = world.consoles[name];
  const outcome = cutFrom[instance] ? unanswered('timeout') : beat(world.nodes[instance]);
  return {
    instance,
    sentAtMs: world.nowMs,
    sentMonotonicMs: world.nowMs,
    endedMonotonicMs: world.nowMs,
    class: outcome.class,
    errorNumber: outcome.errorNumber,
    latencyMs: outcome.latencyMs,
    epoch: outcome.reply?.epoch ?? null,
    answeredBy: outcome.reply?.instance ?? null,
    lsn: null,
    scheduled: true,
  };
}
