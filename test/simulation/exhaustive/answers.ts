import { FUNCTIONS, type Route } from '#shared/domain';
import { showOwed, wentOn } from './console.ts';
import { beat, complete, promote, systemInfo, unanswered } from './node.ts';
import { type Answer, type Question, tell } from './procedure.ts';
import { type ConsoleName, type InstanceName, type LateCall, type World, withConsole } from './world.ts';
import { changeRoute, hasPlace, PATHS, routeNode, routeOf, writeRecord } from './zookeeper.ts';

/** How a question that changes something may go: it arrives and is answered; the answer is lost; it comes late. */
export type Way = 'answered' | 'answer-lost' | 'late';

/** What is only asked is answered at once: what may change in between changes before or after it as well. */
export async function answerQuestions(world: World, name: ConsoleName): Promise<World> {
  const { procedure } = world.consoles[name];
  const question = procedure?.view.questions.find((one) => !one.isEffect && answerTo(world, name, one) !== undefined);
  if (!procedure || !question) return world;
  const answer = answerTo(world, name, question);
  if (answer === undefined) return world;
  const { owed, seenZxid } = world.consoles[name];
  if (question.kind === 'confirm' && owed !== null && owed.zxid > seenZxid)
    return answerQuestions(await showOwed(world, name), name);
  return wentOn(world, name, await tell(procedure, { kind: 'answer', id: question.id, answer }));
}

function answerTo(world: World, name: ConsoleName, question: Question): Answer | undefined {
  const { isConnected, token, unwritten, isWritten, cutFrom } = world.consoles[name];
  switch (question.kind) {
    case 'route': {
      if (!isConnected) return { kind: 'failed', code: 'NOT_CONNECTED' };
      const { route } = world.zookeeper;
      const node = route ? { data: routeNode(route).data, stat: { version: route.version } } : undefined;
      return { kind: 'route', node: node as Extract<Answer, { kind: 'route' }>['node'] };
    }
    case 'confirm':
      return { kind: 'yes-or-no', yes: isConnected && token !== null && hasPlace(world, token) };
    case 'written':
      return unwritten === null ? { kind: 'yes-or-no', yes: isWritten } : undefined;
    case 'call': {
      const instance = question.instance as InstanceName;
      const node = world.nodes[instance];
      if (cutFrom[instance]) return { kind: 'call', outcome: unanswered('empty') };
      const outcome = question.functionNumber === FUNCTIONS.heartbeat ? beat(node) : systemInfo(node);
      return { kind: 'call', outcome };
    }
    default:
      return undefined;
  }
}

/** Carries out a question that changes something, and answers it. */
export async function carryOut(world: World, name: ConsoleName, question: Question, way: Way): Promise<World> {
  const effect = effectOf(world, name, question);
  let after = world;
  let answer: Answer = { kind: 'failed', code: 'OUTCOME_UNKNOWN' };
  if (question.kind === 'call') answer = { kind: 'call', outcome: unanswered('empty') };
  if (way === 'late') after = { ...world, late: [...world.late, effect.late] };
  else {
    const [changed, given] = effect.now(world);
    after = changed;
    if (way === 'answered') answer = given;
  }
  if (question.kind === 'change-route' && way === 'answered')
    after = withConsole(after, name, { owed: after.zookeeper });
  const { procedure } = after.consoles[name];
  if (!procedure) return after;
  return wentOn(after, name, await tell(procedure, { kind: 'answer', id: question.id, answer }));
}

/** The same, given up by whoever asked. */
export function lateCall(world: World, name: ConsoleName, question: Question): LateCall {
  return effectOf(world, name, question).late;
}

interface EffectOfQuestion {
  now(world: World): [World, Answer];
  late: LateCall;
}

function effectOf(world: World, name: ConsoleName, question: Question): EffectOfQuestion {
  if (question.kind === 'call') {
    const to = question.instance as InstanceName;
    const isPromotion = question.functionNumber === FUNCTIONS.promote;
    const reach = (at: World) => (isPromotion ? promote : complete)(at, to, question.body);
    return {
      now: (at) => {
        const [after, outcome] = reach(at);
        return [after, { kind: 'call', outcome }];
      },
      late: { from: name, kind: isPromotion ? 'promote' : 'complete', to, run: (at) => reach(at)[0] },
    };
  }
  if (question.kind !== 'change-route') throw new Error(`${question.kind} changes nothing`);
  const { token } = world.consoles[name];
  const change = (at: World) => compareAndSet(at, token, question.ops);
  return { now: change, late: { from: name, kind: 'route', to: null, run: (at) => change(at)[0] } };
}

/** The multi of a route change: the own place is there, and the route is as it was read. */
function compareAndSet(
  world: World,
  token: string | null,
  ops: Extract<Question, { kind: 'change-route' }>['ops'],
): [World, Answer] {
  const [check, write] = ops;
  if (check?.op !== 'check' || write?.op !== 'set' || write.path !== PATHS.route)
    throw new Error('the route is changed by another kind of multi');
  if (token === null || check.path !== PATHS.place(token) || !hasPlace(world, token))
    return [world, { kind: 'failed', code: 'NO_NODE', failedIndex: 0 }];
  if (write.expectedVersion !== world.zookeeper.route?.version)
    return [world, { kind: 'failed', code: 'BAD_VERSION', failedIndex: 1 }];
  const route: Route = routeOf(write.data);
  return [changeRoute(world, route, token), { kind: 'changed' }];
}

/** The writer's next write, guarded by the own place as the product's writer guards it. */
export async function writeNext(world: World, name: ConsoleName): Promise<World> {
  const { unwritten, token, isConnected, machine } = world.consoles[name];
  if (unwritten === null) return world;
  const mayWrite =
    isConnected && machine.coordination.lock.holder === 'this' && token !== null && hasPlace(world, token);
  const written = mayWrite ? writeRecord(world, unwritten) : world;
  return answerQuestions(withConsole(written, name, { unwritten: null, isWritten: mayWrite }), name);
}
