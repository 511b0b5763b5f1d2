import type { Timer } from '#core/clock';
import { createT2Connector, type NodeConnector } from '#main/nodes';
import { FUNCTIONS } from '#shared/domain';
import type { SimPair } from './pair.ts';
import { streamsOf } from './ports.ts';
import { SimProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { INSTANCES, type InstanceName, otherOf, SESSION, T2_PORT } from './setting.ts';

const ORDER = { account: 'a1', instrument: '600000', side: 'buy', price: 10.5, quantity: 100 };
const REPLY_MS = 1_500;
const TRY_OTHER_MS = 200;
const MOST_AT_ONCE = 4;

/** A client as the back end is one: writes to the instance that serves, goes to the other when that one does not. */
export class SimClient {
  readonly process: SimProcess;
  readonly acknowledged: string[] = [];
  /** When a write was acknowledged last. */
  lastGoodMs = 0;
  #at: InstanceName = 'A';
  #highestEpoch = 0;
  #written = 0;
  #isWriting = false;
  #isPaused = false;
  #next: Timer | undefined;
  readonly party: string;
  readonly #pair: SimPair;
  readonly #connectors = new Map<InstanceName, NodeConnector>();

  constructor(pair: SimPair) {
    this.#pair = pair;
    this.party = pair.party('X');
    const { world } = pair;
    const { timeline, network, setting } = world;
    this.process = new SimProcess(this.party, world.newPid(), timeline, new SeededRandom(setting.seed, this.party));
    const connect = createT2Connector({
      clock: this.process.clock,
      practice: true,
      streams: streamsOf(network, this.process, this.party),
    });
    for (const name of INSTANCES)
      this.#connectors.set(name, connect({ host: pair.party(name), t2Port: T2_PORT, f2Port: 0 }));
  }

  start(): void {
    this.#later(100);
  }

  /** Somebody wants something of it now. */
  hurry(): void {
    this.#isPaused = false;
    this.#later(0);
  }

  /** Nobody wants anything of it until `hurry`. */
  pause(): void {
    this.#isPaused = true;
    this.#next?.cancel();
  }

  #later(delayMs: number): void {
    this.#next?.cancel();
    if (this.#isPaused) return;
    this.#next = this.process.clock.setTimer(delayMs, () => void this.#burst());
  }

  /** A few writes at once, each with a key of its own; none is ever tried again. */
  async #burst(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    const at = this.#at;
    const count = this.process.random.between(1, MOST_AT_ONCE);
    const done = await Promise.all(Array.from({ length: count }, () => this.#write(at)));
    this.#isWriting = false;
    if (!done.includes(true)) {
      this.#at = otherOf(at);
      this.#later(TRY_OTHER_MS);
    } else this.#later(this.#pair.world.setting.writeEveryMs * (0.5 + this.process.random.next()));
  }

  async #write(at: InstanceName): Promise<boolean> {
    const key = `k${++this.#written}`;
    const body = { session_id: SESSION, key, order: ORDER };
    const outcome = await this.#connectors.get(at)?.call(FUNCTIONS.practiceWrite, body, REPLY_MS);
    const reply = outcome?.reply;
    // F11: a reply of an older epoch is dropped.
    if (outcome?.class !== 'ok' || !reply || (reply.epoch ?? 0) < this.#highestEpoch) return false;
    this.#highestEpoch = reply.epoch ?? 0;
    this.#pair.invariants.goodReply('client', reply.epoch, reply.instance);
    this.acknowledged.push(key);
    this.lastGoodMs = this.#pair.world.timeline.nowMs;
    return true;
  }
}
