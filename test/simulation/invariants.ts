import type { z } from 'zod';
import { FUNCTIONS, type Route, recordText, routeSchema, switchoverRecordSchema } from '#shared/domain';
import { systemInfoReplySchema } from '#shared/protocol';
import { safeParse } from '#shared/reading';
import { Conduct } from './conduct.ts';
import type { SimInstance } from './instance.ts';
import type { SimPair } from './pair.ts';
import type { SimWatch } from './watch.ts';
import type { Commit } from './zookeeper.ts';

export type InvariantName =
  | 'epoch-reused'
  | 'epoch-raised-twice'
  | 'route-without-lock'
  | 'promoted-without-order'
  | 'promoted-without-proof'
  | 'two-serving'
  | 'two-answer-one-epoch'
  | 'write-lost'
  | 'loss-beyond-bound'
  | 'record-of-another'
  | 'switchover-stuck'
  | 'not-serving'
  | 'no-standby'
  | 'failover-without-cause'
  | 'acted-in-cooldown'
  | 'acted-in-doubt'
  | 'acted-against-policy'
  | 'acted-in-maintenance'
  | 'acted-beyond-cap'
  | 'acted-in-common-trouble'
  | 'acted-beside-another'
  | 'effect-without-lock'
  | 'effect-on-another-pair'
  | 'promoted-without-hook'
  | 'loss-without-approval'
  | 'fault-of-the-code';

export interface Violation {
  seed: number;
  invariant: InvariantName;
  /** The round in which it came up; 0: before the first. */
  round: number;
  atMs: number;
  what: string;
  trace: string[];
}

/**
 * How many of the writes that were there when it was last quiet are looked for at a promotion, the latest of them, beside
 * all that were acknowledged since. Once it is quiet again all are.
 */
const LOOKED_FOR = 100;

/** What must always hold of a pair (DESIGN "Invariants"), looked at from outside with everything in sight. */
export class Invariants {
  readonly conduct: Conduct;
  readonly #pair: SimPair;
  #route: Route | undefined;
  readonly #orders = new Set<string>();
  readonly #epochOfOperation = new Map<string, number>();
  readonly #answering = new Map<number, string>();
  /** Acknowledged and given up with a promotion that was allowed to lose them. */
  readonly #givenUp = new Set<string>();
  /** How many more the latest promotion may turn out to have lost. */
  #mayLose = 0;
  /** How many had been acknowledged when all of them were looked for last. */
  #settledCount = 0;

  constructor(pair: SimPair) {
    this.#pair = pair;
    this.conduct = new Conduct(pair);
  }

  get lostWithinBound(): number {
    return this.#givenUp.size;
  }

  /** Of this pair. */
  fail(invariant: InvariantName, what: string): void {
    this.#pair.fail(invariant, what);
  }

  /** After every event. */
  check(): void {
    const { instances, haveClocksStopped } = this.#pair;
    const [a, b] = instances;
    const isServing = a.isServing();
    const isOtherServing = b.isServing();
    this.conduct.cause.look(a, isServing);
    this.conduct.cause.look(b, isOtherServing);
    // Whose clocks have all stood still cannot know: its data must be safe all the same.
    if (isServing && isOtherServing && !haveClocksStopped)
      this.fail('two-serving', `${a.party} (${wordsOf(a)}) and ${b.party} (${wordsOf(b)}) serve at the same time`);
  }

  committed({ ops, by }: Commit): void {
    const { paths } = this.#pair;
    for (const { op, path, data } of ops) {
      if (op !== 'set' && op !== 'create') continue;
      // The parents of a record are made without anything in them.
      if (!data || data.length === 0) continue;
      if (path === paths.route) this.#routeChanged(data, by);
      if (path === paths.switchover) this.#recordWritten(data, by);
      if (path === paths.policy) this.conduct.policy.policyWritten(data);
    }
  }

  #routeChanged(data: Buffer, by: string): void {
    const route = read(routeSchema, data);
    const before = this.#route;
    this.#route = route;
    const { epoch, instance, incarnation, state, token, operationId } = route;
    this.#pair.say(`route: ${instance} at epoch ${epoch}, ${state}, by ${by}`);
    this.#orders.add(`${epoch} ${instance} ${incarnation} ${operationId ?? ''}`);
    if (by.startsWith('C') && token !== this.#lockHolder())
      this.fail(
        'route-without-lock',
        `${by} changed the route with token ${token}; the lock is ${this.#lockHolder()}'s`,
      );
    if (before && epoch < before.epoch)
      this.fail('epoch-reused', `the route went from epoch ${before.epoch} back to ${epoch}`);
    if (before?.epoch === epoch && (before.incarnation !== incarnation || before.operationId !== operationId))
      this.fail('epoch-reused', `epoch ${epoch} of ${before.instance} was given to ${instance}`);
    if (operationId === null) return;
    const first = this.#epochOfOperation.get(operationId) ?? epoch;
    this.#epochOfOperation.set(operationId, first);
    if (first !== epoch) this.fail('epoch-raised-twice', `one switchover raised the epoch to ${first} and to ${epoch}`);
  }

  #recordWritten(data: Buffer, by: string): void {
    const record = read(switchoverRecordSchema, data);
    this.conduct.recordWritten(record);
    if (by.startsWith('C') && record.trigger !== 'node' && this.#lockOwner() !== by.split('#')[0])
      this.fail('record-of-another', `${by} wrote a switchover record without the lock`);
  }

  /** The token of the console that leads, as the server has it at this moment. */
  #lockHolder(): string | undefined {
    const path = this.#lockPath();
    return path && this.#pair.world.zookeeper.store.tree.stat(path).czxid.toString();
  }

  #lockOwner(): string | undefined {
    const path = this.#lockPath();
    const owner = path === undefined ? undefined : this.#pair.json(path)?.name;
    return typeof owner === 'string' ? owner.split('#')[0] : undefined;
  }

  #lockPath(): string | undefined {
    const [first] = this.#pair.world.zookeeper
      .childrenOf(this.#pair.paths.consoles)
      .filter((name) => /-n_\d{10}$/.test(name))
      .sort((one, other) => Number(one.slice(-10)) - Number(other.slice(-10)));
    return first && `${this.#pair.paths.consoles}/${first}`;
  }

  /** A console sends something, or runs something, that changes what an instance does. */
  effectBegins({ process }: SimWatch, what: string): void {
    const path = this.#lockPath();
    const holder = path === undefined ? undefined : this.#pair.json(path)?.name;
    if (holder !== process.name)
      this.fail('effect-without-lock', `${process.name} ${what}, and the lock is ${holder ?? 'nobody'}'s`);
  }

  /** An instance has accepted a promotion. */
  promotionAccepted(instance: SimInstance, epoch: number, operationId: string): void {
    this.conduct.policy.promoted(operationId);
    const { other } = instance;
    const incarnation = instance.node?.listening.incarnation;
    if (!this.#orders.has(`${epoch} ${instance.name} ${incarnation} ${operationId}`))
      this.fail(
        'promoted-without-order',
        `${instance.party} was promoted to epoch ${epoch}, and no route ever said so`,
      );
    if (this.#route && this.#route.epoch > epoch)
      this.fail(
        'promoted-without-order',
        `${instance.party} was promoted to epoch ${epoch} at epoch ${this.#route.epoch}`,
      );
    if (other.isServing() && !this.#pair.haveClocksStopped)
      this.fail('promoted-without-proof', `${instance.party} was promoted while ${other.party} serves`);
  }

  /** A good reply to a client or a console that it counts. */
  goodReply(who: string, epoch: number | undefined, instance: string | undefined): void {
    if (epoch === undefined || instance === undefined) return;
    this.conduct.cause.goodReply(who, instance);
    const first = this.#answering.get(epoch) ?? instance;
    this.#answering.set(epoch, first);
    if (first !== instance)
      this.fail('two-answer-one-epoch', `${who} had good replies of ${first} and of ${instance} for epoch ${epoch}`);
  }

  /** An instance has become primary: what was acknowledged must be there. */
  async becamePrimary(instance: SimInstance): Promise<void> {
    const { process } = instance;
    const reply = await instance.ask(FUNCTIONS.systemInfo, {});
    const info = reply && safeParse(systemInfoReplySchema, reply).data;
    const takeover = info?.data?.takeover;
    if (takeover && takeover.epoch === info.epoch) {
      const accepted = Number(this.#pair.json(this.#pair.paths.switchover)?.acceptedLoss ?? 0);
      const limit = this.#pair.world.setting.driver === 'node' ? this.#pair.world.setting.maxLossRecords : accepted;
      const bound = takeover.complete ? 0 : (takeover.lossBound ?? Number.POSITIVE_INFINITY);
      this.#mayLose = Math.min(limit, bound);
    }
    if (instance.process === process) await this.lookFor(instance, this.#settledCount - LOOKED_FOR);
  }

  /** A round is over and all is well: everything acknowledged is there, and no promotion's loss is still to come out. */
  async settled(instance: SimInstance): Promise<void> {
    const { length } = this.#pair.client.acknowledged;
    await this.lookFor(instance, 0);
    this.#mayLose = 0;
    this.#settledCount = length;
  }

  /** Looks for what was acknowledged, from the so-manyth write on. */
  async lookFor(instance: SimInstance, from: number): Promise<void> {
    const { acknowledged } = this.#pair.client;
    const expected = acknowledged.slice(Math.max(0, from)).filter((key) => !this.#givenUp.has(key));
    const missing = await instance.missing(expected);
    if (missing === undefined || missing.length === 0) return;
    const what = `${missing.length} acknowledged writes are not in ${instance.party}: ${missing.slice(0, 5).join(', ')}`;
    if (this.#mayLose === 0) return this.fail('write-lost', what);
    if (missing.length > this.#mayLose)
      return this.fail('loss-beyond-bound', `${what}; at most ${this.#mayLose} may be`);
    this.#mayLose -= missing.length;
    for (const key of missing) this.#givenUp.add(key);
    this.#pair.say(`${what}: within the bound`);
  }
}

function wordsOf(instance: SimInstance): string {
  const record = instance.node?.record();
  return record ? recordText({ role: record.role, epoch: record.epoch }) : 'not up';
}

/** A record as it has just been committed. Throws where it does not fit: nobody may write such a one. */
function read<T>(schema: z.ZodType<T>, data: Buffer): T {
  const { data: record, error } = safeParse(schema, JSON.parse(data.toString()));
  if (record === undefined) throw error;
  return record;
}
