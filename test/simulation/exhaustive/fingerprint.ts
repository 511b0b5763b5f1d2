import { hash } from 'node:crypto';
import type { InstanceFacts, MachineState } from '#main/failover';
import { isPlanned, type Registration, type Route, type SwitchoverRecord } from '#shared/domain';
import { incarnationOf } from './node.ts';
import type { Procedure } from './procedure.ts';
import { CONSOLES, INSTANCES, type ModelConsole, type ModelNode, type ModelZooKeeper, type World } from './world.ts';

/** Longer ago than this makes no difference to anybody. */
const LONGEST_MS = 9_000;

/**
 * Two worlds with the same fingerprint go on in the same ways. Names that are only ever compared become their order of
 * appearance, epochs their distance from the route's, times their age.
 */
export function fingerprint(world: World): string {
  return hash('md5', JSON.stringify(new Canon(world).world()), 'base64');
}

class Canon {
  readonly #world: World;
  readonly #names = new Map<string, number>();
  readonly #tokens: string[];

  constructor(world: World) {
    this.#world = world;
    const { zookeeper, consoles, nodes } = world;
    const tokens = [
      ...zookeeper.queue.map(({ token }) => token),
      ...CONSOLES.map((name) => consoles[name].token),
      ...CONSOLES.map((name) => consoles[name].procedure?.view.record?.token),
      ...INSTANCES.map((name) => nodes[name].state.promotedBy?.token),
      zookeeper.route?.value.token,
      zookeeper.record?.value.token,
    ];
    const known = tokens.filter((token) => token !== null && token !== undefined);
    this.#tokens = [...new Set(known)].sort((one, other) => Number(one) - Number(other));
  }

  world(): unknown {
    const { zookeeper, nodes, consoles, late, servedIn, violation } = this.#world;
    const { route, record, registrations, queue } = zookeeper;
    return [
      this.#route(route?.value),
      this.#record(record?.value),
      INSTANCES.map((name) => this.#registration(registrations[name])),
      queue.map(({ console, token, isUnable }) => [console, this.#token(token), isUnable]),
      INSTANCES.map((name) => this.#node(nodes[name])),
      CONSOLES.map((name) => this.#console(consoles[name])),
      late.map(({ from, kind, to }) => [from, kind, to]),
      servedIn[route?.value.epoch ?? -1],
      violation,
    ];
  }

  #name(text: string | null | undefined): number | null {
    if (text === null || text === undefined) return null;
    const known = this.#names.get(text) ?? this.#names.size;
    this.#names.set(text, known);
    return known;
  }

  #token(token: string | null | undefined): number | null {
    return token === null || token === undefined ? null : this.#tokens.indexOf(token);
  }

  #epoch(epoch: number | null | undefined): number | null {
    if (epoch === null || epoch === undefined) return null;
    return epoch === 0 ? -1_000 : epoch - (this.#world.zookeeper.route?.value.epoch ?? 0);
  }

  #age(atMs: number | null | undefined): number | null {
    return atMs === null || atMs === undefined ? null : Math.min(LONGEST_MS, this.#world.nowMs - atMs);
  }

  #route(route: Route | null | undefined): unknown {
    if (!route) return null;
    const { instance, incarnation, epoch, state, token, operationId } = route;
    return [instance, this.#name(incarnation), this.#epoch(epoch), state, this.#token(token), this.#name(operationId)];
  }

  /** How each step went is for people: a procedure that is taken up does every step again, but for the drain. */
  #record(record: SwitchoverRecord | null | undefined): unknown {
    if (!record) return null;
    const { operationId, trigger, from, fromIncarnation, to, epochBefore, token, outcome, endedAtMs } = record;
    const { earlier = [], failuresBefore } = record;
    return [
      [this.#name(operationId), trigger, from, this.#name(fromIncarnation), to, outcome, failuresBefore],
      [this.#epoch(epochBefore), this.#token(token), isPlanned(record)],
      record.steps.find(({ name }) => name === 'drain')?.result,
      [this.#age(endedAtMs), this.#age(earlier.at(-1)?.endedAtMs)],
    ];
  }

  #registration(registration: Registration | null): unknown {
    if (!registration) return null;
    const { incarnation, role, status, epoch, steppedDownEpoch } = registration;
    return [this.#name(incarnation), role, status, this.#epoch(epoch), this.#epoch(steppedDownEpoch)];
  }

  #node(node: ModelNode): unknown {
    const { highestEpoch, promotedBy, heldEpoch, lastRoute } = node.state;
    const { route } = this.#world.zookeeper;
    return [
      [node.isUp && this.#name(incarnationOf(node)), node.isConnected, node.role, node.status, node.life > 0],
      [node.onPromise, node.isBound, node.isLoaded, node.seenRoute === (route?.version ?? null)],
      [this.#epoch(node.heldEpoch), this.#epoch(node.steppedDownEpoch)],
      [this.#epoch(highestEpoch), this.#epoch(heldEpoch), lastRoute?.instance, this.#epoch(lastRoute?.epoch)],
      [this.#epoch(promotedBy?.epoch), this.#token(promotedBy?.token)],
      [this.#epoch(node.accepted?.epoch), this.#name(node.accepted?.operationId)],
    ];
  }

  #console(console: ModelConsole): unknown {
    if (!console.isUp) return null;
    const { isConnected, token, cutFrom, machine, procedure, unwritten, isWritten } = console;
    return [
      [isConnected, this.#token(token), cutFrom.A, cutFrom.B, isWritten, this.#record(unwritten)],
      console.seenZxid === this.#world.zookeeper.zxid,
      console.owed !== null && console.owed.zxid > console.seenZxid && this.#owed(console.owed),
      this.#machine(machine),
      procedure && this.#procedure(procedure),
    ];
  }

  #owed({ route, record, registrations, queue }: ModelZooKeeper): unknown {
    return [
      [this.#route(route?.value), this.#record(record?.value), this.#token(queue[0]?.token)],
      INSTANCES.map((name) => this.#registration(registrations[name])),
    ];
  }

  #machine({ coordination, facts, tilt, running, ended, checking, ability }: MachineState): unknown {
    const { route, switchover, lock, session } = coordination;
    return [
      [session.state, lock.holder, lock.successor, this.#route(route.value), this.#record(switchover.value)],
      facts.instances.map((instance) => this.#instance(instance)),
      facts.broken?.said.key,
      [tilt && this.#age(tilt.sinceMonotonicMs), running && [this.#name(running.operationId), running.to]],
      ended && [this.#name(ended.operationId), this.#age(ended.atMonotonicMs), ended.failures],
      [Object.keys(checking).sort(), ability.reason?.key, ability.unable],
      ability.unable || ability.reason ? this.#age(Math.max(0, ability.sinceMonotonicMs)) : null,
    ];
  }

  #instance({ ledger }: InstanceFacts): unknown {
    const { network, host, registered, lastRegistration, unregisteredSinceMs } = ledger;
    const { lastAnswer, lastFailure, failingSinceMs } = network;
    return [
      [lastAnswer?.class, lastAnswer?.errorNumber, this.#age(lastAnswer?.sentMonotonicMs)],
      [failingSinceMs !== null && lastFailure?.class, this.#age(failingSinceMs)],
      [registered, this.#registration(lastRegistration), this.#age(unregisteredSinceMs)],
      host && [host.says, this.#name(host.incarnation), host.says === 'gone' ? 0 : this.#age(host.atMonotonicMs)],
    ];
  }

  #procedure({ task, view }: Procedure): unknown {
    return [
      [task.kind, this.#record(view.record), this.#name(view.aimedAt), view.sinceStep],
      view.record?.steps.find(({ result }) => result === 'running')?.name,
      view.timersMs.map((atMs) => atMs - this.#world.nowMs),
      view.questions.map((question) => [question.kind, question.kind === 'call' ? question.functionNumber : 0]),
    ];
  }
}
