import { expect, it } from 'vitest';
import type { Random } from '#core/clock';
import { ERROR_NUMBERS, type SyncMode } from '#shared/domain';
import { readReplySchema } from '#shared/protocol';
import { ModelCluster, type ModelNode, PATHS, SESSION } from '#test/model-mt-cluster';

const ORDER = { account: 'a1', instrument: '600000', side: 'buy', price: 10.5, quantity: 100 };

/** A small generator that repeats itself from its seed. */
function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, uuid: () => '' };
}

/** `zombie`: it goes on, cut off from everything but its clients and its disk; `planned`: nothing is wrong with it. */
const FAULTS = [
  'kill',
  'power-cut',
  'lose-host',
  'zombie',
  'slow-zombie',
  'planned',
  'unmounted',
  'both',
  'hung-mount',
] as const;
type Fault = (typeof FAULTS)[number];

/** Two instances that keep data and are written to without a pause, while their primary is lost again and again. */
class Trouble {
  readonly cluster = new ModelCluster();
  readonly acknowledged: string[] = [];
  readonly counts = new Map<Fault, number>();
  readonly #random: Random;
  readonly #mode: SyncMode;
  readonly #nodes = new Map<string, ModelNode>();
  #written = 0;
  #operation = 0;
  #writing: { cancel(): void } | undefined;

  constructor(seed: number, mode: SyncMode) {
    this.cluster.keepsData = true;
    this.#random = seeded(seed);
    this.#mode = mode;
  }

  #upTo(most: number): number {
    return Math.floor(this.#random.next() * (most + 1));
  }

  async #start(name: string): Promise<void> {
    const options = { practice: true, syncMode: this.#mode, lossBound: 50, snapshotRecords: 100, segmentBytes: 8_192 };
    this.#nodes.set(name, await this.cluster.start(name, options));
  }

  #node(name: string): ModelNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`${name} was never started`);
    return node;
  }

  /** Where nobody proved that the old one is out, both may serve for a while: the newer one counts. */
  #serving(): string | undefined {
    const found = [...this.#nodes.values()].filter((each) => !each.isDead() && each.node.isServing());
    return found.sort((one, other) => other.node.record().epoch - one.node.record().epoch)[0]?.name;
  }

  /** A client's writes to one instance, whatever becomes of it. */
  #write(name: string): void {
    const tick = () => {
      const timer = this.cluster.clock.setTimer(this.#upTo(20), tick);
      this.#writing = timer;
      const key = `k${++this.#written}`;
      void this.cluster.call(this.#node(name), 990002, { session_id: SESSION, key, order: ORDER }).then((reply) => {
        if (reply !== 'closed' && reply.error_no === 0) this.acknowledged.push(key);
      });
    };
    tick();
  }

  async begin(): Promise<void> {
    await this.#start('A');
    await this.cluster.clock.advance(500);
    await this.#start('B');
    await this.#untilFollowing();
  }

  async #untilFollowing(): Promise<void> {
    for (let turn = 0; turn < 300; turn++) {
      const serving = this.#serving();
      const standby = this.#node(serving === 'A' ? 'B' : 'A').node.record();
      const said = standby.data;
      const state = this.cluster.zookeeper.json(PATHS.sync);
      if (serving && standby.role === 'standby' && said?.sync.state === 'following' && state?.ceilingLsn === null)
        return;
      await this.cluster.clock.advance(100);
    }
    throw new Error(
      `no standby follows: ${JSON.stringify([...this.#nodes.values()].map((each) => each.node.record()))}`,
    );
  }

  /** One loss of the primary, and the standby's promotion, without any loss accepted. */
  async round(): Promise<void> {
    const { clock } = this.cluster;
    const fault = FAULTS[this.#upTo(FAULTS.length - 1)] ?? 'kill';
    if (fault === 'lose-host' && this.#mode === 'async') return;
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    const old = this.#serving() ?? '';
    const next = old === 'A' ? 'B' : 'A';
    this.cluster.mount(next).latencyMs = this.#upTo(3) * 10;
    this.cluster.share(old).syncMs = this.#upTo(3);
    this.#write(old);
    await clock.advance(this.#upTo(600));
    await this.#strike(fault, old, next);
    this.#writing?.cancel();
    await this.#heal(old, next);
    await this.#check(`${fault} of ${old}`);
  }

  async #strike(fault: Fault, old: string, next: string): Promise<void> {
    const { clock } = this.cluster;
    const mount = this.cluster.mount(next);
    const primary = this.#node(old);
    if (fault === 'unmounted') mount.unmount();
    if (fault === 'hung-mount') mount.hang();
    if (fault === 'unmounted' || fault === 'hung-mount') await clock.advance(this.#upTo(4_000));
    if (fault === 'slow-zombie') this.cluster.share(old).syncMs = this.#upTo(3_000);
    if (fault.endsWith('zombie')) {
      // Only its clients and its disk are left to it: it hears neither of the route nor of a higher epoch.
      primary.zookeeper.cutOff();
      this.cluster.deafPorts.add(primary.node.listening.f2Port);
    }
    if (!fault.endsWith('zombie') && fault !== 'planned') primary.kill();
    if (fault === 'power-cut') this.cluster.share(old).crash(this.#random);
    if (fault === 'lose-host') this.cluster.share(old).wipe();
    if (fault === 'both') return this.#restartBoth(old, next);
    await clock.advance(this.#upTo(100));
    // No proof that the old one is out: the seal, or the bound, must be enough.
    await this.#promote(next, () => {
      mount.remount();
      mount.release();
      this.cluster.share(old).syncMs = 0;
    });
  }

  async #restartBoth(old: string, next: string): Promise<void> {
    const { clock } = this.cluster;
    this.#node(next).kill();
    await clock.advance(this.#upTo(8_000));
    for (const name of this.#upTo(1) === 0 ? [old, next] : [next, old]) {
      await this.#start(name);
      await clock.advance(this.#upTo(1_000));
    }
    await clock.advance(10_000);
    expect(this.#serving()).toBe(old);
  }

  /** A refusal is borne: then what stood in the way is repaired, and it is asked for again. */
  async #promote(name: string, repair: () => void): Promise<void> {
    const { clock } = this.cluster;
    const node = this.#node(name);
    const epoch = this.cluster.closeRouteFor(node, `op-${++this.#operation}`);
    const { incarnation } = node.node.listening;
    const body = { epoch, token: '7', operation_id: `op-${this.#operation}`, incarnation };
    for (let tries = 0; tries < 100 && this.#serving() !== name; tries++) {
      const reply = await this.cluster.callInTime(node, 45184006, body);
      await clock.advance(this.#upTo(500));
      if (typeof reply !== 'string' && reply.error_no === ERROR_NUMBERS.dataLoss) repair();
      await this.cluster.call(node, 402999, { epoch });
    }
    expect(this.#serving()).toBe(name);
    await node.zookeeper.set(PATHS.route, Buffer.from(JSON.stringify({ ...this.cluster.route(), state: 'open' })));
  }

  async #heal(...names: string[]): Promise<void> {
    this.cluster.deafPorts.clear();
    for (const name of names) {
      this.cluster.share(name).syncMs = 0;
      this.cluster.mount(name).latencyMs = 0;
      this.cluster.mount(name).remount();
      this.cluster.mount(name).release();
    }
    for (const name of names) {
      const node = this.#node(name);
      if (node.isDead()) await this.#start(name);
      else node.zookeeper.heal();
    }
    await this.#untilFollowing();
  }

  async #check(what: string): Promise<void> {
    const node = this.#node(this.#serving() ?? '');
    for (let at = 0; at < this.acknowledged.length; at += 1_000) {
      const keys = this.acknowledged.slice(at, at + 1_000);
      const { orders } = readReplySchema.parse(await this.cluster.call(node, 990003, { session_id: SESSION, keys }));
      const times = new Map(orders.map((order) => [order.key, order.times]));
      expect(
        keys.filter((key) => times.get(key) !== 1),
        what,
      ).toEqual([]);
    }
  }
}

it.each<SyncMode>(['sync', 'async'])(
  'whatever becomes of the primary, nothing that was acknowledged is lost or doubled (%s)',
  async (mode) => {
    const counts = new Map<Fault, number>();
    let acknowledged = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const trouble = new Trouble(seed, mode);
      await trouble.begin();
      for (let round = 0; round < 12; round++) await trouble.round();
      for (const [fault, count] of trouble.counts) counts.set(fault, (counts.get(fault) ?? 0) + count);
      acknowledged += trouble.acknowledged.length;
    }
    expect(acknowledged).toBeGreaterThan(5_000);
    expect([...counts.keys()].length).toBeGreaterThanOrEqual(FAULTS.length - 1);
  },
  240_000,
);
