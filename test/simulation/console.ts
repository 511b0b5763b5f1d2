import { createZooKeeperSession, type ZooKeeperSession } from '#core/zookeeper';
import { createHeartbeatLoop } from '#main/heartbeat';
import { createT2Connector } from '#main/nodes';
import type { SimPair } from './pair.ts';
import { streamsOf } from './ports.ts';
import { SimProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { ToldTroubles } from './told-troubles.ts';
import { SimWatch } from './watch.ts';
import type { World } from './world.ts';
import { openSimClient } from './zookeeper-client.ts';

const CLOSE_TIMEOUT_MS = 1_000;

/** A workstation with a console: one process and one ZooKeeper session for all of its pairs, as the product has them. */
export class SimConsole {
  readonly name: string;
  readonly #world: World;
  process: SimProcess | undefined;
  /** What its pairs tell each other of their troubles. */
  troubles = new ToldTroubles();
  #watches = new Map<SimPair, SimWatch>();
  #session: ZooKeeperSession | undefined;
  #lives = 0;
  #ends = false;

  constructor(name: string, world: World) {
    this.name = name;
    this.#world = world;
  }

  get isUp(): boolean {
    return this.process !== undefined && !this.process.isDead;
  }

  /** How it watches that pair; undefined: it is not up. */
  watchOf(pair: SimPair): SimWatch | undefined {
    return this.#watches.get(pair);
  }

  start(): void {
    // One that is about to end is not waited for: whoever wants it now ends it.
    if (this.#ends) this.kill();
    if (this.isUp) return;
    const world = this.#world;
    const { setting, network, zookeeper, timeline } = world;
    this.#lives += 1;
    const random = new SeededRandom(setting.seed, `${this.name}${this.#lives}`);
    const process = new SimProcess(`${this.name}#${this.#lives}`, world.newPid(), timeline, random);
    const { clock } = process;
    this.process = process;
    this.troubles = new ToldTroubles();
    const session = createZooKeeperSession(
      { connectString: 'zk:2181', sessionTimeoutMs: setting.sessionTimeoutMs },
      { clock, random, openClient: openSimClient({ process, network, server: zookeeper }) },
    );
    this.#session = session;
    const tools = {
      session,
      heartbeat: createHeartbeatLoop({ clock, random }),
      troubles: this.troubles,
      connect: createT2Connector({ clock, streams: streamsOf(network, process, this.name) }),
      random,
    };
    for (const pair of world.pairs) this.#watches.set(pair, new SimWatch(this, process, pair, tools));
  }

  kill(): void {
    const { process } = this;
    if (process === undefined || process.isDead) return;
    process.kill();
    this.#ends = false;
    this.#watches.clear();
    this.#world.network.processEnded(process, false);
  }

  /** Ended in order: its locks are given back. */
  async stop(): Promise<void> {
    const { process } = this;
    if (process === undefined || process.isDead) return;
    this.#ends = true;
    await Promise.allSettled([...this.#watches.values()].map(({ monitor }) => monitor.stop()));
    await this.#session?.close(CLOSE_TIMEOUT_MS);
    if (this.process === process) this.kill();
  }

  holdsLock(pair: SimPair): boolean {
    return this.isUp && this.watchOf(pair)?.monitor.view().lock.holder === 'this';
  }

  /** Faults are over: it dies no more of the steps of its switchovers. */
  spare(): void {
    for (const watch of this.#watches.values()) watch.spare();
  }
}
