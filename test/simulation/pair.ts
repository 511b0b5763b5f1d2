import type { LogFields } from '#core/logging';
import type { SwitchoverNotice } from '#main/pairs';
import { DEFAULT_PATH_TEMPLATE, type PairConfig, pairPaths } from '#shared/domain';
import { SimClient } from './client.ts';
import { SimInstance } from './instance.ts';
import { type InvariantName, Invariants } from './invariants.ts';
import type { SimProcess } from './process.ts';
import { type InstanceName, partyIn, SYSTEM } from './setting.ts';
import { toldFields } from './trace.ts';
import type { SimWatch } from './watch.ts';
import type { World } from './world.ts';

/** What nodes say that a reader of a trace wants to know. */
const TOLD = /claims|promot|primary|standby|steps down|serve|route|stops|damaged|cannot|epoch|seal|lost|start/i;

/** A pair of the site: its two instances on hosts of their own, the client that writes to it, and the judge of it. */
export class SimPair {
  readonly world: World;
  readonly node: string;
  readonly config: PairConfig;
  readonly paths: ReturnType<typeof pairPaths>;
  readonly invariants: Invariants;
  readonly client: SimClient;
  readonly instances: readonly [SimInstance, SimInstance];
  /** Every 45184006 that a console has sent to it, the latest last. */
  readonly promotionsSent: { to: SimInstance; body: Record<string, unknown> }[] = [];
  /** From the first time that a machine of its was halted with all of its clocks. */
  haveClocksStopped = false;
  switchovers = 0;
  readonly #place: number;
  readonly #seen = new Set<string>();

  constructor(world: World, config: PairConfig, place: number) {
    this.world = world;
    this.config = config;
    this.node = config.node;
    this.#place = place;
    this.paths = pairPaths(DEFAULT_PATH_TEMPLATE, SYSTEM, this.node);
    this.invariants = new Invariants(this);
    this.instances = [new SimInstance('A', this), new SimInstance('B', this)];
    this.client = new SimClient(this);
  }

  instance(name: InstanceName): SimInstance {
    return this.instances[name === 'A' ? 0 : 1];
  }

  party(name: string): string {
    return partyIn(this.#place, name);
  }

  /** The instance on that host; undefined: it is none of this pair's. */
  onHost(host: string): SimInstance | undefined {
    return this.instances.find(({ party }) => party === host);
  }

  get isServed(): boolean {
    return this.instances.some((instance) => instance.isServing());
  }

  json(path: string): Record<string, unknown> | undefined {
    return this.world.zookeeper.json(path);
  }

  /** A line of the trace: where the site has several pairs, of which it is. */
  say(text: string): void {
    this.world.trace.say(this.#marked(text));
  }

  /** What must hold of this pair does not. */
  fail(invariant: InvariantName, what: string): void {
    this.world.fail(invariant, this.#marked(what));
  }

  heardNode(
    instance: SimInstance,
    process: SimProcess,
    level: string,
    text: string,
    fields: LogFields | undefined,
  ): void {
    if (process.isDead || instance.process !== process) return;
    const { trace, timeline } = this.world;
    if (level === 'error' || TOLD.test(text)) trace.say(`${instance.party}: ${text}${toldFields(fields)}`);
    const epoch = Number(fields?.epoch ?? 0);
    if (text === 'promotion accepted')
      this.invariants.promotionAccepted(instance, epoch, String(fields?.operationId ?? ''));
    // What it answers is to be looked at once it has become what it says.
    if (text === 'is primary') timeline.at(timeline.nowMs, () => void this.invariants.becamePrimary(instance));
  }

  heardNotice(watch: SimWatch, notice: SwitchoverNotice): void {
    const { operationId, kind, failure } = notice;
    if (failure) this.say(`${watch.console.name}: ${kind} because of ${failure.key}${toldFields(failure.params)}`);
    if (kind === 'switchover-begun' && !this.#seen.has(operationId)) {
      this.#seen.add(operationId);
      this.switchovers += 1;
      if (notice.trigger === 'automatic') this.invariants.conduct.begunBy(watch, notice);
    }
  }

  /** Where the site has several pairs: which it is. */
  #marked(text: string): string {
    return this.world.setting.pairs > 1 ? `${this.node}: ${text}` : text;
  }
}
