import type { Clock, Random } from '#core/clock';
import type { LogFields } from '#core/logging';
import type { SwitchoverNotice } from '#main/pairs';
import type { Message } from '#shared/domain';
import { SimClient } from './client.ts';
import { SimConsole } from './console.ts';
import { SimInstance } from './instance.ts';
import { Invariants } from './invariants.ts';
import { SimNetwork } from './network.ts';
import { SimProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { INSTANCES, type InstanceName, otherOf, type Setting } from './setting.ts';
import { Timeline } from './timeline.ts';
import { Trace } from './trace.ts';
import { SimZooKeeper } from './zookeeper.ts';

/** What nodes say that a reader of a trace wants to know. */
const TOLD = /claims|promot|primary|standby|steps down|serve|route|stops|damaged|cannot|epoch|seal|lost|start/i;

/** Everything there is in one run: two instances, consoles, ZooKeeper, a client, the network between them, and the judge. */
export class World {
  readonly setting: Setting;
  readonly timeline = new Timeline();
  readonly trace = new Trace(this.timeline);
  readonly random: SeededRandom & Random;
  readonly network: SimNetwork;
  readonly zookeeper: SimZooKeeper;
  readonly zookeeperProcess: SimProcess;
  readonly invariants: Invariants;
  readonly client: SimClient;
  readonly consoles: SimConsole[];
  readonly faults: Record<string, number> = {};
  /** Of machines that nothing happens to: disks and mounts go by it. */
  readonly clock: Clock;
  switchovers = 0;
  /** Every 45184006 that a console has sent, the latest last. */
  readonly promotionsSent: { to: InstanceName; body: Record<string, unknown> }[] = [];
  /** From the first time that a machine was halted with all of its clocks. */
  haveClocksStopped = false;
  round = 0;
  /** How much of the time the pair was stopped for the night. */
  nightMs = 0;
  readonly instances: readonly [SimInstance, SimInstance];
  readonly #instances: Record<InstanceName, SimInstance>;
  readonly #off = new Set<InstanceName>();
  #pid = 1_000;
  readonly #seen = new Set<string>();

  constructor(setting: Setting) {
    const { seed } = setting;
    this.setting = setting;
    this.random = new SeededRandom(seed, 'world');
    this.network = new SimNetwork(this.timeline, new SeededRandom(seed, 'network'));
    this.zookeeperProcess = new SimProcess('Z', this.newPid(), this.timeline, new SeededRandom(seed, 'Z'));
    this.clock = new SimProcess('disks', this.newPid(), this.timeline, new SeededRandom(seed, 'disks')).clock;
    this.zookeeper = new SimZooKeeper(this.zookeeperProcess, this.network);
    this.invariants = new Invariants(this);
    this.zookeeper.onCommit = (commit) => this.invariants.committed(commit);
    this.instances = [new SimInstance('A', this), new SimInstance('B', this)];
    this.#instances = { A: this.instances[0], B: this.instances[1] };
    this.consoles = Array.from({ length: setting.consoles }, (_, index) => new SimConsole(`C${index + 1}`, this));
    this.client = new SimClient(this);
    this.timeline.afterEach = () => this.invariants.check();
  }

  instance(name: InstanceName): SimInstance {
    return this.#instances[name];
  }

  newPid(): number {
    return ++this.#pid;
  }

  count(fault: string): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  /** In virtual time, whatever happens to any process. */
  later(delayMs: number, run: () => void): void {
    this.timeline.at(this.timeline.nowMs + delayMs, run);
  }

  isHostOff(name: InstanceName): boolean {
    return this.#off.has(name);
  }

  powerOff(name: InstanceName): void {
    this.#off.add(name);
    this.network.powerOff(name);
    this.instance(name).kill(true);
    this.instance(otherOf(name)).mount.hang();
  }

  powerOn(name: InstanceName): void {
    if (!this.#off.delete(name)) return;
    this.network.powerOn(name);
    this.instance(otherOf(name)).mount.release();
  }

  /** Every fault is over: power, network, ZooKeeper, clocks, disks and mounts are well, and whatever was ended is started. */
  heal(): void {
    this.network.heal();
    this.zookeeperProcess.slowMs = 0;
    this.zookeeperProcess.wake();
    this.zookeeper.loseAnswers = 0;
    this.zookeeper.elected();
    for (const name of INSTANCES) {
      this.powerOn(name);
      this.instance(name).heal();
    }
    for (const party of [...INSTANCES.map((name) => this.instance(name)), ...this.consoles]) {
      const { process } = party;
      if (process && !process.isDead) {
        process.slowMs = 0;
        process.wake();
        process.setWallRight();
      }
      party.start();
    }
    for (const console of this.consoles) console.spare();
  }

  heardNode(
    instance: SimInstance,
    process: SimProcess,
    level: string,
    text: string,
    fields: LogFields | undefined,
  ): void {
    if (process.isDead || instance.process !== process) return;
    if (level === 'error' || TOLD.test(text)) this.trace.say(`${instance.name}: ${text}${told(fields)}`);
    const epoch = Number(fields?.epoch ?? 0);
    if (text === 'promotion accepted')
      this.invariants.promotionAccepted(instance, epoch, String(fields?.operationId ?? ''));
    // What it answers is to be looked at once it has become what it says.
    if (text === 'is primary')
      this.timeline.at(this.timeline.nowMs, () => void this.invariants.becamePrimary(instance));
  }

  heardConsole(console: SimConsole, level: string, text: string, fields: LogFields | undefined): void {
    if (console.isUp && level !== 'info') this.trace.say(`${console.name}: ${text}${told(fields)}`);
  }

  heardEvent(console: SimConsole, message: Message): void {
    this.trace.say(`${console.name} says ${message.key}${told(message.params)}`);
  }

  heardNotice(console: SimConsole, notice: SwitchoverNotice): void {
    const { operationId, kind, failure } = notice;
    if (failure) this.trace.say(`${console.name}: ${kind} because of ${failure.key}${told(failure.params)}`);
    if (kind === 'switchover-begun' && !this.#seen.has(operationId)) {
      this.#seen.add(operationId);
      this.switchovers += 1;
      if (notice.trigger === 'automatic') this.invariants.conduct.begunBy(console, notice);
    }
  }

  async start(): Promise<void> {
    const { timeline } = this;
    const [first, second] = INSTANCES;
    this.instance(first).start();
    await timeline.runUntil(timeline.nowMs + 2_000);
    this.instance(second).start();
    await timeline.runUntil(timeline.nowMs + 3_000);
    for (const console of this.consoles) console.start();
    this.client.start();
    await timeline.runUntil(timeline.nowMs + 5_000);
  }
}

function told(fields: Record<string, unknown> | undefined): string {
  if (fields === undefined) return '';
  const parts = Object.entries(fields).map(([name, value]) =>
    `${name}=${value instanceof Error ? value.message : typeof value === 'object' ? JSON.stringify(value) : String(value)}`.slice(
      0,
      160,
    ),
  );
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
