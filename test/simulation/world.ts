import type { Clock, Random } from '#core/clock';
import type { LogFields } from '#core/logging';
import type { Environment } from '#shared/domain';
import { SimConsole } from './console.ts';
import type { SimInstance } from './instance.ts';
import type { InvariantName, Violation } from './invariants.ts';
import { SimNetwork } from './network.ts';
import { SimPair } from './pair.ts';
import { SimProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { environmentOf, type Setting } from './setting.ts';
import { Timeline } from './timeline.ts';
import { Trace, toldFields } from './trace.ts';
import { SimZooKeeper } from './zookeeper.ts';

/** Until a second instance is started, until its pair is good, and until consoles know it. */
const SECOND_AFTER_MS = 2_000;
const GOOD_AFTER_MS = 3_000;
const KNOWN_AFTER_MS = 5_000;

/** Everything there is in one run: the site's pairs, the consoles that watch them, ZooKeeper, and the network between all. */
export class World {
  readonly setting: Setting;
  readonly timeline = new Timeline();
  readonly trace = new Trace(this.timeline);
  readonly random: SeededRandom & Random;
  readonly network: SimNetwork;
  readonly zookeeper: SimZooKeeper;
  readonly zookeeperProcess: SimProcess;
  readonly environment: Environment;
  readonly pairs: readonly SimPair[];
  readonly instances: readonly SimInstance[];
  readonly consoles: SimConsole[];
  readonly violations: Violation[] = [];
  readonly faults: Record<string, number> = {};
  /** Of machines that nothing happens to: disks and mounts go by it. */
  readonly clock: Clock;
  round = 0;
  /** How much of the time the site was stopped for the night. */
  nightMs = 0;
  #pid = 1_000;

  constructor(setting: Setting) {
    const { seed } = setting;
    this.setting = setting;
    this.environment = environmentOf(setting);
    this.random = new SeededRandom(seed, 'world');
    this.network = new SimNetwork(this.timeline, new SeededRandom(seed, 'network'));
    this.zookeeperProcess = new SimProcess('Z', this.newPid(), this.timeline, new SeededRandom(seed, 'Z'));
    this.clock = new SimProcess('disks', this.newPid(), this.timeline, new SeededRandom(seed, 'disks')).clock;
    this.zookeeper = new SimZooKeeper(this.zookeeperProcess, this.network);
    this.pairs = this.environment.pairs.map((config, place) => new SimPair(this, config, place));
    this.instances = this.pairs.flatMap(({ instances }) => instances);
    this.consoles = Array.from({ length: setting.consoles }, (_, index) => new SimConsole(`C${index + 1}`, this));
    this.zookeeper.onCommit = (commit) => {
      for (const { invariants } of this.pairs) invariants.committed(commit);
    };
    this.timeline.afterEach = () => {
      for (const { invariants } of this.pairs) invariants.check();
    };
  }

  newPid(): number {
    return ++this.#pid;
  }

  /** Everyone that the network knows, but ZooKeeper. */
  parties(): string[] {
    const ofPairs = this.pairs.flatMap(({ instances, client }) => [
      ...instances.map(({ party }) => party),
      client.party,
    ]);
    return [...ofPairs, ...this.consoles.map(({ name }) => name)];
  }

  count(fault: string): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  /** In virtual time, whatever happens to any process. */
  later(delayMs: number, run: () => void): void {
    this.timeline.at(this.timeline.nowMs + delayMs, run);
  }

  /** What must hold does not: the run ends with the first of them. */
  fail(invariant: InvariantName, what: string): void {
    const { setting, timeline, trace, round } = this;
    if (this.violations.length > 0) return;
    trace.say(`VIOLATION ${invariant}: ${what}`);
    const atMs = Math.round(timeline.nowMs);
    this.violations.push({ seed: setting.seed, invariant, round, atMs, what, trace: trace.lines() });
    timeline.stop();
  }

  /** Every fault is over: power, network, ZooKeeper, clocks, disks and mounts are well, and whatever was ended is started. */
  heal(): void {
    this.network.heal();
    this.zookeeperProcess.slowMs = 0;
    this.zookeeperProcess.wake();
    this.zookeeper.loseAnswers = 0;
    this.zookeeper.elected();
    for (const instance of this.instances) instance.heal();
    for (const party of [...this.instances, ...this.consoles]) {
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

  heardConsole(console: SimConsole, level: string, text: string, fields: LogFields | undefined): void {
    if (console.isUp && level !== 'info') this.trace.say(`${console.name}: ${text}${toldFields(fields)}`);
  }

  async start(): Promise<void> {
    const { timeline } = this;
    for (const place of [0, 1] as const) {
      for (const { instances } of this.pairs) instances[place].start();
      await timeline.runUntil(timeline.nowMs + (place === 0 ? SECOND_AFTER_MS : GOOD_AFTER_MS));
    }
    for (const console of this.consoles) console.start();
    for (const { client } of this.pairs) client.start();
    await timeline.runUntil(timeline.nowMs + KNOWN_AFTER_MS);
  }
}
